/**
 * Backpropagation through one hidden layer in float64, written twice as it is derived (sum by sum for each sample, and
 * with matrices for a batch), and checked against central differences.
 *
 *   X [N, I]   T [N, K]   w1 [H, I]   b1 [H]   w2 [K, H]   b2 [K]      N samples, a sample a row
 *
 * The loss is the mean over the samples of −Σ t ln ŷ, in nats.
 */
import type { Activation } from '../experiment'
import { activationCurve } from './activation-curves'
import { combine, dot, mapMatrix, multiply, transpose, type Matrix } from './matrix'
import { crossEntropy, shiftedSoftmax } from './softmax'

export interface Parameters {
  w1: Matrix
  b1: readonly number[]
  w2: Matrix
  b2: readonly number[]
}

export interface Problem {
  x: Matrix
  t: Matrix
  parameters: Parameters
  activation: Activation
  parameter: number
}

export interface NetworkShape {
  inputs: number
  hidden: number
  outputs: number
  samples: number
}

/** The network of the check: 5-4-3, six samples. */
export const CHECKED: NetworkShape = { inputs: 5, hidden: 4, outputs: 3, samples: 6 }

function withBias(z: Matrix, bias: readonly number[]): Matrix {
  return mapMatrix(z, (value, _, unit) => value + (bias[unit] ?? NaN))
}

function forward({ x, parameters: { w1, b1, w2, b2 }, activation, parameter }: Problem) {
  const { value } = activationCurve(activation)
  const z1 = withBias(multiply(x, transpose(w1)), b1)
  const a = mapMatrix(z1, (z) => value(z, parameter))
  const z2 = withBias(multiply(a, transpose(w2)), b2)
  return { z1, a, p: z2.map((row) => shiftedSoftmax(row)) }
}

export function batchLoss(problem: Problem): number {
  const { p } = forward(problem)
  return problem.t.reduce((sum, row, n) => sum + crossEntropy(row, p[n] ?? []), 0) / problem.t.length
}

/** Δ₂ = P − T, G₂ = Δ₂ᵀA/N, Δ₁ = (Δ₂W₂) ⊙ f′(Z₁), G₁ = Δ₁ᵀX/N; the biases' gradients are means over the rows. */
export function batchGradients(problem: Problem): Parameters {
  const { x, t, parameters, activation, parameter } = problem
  const { slope } = activationCurve(activation)
  const { z1, a, p } = forward(problem)
  const share = 1 / x.length
  const delta2 = combine(p, t, (u, v) => u - v)
  const back = multiply(delta2, parameters.w2)
  const delta1 = combine(back, z1, (value, z) => value * slope(z, parameter))
  return {
    w1: scaled(multiply(transpose(delta1), x), share),
    b1: columnSums(delta1).map((sum) => sum * share),
    w2: scaled(multiply(transpose(delta2), a), share),
    b2: columnSums(delta2).map((sum) => sum * share),
  }
}

/** The same by the rules for one sample, summed over the samples and divided by N. */
export function gradientsSampleBySample(problem: Problem): Parameters {
  const { x, t, parameters, activation, parameter } = problem
  const { slope } = activationCurve(activation)
  const { z1, a, p } = forward(problem)
  const each = x.map((inputs, n) => {
    const delta2 = (p[n] ?? []).map((pk, k) => pk - (t[n]?.[k] ?? NaN))
    const columns = transpose(parameters.w2)
    const delta1 = (z1[n] ?? []).map((z, j) => slope(z, parameter) * dot(columns[j] ?? [], delta2))
    const outer = (delta: readonly number[], values: readonly number[]) => delta.map((d) => values.map((v) => d * v))
    return { w1: outer(delta1, inputs), b1: delta1, w2: outer(delta2, a[n] ?? []), b2: delta2 }
  })
  const share = 1 / x.length
  const meanOf = (read: (of: (typeof each)[number]) => Matrix) =>
    scaled(
      each.map(read).reduce((sum, next) => combine(sum, next, (u, v) => u + v)),
      share,
    )
  return {
    w1: meanOf((of) => of.w1),
    b1: meanOf((of) => [of.b1])[0] ?? [],
    w2: meanOf((of) => of.w2),
    b2: meanOf((of) => [of.b2])[0] ?? [],
  }
}

function scaled(matrix: Matrix, by: number): Matrix {
  return mapMatrix(matrix, (value) => value * by)
}

function columnSums(matrix: Matrix): number[] {
  return transpose(matrix).map((column) => column.reduce((a, b) => a + b, 0))
}

export const PARAMETER_NAMES = ['w1', 'b1', 'w2', 'b2'] as const
export type ParameterName = (typeof PARAMETER_NAMES)[number]

export interface CheckedEntry {
  row: number
  column: number
  analytic: number
  numeric: number
  /** |analytic − numeric| / max(|analytic|, |numeric|, 10⁻⁶) */
  relativeError: number
}

export interface GradientCheck {
  loss: number
  groups: readonly { name: ParameterName; entries: readonly CheckedEntry[]; largestError: number }[]
  largestError: number
}

/** The error of central differences is about h² · third derivative / 6 + 10⁻¹⁶ / h: smallest near 10⁻⁵. */
const STEP = 1e-5
/** Gradients below it are compared absolutely: there the numeric ones have no six digits. */
const FLOOR = 1e-6

/** Every one of the parameters moved up and down by 10⁻⁵, against the gradients that were derived. */
export function checkGradients(problem: Problem): GradientCheck {
  const gradients = batchGradients(problem)
  const groups = PARAMETER_NAMES.map((name) => {
    const entries = asMatrix(gradients[name]).flatMap((row, r) =>
      row.map((analytic, c) => checkedEntry(analytic, numericGradient(problem, name, r, c), r, c)),
    )
    return { name, entries, largestError: Math.max(...entries.map((entry) => entry.relativeError)) }
  })
  return { loss: batchLoss(problem), groups, largestError: Math.max(...groups.map((group) => group.largestError)) }
}

function checkedEntry(analytic: number, numeric: number, row: number, column: number): CheckedEntry {
  const relativeError = Math.abs(analytic - numeric) / Math.max(Math.abs(analytic), Math.abs(numeric), FLOOR)
  return { row, column, analytic, numeric, relativeError }
}

function numericGradient(problem: Problem, name: ParameterName, row: number, column: number): number {
  const moved = (by: number) =>
    batchLoss({ ...problem, parameters: withMoved(problem.parameters, name, row, column, by) })
  return (moved(STEP) - moved(-STEP)) / (2 * STEP)
}

function withMoved(parameters: Parameters, name: ParameterName, row: number, column: number, by: number): Parameters {
  const matrix = mapMatrix(asMatrix(parameters[name]), (value, r, c) =>
    r === row && c === column ? value + by : value,
  )
  return { ...parameters, [name]: name === 'b1' || name === 'b2' ? matrix.map((each) => each[0] ?? NaN) : matrix }
}

/** A bias vector as a column. */
function asMatrix(values: Matrix | readonly number[]): Matrix {
  return values.map((each) => (typeof each === 'number' ? [each] : each))
}

/** Inputs and weights from U(−1, 1), one-hot targets; the same for the same seed. */
export function randomProblem(seed: number, activation: Activation, parameter: number, shape = CHECKED): Problem {
  const next = uniformNumbers(seed)
  const matrix = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => 2 * next() - 1))
  const { inputs, hidden, outputs, samples } = shape
  const x = matrix(samples, inputs)
  const t = x.map(() => {
    const chosen = Math.floor(next() * outputs)
    return Array.from({ length: outputs }, (_, k) => (k === chosen ? 1 : 0))
  })
  const parameters = {
    w1: matrix(hidden, inputs),
    b1: randomVector(next, hidden),
    w2: matrix(outputs, hidden),
    b2: randomVector(next, outputs),
  }
  return { x, t, parameters, activation, parameter }
}

function randomVector(next: () => number, length: number): number[] {
  return Array.from({ length }, () => 2 * next() - 1)
}

/** Uniform in [0, 1): a counter with a fixed stride through 2³², scrambled by multiplications and shifts. */
function uniformNumbers(seed: number): () => number {
  let counter = seed >>> 0
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0
    let bits = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad)
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97)
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32
  }
}
