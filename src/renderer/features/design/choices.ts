/**
 * What can be chosen in the form and what it is called: only what this version can train.
 */
import { BUILT_IN_DATASETS } from '#shared/dataset'
import { optimizerSchema, type Activation, type Experiment, type Initializer, type Optimizer } from '#shared/experiment'
import { SUPPORTED } from '#shared/experiment-support'
import type { SelectOption } from '../../ui/select-option'

const ACTIVATION_NAMES: Record<Activation, string> = {
  sigmoid: 'Sigmoid',
  relu: 'ReLU',
  tanh: 'tanh',
  'improved-sigmoid': 'Improved sigmoid',
  gelu: 'GELU',
  silu: 'SiLU',
  softplus: 'Softplus',
  linear: 'Linear',
  'leaky-relu': 'Leaky ReLU',
  elu: 'ELU',
}

const INITIALIZER_NAMES: Record<Initializer['kind'], string> = {
  'glorot-uniform': 'Glorot, uniform (Keras)',
  'glorot-normal': 'Glorot, normal',
  'he-uniform': 'He, uniform',
  'he-normal': 'He, normal',
  'lecun-uniform': 'LeCun, uniform',
  'lecun-normal': 'LeCun, normal',
  'pytorch-default': 'PyTorch default',
  zeros: 'Zeros',
  uniform: 'Uniform U(−a, a)',
  file: 'From a file',
}

const OPTIMIZER_NAMES: Record<Optimizer['kind'], string> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
  rmsprop: 'RMSprop',
  adagrad: 'Adagrad',
}

const LOSS_NAMES: Record<Experiment['training']['loss'], string> = {
  'softmax-cross-entropy': 'Softmax cross-entropy',
  'binary-cross-entropy': 'Binary cross-entropy',
  'squared-error': 'Squared error',
}

const SCALING_NAMES: Record<Experiment['dataset']['scaling'], string> = {
  none: 'None: 0 … 255',
  unit: '0 … 1: divided by 255',
  standardize: 'Standardized',
  'standardize-per-feature': 'Standardized by feature',
}

const SPLIT_NAMES: Record<Experiment['dataset']['split']['kind'], string> = {
  official: 'Official: all of both parts',
  first: 'The first n of each part',
  random: 'Random',
  stratified: 'Stratified',
  'k-fold': 'k-fold',
}

function named<T extends string>(values: readonly T[], names: Record<T, string>): SelectOption[] {
  return values.map((value) => ({ value, label: names[value] }))
}

export const ACTIVATIONS = named(SUPPORTED.activations, ACTIVATION_NAMES)
export const INITIALIZERS = named(SUPPORTED.initializers, INITIALIZER_NAMES)
export const OPTIMIZERS = named(SUPPORTED.optimizers, OPTIMIZER_NAMES)
export const LOSSES = named(SUPPORTED.losses, LOSS_NAMES)
export const SCALINGS = named(SUPPORTED.scalings, SCALING_NAMES)
export const SPLITS = named(SUPPORTED.splits, SPLIT_NAMES)
export const DATASETS: SelectOption[] = BUILT_IN_DATASETS.map(({ name, title }) => ({ value: name, label: title }))

/** An optimizer with its usual values. */
export function optimizerOf(kind: string): unknown {
  return optimizerSchema.parse({ kind })
}

/** PyTorch's range for 784 inputs is 0.036; 0.05 is near it. */
export function initializerOf(kind: string): unknown {
  return kind === 'uniform' ? { kind, range: 0.05 } : { kind }
}

/** A split with parts that are quick to train on. */
export function splitOf(kind: string): unknown {
  return kind === 'first' ? { kind, train: 10_000, test: 2000 } : { kind }
}
