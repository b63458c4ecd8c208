/**
 * What the scale of the inputs does to the stability of a step, on a layer exercise: with inputs s times as large the
 * Hessian X·Xᵀ is s² times as large, and the stability limit s² times as small. The loss, and what a learning rate is
 * for, stay what they were.
 */
import type { LayerExercise } from './layer-exercise'
import { stepFacts } from './layer-step'
import { mapMatrix } from './matrix'

export interface ScaledFacts {
  scale: number
  largestEigenvalue: number
  stabilityLimit: number
  /** λmax/λmin: how much slower the slowest direction is; the same for every scale. */
  condition: number
}

export function scaledFacts(exercise: LayerExercise, scale: number): ScaledFacts {
  const x = mapMatrix(exercise.x, (value) => value * scale)
  const { eigenvalues, stabilityLimit } = stepFacts({ ...exercise, x }).curvature
  const largestEigenvalue = eigenvalues.at(-1) ?? NaN
  return { scale, largestEigenvalue, stabilityLimit, condition: largestEigenvalue / (eigenvalues[0] ?? NaN) }
}
