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

describe('a sample', () => {
  it('has the gradient of its loss by its inputs: finite differences of what the model says of drawn pixels', async () => {
    const { id } = await trained({ network: { layers: [{ units: 12, activation: 'tanh' }] } })
    const source = modelOf(id)
    const sample = 60_123
    const said = await lab.call('inspect:sample', { source, sample })
    const [pixels, gradient] = [await pixelsOf(sample), f32Of(said.inputGradient)]
    expect([gradient.length, said.activations.map((each) => each.length / 4)]).toEqual([784, [12]])
    // pixels are whole numbers: the steps that can be made are of 1 / 255
    const lossWith = async (p: number, step: number) => {
      const moved = pixels.with(p, (pixels[p] ?? 0) + step)
      return -Math.log(f32Of((await lab.call('inspect:drawn', source, moved)).values)[said.label] ?? 0)
    }
    const steepest = [...gradient.keys()].filter((p) => (pixels[p] ?? 0) > 0 && (pixels[p] ?? 0) < 255)
    steepest.sort((a, b) => Math.abs(gradient[b] ?? 0) - Math.abs(gradient[a] ?? 0))
    for (const p of steepest.slice(0, 3)) {
      const slope = (await lossWith(p, 1)) - (await lossWith(p, -1))
      expect((gradient[p] ?? 0) / ((slope * 255) / 2)).toBeCloseTo(1, 2)
    }
  })

  it('has the training samples that are nearest, itself left out, by rising distance', async () => {
    const { id } = await trained({ dataset: { ...base.dataset, scaling: 'standardize-per-feature' } })
    const source = modelOf(id)
    const { samples } = await lab.call('inspect:predictions', { source, part: 'train' })
    const train = new Uint32Array(samples.slice().buffer)
    const [sample = 0] = train
    const { nearest } = await lab.call('inspect:sample', { source, sample, neighbors: 5 })
    expect(nearest).toHaveLength(5)
    expect(nearest.map((each) => each.sample)).not.toContain(sample)
    expect(nearest.every((each) => train.includes(each.sample))).toBe(true)
    const distances = nearest.map((each) => each.distance)
    expect(distances).toEqual(distances.toSorted((a, b) => a - b))
    // no other training sample is nearer: all distances, worked out from the pixels
    const all = await pixelsOf(...train)
    const [mean, deviation] = momentsOf(all)
    const inputs = (row: number) =>
      Float64Array.from({ length: 784 }, (_, p) =>
        deviation[p] === 0 ? 0 : ((all[row * 784 + p] ?? 0) - (mean[p] ?? 0)) / (deviation[p] ?? 1),
      )
    const own = inputs(0)
    const brute = Array.from(train.subarray(1), (_, i) =>
      Math.sqrt(inputs(i + 1).reduce((sum, x, p) => sum + (x - (own[p] ?? 0)) ** 2, 0)),
    ).sort((a, b) => a - b)
    distances.forEach((distance, i) => expect(distance).toBeCloseTo(brute[i] ?? 0, 6))
  })

  it('has what was said of it at each kept epoch, the model last', async () => {
    const { id, last } = await trained({ training: { ...base.training, epochs: 3, keepWeights: {} } })
    const source = modelOf(id)
    const { overEpochs, values } = await lab.call('inspect:sample', { source, sample: 3 })
    expect(overEpochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(overEpochs[2]).toMatchObject({ step: last?.step, values })
    expect(overEpochs[0]?.values).not.toEqual(values)
    const first = await lab.call('inspect:model', { of: 'run', run: id, step: overEpochs[0]?.step ?? 0 })
    expect(first).toMatchObject({ epoch: 1, isSnapshot: false })
  })

  it('must be one of the set', async () => {
    const [run] = (await lab.call('runs:list')).runs.filter(({ dataset }) => dataset === 'mnist')
    const source = modelOf(run?.id ?? expect.fail('no run'))
    await expect(lab.call('inspect:sample', { source, sample: 70_000 })).rejects.toMatchObject({
      code: 'dataset/no-sample',
    })
    await expect(lab.call('inspect:drawn', source, new Uint8Array(783))).rejects.toMatchObject({ code: 'model/unfit' })
  })
})

describe('layers', () => {
  it('have their weights, and activations over so many training samples', async () => {
    const { id } = await trained({ network: { layers: [{ units: 20, activation: 'relu' }] } })
    const [hidden, output, ...more] = await lab.call('inspect:layers', modelOf(id), 400)
    expect(more).toEqual([])
    expect(hidden).toMatchObject({ inputs: 784, outputs: 20 })
    expect(hidden?.weights.length).toBe(4 * 784 * 20)
    const { histogram, dead, saturated, means } = hidden?.activation ?? expect.fail('it has activations')
    expect(histogram.counts.reduce((a, b) => a + b, 0)).toBe(400 * 20)
    expect([histogram.low, saturated]).toEqual([0, null])
    expect(dead).toBeLessThan(1)
    expect(f32Of(means).every((mean) => mean >= 0)).toBe(true)
    expect(output).toMatchObject({ inputs: 20, outputs: 10 })
    expect(output?.activation).toBeUndefined()
  })
})

describe('the plane', () => {
  const box = { x: [-1, 1], y: [-1, 1], columns: 30, rows: 20 } as const

  it('has the values of each cell and a map of each hidden unit', async () => {
    const { id } = await trained(moons)
    const { outputs, values, hidden } = await lab.call('inspect:plane', { source: modelOf(id), ...box })
    expect([outputs, values.length, hidden.map((each) => [each.units, each.values.length])]).toEqual([
      1,
      4 * 600,
      [[8, 4 * 8 * 600]],
    ])
    const grid = await lab.call('runs:predict', id, { of: 'grid', ...box })
    expect(grid.values).toEqual(values)
  })

  it('is refused for pictures', async () => {
    const [run] = (await lab.call('runs:list')).runs.filter(({ dataset }) => dataset === 'mnist')
    const source = modelOf(run?.id ?? expect.fail('no run'))
    await expect(lab.call('inspect:plane', { source, ...box })).rejects.toMatchObject({ code: 'model/no-plane' })
  })
})

describe('a locked test part', () => {
  it('is refused until the final evaluation was made, and then has its score', async () => {
    const { id, label } = await trained({
      training: { ...base.training, evaluation: { test: 'final' } },
    })
    const request = { source: modelOf(id), part: 'test' } as const
    await expect(lab.call('inspect:predictions', request)).rejects.toMatchObject({
      code: 'test/locked',
      message: expect.stringContaining(label) as string,
    })
    const before = await lab.call('inspect:model', modelOf(id))
    expect([before.isTestLocked, before.parts.map(({ part }) => part)]).toEqual([true, ['train', 'validation']])
    // the set by its name is the same set
    await expect(lab.call('inspect:predictions', { ...request, dataset: 'mnist' })).rejects.toMatchObject({
      code: 'test/locked',
    })
    const [final] = await lab.call('runs:evaluate-test', [id])
    const { loss, correct, count } = final?.score ?? expect.fail('no score')
    expect(scoreOf(await lab.call('inspect:predictions', request))).toEqual({
      loss: expect.closeTo(loss, 6) as number,
      correct,
      count,
    })
    expect((await lab.call('inspect:model', modelOf(id))).isTestLocked).toBe(false)
  })
})

async function pixelsOf(...samples: number[]): Promise<Uint8Array> {
  return (await lab.call('datasets:samples', { name: 'mnist', samples })).values
}

function momentsOf(all: Uint8Array): [Float64Array, Float64Array] {
  const rows = all.length / 784
  const mean = new Float64Array(784)
  all.forEach((value, i) => (mean[i % 784] = (mean[i % 784] ?? 0) + value / rows))
  const variance = new Float64Array(784)
  all.forEach((value, i) => (variance[i % 784] = (variance[i % 784] ?? 0) + (value - (mean[i % 784] ?? 0)) ** 2 / rows))
  return [mean, variance.map(Math.sqrt)]
}
