/**
 * A network in float64, written as plainly as can be: the oracle for losses and gradients. It knows nothing of the
 * engine's code: formulas stand here as they stand in a book.
 */
import type { ActivationKind, OutputLossKind } from '#engine/kernels'

export interface Layer64 {
  inputs: number
  outputs: number
  /** [inputs, outputs] */
  weights: Float64Array
  biases: Float64Array
}

export interface Activation64 {
  kind: ActivationKind
  /** Slope of leaky-relu, c of elu. */
  parameter?: number | undefined
}

export interface Model64 {
  /** One for each hidden layer. */
  activations: readonly Activation64[]
  /** @default 'softmax-cross-entropy' */
  outputLoss?: OutputLossKind
  smoothing?: number
  penalties?: { l1?: number; l2?: number; activityL1?: number; activityL2?: number }
  /** The biases of the first layer are the weights of a constant input, and penalized like the others. */
  hasConstantInput?: boolean
  /** Factor of value `unit` on its way into `layer`, for sample number `row` of the batch: 0 where it is dropped. */
  dropout?: (layer: number, row: number, unit: number) => number
}

/** Only the activations, for a classifier with softmax and cross-entropy. */
type Classifier64 = readonly ActivationKind[]

/**
 * The error function, to the last few bits: Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5 … (2n + 1)), whose terms all have one sign, so that
 * nothing cancels. Beyond 6 it is 1 in float64.
 */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** The normal distribution Φ. */
export function normalShare(x: number): number {
  return (1 + erf(x / Math.SQRT2)) / 2
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

const ACTIVATIONS: Record<ActivationKind, (x: number, parameter: number) => number> = {
  linear: (x) => x,
  sigmoid,
  tanh: Math.tanh,
  'improved-sigmoid': (x) => 1.7159 * Math.tanh((2 / 3) * x),
  relu: (x) => Math.max(0, x),
  'leaky-relu': (x, slope) => (x < 0 ? slope * x : x),
  elu: (x, c) => (x < 0 ? c * Math.expm1(x) : x),
  gelu: (x) => x * normalShare(x),
  silu: (x) => x * sigmoid(x),
  softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
}

export function activation64({ kind, parameter = 0 }: Activation64, x: number): number {
  return ACTIVATIONS[kind](x, parameter)
}

/** Sums of the output layer for one sample, and what left each hidden layer, before anything of it is dropped. */
function passes(layers: readonly Layer64[], { activations, dropout }: Model64, x: readonly number[], row: number) {
  const hidden: number[][] = []
  const sums = layers.reduce<readonly number[]>((input, layer, i) => {
    const kept = dropout ? input.map((value, unit) => value * dropout(i, row, unit)) : input
    const z = Array.from(layer.biases)
    for (let k = 0; k < layer.inputs; k++) {
      for (let n = 0; n < layer.outputs; n++) z[n] += kept[k] * layer.weights[k * layer.outputs + n]
    }
    if (i >= activations.length) return z
    hidden.push(z.map((each) => activation64(activations[i], each)))
    return hidden[i]
  }, x)
  return { sums, hidden }
}

export function softmax64(z: readonly number[]): number[] {
  const largest = Math.max(...z)
  const powers = z.map((each) => Math.exp(each - largest))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((each) => each / sum)
}

/** Loss of one sample from the sums of the output layer. */
export function loss64(kind: OutputLossKind, smoothing: number, z: readonly number[], label: number): number {
  const hot = z.length === 1 ? [label] : z.map((_, unit) => (unit === label ? 1 : 0))
  const total = (terms: number[]) => terms.reduce((a, b) => a + b, 0)
  const crossEntropy = (scores: readonly number[]) => {
    const logarithms = softmax64(scores).map(Math.log)
    return -total(hot.map((t, i) => ((1 - smoothing) * t + smoothing / z.length) * logarithms[i]))
  }
  const squaredError = (y: readonly number[]) => total(y.map((each, i) => (each - hot[i]) ** 2)) / 2
  switch (kind) {
    case 'softmax-cross-entropy':
      return crossEntropy(z)
    case 'softmax-twice-cross-entropy':
      return crossEntropy(softmax64(z))
    case 'sigmoid-binary-cross-entropy':
      return -total(
        hot.map((each, i) => {
          const t = (1 - smoothing) * each + smoothing / 2
          return t * Math.log(sigmoid(z[i])) + (1 - t) * Math.log(sigmoid(-z[i]))
        }),
      )
    case 'softmax-squared-error':
      return squaredError(softmax64(z))
    case 'sigmoid-squared-error':
      return squaredError(z.map(sigmoid))
    case 'linear-squared-error':
      return squaredError(z)
  }
}

/** The class that is answered; of a single unit, 1 where the output lies above one half. */
function answer(kind: OutputLossKind, z: readonly number[]): number {
  if (z.length > 1) return z.indexOf(Math.max(...z))
  return z[0] > (kind === 'linear-squared-error' ? 0.5 : 0) ? 1 : 0
}

/** Mean loss in nats and hits, as they are reported; and the objective, which has the penalties in it. */
export function score64(
  layers: readonly Layer64[],
  network: Model64 | Classifier64,
  samples: readonly (readonly number[])[],
  labels: ArrayLike<number>,
): { loss: number; correct: number; objective: number } {
  const model: Model64 = isClassifier(network) ? { activations: network.map((kind) => ({ kind })) } : network
  const { outputLoss = 'softmax-cross-entropy', smoothing = 0, penalties = {} } = model
  let loss = 0
  let correct = 0
  let activity = 0
  samples.forEach((x, row) => {
    const { sums, hidden } = passes(layers, model, x, row)
    loss += loss64(outputLoss, smoothing, sums, labels[row])
    correct += answer(outputLoss, sums) === labels[row] ? 1 : 0
    activity += penaltyOf(hidden.flat(), penalties.activityL1, penalties.activityL2)
  })
  const matrices = layers.map((layer) => layer.weights)
  if (model.hasConstantInput) matrices.push(layers[0].biases)
  const weights = matrices.reduce((sum, each) => sum + penaltyOf(each, penalties.l1, penalties.l2), 0)
  const mean = loss / samples.length
  return { loss: mean, correct, objective: mean + activity / samples.length + weights }
}

function isClassifier(network: Model64 | Classifier64): network is Classifier64 {
  return Array.isArray(network)
}

function penaltyOf(values: Iterable<number>, l1 = 0, l2 = 0): number {
  if (l1 === 0 && l2 === 0) return 0
  let sum = 0
  for (const value of values) sum += l1 * Math.abs(value) + l2 * value * value
  return sum
}

/** Central difference of the objective by one of the values, which are left as they were. */
export function slope64(values: Float64Array, i: number, objective: () => number, step = 1e-5): number {
  const value = values[i]
  values[i] = value + step
  const above = objective()
  values[i] = value - step
  const below = objective()
  values[i] = value
  return (above - below) / (2 * step)
}

/** For each weight and bias the slope of the objective. */
export function gradients64(layers: readonly Layer64[], objective: () => number) {
  const slopes = (values: Float64Array) => Float64Array.from(values, (_, i) => slope64(values, i, objective))
  return layers.map(({ weights, biases }) => ({ weights: slopes(weights), biases: slopes(biases) }))
}

/**
 * Unit `unit` of row `row` stays if this is at least its share of 2³²: the hash that the kernels promise (“lowbias32”
 * of Chris Wellons’ hash prospector).
 */
export function dropoutHash(seed: number, row: number, unit: number): number {
  return mix(mix(seed ^ mix(row)) + Math.imul(unit, 0x9e3779b9))
}

/** Factors of a step, counted from 1: rows count from 0 in the minibatch, layers by what goes into them. */
export function dropout64(seed: number, step: number, shares: { input: number; hidden: number }) {
  return (layer: number, row: number, unit: number): number => {
    const share = layer === 0 ? shares.input : shares.hidden
    const stays = dropoutHash(mix(mix(mix(seed) ^ step) ^ layer), row, unit) >= Math.round(share * 2 ** 32)
    return stays ? 1 / (1 - share) : 0
  }
}

function mix(word: number): number {
  let h = word >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d) >>> 0
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b) >>> 0
  return (h ^ (h >>> 16)) >>> 0
}

/** Rows of bytes as rows of x / scale. */
export function toSamples(images: ArrayLike<number>, pixels: number, scale: number): number[][] {
  return Array.from({ length: images.length / pixels }, (_, i) =>
    Array.from({ length: pixels }, (__, p) => images[i * pixels + p] / scale),
  )
}

/** By mean and standard deviation (divisor n) of these very samples. A feature that never changes is only moved to 0. */
export function standardized(samples: readonly (readonly number[])[], perFeature: boolean): number[][] {
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const square = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length
    return { mean, deviation: Math.sqrt(square) || 1 }
  }
  const all = moments(samples.flat())
  const each = samples[0].map((_, p) => (perFeature ? moments(samples.map((x) => x[p])) : all))
  return samples.map((x) => x.map((value, p) => (value - each[p].mean) / each[p].deviation))
}

export function to64(
  layers: readonly { inputs: number; outputs: number; weights: Float32Array; biases: Float32Array }[],
): Layer64[] {
  return layers.map(({ inputs, outputs, weights, biases }) => ({
    inputs,
    outputs,
    weights: Float64Array.from(weights),
    biases: Float64Array.from(biases),
  }))
}
