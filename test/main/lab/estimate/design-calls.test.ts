import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { openLab } from '#lab/open-lab'
import type { Lab } from '#lab/lab'
import { f32Of } from '#shared/datasets'
import { dryRunFindings } from '#shared/dry-run'
import type { ExperimentInput } from '#shared/experiment'
import { parseExperiment } from '#shared/experiment-check'
import { predictionsOf } from '#shared/predict'
import { hasEnded, type RunId, type RunSummary } from '#shared/run'
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
  title: 'Dry',
  dataset: { name: 'mnist', split: { kind: 'first', train: 1000, validation: 200, test: 500 } },
  network: { layers: [{ units: 64, activation: 'sigmoid' }] },
  training: { optimizer: { kind: 'sgd', learningRate: 0.1 }, epochs: 2 },
}
const design = (changes: Partial<ExperimentInput> = {}) => parseExperiment({ ...base, ...changes })

async function trained(experiment: ReturnType<typeof design>): Promise<RunId> {
  const ended = new Promise<RunSummary>((found) => {
    const off = lab.on('runs:changed', ({ changed }) => {
      const run = changed.find((each) => hasEnded(each.status))
      if (!run) return
      off()
      found(run)
    })
  })
  await lab.call('runs:enqueue', experiment, null)
  const run = await ended
  expect(run.status).toBe('finished')
  return run.id
}

describe('a dry run', () => {
  it('has the shapes, and a first loss near ln 10 where the first weights are small', async () => {
    const experiment = design()
    const dry = await lab.call('design:dry-run', experiment, 0)
    expect(dry).toMatchObject({ label: '784-64-10', sizes: [784, 64, 10], batch: 64, guessingLoss: Math.log(10) })
    expect(dry.layers.map(({ name, inputs, outputs, parameters }) => [name, inputs, outputs, parameters])).toEqual([
      ['Hidden 1', 784, 64, 50_240],
      ['Output', 64, 10, 650],
    ])
    expect(Math.abs(dry.loss - 2.3026)).toBeLessThan(0.4)
    expect(dry.layers.every((layer) => layer.gradientNorm > 0 && layer.updateNorm > 0)).toBe(true)
    expect(dry.memoryBytes).toBeGreaterThan(4 * 50_890)
    expect(dryRunFindings(dry, experiment).map((each) => each.isGood)).toEqual([true])
  })

  it('begins at ln 200 with 200 outputs: S1-26', async () => {
    const experiment = design({
      network: {
        layers: [{ units: 128, activation: 'relu' }],
        output: { units: 200 },
        initializer: { kind: 'pytorch-default' },
      },
    })
    const dry = await lab.call('design:dry-run', experiment, 0)
    expect(dry.guessingLoss).toBeCloseTo(5.2983, 4)
    expect(Math.abs(dry.loss - 5.2983)).toBeLessThan(0.1)
  })

  it('sees units that begin saturated with U(−1, 1) and 784 inputs', async () => {
    const experiment = design({
      dataset: { name: 'mnist', split: { kind: 'first', train: 1000, test: 500 }, scaling: 'standardize' },
      network: { layers: [{ units: 64, activation: 'sigmoid' }], initializer: { kind: 'uniform', range: 1 } },
    })
    const dry = await lab.call('design:dry-run', experiment, 0)
    expect(dry.layers[0]?.saturated).toBeGreaterThan(0.6)
    const findings = dryRunFindings(dry, experiment)
    expect(findings.some(({ isGood, text }) => !isGood && text.includes('saturated'))).toBe(true)
  })

  it('is that of the configuration that was asked for, and there must be one', async () => {
    const levels = [16, 32].map((units) => ({ label: String(units), set: { 'network.layers[0].units': units } }))
    const experiment = design({ factors: [{ name: 'Width', levels }], replicates: 2 })
    expect(await lab.call('design:dry-run', experiment, 1)).toMatchObject({ label: '32', sizes: [784, 32, 10] })
    await expect(lab.call('design:dry-run', experiment, 2)).rejects.toMatchObject({ code: 'design/no-configuration' })
  })

  it('leaves no run behind', async () => {
    await lab.call('design:dry-run', design(), 0)
    expect((await lab.call('runs:list')).runs.filter((run) => run.title === 'Dry')).toEqual([])
  })
})

describe('the speed of this machine', () => {
  it('is taken from the kernels before anything was measured, then from a measurement, which is kept', async () => {
    expect((await lab.call('design:speed')).basis).toMatch(/^(kernels|assumed)$/)
    const measured = await lab.call('design:measure-speed')
    expect(measured.basis).toBe('measured')
    expect(measured.oneThread).toBeGreaterThan(0)
    expect(await lab.call('design:speed')).toEqual(measured)
  })
})

describe('predictions', () => {
  it('of a finished run are as right as its last evaluation says, part by part', async () => {
    const id = await trained(design({ title: 'Predict', training: { optimizer: { kind: 'adam' }, epochs: 4 } }))
    const { summary } = await lab.call('runs:details', id)
    const answer = await lab.call('runs:predict', id, { of: 'part', part: 'validation', count: 200 })
    expect(answer).toMatchObject({ isSnapshot: false, epoch: 4, outputs: 10 })
    expect(answer.samples).toEqual(Array.from({ length: 200 }, (_, i) => 1000 + i))
    const right = predictionsOf(answer).filter(({ label }, i) => label === answer.labels[i]).length
    expect(right).toBe(summary.last?.validation?.correct)
    const values = f32Of(answer.values)
    const loss = answer.labels.reduce((sum, label, i) => sum - Math.log(values[i * 10 + label] ?? 0), 0) / 200
    expect(loss).toBeCloseTo(summary.last?.validation?.loss ?? 0, 4)
  })

  it('standardize as the training did', async () => {
    const dataset = { ...base.dataset, scaling: 'standardize-per-feature' as const }
    const id = await trained(
      design({ title: 'Scaled', dataset, network: { layers: [{ units: 16, activation: 'gelu' }] } }),
    )
    const { summary } = await lab.call('runs:details', id)
    const answer = await lab.call('runs:predict', id, { of: 'part', part: 'validation', count: 200 })
    const right = predictionsOf(answer).filter(({ label }, i) => label === answer.labels[i]).length
    expect(right).toBe(summary.last?.validation?.correct)
  })

  it('over the plane are there for two inputs, row by row from the bottom', async () => {
    const id = await trained(
      design({
        title: 'Plane',
        dataset: { name: 'two-moons', scaling: 'none' },
        network: { layers: [{ units: 16, activation: 'tanh' }] },
        training: { optimizer: { kind: 'adam', learningRate: 0.05 }, batchSize: 'all', epochs: 200 },
      }),
    )
    const grid = { of: 'grid', x: [-0.5, 0.5], y: [-0.5, 0.5], columns: 20, rows: 10 } as const
    const answer = await lab.call('runs:predict', id, grid)
    const predicted = predictionsOf(answer)
    expect(predicted).toHaveLength(200)
    // class 0 is the upper arch, class 1 the lower one
    expect(predicted[10]?.label).toBe(1)
    expect(predicted[199 - 13]?.label).toBe(0)
    await expect(lab.call('runs:predict', id, { ...grid, columns: 100_001 })).rejects.toMatchObject({
      code: 'call/bad-arguments',
    })
  })

  it('over the plane are refused for images', async () => {
    const [run] = (await lab.call('runs:list')).runs.filter((each) => each.title === 'Predict')
    if (!run) throw new Error('no run')
    const request = { of: 'grid', x: [0, 1], y: [0, 1], columns: 2, rows: 2 } as const
    await expect(lab.call('runs:predict', run.id, request)).rejects.toMatchObject({ code: 'model/no-plane' })
  })

  it('of a sample that there is not are refused', async () => {
    const [run] = (await lab.call('runs:list')).runs.filter((each) => each.title === 'Predict')
    if (!run) throw new Error('no run')
    const request = { of: 'samples', samples: [70_000] } as const
    await expect(lab.call('runs:predict', run.id, request)).rejects.toMatchObject({ code: 'dataset/no-sample' })
  })
})
