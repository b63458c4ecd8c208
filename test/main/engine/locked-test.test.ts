import { afterEach, describe, expect, it } from 'vitest'
import type { EngineHost, TrainingEvents } from '#lab/engine/host'
import { createInProcessHost } from '#lab/engine/in-process-host'
import type { Experiment } from '#shared/experiment'
import type { Evaluation, RunId } from '#shared/run'
import { loadSynthetic, makeExperiment } from '../../engine/synthetic'
import { testWorkerFile } from '../../setup/build-worker'

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})

function startHost(threads = 2): EngineHost {
  const host = createInProcessHost({ workerFile: testWorkerFile, threads, load: loadSynthetic() })
  hosts.push(host)
  return host
}

const id = 'run-000001' as RunId
const split = { kind: 'first' as const, train: 200, validation: 100, test: 150 }
const SILENT = { progressed: () => undefined, checkpointed: () => undefined }

async function train(host: EngineHost, experiment: Experiment, threads = 1, then: (at: Evaluation) => void = () => {}) {
  const evaluations: Evaluation[] = []
  const events: TrainingEvents = {
    ...SILENT,
    evaluated: (at) => {
      evaluations.push(at)
      then(at)
    },
  }
  const result = await host.train({ id, experiment, threads }, events).result
  return { ...result, evaluations }
}

describe('a test part that is locked', () => {
  const design = (test: 'each' | 'final', dataset = { split }) =>
    makeExperiment({ dataset, training: { epochs: 4, evaluation: { every: { steps: 3 }, test } } })

  it.each([1, 2])('is never scored while %i workers train, and changes nothing else', async (threads) => {
    const host = startHost()
    const open = await train(host, design('each'), threads)
    const locked = await train(host, design('final'), threads)
    expect(locked.weightsSha256).toBe(open.weightsSha256)
    const shown = ({ step, train: own, validation }: Evaluation) => ({ step, own, validation })
    expect(locked.evaluations.map(shown)).toEqual(open.evaluations.map(shown))
    expect(open.evaluations.every((at) => at.test?.count === 150)).toBe(true)
    expect(locked.evaluations.some((at) => 'test' in at)).toBe(false)
  })

  it('may be the only part that there is to score', async () => {
    const { evaluations } = await train(startHost(), design('final', { split: { ...split, validation: 0 } }))
    expect(evaluations.length).toBeGreaterThan(4)
    expect(evaluations.every((at) => at.train.count > 0 && !at.test && !at.validation)).toBe(true)
  })

  it('is scored from the model as the last evaluation would have scored it, also while every thread trains', async () => {
    const host = startHost(1)
    const { model, evaluations } = await train(host, design('each'))
    let tell = () => {}
    const begun = new Promise<void>((resolve) => (tell = resolve))
    const endless = makeExperiment({ training: { epochs: 100_000 } })
    const training = host.train({ id, experiment: endless, threads: 1 }, { ...SILENT, evaluated: () => tell() })
    await begun
    expect(await host.score({ id, experiment: design('final'), model })).toEqual(evaluations.at(-1)?.test)
    training.stop()
    expect((await training.result).outcome).toBe('stopped')
  })

  it('is not scored with a model of another shape', async () => {
    const host = startHost()
    const { model } = await train(host, design('each'))
    const other = makeExperiment({ network: { layers: [{ units: 5, activation: 'relu' }] } })
    await expect(host.score({ id, experiment: other, model })).rejects.toMatchObject({ code: 'weights/unfit' })
  })
})

describe('stopping after an epoch', () => {
  const many = makeExperiment({ training: { epochs: 100_000, batchSize: 300 } })

  // often, as the workers once left each other waiting when the wish came at the wrong moment: about one time in ten
  it.each([1, ...new Array<number>(12).fill(2)])(
    'leaves the weights of a run that had so many epochs, with %i workers',
    async (threads) => {
      const host = startHost()
      const evaluations: Evaluation[] = []
      const training = host.train(
        { id, experiment: many, threads },
        {
          ...SILENT,
          evaluated: (at) => {
            evaluations.push(at)
            training.stopAfterEpoch(true)
          },
        },
      )
      const { outcome, epochs, weightsSha256 } = await training.result
      expect(outcome).toBe('stopped')
      expect(evaluations.at(-1)?.epoch).toBe(epochs)
      const short = await train(host, makeExperiment({ training: { epochs, batchSize: 300 } }), threads)
      expect(short.outcome).toBe('finished')
      expect(short.weightsSha256).toBe(weightsSha256)
    },
  )

  it('can be taken back', async () => {
    const host = startHost()
    const experiment = makeExperiment({ training: { epochs: 3 } })
    const training = host.train({ id, experiment, threads: 1 }, { ...SILENT, evaluated: () => undefined })
    training.stopAfterEpoch(true)
    training.stopAfterEpoch(false)
    expect(await training.result).toMatchObject({ outcome: 'finished', epochs: 3 })
  })
})
