/**
 * What the plane shows: the lab's points for the settings as they are now. Painted points are shown at once, before
 * the lab has said which of them are kept for the test.
 */
import { computed } from 'vue'
import { f32Of, type PointsView } from '#shared/datasets'
import { lab } from '../../../lab'
import { useLatestAnswer } from '../../../stores/latest-answer'
import type { DrawnPoints } from './draw-points'
import type { PaintedPoint } from './points-draft'
import { usePointsDraft } from './points-draft'

export interface PointCounts {
  train: number
  test: number
  classes: readonly { name: string; count: number }[]
}

export function usePointsView() {
  const draft = usePointsDraft()
  const { answer, failure, busy, again } = useLatestAnswer(
    () => draft.checked,
    (spec) => lab.call('datasets:preview-points', spec),
  )
  const view = computed(() => answer.value?.value ?? null)
  const drawn = computed<DrawnPoints>(() => {
    if (draft.spec.shape === 'painted') return paintedPoints(draft.painted, view.value)
    return view.value ? madePoints(view.value) : NO_POINTS
  })
  /** Of what is drawn; null before the first answer, and while too few points are painted for two parts. */
  const counts = computed<PointCounts | null>(() => {
    const tooFew = draft.spec.shape === 'painted' && draft.checked === null
    return view.value && !tooFew ? countsOf(view.value) : null
  })
  return { view, drawn, counts, failure, busy, again }
}

const NO_POINTS: DrawnPoints = { at: [], labels: [], isTest: () => false }

function madePoints({ points, labels, train }: PointsView): DrawnPoints {
  return { at: f32Of(points), labels, isTest: (i) => i >= train }
}

/** The lab moves the test points behind the others: they are found again by where they lie. */
function paintedPoints(painted: readonly PaintedPoint[], view: PointsView | null): DrawnPoints {
  const test = new Set<string>()
  if (view) {
    const at = f32Of(view.points)
    for (let i = view.train; i < view.labels.length; i++)
      test.add(keyOf(at[2 * i] ?? 0, at[2 * i + 1] ?? 0, view.labels[i] ?? 0))
  }
  return {
    at: painted.flatMap(([x, y]) => [x, y]),
    labels: painted.map(([, , label]) => label),
    isTest: (i) => {
      const point = painted[i]
      return point !== undefined && test.has(keyOf(...point))
    },
  }
}

function keyOf(x: number, y: number, label: number): string {
  return `${Math.fround(x)} ${Math.fround(y)} ${label}`
}

function countsOf({ labels, train, classes }: PointsView): PointCounts {
  const counts = classes.map((name) => ({ name, count: 0 }))
  for (const label of labels) {
    const found = counts[label]
    if (found) found.count += 1
  }
  return { train, test: labels.length - train, classes: counts }
}

/** The points of a view as they can be painted on, training points first. */
export function asPainted({ points, labels }: PointsView): PaintedPoint[] {
  const at = f32Of(points)
  return Array.from(labels, (label, i) => [short(at[2 * i]), short(at[2 * i + 1]), label])
}

/** A float of 32 bits has seven digits that count: more would be dust. */
function short(value = 0): number {
  return Number(value.toPrecision(7))
}
