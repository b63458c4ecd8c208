/**
 * Designs that say how near the estimates of costs come. Those of KNOWN were looked at while the model was made; those of
 * HELD_OUT were not: only they tell how it does with a design that somebody brings.
 */
import { parseExperiment } from '#shared/experiment-check'
import type { Experiment, ExperimentInput } from '#shared/experiment'

export interface EstimatedDesign {
  /** "784-100-10 ELU, AdamW, batch 512" */
  name: string
  experiment: Experiment
}

type Change = Partial<Omit<ExperimentInput, 'training'>> & { training: Partial<ExperimentInput['training']> }

function design(
  name: string,
  layers: readonly (readonly [units: number, activation: ExperimentInput['network']['layers'][number]['activation']])[],
  data: ExperimentInput['dataset'],
  { training, ...rest }: Change,
): EstimatedDesign {
  const experiment = parseExperiment({
    version: 1,
    title: name,
    dataset: data,
    network: { layers: layers.map(([units, activation]) => ({ units, activation })) },
    threads: 1,
    ...rest,
    training: { optimizer: { kind: 'adam' }, epochs: 5, ...training },
  })
  return { name, experiment }
}

const first = (name: string, train: number, test: number, validation = 0): ExperimentInput['dataset'] => ({
  name,
  split: { kind: 'first', train, validation, test },
})
const mnist = (train: number, test = 1000) => first('mnist', train, test)
const fashion = (train: number, test = 1000) => first('fashion-mnist', train, test)
const points = (name: string) => ({ name, split: { kind: 'official' as const }, scaling: 'none' as const })
const momentum = { kind: 'sgd', learningRate: 0.02, momentum: 0.9 } as const
const sgd = { kind: 'sgd', learningRate: 0.1 } as const
const widths = (units: readonly number[]): ExperimentInput['factors'] => [
  { name: 'Width', levels: units.map((n) => ({ label: String(n), set: { 'network.layers[0].units': n } })) },
]

/** The ten that the first model was tried with; two of them showed what was wrong with it. */
export const KNOWN: readonly EstimatedDesign[] = [
  design(
    '784-200-100-10 ReLU, Adam, batch 100',
    [
      [200, 'relu'],
      [100, 'relu'],
    ],
    mnist(30_000),
    {
      training: { batchSize: 100, epochs: 8 },
    },
  ),
  design(
    '784-300-100-10 ReLU, momentum, batch 32, Fashion',
    [
      [300, 'relu'],
      [100, 'relu'],
    ],
    fashion(10_000),
    {
      training: { optimizer: momentum, batchSize: 32, epochs: 8 },
    },
  ),
  design('784-32-10 sigmoid, RMSprop, batch 256', [[32, 'sigmoid']], mnist(60_000), {
    training: { optimizer: { kind: 'rmsprop', learningRate: 0.001 }, batchSize: 256, epochs: 12 },
  }),
  design(
    '784-100-10 tanh, Adagrad, batch 50, Fashion, standardized',
    [[100, 'tanh']],
    { ...fashion(15_000), scaling: 'standardize' },
    {
      training: { optimizer: { kind: 'adagrad', learningRate: 0.01 }, batchSize: 50, epochs: 12 },
    },
  ),
  design(
    '784-64×4-10 leaky ReLU, Adam, batch 16',
    [64, 64, 64, 64].map((n) => [n, 'leaky-relu'] as const),
    mnist(5000),
    {
      training: { batchSize: 16, epochs: 16 },
    },
  ),
  design('784-400-10 ELU, AdamW, batch 512', [[400, 'elu']], mnist(30_000), {
    training: { optimizer: { kind: 'adamw', learningRate: 0.001 }, batchSize: 512, epochs: 8 },
  }),
  design('784-128-10 ReLU, SGD, batch 8, L1', [[128, 'relu']], mnist(5000), {
    training: { optimizer: sgd, batchSize: 8, epochs: 12, regularization: { l1: 1e-5 } },
  }),
  design(
    '784-100-50-10 sigmoid, Adam, full batch',
    [
      [100, 'sigmoid'],
      [50, 'sigmoid'],
    ],
    mnist(5000),
    {
      training: { batchSize: 'all', epochs: 40 },
    },
  ),
  design(
    '784-64-32-10 GELU, Adam, batch 128, Fashion, dropout',
    [
      [64, 'gelu'],
      [32, 'gelu'],
    ],
    fashion(20_000),
    {
      training: { batchSize: 128, epochs: 12, regularization: { dropoutHidden: 0.3 } },
    },
  ),
  design(
    '784-60-60-10 improved sigmoid, momentum, batch 32, standardized',
    [
      [60, 'improved-sigmoid'],
      [60, 'improved-sigmoid'],
    ],
    { ...mnist(20_000), scaling: 'standardize' },
    {
      training: { optimizer: momentum, batchSize: 32, epochs: 10 },
    },
  ),
]

/** Chosen to differ from those above, and from each other, in what a design can say; not looked at while fitting. */
export const HELD_OUT: readonly EstimatedDesign[] = [
  design('784-80-10 SiLU, Adam, batch 200, three seeds', [[80, 'silu']], mnist(20_000), {
    replicates: 3,
    threads: 'auto',
    training: { batchSize: 200, epochs: 6 },
  }),
  design('784-{24, 96, 384}-10 ReLU, SGD, batch 64, two seeds', [[24, 'relu']], mnist(10_000), {
    replicates: 2,
    threads: 'auto',
    factors: widths([24, 96, 384]),
    training: { optimizer: sgd, epochs: 8 },
  }),
  design('784-700-10 tanh, SGD, batch 128, Fashion', [[700, 'tanh']], fashion(12_000, 2000), {
    training: { optimizer: sgd, batchSize: 128, epochs: 5 },
  }),
  design(
    '784-256-256-256-10 ReLU, AdamW, batch 96',
    [256, 256, 256].map((n) => [n, 'relu'] as const),
    mnist(12_000, 2000),
    {
      training: { optimizer: { kind: 'adamw', learningRate: 0.001 }, batchSize: 96, epochs: 6 },
    },
  ),
  design('784-10 softmax, SGD, batch 16', [], mnist(40_000, 10_000), {
    training: { optimizer: sgd, batchSize: 16, epochs: 10 },
  }),
  design(
    '784-48-10 softplus, RMSprop, batch 40, Fashion, per feature',
    [[48, 'softplus']],
    { ...fashion(15_000), scaling: 'standardize-per-feature' },
    {
      training: { optimizer: { kind: 'rmsprop', learningRate: 0.001 }, batchSize: 40, epochs: 10 },
    },
  ),
  design(
    '784-120-60-10 ELU, Adam, batch 256, evaluated every 10 steps',
    [
      [120, 'elu'],
      [60, 'elu'],
    ],
    mnist(16_000, 5000),
    {
      training: { batchSize: 256, epochs: 4, evaluation: { every: { steps: 10 } } },
    },
  ),
  design('784-150-10 sigmoid, Adagrad, batch 32, dropout of inputs', [[150, 'sigmoid']], mnist(15_000), {
    training: {
      optimizer: { kind: 'adagrad', learningRate: 0.01 },
      batchSize: 32,
      epochs: 6,
      regularization: { dropoutInput: 0.2, dropoutHidden: 0.4 },
    },
  }),
  design(
    '784-100-100-10 ReLU, SGD, batch 50, L2, longest vectors, 5 folds',
    [
      [100, 'relu'],
      [100, 'relu'],
    ],
    {
      name: 'fashion-mnist',
      split: { kind: 'k-fold', folds: 5, fold: 0 },
    },
    {
      training: { optimizer: sgd, batchSize: 50, epochs: 3, regularization: { l2: 1e-4, maxNorm: 3 } },
    },
  ),
  design(
    '784-32×8-10 tanh, Adam, batch 64, diagnostics',
    Array.from({ length: 8 }, () => [32, 'tanh'] as const),
    mnist(10_000),
    {
      training: { epochs: 12, diagnostics: true },
    },
  ),
  design(
    '2-24-24-2 tanh, SGD, full batch, two moons',
    [
      [24, 'tanh'],
      [24, 'tanh'],
    ],
    points('two-moons'),
    {
      training: { optimizer: sgd, batchSize: 'all', epochs: 6000, evaluation: { every: { epochs: 100 } } },
    },
  ),
  design(
    '784-512-512-10 sigmoid, Adam, batch 1000, all threads',
    [
      [512, 'sigmoid'],
      [512, 'sigmoid'],
    ],
    mnist(30_000, 5000),
    {
      threads: 'auto',
      training: { batchSize: 1000, epochs: 5 },
    },
  ),
  design(
    '784-64-64-10 leaky ReLU, momentum, batch 20, weights kept, all threads',
    [
      [64, 'leaky-relu'],
      [64, 'leaky-relu'],
    ],
    fashion(20_000),
    {
      threads: 'auto',
      training: { optimizer: momentum, batchSize: 20, epochs: 6, keepWeights: {} },
    },
  ),
  design('784-200-10 ReLU, Adam, batch 1, Fashion', [[200, 'relu']], fashion(1000), {
    training: { batchSize: 1, epochs: 4 },
  }),
]
