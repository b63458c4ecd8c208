/**
 * What can be chosen in the form, what it is called, and with which values it begins.
 */
import {
  initializerSchema,
  layerSchema,
  optimizerSchema,
  scheduleSchema,
  type Activation,
  type Experiment,
  type Initializer,
  type Optimizer,
  type Schedule,
} from '#shared/experiment'
import { MISTAKE_WORDS } from '#shared/mistakes'
import { ALL_SCALINGS, scalingName } from '../../data/scalings'
import type { SelectOption } from '../../ui/select-option'

type Training = Experiment['training']
type Output = Experiment['network']['output']

const ACTIVATION_NAMES: Record<Activation, string> = {
  sigmoid: 'Sigmoid',
  relu: 'ReLU',
  tanh: 'tanh',
  'improved-sigmoid': '1.7159 · tanh(⅔z)',
  'leaky-relu': 'Leaky ReLU',
  elu: 'ELU',
  gelu: 'GELU',
  silu: 'SiLU',
  softplus: 'Softplus',
  linear: 'Linear',
}

const OUTPUT_ACTIVATION_NAMES: Record<Output['activation'], string> = {
  softmax: 'Softmax',
  sigmoid: 'Sigmoid',
  linear: 'Linear',
}

const INITIALIZER_NAMES: Record<Initializer['kind'], string> = {
  'glorot-uniform': 'Glorot, uniform',
  'glorot-normal': 'Glorot, normal',
  'he-uniform': 'He, uniform',
  'he-normal': 'He, normal',
  'lecun-uniform': 'LeCun, uniform',
  'lecun-normal': 'N(0, 1/√fan-in), LeCun',
  'pytorch-default': 'PyTorch’s default',
  'keras-default': 'Keras’ default',
  uniform: 'U(−a, a)',
  zeros: 'Zeros',
}

/** What is drawn from, and what the biases start with. `N(0, s)` has the standard deviation s. */
export const INITIALIZER_HINTS: Record<Initializer['kind'], string> = {
  'glorot-uniform': 'U(−a, a), a = √(6 / (fan-in + fan-out)); biases 0',
  'glorot-normal': 'N(0, √(2 / (fan-in + fan-out))); biases 0',
  'he-uniform': 'U(−a, a), a = √(6 / fan-in); biases 0',
  'he-normal': 'N(0, √(2 / fan-in)); biases 0',
  'lecun-uniform': 'U(−a, a), a = √(3 / fan-in); biases 0',
  'lecun-normal': 'Standard deviation 1 / √fan-in; biases 0',
  'pytorch-default': 'U(−a, a), a = 1 / √fan-in, biases too, as in nn.Linear',
  'keras-default': 'Glorot, uniform, and biases 0, as in Dense',
  uniform: 'The same range for every layer; biases 0',
  zeros: 'Weights and biases 0',
}

const BIAS_NAMES: Record<Experiment['network']['bias'], string> = {
  'each-layer': 'One for every unit',
  'input-trick': 'One constant input of 1',
  none: 'None',
}

const OPTIMIZER_NAMES: Record<Optimizer['kind'], string> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
  rmsprop: 'RMSprop',
  adagrad: 'Adagrad',
}

const LOSS_NAMES: Record<Training['loss'], string> = {
  'softmax-cross-entropy': 'Softmax cross-entropy',
  'binary-cross-entropy': 'Binary cross-entropy',
  'squared-error': 'Squared error',
}

export const LOSS_HINTS: Record<Training['loss'], string> = {
  'softmax-cross-entropy': 'Mean per sample, in nats; needs a softmax output',
  'binary-cross-entropy': 'Summed over the outputs, mean per sample, in nats; needs a sigmoid output',
  'squared-error': '½ Σ(y − t)², mean per sample',
}

const MISTAKE_NAMES: Record<Training['mistake'], string> = {
  none: 'None',
  'softmax-twice': capital(MISTAKE_WORDS['softmax-twice']),
  'gradient-sign': capital(MISTAKE_WORDS['gradient-sign']),
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const MISTAKE_HINTS: Record<Training['mistake'], string> = {
  none: 'Plants a classic bug, to learn what it looks like',
  'softmax-twice': 'The softmax of the softmax goes into the loss: it cannot come near 0',
  'gradient-sign': 'The sign of the gradient is wrong: the loss can only rise',
}

const SCHEDULE_NAMES: Record<Schedule['kind'], string> = {
  constant: 'Constant',
  step: 'In steps',
  exponential: 'Exponential',
  cosine: 'Cosine',
  plateau: 'On a plateau',
}

const WATCHED_NAMES: Record<NonNullable<Training['earlyStopping']>['metric'], string> = {
  'validation-loss': 'Validation loss',
  'validation-accuracy': 'Validation accuracy',
  'train-loss': 'Training loss',
}

const PICTURES = { height: 28, width: 28 }

/** In the order of the names. */
function named<T extends string>(names: Record<T, string>): SelectOption[] {
  return Object.entries<string>(names).map(([value, label]) => ({ value, label }))
}

export const ACTIVATIONS = named(ACTIVATION_NAMES)
export const OUTPUT_ACTIVATIONS = named(OUTPUT_ACTIVATION_NAMES)
export const INITIALIZERS = named(INITIALIZER_NAMES)
export const BIASES = named(BIAS_NAMES)
export const OPTIMIZERS = named(OPTIMIZER_NAMES)
export const LOSSES = named(LOSS_NAMES)
export const MISTAKES = named(MISTAKE_NAMES)
export const SCHEDULES = named(SCHEDULE_NAMES)
export const WATCHED = named(WATCHED_NAMES)
/** As of pictures; where the data are known, `data/scalings.ts` has better words. */
export const SCALINGS: SelectOption[] = ALL_SCALINGS.map((value) => ({ value, label: scalingName(value, PICTURES) }))

/** What a value of the document is called; as it is, where it is none that can be chosen. */
export function nameOf(options: readonly SelectOption[], value: unknown): string {
  return options.find((option) => option.value === value)?.label ?? String(value)
}

/** A layer with the activation's usual fields. */
export function layerOf(units: unknown, activation: string): Record<string, unknown> {
  return { ...layerSchema.parse({ units: 1, activation }), units }
}

/** An optimizer with its usual values. */
export function optimizerOf(kind: string): unknown {
  return optimizerSchema.parse({ kind })
}

/** PyTorch's range for 784 inputs is 0.036; 0.05 is near it. */
export function initializerOf(kind: string): unknown {
  return initializerSchema.parse(kind === 'uniform' ? { kind, range: 0.05 } : { kind })
}

const SCHEDULE_STARTS: Partial<Record<string, object>> = {
  step: { everyEpochs: 10, factor: 0.5 },
  exponential: { factor: 0.95 },
}

/** A schedule with usual values; the warm-up stays as it is. */
export function scheduleOf(kind: string, warmupEpochs: unknown = 0, metric = 'validation-loss'): unknown {
  const watched = kind === 'plateau' ? { metric } : {}
  return { ...scheduleSchema.parse({ kind, ...SCHEDULE_STARTS[kind], ...watched }), warmupEpochs }
}
