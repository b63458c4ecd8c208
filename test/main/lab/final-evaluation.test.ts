import { describe, expect, it } from 'vitest'
import type { Experiment } from '#shared/experiment'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { experimentOfRuns, sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

const validated = { name: 'mnist', split: { kind: 'random' as const, train: 50_000, validation: 10_000 } }
const locked = (epochs = 4) => ({
  optimizer: { kind: 'adam' as const },
  epochs,
  evaluation: { test: 'final' as const },
  schedule: { kind: 'plateau' as const },
  earlyStopping: { patience: 3 },
})

async function trained(experiment: Experiment) {
  const workspace = await temporaryFolder()
  const test = await openTestLab(workspace, new FakeHost(trainsThrough))
  const ids = await test.lab.call('runs:enqueue', experiment, null)
  for (const id of ids) await test.whenEnded(id)
  return { ...test, ids, workspace }
}

describe('a locked test part', () => {
  it('is in no evaluation, and the best epoch is that of the lowest validation loss', async () => {
    const { lab, ids, whenEnded } = await trained(sampleExperiment({ dataset: validated, training: locked() }))
    const run = await whenEnded(ids[0])
    expect(run).toMatchObject({ testPolicy: 'final', lowestTestLoss: null })
    expect(run.bestValidation).toEqual({
      epoch: 2,
      score: { loss: 0.5, correct: 402, count: 500 },
      train: { loss: 0.5, correct: 50_002, count: 60_000 },
    })
    for (const at of await lab.call('runs:history', ids[0])) expect(at).not.toHaveProperty('test')
  })

  it('is looked at once, from the model on disk, and the look is kept with the run', async () => {
    const { lab, ids, host, workspace } = await trained(sampleExperiment({ training: locked(), dataset: validated }))
    const [first] = await lab.call('runs:evaluate-test', ids)
    expect(first).toMatchObject({ score: { loss: 0.1, correct: 9700, count: 10_000 }, epoch: 4, looks: 1 })
    expect(Buffer.from(host.scored[0]?.model ?? []).toString()).toBe('model after 4 epochs')
    expect(await lab.call('runs:evaluate-test', ids)).toEqual([first])
    expect(host.scored).toHaveLength(1)
    const next = await openTestLab(workspace)
    expect((await next.lab.call('runs:list')).runs[0]?.finalEvaluation).toEqual(first)
  })

  it('has its looks counted within an experiment, whichever run they were at', async () => {
    const several: Experiment = {
      ...experimentOfRuns(3),
      training: { ...sampleExperiment({ training: locked(3), dataset: validated }).training },
    }
    const experiment = { ...several, dataset: sampleExperiment({ dataset: validated }).dataset }
    const { lab, ids } = await trained(experiment)
    const looks = await lab.call('runs:evaluate-test', ids)
    expect(looks.map((each) => each.looks)).toEqual([1, 2, 3])
    const [other] = await lab.call('runs:enqueue', sampleExperiment({ training: locked(3), dataset: validated }), null)
    await new Promise<void>((ended) => {
      lab.on(
        'runs:changed',
        ({ changed }) => changed.some((run) => run.id === other && run.status === 'finished') && ended(),
      )
    })
    expect((await lab.call('runs:evaluate-test', [other]))[0]?.looks).toBe(1)
  })

  it('cannot be unlocked where it was watched all along, or before a run has finished', async () => {
    const { lab, ids } = await trained(experimentOfRuns(1))
    await expect(lab.call('runs:evaluate-test', ids)).rejects.toMatchObject({ code: 'test/not-locked' })
    const {
      lab: second,
      ids: stopped,
      host,
    } = await (async () => {
      const test = await openTestLab(await temporaryFolder())
      const made = await test.lab.call(
        'runs:enqueue',
        sampleExperiment({ training: locked(), dataset: validated }),
        null,
      )
      return { ...test, ids: made, host: test.host }
    })()
    await host.started(0)
    await expect(second.call('runs:evaluate-test', stopped)).rejects.toMatchObject({ code: 'run/not-finished' })
    await expect(second.call('runs:evaluate-test', ['20260101-not-there' as RunId])).rejects.toMatchObject({
      code: 'run/not-found',
    })
  })
})

describe('retraining', () => {
  it('trains on both parts for the epochs that validation chose, with nothing that watches, and says where it comes from', async () => {
    const { lab, ids, whenEnded } = await trained(sampleExperiment({ dataset: validated, training: locked() }))
    const id = await lab.call('runs:retrain', ids[0])
    const run = await whenEnded(id)
    expect(run.origin).toEqual({ kind: 'retrain', from: ids[0], epochs: 2, chosenBy: 'validation-loss' })
    expect(run).toMatchObject({ status: 'finished', epochs: 2, testPolicy: 'final', reducedData: false })
    expect(run.label).toBe('784-32-10 · train + validation')
    const { experiment, summary } = await lab.call('runs:details', id)
    expect(experiment.dataset.split).toEqual({ kind: 'random', train: 60_000, validation: 0 })
    expect(experiment.training).toMatchObject({ earlyStopping: null, schedule: { metric: 'train-loss' } })
    const chosen = await lab.call('runs:details', ids[0])
    expect(summary.experimentId).toBe(chosen.summary.experimentId)
    expect(summary.configuration.index).toBe(chosen.summary.configuration.index + 1)
    expect(experiment.seeds).toEqual(chosen.experiment.seeds)
    expect((await lab.call('runs:evaluate-test', [id]))[0]?.looks).toBe(1)
  })

  it('is refused for a run that has no validation part, or has not ended', async () => {
    const { lab, ids } = await trained(experimentOfRuns(1))
    await expect(lab.call('runs:retrain', ids[0])).rejects.toMatchObject({ code: 'run/no-validation' })
    const { lab: second, host } = await openTestLab(await temporaryFolder())
    const [id] = await second.call('runs:enqueue', sampleExperiment({ dataset: validated }), null)
    await host.started(0)
    await expect(second.call('runs:retrain', id)).rejects.toMatchObject({ code: 'run/not-ended' })
  })
})
