/**
 * The plane of a model of two inputs, and the points on it: asked anew when the model or its moment changes, with the
 * last answer on the screen until then.
 */
import { computed } from 'vue'
import { f32Of, type DatasetEntry } from '#shared/datasets'
import { answersOf, type PartAnswers } from '#shared/inspect/answers'
import type { ModelSource, PlaneAnswer, SplitPart } from '#shared/inspect/inspected'
import { planeField, type Box, type PlanePoint } from '#shared/inspect/plane'
import { lab } from '../lab'
import { useDatasetContent } from './dataset-content'
import { useLatestAnswer } from './latest-answer'

/** Cells on a side. */
export const CELLS = 120
/** More would hide each other. */
export const MOST_POINTS = 1500

export interface PartPoints {
  points: readonly PlanePoint[]
  /** Of the whole part. */
  count: number
  correct: number
}

export function usePlane(source: () => ModelSource | null, box: () => Box | null) {
  const { answer, failure, again } = useLatestAnswer(
    () => {
      const [model, area] = [source(), box()]
      return model && area && { source: model, ...area, columns: CELLS, rows: CELLS }
    },
    (question) => lab.call('inspect:plane', question),
  )
  return {
    field: computed(() => {
      const now = answer.value
      if (!now) return null
      const { x, y, columns, rows } = now.to
      return planeField({ x, y }, { columns, rows }, { outputs: now.value.outputs, values: f32Of(now.value.values) })
    }),
    hidden: computed(() =>
      (answer.value?.value.hidden ?? ([] as PlaneAnswer['hidden'])).map(({ units, values }) => ({
        units,
        values: f32Of(values),
      })),
    ),
    failure,
    again,
  }
}

/** What a model says of the points of a part, with their places. */
export function usePartPoints(
  question: () => { source: ModelSource; part: SplitPart; set: DatasetEntry; classNames: readonly string[] } | null,
) {
  const content = useDatasetContent()
  const { answer, failure, again } = useLatestAnswer(question, async ({ source, part, set, classNames }) => {
    const answers = answersOf(await lab.call('inspect:predictions', { source, part, dataset: set.name }), classNames)
    const rows = evenly(answers.samples.length)
    const places = await content.samplesOf(
      set,
      rows.map((row) => answers.samples[row] ?? 0),
    )
    return {
      points: pointsOf(answers, rows, places, part === 'test'),
      count: answers.samples.length,
      correct: answers.correct,
    }
  })
  return {
    value: computed<PartPoints | null>(() => (question() ? (answer.value?.value ?? null) : null)),
    failure,
    again,
  }
}

function evenly(count: number): number[] {
  const step = Math.max(1, count / MOST_POINTS)
  return Array.from({ length: Math.min(count, MOST_POINTS) }, (_, i) => Math.floor(i * step))
}

function pointsOf(
  { samples, labels, predicted }: PartAnswers,
  rows: readonly number[],
  places: ArrayLike<number>,
  isTest: boolean,
): PlanePoint[] {
  return rows.map((row, i) => ({
    sample: samples[row] ?? 0,
    x: places[2 * i] ?? 0,
    y: places[2 * i + 1] ?? 0,
    label: labels[row] ?? 0,
    predicted: predicted[row] ?? 0,
    isTest,
  }))
}
