/** Layer exercises to begin with: two rows of the reports with the answers that were given, and one of our own. */
import { blankAnswers, type TypedAnswers } from './layer-check'
import type { LayerExercise } from './layer-exercise'

export interface LayerPreset {
  id: string
  title: string
  exercise: LayerExercise
  /** What a report answered, right and wrong; null where there is none. */
  reported: TypedAnswers | null
}

const SQUARED: LayerExercise = {
  a: [[3, 2]],
  x: [
    [2, 1, -1],
    [4, -2, 0],
  ],
  t: [[15, 3, 1]],
  activation: 'linear',
  parameter: 1,
  loss: 'sum',
  learningRate: 1,
}
const RELU: LayerExercise = { ...SQUARED, activation: 'relu' }

export const LAYER_PRESETS: readonly LayerPreset[] = [
  {
    id: 'S1-7',
    title: 'Linear layer, squared loss (S1-7)',
    exercise: SQUARED,
    reported: {
      ...blankAnswers(SQUARED),
      y: [['14', '−1', '−3']],
      loss: [['16.5']],
      gradient: [['2', '−4']],
      aNext: [['1', '6']],
      lossNext: [['160.5']],
    },
  },
  {
    id: 'S1-8',
    title: 'The same with a ReLU (S1-8)',
    exercise: RELU,
    reported: {
      ...blankAnswers(RELU),
      y: [['14', '0', '0']],
      gradient: [['−2', '−4']],
      aNext: [['5', '6']],
      yNext: [['34', '0', '0']],
      lossNext: [['185.5']],
    },
  },
  {
    id: 'two-outputs',
    title: 'Two sigmoid outputs, a row of ones as bias',
    exercise: {
      a: [
        [0.5, -1, 0.2],
        [1, 0.5, -0.3],
      ],
      x: [
        [1, 2, -1, 0],
        [0.5, -1, 2, 1],
        [1, 1, 1, 1],
      ],
      t: [
        [1, 1, 0, 0],
        [0, 1, 0, 1],
      ],
      activation: 'sigmoid',
      parameter: 1,
      loss: 'mean',
      learningRate: 0.5,
    },
    reported: null,
  },
]
