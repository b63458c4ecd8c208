/**
 * What a quantity of a layer exercise would be if everything before it were what the person wrote: for telling a new
 * mistake from one that was only carried over.
 */
import { activationCurve } from './activation-curves'
import { factorOf, forward, lossOf, type LayerExercise, type LayerSolution } from './layer-exercise'
import type { Asked } from './layer-check'
import { combine, mapMatrix, multiply, transpose, type Matrix } from './matrix'

type Own = Readonly<Partial<Record<Asked, Matrix>>>

/** Null where nothing that it is made from was answered. */
export function continuedFrom(exercise: LayerExercise, right: LayerSolution, own: Own, asked: Asked): Matrix | null {
  switch (asked) {
    case 'y':
      return null
    case 'loss':
      return own.y ? [[lossOf(own.y, exercise)]] : null
    case 'delta':
      return own.y ? deltaFrom(own.y, exercise, right) : null
    case 'gradient':
      return own.delta ? multiply(own.delta, transpose(exercise.x)) : gradientFromY(exercise, right, own)
    case 'aNext':
      return own.gradient ? combine(exercise.a, own.gradient, (a, g) => a - exercise.learningRate * g) : null
    case 'yNext':
      return own.aNext ? forward(own.aNext, exercise).y : null
    case 'lossNext':
      return own.yNext
        ? [[lossOf(own.yNext, exercise)]]
        : own.aNext
          ? [[lossOf(forward(own.aNext, exercise).y, exercise)]]
          : null
    default:
      return asked satisfies never
  }
}

/** With the slopes of the right z: what was typed is y alone. */
function deltaFrom(y: Matrix, exercise: LayerExercise, { z }: LayerSolution): Matrix {
  const { slope } = activationCurve(exercise.activation)
  const slopes = mapMatrix(z, (each) => slope(each, exercise.parameter))
  const factor = factorOf(exercise)
  return combine(
    combine(y, exercise.t, (a, b) => a - b),
    slopes,
    (e, s) => factor * e * s,
  )
}

function gradientFromY(exercise: LayerExercise, right: LayerSolution, own: Own): Matrix | null {
  return own.y ? multiply(deltaFrom(own.y, exercise, right), transpose(exercise.x)) : null
}
