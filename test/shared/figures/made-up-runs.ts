/**
 * Runs that nobody trained, with histories as training gives them: falling, a little noisy, the same each time.
 */
import type { FigureRun } from '#shared/figure'
import type { Evaluation, LayerDiagnostics, RunId, RunStatus } from '#shared/run'

export interface MadeUp {
  id?: string
  label?: string
  title?: string
  status?: RunStatus
  dataset?: string
  replicate?: number
  reducedData?: boolean
  excluded?: number
  epochs?: number
  /** Epochs trained so far. */
  trained?: number
  secondsPerEpoch?: number
  threads?: number
  cpu?: string
  /** Test loss at the end. */
  floor?: number
  seed?: number
  /** Has a validation part. */
  validated?: boolean
  /** Layers with diagnostics. */
  layers?: number
  loss?: FigureRun['loss']
}

export function madeUpRun(options: MadeUp = {}): FigureRun {
  const { epochs = 50, trained = epochs, secondsPerEpoch = 2.3, floor = 0.08, seed = 1, threads = 2 } = options
  const history = madeUpHistory(trained, secondsPerEpoch, floor, seed).map((at) => withMore(at, options))
  const times = history.map((at) => at.epochSeconds ?? 0).sort((a, b) => a - b)
  const last = history.at(-1) ?? null
  return {
    summary: {
      id: (options.id ?? `run-20260101-${seed}`) as RunId,
      status: options.status ?? 'finished',
      reason: null,
      label: options.label ?? '784-150-120-10',
      title: options.title ?? 'Two networks on MNIST',
      experimentId: 'experiment-1',
      presetId: null,
      configuration: { index: 0, levels: {} },
      replicate: options.replicate ?? 0,
      dataset: options.dataset ?? 'mnist',
      reducedData: options.reducedData ?? false,
      ...(options.excluded !== undefined && { excluded: options.excluded }),
      sizes: [784, 150, 120, 10],
      parameters: 137_080,
      epochs,
      last,
      lowestTestLoss: null,
      secondsPerEpoch: last
        ? { median: times[times.length >> 1] ?? 0, min: times[0] ?? 0, max: times.at(-1) ?? 0 }
        : null,
      threads,
      weightsSha256: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      startedAt: null,
      endedAt: null,
      tags: [],
    },
    history,
    machine: {
      cpu: options.cpu ?? 'Intel Core i7-1260P',
      cores: 8,
      memoryBytes: 16e9,
      os: 'Linux',
      node: '20.19.0',
      app: '0.1.0',
      kernels: 'reference',
      bitClass: 'reference',
    },
    trainMeasure: 'running',
    ...(options.loss ? { loss: options.loss } : {}),
  }
}

function withMore(at: Evaluation, { validated, layers }: MadeUp): Evaluation {
  const { loss, correct } = at.test ?? at.train
  return {
    ...at,
    learningRate: 0.1 / at.epoch,
    ...(validated ? { validation: { loss: loss + 0.01, correct: correct >> 1, count: 5000 } } : {}),
    ...(layers ? { diagnostics: Array.from({ length: layers }, (_, i) => madeUpLayer(at.epoch, i, layers)) } : {}),
  }
}

/** Gradients that shrink towards the input; a ReLU network, whose output layer has no dead units. */
function madeUpLayer(epoch: number, layer: number, layers: number): LayerDiagnostics {
  const isOutput = layer === layers - 1
  return {
    gradientNorm: 10 ** (layer - layers) / epoch,
    weightNorm: 20,
    updateNorm: 0.02 / epoch,
    saturated: null,
    dead: isOutput ? null : 0.01 * epoch,
    histogram: { low: 0, high: 4, counts: [10, 5, 2, 1] },
  }
}

function madeUpHistory(epochs: number, secondsPerEpoch: number, floor: number, seed: number): Evaluation[] {
  const random = noise(seed)
  let seconds = 0
  return Array.from({ length: epochs }, (_, i) => {
    const epoch = i + 1
    const epochSeconds = secondsPerEpoch * (1 + 0.15 * random() ** 2)
    seconds += epochSeconds
    const train = 0.45 * Math.exp(-epoch / 4) + 0.03 + 0.01 * random()
    const test = 0.3 * Math.exp(-epoch / 4) + floor + 0.02 * random() + 0.0006 * epoch
    return {
      epoch,
      step: epoch * 938,
      seconds,
      epochSeconds,
      train: { loss: train, correct: Math.round(60_000 * (1 - train / 3.5)), count: 60_000 },
      test: { loss: test, correct: Math.round(10_000 * (1 - test / 3.5)), count: 10_000 },
    }
  })
}

/** 0 … 1, the same numbers for the same seed. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}
