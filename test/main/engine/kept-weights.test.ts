import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSafetensors } from '#engine/safetensors'
import type { EngineHost, KeptWeights, TrainingEvents } from '#lab/engine/host'
import { createInProcessHost } from '#lab/engine/in-process-host'
import type { Experiment } from '#shared/experiment'
import type { Evaluation, RunId } from '#shared/run'
import { loadSynthetic, makeExperiment } from '../../engine/synthetic'
import { testWorkerFile } from '../../setup/build-worker'

let host: EngineHost
beforeAll(() => {
  host = createInProcessHost({ workerFile: testWorkerFile, threads: 2, load: loadSynthetic() })
})
afterAll(() => host.close())

type Outcome = 'kept' | 'checkpoint'

async function train(experiment: Experiment, checkpoint: Uint8Array | null = null) {
  const kept: KeptWeights[] = []
  const checkpoints: Uint8Array[] = []
  const evaluations: Evaluation[] = []
  const order: Outcome[] = []
  const events: TrainingEvents = {
    evaluated: (each) => evaluations.push(each),
    progressed: () => undefined,
    checkpointed: ({ bytes }) => {
      checkpoints.push(bytes)
      order.push('checkpoint')
    },
    kept: (each) => {
      kept.push(each)
      order.push('kept')
    },
  }
  const job = { id: 'a-run-that-keeps' as RunId, experiment, threads: 2, checkpoint }
  const result = await host.train(job, events).result
  return { kept, checkpoints, evaluations, order, ...result, steps: kept.map(({ step }) => step) }
}

/** Bytes of all weights and biases. */
function weightsIn(file: Uint8Array): string {
  const { tensors } = readSafetensors(file)
  const layers = [...tensors].filter(([name]) => name.startsWith('layers.'))
  return layers.map(([name, { bytes }]) => `${name} ${Buffer.from(bytes).toString('base64')}`).join()
}

/** 300 samples in minibatches of 32: 10 steps an epoch, each of which takes a millisecond or so. */
const STEPS = 10
const keeping = (epochs: number, every: number | null, more: object = {}) =>
  makeExperiment({
    training: { epochs, keepWeights: every === null ? null : { every: { epochs: every } }, ...more },
  })

describe('weights that are kept on the way', () => {
  it('are there of each epoch that was asked for, however short the epochs; the model has the last ones', async () => {
    const { steps, model } = await train(keeping(30, 1))
    expect(steps).toEqual(Array.from({ length: 29 }, (_, i) => (i + 1) * STEPS))
    expect(readSafetensors(model).metadata.get('network.output')).toBe('softmax')
  })

  it('are those of a run that ends there, and change nothing of what is trained', async () => {
    const [seven, four, without] = [
      await train(keeping(7, 2)),
      await train(keeping(4, null)),
      await train(keeping(7, null)),
    ]
    expect(seven.steps).toEqual([20, 40, 60])
    expect(weightsIn(seven.kept[1].bytes)).toBe(weightsIn(four.model))
    expect(seven.weightsSha256).toBe(without.weightsSha256)
    expect(without.kept).toEqual([])
    const { metadata } = readSafetensors(seven.kept[1].bytes)
    expect([metadata.get('step'), metadata.get('epoch'), metadata.get('input.scaling')]).toEqual(['40', '4', 'unit'])
  })

  it('go before the checkpoint of their epoch, and come to the same bits after it', async () => {
    const whole = await train(keeping(8, 2))
    expect(whole.order[0]).toBe('kept')
    const [checkpoint] = whole.checkpoints
    const from = Number(readSafetensors(checkpoint).metadata.get('step'))
    const rest = await train(keeping(8, 2), checkpoint)
    expect(rest.steps).toEqual(whole.steps.filter((step) => step > from))
    for (const { step, bytes } of rest.kept) {
      expect(weightsIn(bytes)).toBe(weightsIn(whole.kept.find((each) => each.step === step)?.bytes ?? new Uint8Array()))
    }
  })

  it.each([
    ['at the end of an epoch', { epochs: 1 }],
    ['within an epoch', { steps: 3 }],
  ])('are the last ones as well where the model has the best ones: stopped early %s', async (_, every) => {
    const experiment = makeExperiment({
      dataset: { split: { kind: 'first', train: 200, validation: 100, test: 100 } },
      training: {
        ...{ epochs: 200, keepWeights: { every: { epochs: 1000 } }, evaluation: { every } },
        optimizer: { kind: 'adam', learningRate: 0.05 },
        earlyStopping: { metric: 'validation-accuracy', patience: 3, restoreBest: true },
      },
    })
    const { outcome, step, steps, evaluations, kept, model } = await train(experiment)
    const last = evaluations.at(-1)?.step ?? 0
    expect(outcome).toBe('converged')
    expect(step).toBeLessThan(last)
    expect(steps).toEqual([last])
    expect(weightsIn(kept[0].bytes)).not.toBe(weightsIn(model))
  })
})
