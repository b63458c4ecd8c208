/** Presets and runs for tests; give what the test is about. */
import { experimentSchema } from '#shared/experiment'
import type { Preset } from '#shared/preset'
import type { RunId, RunSummary } from '#shared/run'

const sigmoid = (...sizes: number[]) => sizes.map((units) => ({ units, activation: 'sigmoid' as const }))

export const TWO_NETWORKS = experimentSchema.parse({
  version: 1,
  title: 'Two networks on MNIST',
  dataset: { name: 'mnist' },
  network: { layers: sigmoid(150, 120) },
  training: { optimizer: { kind: 'adam', learningRate: 0.01 }, epochs: 50 },
  factors: [
    {
      name: 'Network',
      levels: [
        { label: '784-150-120-10', set: { 'network.layers': sigmoid(150, 120) } },
        { label: '784-500-250-100-10', set: { 'network.layers': sigmoid(500, 250, 100) } },
      ],
    },
  ],
  replicates: 3,
})

export function aPreset(change: Partial<Preset> = {}): Preset {
  return {
    id: 'two-networks-mnist',
    group: 'Two networks on MNIST',
    title: 'Two networks on MNIST',
    question: 'Is the bigger network better?',
    rows: ['S0-3', 'S0-4'],
    experiment: TWO_NETWORKS,
    quick: { 'training.epochs': 5 },
    figures: ['Loss by epoch'],
    reported: 'The bigger one is slower.',
    variants: {},
    reportedValues: [],
    mistakes: [],
    results: [],
    ...change,
  }
}

export function aRun(change: Omit<Partial<RunSummary>, 'id'> & { id?: string } = {}): RunSummary {
  return {
    status: 'waiting',
    reason: null,
    label: '784-64-10',
    title: 'Widths',
    experimentId: 'experiment-1',
    presetId: null,
    configuration: { index: 0, levels: {} },
    replicate: 0,
    dataset: 'mnist',
    reducedData: false,
    sizes: [784, 64, 10],
    parameters: 50_890,
    epochs: 10,
    last: null,
    lowestTestLoss: null,
    secondsPerEpoch: null,
    threads: 2,
    weightsSha256: null,
    createdAt: '2026-01-02T03:04:05.000Z',
    startedAt: null,
    endedAt: null,
    tags: [],
    ...change,
    id: (change.id ?? 'run-000001') as RunId,
  }
}
