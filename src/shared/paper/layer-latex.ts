/** A layer exercise, solved, as LaTeX: every step with its numbers. */
import { activationCurve } from './activation-curves'
import { latexAligned, latexMatrix, latexNumber } from './latex'
import { factorOf, solveLayer, type LayerExercise } from './layer-exercise'
import { stepFacts } from './layer-step'
import { shapeOf } from './matrix'

export function layerLatex(exercise: LayerExercise): string {
  const solution = solveLayer(exercise)
  const { a, x, t, learningRate, activation, parameter } = exercise
  const curve = activationCurve(activation)
  const isLinear = activation === 'linear'
  const factor = factorOf(exercise) === 1 ? '' : `\\tfrac{1}{${shapeOf(x).columns}}\\,`
  const half = exercise.loss === 'sum' ? '\\tfrac{1}{2}' : `\\tfrac{1}{2 \\cdot ${shapeOf(x).columns}}`
  const named = curve.parameter ? `, \\quad ${curve.parameter.symbol} = ${latexNumber(parameter)}` : ''
  const lossOf = (matrix: readonly (readonly number[])[]) => latexNumber(matrix[0]?.[0] ?? NaN)
  return latexAligned([
    `A &= ${latexMatrix(a)}, \\quad X = ${latexMatrix(x)}, \\quad t = ${latexMatrix(t)}`,
    ...(isLinear ? [] : [`f(z) &= ${curve.formula.value}${named}`]),
    `z &= A X = ${latexMatrix(solution.z)}`,
    ...(isLinear ? ['y &= z'] : [`y &= f(z) = ${latexMatrix(solution.y)}`]),
    `L &= ${half} \\sum (y - t)^2 = ${lossOf(solution.loss)}`,
    ...(isLinear ? [] : [`f'(z) &= ${latexMatrix(solution.slope)}`]),
    `\\delta &= ${factor}(y - t)${isLinear ? '' : " \\odot f'(z)"} = ${latexMatrix(solution.delta)}`,
    `\\frac{\\partial L}{\\partial A} &= \\delta X^{\\top} = ${latexMatrix(solution.gradient)}`,
    `A' &= A - ${latexNumber(learningRate)} \\cdot \\frac{\\partial L}{\\partial A} = ${latexMatrix(solution.aNext)}`,
    `y' &= ${latexMatrix(solution.yNext)}`,
    `L' &= ${lossOf(solution.lossNext)}`,
    ...stepLines(exercise),
  ])
}

function stepLines(exercise: LayerExercise): string[] {
  const { curvature, best, lowersBelow } = stepFacts(exercise)
  const largest = curvature.eigenvalues.at(-1) ?? 0
  const limit = `\\lambda_{\\max} &= ${latexNumber(largest)}, \\quad \\frac{2}{\\lambda_{\\max}} = ${latexNumber(curvature.stabilityLimit)}`
  const single = best
    ? [
        `\\alpha_{\\text{best}} &= ${latexNumber(best.rate)}, \\quad L(\\alpha_{\\text{best}}) = ${latexNumber(best.loss)}`,
      ]
    : []
  const lowers = lowersBelow === null ? [] : [`L' < L &\\quad \\text{for } \\alpha < ${latexNumber(lowersBelow)}`]
  return [limit, ...single, ...lowers]
}
