/**
 * The loss along one gradient step, as a function of the learning rate: how far a step still lowers it, which single
 * step is best, and from which learning rate on repeated steps run away.
 */
import { activationCurve } from './activation-curves'
import { factorOf, forward, lossOf, solveLayer, type LayerExercise } from './layer-exercise'
import {
  combine,
  innerProduct,
  mapMatrix,
  multiply,
  solveRows,
  symmetricEigenvalues,
  transpose,
  type Matrix,
} from './matrix'

export interface StepFacts {
  /** Before the step. */
  loss: number
  /** False where the gradient vanishes: then every learning rate leaves A where it is. */
  moves: boolean
  /** The learning rate of the best single step and the loss after it; null if the loss falls for every step. */
  best: { rate: number; loss: number } | null
  /** Steps below this lower the loss; null if all that were tried do. */
  lowersBelow: number | null
  curvature: Curvature
  /** Where the loss is smallest, for a linear layer whose inputs decide it; else null. */
  minimum: { a: Matrix; loss: number } | null
}

export interface Curvature {
  /** Of one row of A; rows do not influence each other's. `exact`: the same everywhere; `here`: as long as no unit
   * changes its side of the kink; `approximate`: of the linearized layer (Gauss-Newton). */
  kind: 'exact' | 'here' | 'approximate'
  /** One matrix for each output (the same for all of a linear layer). */
  hessians: readonly Matrix[]
  /** Of all of them, smallest first. */
  eigenvalues: readonly number[]
  /** 2/λmax: repeated steps with a larger learning rate diverge. Infinity where nothing curves. */
  stabilityLimit: number
}

export function stepFacts(exercise: LayerExercise): StepFacts {
  const { loss, gradient } = solveLayer(exercise)
  const before = loss[0]?.[0] ?? NaN
  const curvature = curvatureOf(exercise)
  const slope = innerProduct(gradient, gradient)
  const facts = { loss: before, curvature, minimum: minimumOf(exercise) }
  if (!(slope > 0)) return { ...facts, moves: false, best: null, lowersBelow: null }
  const lossAt = lossAlong(exercise, gradient)
  const bend = bendAlong(gradient, curvature.hessians)
  if (curvature.kind === 'exact' && bend > 0) {
    // a parabola: L − α·|G|² + ½ α²·Σ gHgᵀ
    const best = slope / bend
    return { ...facts, moves: true, best: { rate: best, loss: lossAt(best) }, lowersBelow: 2 * best }
  }
  const parabola = bend > 0 ? slope / bend : 1
  const found = searched(lossAt, before, parabola)
  // Where no kink lies on the way the parabola is the loss itself, and knows its lowest point to more digits.
  const isParabola = found.best !== null && lossAt(parabola) <= found.best.loss * (1 + 1e-12)
  return { ...facts, moves: true, ...found, best: isParabola ? { rate: parabola, loss: lossAt(parabola) } : found.best }
}

/** The loss after a step with this learning rate. */
export function lossAlong(exercise: LayerExercise, gradient: Matrix): (rate: number) => number {
  return (rate) => {
    const a = combine(exercise.a, gradient, (value, by) => value - rate * by)
    return lossOf(forward(a, exercise).y, exercise)
  }
}

function curvatureOf(exercise: LayerExercise): Curvature {
  const { activation, parameter, x } = exercise
  const curve = activationCurve(activation)
  const { z } = forward(exercise.a, exercise)
  const factor = factorOf(exercise)
  const hessians = z.map((row) => {
    const weights = row.map((each) => curve.slope(each, parameter) ** 2)
    const weighted = mapMatrix(x, (value, _, n) => factor * value * (weights[n] ?? NaN))
    return multiply(weighted, transpose(x))
  })
  const eigenvalues = hessians.flatMap((each) => symmetricEigenvalues(each)).sort((a, b) => a - b)
  const largest = eigenvalues.at(-1) ?? 0
  const kind = activation === 'linear' ? 'exact' : PIECEWISE_LINEAR.includes(activation) ? 'here' : 'approximate'
  return { kind, hessians, eigenvalues, stabilityLimit: largest > 0 ? 2 / largest : Infinity }
}

const PIECEWISE_LINEAR: readonly string[] = ['relu', 'leaky-relu']

function bendAlong(gradient: Matrix, hessians: readonly Matrix[]): number {
  return gradient.reduce((sum, row, o) => {
    const hessian = hessians[o] ?? []
    return sum + innerProduct(multiply([row], hessian), [row])
  }, 0)
}

const GRID = 4000
/** How far steps are tried, in steps that a parabola would call best. */
const REACH = 200

/**
 * For losses that are no parabola: a fine grid finds the first place where the loss is back at its start and the
 * lowest place before it, and halving finds both to the last digits. Dense at small steps (rates grow with the square
 * of the index), since a kink may come early.
 */
function searched(
  lossAt: (rate: number) => number,
  before: number,
  scale: number,
): Pick<StepFacts, 'best' | 'lowersBelow'> {
  const rateAt = (i: number) => scale * REACH * (i / GRID) ** 2
  let lowest = 0
  let lowestLoss = before
  for (let i = 1; i <= GRID; i++) {
    const loss = lossAt(rateAt(i))
    if (!(loss < before)) {
      const lowersBelow =
        lowest === 0 ? 0 : root((rate) => lossAt(rate) - before, rateAt(Math.max(lowest, i - 1)), rateAt(i))
      return { best: lowest === 0 ? null : bestNear(lowest), lowersBelow }
    }
    if (loss < lowestLoss) [lowest, lowestLoss] = [i, loss]
  }
  // at the end of the grid it has risen again, or it only levels out towards a bound
  const rises = lossAt(rateAt(GRID)) - lowestLoss > 1e-9 * before
  return { best: rises ? bestNear(lowest) : null, lowersBelow: null }

  function bestNear(i: number) {
    const rate = lowestBetween(lossAt, rateAt(i - 1), rateAt(Math.min(GRID, i + 1)))
    return { rate, loss: lossAt(rate) }
  }
}

/** Where a function that is below 0 at a and not at b crosses it. */
function root(f: (x: number) => number, a: number, b: number): number {
  let [low, high] = [a, b]
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (f(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** Golden-section search; a minimum is as flat as √ε, so its place is known to about eight digits. */
function lowestBetween(f: (x: number) => number, a: number, b: number): number {
  let [low, high] = [a, b]
  for (let i = 0; i < 90; i++) {
    const width = GOLDEN * (high - low)
    const [left, right] = [high - width, low + width]
    if (f(left) <= f(right)) high = right
    else low = left
  }
  return (low + high) / 2
}

/** Least squares: A = t·Xᵀ·(X·Xᵀ)⁻¹. Null where X·Xᵀ cannot be inverted: then a whole line of A is as good. */
function minimumOf(exercise: LayerExercise): { a: Matrix; loss: number } | null {
  if (exercise.activation !== 'linear') return null
  const { x, t } = exercise
  const a = solveRows(multiply(x, transpose(x)), multiply(t, transpose(x)))
  return a && { a, loss: lossOf(multiply(a, x), exercise) }
}
