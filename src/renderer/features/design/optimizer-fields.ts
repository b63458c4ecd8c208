/**
 * The fields of each optimizer in the form, and what two libraries start them with.
 */
import type { Optimizer } from '#shared/experiment'

export interface OptimizerField {
  field: string
  label: string
}

const BETAS: readonly OptimizerField[] = [
  { field: 'beta1', label: 'β₁' },
  { field: 'beta2', label: 'β₂' },
]
const EPSILON: OptimizerField = { field: 'epsilon', label: 'ε' }
const MOMENTUM: OptimizerField = { field: 'momentum', label: 'Momentum' }

/** All but the learning rate, which every optimizer has, and SGD's switch for Nesterov. */
export const OPTIMIZER_FIELDS: Record<Optimizer['kind'], readonly OptimizerField[]> = {
  sgd: [MOMENTUM],
  adam: [...BETAS, EPSILON],
  adamw: [...BETAS, EPSILON, { field: 'weightDecay', label: 'Weight decay' }],
  rmsprop: [{ field: 'rho', label: 'ρ' }, EPSILON, MOMENTUM],
  adagrad: [{ field: 'initialAccumulator', label: 'First sum' }, EPSILON],
}

export type Library = 'PyTorch' | 'Keras'
export const LIBRARIES: readonly Library[] = ['PyTorch', 'Keras']

type Values<K extends Optimizer['kind']> = Omit<Extract<Optimizer, { kind: K }>, 'kind'>

/**
 * What an optimizer is without arguments in PyTorch 2 and in Keras 3. Both have the same Adam in mind and differ in
 * the small print, which is why results that should agree often do not.
 */
const DEFAULTS: { [K in Optimizer['kind']]: Record<Library, Values<K>> } = {
  sgd: {
    PyTorch: { learningRate: 0.001, momentum: 0, nesterov: false },
    Keras: { learningRate: 0.01, momentum: 0, nesterov: false },
  },
  adam: {
    PyTorch: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    Keras: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  },
  adamw: {
    PyTorch: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    Keras: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 },
  },
  rmsprop: {
    PyTorch: { learningRate: 0.01, rho: 0.99, epsilon: 1e-8, momentum: 0 },
    Keras: { learningRate: 0.001, rho: 0.9, epsilon: 1e-7, momentum: 0 },
  },
  adagrad: {
    PyTorch: { learningRate: 0.01, initialAccumulator: 0, epsilon: 1e-10 },
    Keras: { learningRate: 0.001, initialAccumulator: 0.1, epsilon: 1e-7 },
  },
}

/** The optimizer as it is without arguments in a library. */
export function defaultsOf(kind: Optimizer['kind'], library: Library): Record<string, unknown> {
  return { kind, ...DEFAULTS[kind][library] }
}

export function isOptimizerKind(value: unknown): value is Optimizer['kind'] {
  return typeof value === 'string' && Object.hasOwn(DEFAULTS, value)
}

/** "ε 1e-8": what a library's defaults have otherwise than the other library's. */
export function ownDefaults(kind: Optimizer['kind'], library: Library): string {
  const all = LIBRARIES.map((each) => defaultsOf(kind, each))
  const own = defaultsOf(kind, library)
  return [{ field: 'learningRate', label: 'rate' }, ...OPTIMIZER_FIELDS[kind]]
    .filter(({ field }) => all.some((other) => other[field] !== own[field]))
    .map(({ field, label }) => `${label.toLowerCase()}\u00a0${String(own[field])}`)
    .join(', ')
}
