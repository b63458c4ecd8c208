import type { LayerExercise } from '#shared/paper/layer-exercise'

/** Row S1-7. */
export const LINEAR: LayerExercise = {
  a: [[3, 2]],
  x: [
    [2, 1, -1],
    [4, -2, 0],
  ],
  t: [[15, 3, 1]],
  activation: 'linear',
  parameter: 0,
  loss: 'sum',
  learningRate: 1,
}

/** Row S1-8. */
export const RELU: LayerExercise = { ...LINEAR, activation: 'relu' }
