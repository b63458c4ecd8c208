import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '#lab/lab'
import { openLab } from '#lab/open-lab'
import { f32Of } from '#shared/datasets'
import type { ExperimentInput } from '#shared/experiment'
import { parseExperiment } from '#shared/experiment-check'
import type { ModelSource, PartPredictions, SplitPart } from '#shared/inspect/inspected'
import { predictionAt } from '#shared/predict'
import { hasEnded, type RunId, type RunSummary, type Score } from '#shared/run'
import { testWorkerFile } from '../../../setup/build-worker'

let lab: Lab
let workspace = ''

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lab-test-'))
  const resources = resolve('resources')
  lab = await openLab({ workspace, resources, workerFile: testWorkerFile, version: '0.0.0-test', door: 'cli' })
})
afterAll(async () => {
  await lab.close()
  await rm(workspace, { recursive: true, force: true })
})

const base: ExperimentInput = {
  version: 1,
  title: 'Inspect',
  dataset: { name: 'mnist', split: { kind: 'random', train: 1500, validation: 500 } },
  network: { layers: [{ units: 32, activation: 'relu' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 2 },
}
const moons: Partial<ExperimentInput> = {
  dataset: { name: 'two-moons', scaling: 'standardize-per-feature' },
  network: { layers: [{ units: 8, activation: 'tanh' }], output: { units: 1, activation: 'sigmoid' } },
  training: {
    ...{ optimizer: { kind: 'adam', learningRate: 0.05 }, batchSize: 'all', epochs: 60 },
    loss: 'binary-cross-entropy',
    evaluation: { every: { epochs: 60 }, train: 'full' },
  },
}

async function trained(changes: Partial<ExperimentInput>): Promise<RunSummary> {
  const ended = new Promise<RunSummary>((found) => {
    const off = lab.on('runs:changed', ({ changed }) => {
      const run = changed.find((each) => hasEnded(each.status))
      if (!run) return
      off()
      found(run)
    })
  })
  await lab.call('runs:enqueue', parseExperiment({ ...base, ...changes }), null)
  const run = await ended
  expect(run).toMatchObject({ status: 'finished' })
  return run
}

function modelOf(run: RunId): ModelSource {
  return { of: 'run', run, step: null }
}

function scoreOf({ outputs, labels, values, losses }: PartPredictions): Score {
  const floats = f32Of(values)
  const correct = labels.filter((label, i) => predictionAt({ outputs, values: floats }, i).label === label).length
  const count = labels.length
  return { loss: f32Of(losses).reduce((sum, loss) => sum + loss, 0) / count, correct, count }
}

/** Loss and hits of a part as the training measured them. */
async function agree(run: RunSummary, part: SplitPart): Promise<void> {
  const { loss, correct, count } = run.last?.[part] ?? expect.fail('it was not measured')
  const score = scoreOf(await lab.call('inspect:predictions', { source: modelOf(run.id), part }))
  expect(score).toEqual({ loss: expect.closeTo(loss, 6) as number, correct, count })
}

/** Ways in which inputs and outputs differ, each of which the engine has its own path for. */
const networks: [string, Partial<ExperimentInput>][] = [
  ['bytes divided by 255, softmax', {}],
  ['standardized with one mean', { dataset: { ...base.dataset, scaling: 'standardize' } }],
  ['standardized per feature', { dataset: { ...base.dataset, scaling: 'standardize-per-feature' } }],
  [
    'dropped inputs and smoothed labels',
    {
      dataset: { ...base.dataset, scaling: 'standardize' },
      training: { ...base.training, regularization: { dropoutInput: 0.2, labelSmoothing: 0.1 } },
    },
  ],
  ['the second softmax of a mistake', { training: { ...base.training, mistake: 'softmax-twice' } }],
  [
    '200 outputs, squared error',
    {
      network: { layers: [{ units: 16, activation: 'gelu' }], output: { units: 200, activation: 'sigmoid' } },
      training: { ...base.training, loss: 'squared-error' },
    },
  ],
  ['the constant input, and no hidden layer', { network: { layers: [], bias: 'input-trick' } }],
  [
    'linear outputs',
    {
      network: { layers: [{ units: 16, activation: 'elu', c: 0.5 }], output: { activation: 'linear' } },
      training: { ...base.training, optimizer: { kind: 'adam' }, loss: 'squared-error' },
    },
  ],
]

describe('what a model says of a whole part', () => {
  it.each(networks)('has the loss and the hits that training measured: %s', async (_, changes) => {
    const run = await trained(changes)
    await agree(run, 'validation')
    await agree(run, 'test')
  })

  it('has the loss and the hits that training measured: one output, over all training points', async () => {
    const run = await trained(moons)
    for (const part of ['train', 'test'] as const) await agree(run, part)
  })
})
