/** One of each thing that an experiment can say and a script has to do. */
import { PLAIN_ACTIVATIONS, type ExperimentInput } from '#shared/experiment'
import type { Case } from './recreated'

const SGD = { kind: 'sgd', learningRate: 0.2 } as const
const ADAM = { kind: 'adam', learningRate: 0.02 } as const
const ADAMW = { kind: 'adamw', learningRate: 0.02, weightDecay: 0.1 } as const
const FAST = { ...SGD, momentum: 0.9, learningRate: 0.05 } as const
const RMSPROP = { kind: 'rmsprop', learningRate: 0.005 } as const
const ADAGRAD = { kind: 'adagrad', learningRate: 0.05, initialAccumulator: 0.1, epsilon: 1e-7 } as const
const BINARY = { loss: 'binary-cross-entropy' } as const
const SIGMOID = { output: { activation: 'sigmoid' } } as const
const ONE_UNIT = { output: { activation: 'sigmoid', units: 1 } } as const
const TANH: ExperimentInput['network']['layers'] = [{ units: 9, activation: 'tanh' }]
const TRICK = { bias: 'input-trick' } as const

function layers(...hidden: ExperimentInput['network']['layers']): NonNullable<Case['network']> {
  return { layers: hidden }
}

export const OPTIMIZER_CASES: readonly Case[] = [
  { name: 'SGD', training: { optimizer: SGD } },
  { name: 'momentum', training: { optimizer: FAST } },
  { name: 'Nesterov', training: { optimizer: { ...FAST, nesterov: true } } },
  { name: 'Adam' },
  { name: 'AdamW', training: { optimizer: ADAMW } },
  { name: 'RMSprop', training: { optimizer: RMSPROP } },
  { name: 'RMSprop with momentum', training: { optimizer: { ...RMSPROP, momentum: 0.5 } } },
  { name: 'Adagrad', training: { optimizer: ADAGRAD } },
  { name: 'uphill', training: { optimizer: { ...SGD, learningRate: 0.01 }, mistake: 'gradient-sign' } },
  { name: 'uphill with Adam', training: { optimizer: { ...ADAM, learningRate: 0.001 }, mistake: 'gradient-sign' } },
]

export const NETWORK_CASES: readonly Case[] = [
  ...PLAIN_ACTIVATIONS.map((activation): Case => {
    return { name: activation, network: layers({ units: 9, activation }, { units: 7, activation }) }
  }),
  { name: 'leaky ReLU', network: layers({ units: 9, activation: 'leaky-relu', slope: 0.2 }) },
  { name: 'ELU', network: layers({ units: 9, activation: 'elu', c: 0.6 }) },
  { name: 'no hidden layer', network: layers() },
  { name: '200 outputs', network: { output: { units: 200 } } },
  { name: 'softmax twice', training: { mistake: 'softmax-twice', optimizer: SGD } },
  { name: 'binary cross-entropy', network: SIGMOID, training: BINARY },
  { name: 'one unit', network: ONE_UNIT, training: BINARY, classes: 2 },
  ...(['softmax', 'sigmoid', 'linear'] as const).map((activation): Case => {
    return {
      name: `squared error ${activation}`,
      network: { output: { activation } },
      training: { loss: 'squared-error' },
    }
  }),
  {
    name: 'one linear unit',
    network: { output: { activation: 'linear', units: 1 } },
    training: { loss: 'squared-error' },
    classes: 2,
  },
  { name: 'input trick', network: TRICK },
  { name: 'no bias', network: { bias: 'none' } },
]

export const TRAINING_CASES: readonly Case[] = [
  { name: 'L1 and L2', training: { regularization: { l1: 0.001, l2: 0.01 } } },
  {
    name: 'input trick with L1, L2 and max-norm',
    network: TRICK,
    training: { regularization: { l1: 0.001, l2: 0.01, maxNorm: 1 } },
  },
  {
    name: 'activities',
    network: { layers: TANH },
    training: { regularization: { activityL1: 0.01, activityL2: 0.02 } },
  },
  { name: 'max-norm', training: { regularization: { maxNorm: 0.8 } } },
  { name: 'clipped', training: { optimizer: SGD, regularization: { clipNorm: 0.05, l2: 0.01 } } },
  { name: 'smoothed', training: { regularization: { labelSmoothing: 0.1 } } },
  { name: 'smoothed, binary', network: SIGMOID, training: { ...BINARY, regularization: { labelSmoothing: 0.1 } } },
  { name: 'step schedule', training: { schedule: { kind: 'step', everyEpochs: 2, factor: 0.3, warmupEpochs: 1 } } },
  { name: 'exponential schedule', training: { schedule: { kind: 'exponential', factor: 0.7 } } },
  { name: 'cosine schedule', training: { schedule: { kind: 'cosine', final: 0.1, warmupEpochs: 1 } } },
  { name: 'cosine to nothing', training: { schedule: { kind: 'cosine' } } },
  { name: 'warm-up', training: { schedule: { kind: 'constant', warmupEpochs: 2 } } },
  {
    name: 'plateau',
    training: {
      epochs: 8,
      optimizer: { ...SGD, learningRate: 3 },
      schedule: { kind: 'plateau', patience: 1, factor: 0.3 },
    },
  },
  {
    name: 'early stopping',
    training: {
      epochs: 12,
      optimizer: { ...ADAM, learningRate: 0.1 },
      earlyStopping: { metric: 'validation-accuracy', patience: 2 },
    },
  },
  {
    name: 'early stopping without going back',
    training: { epochs: 12, earlyStopping: { metric: 'train-loss', patience: 1, restoreBest: false } },
  },
  { name: 'evaluated by steps', training: { evaluation: { every: { steps: 3 }, train: 'full' } } },
  { name: 'evaluated every other epoch', training: { epochs: 5, evaluation: { every: { epochs: 2 } } } },
  { name: 'test at the end', training: { evaluation: { test: 'final' } } },
  { name: 'all at once, in order', training: { batchSize: 'all', shuffle: false, optimizer: SGD } },
  {
    name: 'no scaling',
    dataset: { scaling: 'none' },
    network: layers({ units: 9, activation: 'tanh' }),
    training: { optimizer: { ...SGD, learningRate: 1e-4 } },
  },
  { name: 'standardized', dataset: { scaling: 'standardize' } },
  { name: 'standardized by the feature', dataset: { scaling: 'standardize-per-feature' } },
  { name: 'a fold', dataset: { split: { kind: 'k-fold', folds: 5, fold: 2 } } },
  { name: 'official split', dataset: { split: { kind: 'official' } } },
  { name: 'points', points: true, dataset: { scaling: 'standardize-per-feature' }, network: { layers: TANH } },
  {
    name: 'points as they are',
    points: true,
    network: { layers: TANH },
    training: { optimizer: { ...SGD, learningRate: 1e-3 } },
    dataset: { split: { kind: 'first', train: 60, validation: 20, test: 30 } },
  },
]

/** Its masks are the lab's own in NumPy alone. */
export const DROPOUT_CASES: readonly Case[] = [
  { name: 'dropout', training: { regularization: { dropoutInput: 0.2, dropoutHidden: 0.4, activityL2: 0.01 } } },
  { name: 'dropout with the input trick', network: TRICK, training: { regularization: { dropoutInput: 0.3 } } },
]

export const ALL_CASES = [...OPTIMIZER_CASES, ...NETWORK_CASES, ...TRAINING_CASES]
