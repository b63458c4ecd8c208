/** The loss along the gradient step as a plot, with the places that count marked. */
import { formatNumber } from '#shared/figures/axis-scale'
import { solveLayer, type LayerExercise } from '#shared/paper/layer-exercise'
import { lossAlong, type StepFacts } from '#shared/paper/layer-step'
import { sampled, type Plot } from '#shared/paper/plot'

const BLUE = 0
const ORANGE = 1
const GREEN = 2
const RED = 3

export function stepPlot(exercise: LayerExercise, facts: StepFacts): Plot {
  const { gradient } = solveLayer(exercise)
  const lossAt = lossAlong(exercise, gradient)
  const to = reach(exercise, facts)
  const { best, lowersBelow, curvature } = facts
  const limit = curvature.stabilityLimit
  const marks = [
    ...(best ? [{ x: best.rate, y: best.loss, label: `best single step ${short(best.rate, 3)}`, color: GREEN }] : []),
    ...(Number.isFinite(limit)
      ? [{ x: limit, y: lossAt(limit), label: `2/λmax ${significant(limit, 3)}`, color: RED }]
      : []),
    ...(lowersBelow
      ? [{ x: lowersBelow, y: lossAt(lowersBelow), label: `lowers below ${short(lowersBelow)}`, color: ORANGE }]
      : []),
    {
      x: exercise.learningRate,
      y: lossAt(exercise.learningRate),
      label: `α = ${short(exercise.learningRate)}`,
      color: BLUE,
    },
  ]
  return {
    title: 'Loss after one gradient step',
    x: { label: 'Learning rate α', from: 0, to },
    y: { label: exercise.loss === 'sum' ? 'Loss (½ Σ)' : 'Loss (½ Σ, mean per sample)' },
    curves: [
      { key: 'loss', name: 'Loss after the step', color: BLUE, style: 'solid', points: sampled(lossAt, 0, to, 240) },
    ],
    bands: lowersBelow && lowersBelow < to ? [{ from: lowersBelow, to }] : [],
    bandName: 'the step raises the loss',
    marks: marks.filter((mark) => mark.x <= to).sort((one, other) => one.x - other.x),
  }
}

/** All marks with a margin; a chosen learning rate far beyond them is told in words instead. */
function reach({ learningRate }: LayerExercise, { best, lowersBelow, curvature }: StepFacts): number {
  const places = [lowersBelow, best?.rate, curvature.stabilityLimit].filter(
    (place): place is number => typeof place === 'number' && Number.isFinite(place) && place > 0,
  )
  const far = Math.max(...places, 0)
  if (far === 0) return Math.max(1, learningRate * 1.25)
  return 1.2 * (learningRate <= 2.5 * far ? Math.max(far, learningRate) : far)
}

export function short(value: number, digits = 4): string {
  return Number.isFinite(value) ? formatNumber(Number(value.toPrecision(digits))) : '∞'
}

/** With the zeros at the end that count: 0.0900. */
export function significant(value: number, digits: number): string {
  const text = value.toPrecision(digits)
  return Number.isFinite(value) && !text.includes('e') ? text : short(value, digits)
}
