/** The seven networks that are timed, the same as in other libraries' scripts, so that the seconds compare. */
import { parseExperiment } from '#shared/experiment-check'
import type { Experiment, ExperimentInput } from '#shared/experiment'

export interface Workload {
  id: string
  /** Units from the input to the output. */
  sizes: readonly number[]
  activation: 'sigmoid' | 'relu'
  optimizer: ExperimentInput['training']['optimizer']
  batchSize: number
  /** The first so many of the training part. */
  samples: number
  dataset: 'mnist' | 'fashion-mnist'
  /**
   * Where the mean loss over the first epoch must lie, as it was trained. A network that learns nothing has ln 10 = 2.30.
   * About a third to either side of what PyTorch reaches: seeds change it by a few percent.
   */
  firstLoss: readonly [low: number, high: number]
  /** Timed epochs: more where an epoch is short. */
  epochs: number
}

const adam = (learningRate: number) => ({ kind: 'adam', learningRate }) as const

export const WORKLOADS: readonly Workload[] = [
  {
    id: 'a',
    sizes: [784, 150, 120, 10],
    activation: 'sigmoid',
    optimizer: adam(0.01),
    batchSize: 64,
    samples: 60_000,
    dataset: 'mnist',
    firstLoss: [0.17, 0.4],
    epochs: 6,
  },
  {
    id: 'b',
    sizes: [784, 500, 250, 100, 10],
    activation: 'sigmoid',
    optimizer: adam(0.01),
    batchSize: 64,
    samples: 60_000,
    dataset: 'mnist',
    firstLoss: [0.2, 0.5],
    epochs: 4,
  },
  {
    id: 'c',
    sizes: [784, 64, 128, 64, 10],
    activation: 'relu',
    optimizer: adam(0.001),
    batchSize: 64,
    samples: 60_000,
    dataset: 'mnist',
    firstLoss: [0.2, 0.5],
    epochs: 8,
  },
  {
    id: 'd',
    sizes: [784, 256, 512, 128, 10],
    activation: 'relu',
    optimizer: adam(0.001),
    batchSize: 64,
    samples: 60_000,
    dataset: 'mnist',
    firstLoss: [0.14, 0.36],
    epochs: 4,
  },
  {
    id: 'e',
    sizes: [784, 64, 10],
    activation: 'sigmoid',
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    batchSize: 32,
    samples: 60_000,
    dataset: 'mnist',
    firstLoss: [0.4, 0.9],
    epochs: 12,
  },
  {
    id: 'f',
    sizes: [784, 512, 10],
    activation: 'sigmoid',
    optimizer: { kind: 'rmsprop', learningRate: 0.001, rho: 0.99, epsilon: 1e-8 },
    batchSize: 128,
    samples: 40_000,
    dataset: 'fashion-mnist',
    firstLoss: [0.4, 1],
    epochs: 6,
  },
  {
    id: 'g',
    sizes: [784, 64, 10],
    activation: 'relu',
    optimizer: adam(0.001),
    batchSize: 60_000, // the whole set: an epoch is one step, and the first loss that of the first weights
    samples: 60_000,
    dataset: 'mnist',
    firstLoss: [2.2, 2.5],
    epochs: 20,
  },
]

/** "784-150-120-10 sigmoid, Adam, batch 64" */
export function describeWorkload({ sizes, activation, optimizer, batchSize, samples, dataset }: Workload): string {
  const optimizers: Record<string, string> = { adam: 'Adam', sgd: 'SGD', rmsprop: 'RMSprop' }
  const batch = batchSize === samples ? 'full batch' : `batch ${batchSize}`
  const data = dataset === 'mnist' ? '' : `, Fashion-MNIST, ${samples.toLocaleString('en')} samples`
  return `${sizes.join('-')} ${activation}, ${optimizers[optimizer.kind]}, ${batch}${data}`
}

/** Evaluates after each epoch, as only then the engine says how long the epoch took. */
export function experimentOf(workload: Workload, epochs: number): Experiment {
  const { sizes, activation, optimizer, batchSize, samples, dataset } = workload
  return parseExperiment({
    version: 1,
    title: `Workload ${workload.id}`,
    dataset: { name: dataset, split: { kind: 'first', train: samples, test: 10_000 } },
    network: {
      layers: sizes.slice(1, -1).map((units) => ({ units, activation })),
      initializer: { kind: 'pytorch-default' },
    },
    training: { optimizer, batchSize, epochs, evaluation: { every: { epochs: 1 }, train: 'running' } },
  } satisfies ExperimentInput)
}

/**
 * Floating-point operations of an epoch: two for each weight and sample forward, two for the gradient of the weight,
 * two for that of the input, which the first layer does not need. Biases, activations and optimizer are not counted,
 * and zeros count like any number, whether an engine skips them or not.
 */
export function flopsPerEpoch({ sizes, samples }: Workload): number {
  const weights = sizes.slice(1).map((units, i) => units * sizes[i])
  return (6 * weights.reduce((a, b) => a + b, 0) - 2 * weights[0]) * samples
}
