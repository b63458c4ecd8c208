/**
 * One layer without a bias, one gradient step, in float64: what a course has its students work out by hand.
 *
 *   X  [I, N]  N samples of I inputs, a sample a column        A  [O, I]  one row of weights for each output
 *   t  [O, N]  targets                                         z = A·X, y = f(z), e = y − t   [O, N]
 *
 * The loss is L = ½ Σ (y − t)², summed over outputs and samples, which is what such exercises take; with `mean` it is
 * divided by N, the mean per sample, as everywhere else in the lab. Neither is in nats.
 */
import type { Activation } from '../experiment'
import { LabError } from '../errors'
import { activationCurve } from './activation-curves'
import { combine, mapMatrix, multiply, shapeOf, shapeText, sumOf, transpose, type Matrix } from './matrix'

export const LOSS_KINDS = ['sum', 'mean'] as const
export type LossKind = (typeof LOSS_KINDS)[number]

export interface LayerExercise {
  a: Matrix
  x: Matrix
  t: Matrix
  activation: Activation
  /** Slope of a leaky ReLU, c of an ELU; of no meaning for the others. */
  parameter: number
  loss: LossKind
  learningRate: number
}

/** Larger ones are nothing for paper, and would not fit on the screen. */
export const MOST = { outputs: 4, inputs: 5, samples: 6 } as const

/** What is worked out, in this order. `Next` is after the update. */
export const QUANTITIES = [
  'z',
  'y',
  'error',
  'loss',
  'slope',
  'delta',
  'gradient',
  'aNext',
  'yNext',
  'lossNext',
] as const
export type Quantity = (typeof QUANTITIES)[number]

/** Every quantity as a matrix; a loss is 1 × 1. */
export type LayerSolution = Readonly<Record<Quantity, Matrix>>

/** Throws a LabError `paper/shape` or `paper/number` that says which of A, X and t does not fit the others. */
export function checkLayerExercise({ a, x, t, learningRate }: LayerExercise): void {
  const [shapeA, shapeX, shapeT] = [shapeOf(a), shapeOf(x), shapeOf(t)]
  if (shapeA.columns !== shapeX.rows) {
    throw wrongShape(`A is ${shapeText(shapeA)}, so X has to have ${shapeA.columns} rows; it is ${shapeText(shapeX)}`)
  }
  if (shapeT.rows !== shapeA.rows || shapeT.columns !== shapeX.columns) {
    const expected = shapeText({ rows: shapeA.rows, columns: shapeX.columns })
    throw wrongShape(`t has the shape of A·X, ${expected}; it is ${shapeText(shapeT)}`)
  }
  for (const [name, matrix] of [
    ['A', a],
    ['X', x],
    ['t', t],
  ] as const) {
    const row = matrix.findIndex((each) => each.length !== matrix[0]?.length || !each.every(Number.isFinite))
    if (matrix.length === 0 || row >= 0) throw new LabError('paper/number', `Row ${row + 1} of ${name} lacks a number`)
  }
  if (!Number.isFinite(learningRate) || learningRate < 0) {
    throw new LabError('paper/number', `The learning rate is 0 or more, got ${learningRate}`)
  }
}

function wrongShape(message: string): LabError {
  return new LabError('paper/shape', `${message}.`)
}

/**
 * A way in which the work goes wrong. `solveLayer` makes the same mistake and then goes on rightly, so that every
 * later value is what the person has on the paper.
 */
export interface Flaw {
  /** The activation is left out: y = z. */
  noActivation?: boolean
  /** e = t − y. */
  turnedError?: boolean
  /** What stands in the place of the error. */
  errorIs?: 'output' | 'target'
  /** The derivative of the activation: left out, taken at y, or replaced by f itself. */
  slope?: 'none' | 'at-y' | 'value'
  /** ½ is left out of the loss, or of the derivative, which then has a factor 2. */
  noHalf?: 'loss' | 'both' | 'derivative'
  /** A sum where a mean is wanted, or the other way round. */
  otherLoss?: boolean
  /** A + α·gradient, A − gradient, −α·gradient. */
  update?: 'uphill' | 'no-rate' | 'step-only'
}

export function solveLayer(exercise: LayerExercise, flaw: Flaw = {}): LayerSolution {
  const { a, x, t } = exercise
  const { z, y } = forward(a, exercise, flaw)
  const turned = flaw.turnedError ? -1 : 1
  const error =
    flaw.errorIs === 'output' ? y : flaw.errorIs === 'target' ? t : combine(y, t, (u, v) => turned * (u - v))
  const slope = slopeOf(z, y, exercise, flaw)
  const perLoss = factorOf(exercise, flaw) * (flaw.noHalf === 'both' || flaw.noHalf === 'derivative' ? 2 : 1)
  const delta = combine(error, slope, (u, v) => perLoss * u * v)
  const gradient = multiply(delta, transpose(x))
  const aNext = updated(a, gradient, exercise.learningRate, flaw)
  const after = forward(aNext, exercise, flaw)
  return {
    z,
    y,
    error,
    loss: [[lossOf(y, exercise, flaw)]],
    slope,
    delta,
    gradient,
    aNext,
    yNext: after.y,
    lossNext: [[lossOf(after.y, exercise, flaw)]],
  }
}

export function forward(a: Matrix, { x, activation, parameter }: LayerExercise, { noActivation }: Flaw = {}) {
  const z = multiply(a, x)
  const { value } = activationCurve(activation)
  return { z, y: noActivation ? z : mapMatrix(z, (each) => value(each, parameter)) }
}

function slopeOf(z: Matrix, y: Matrix, { activation, parameter }: LayerExercise, flaw: Flaw): Matrix {
  const { slope, value } = activationCurve(activation)
  if (flaw.slope === 'none' || flaw.noActivation) return mapMatrix(z, () => 1)
  if (flaw.slope === 'value') return mapMatrix(z, (each) => value(each, parameter))
  return mapMatrix(flaw.slope === 'at-y' ? y : z, (each) => slope(each, parameter))
}

/** What Σ is multiplied with beside the ½: 1, or 1/N for a mean. */
export function factorOf({ loss, x }: LayerExercise, { otherLoss }: Flaw = {}): number {
  const isMean = (loss === 'mean') !== (otherLoss === true)
  return isMean ? 1 / shapeOf(x).columns : 1
}

export function lossOf(y: Matrix, exercise: LayerExercise, flaw: Flaw = {}): number {
  const half = flaw.noHalf === 'loss' || flaw.noHalf === 'both' ? 1 : 0.5
  return half * factorOf(exercise, flaw) * sumOf(combine(y, exercise.t, (u, v) => (u - v) ** 2))
}

function updated(a: Matrix, gradient: Matrix, learningRate: number, { update }: Flaw): Matrix {
  const rate = (update === 'no-rate' ? 1 : learningRate) * (update === 'uphill' ? -1 : 1)
  return combine(a, gradient, (value, by) => (update === 'step-only' ? 0 : value) - rate * by)
}

/** The loss after 0, 1, … `steps` updates with the same learning rate; ends where it is no longer a number. */
export function lossesBySteps(exercise: LayerExercise, steps: number): number[] {
  const losses: number[] = []
  let a = exercise.a
  for (let step = 0; step <= steps; step++) {
    const { loss, aNext } = solveLayer({ ...exercise, a })
    const value = loss[0]?.[0] ?? NaN
    if (!Number.isFinite(value)) break
    losses.push(value)
    a = aNext
  }
  return losses
}
