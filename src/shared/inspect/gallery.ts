/**
 * Which samples of a part are shown, and in which order.
 */
import { isRightAt, valueAt, type PartAnswers } from './answers'

/** The last four are about two models: the one that is looked at, and the second of the pair. */
export const SHOWN = [
  'wrong',
  'right',
  'all',
  'unsure',
  'suspected',
  'only-first',
  'only-second',
  'neither',
  'both',
] as const
export type Shown = (typeof SHOWN)[number]

export const SORTED = ['loss', 'confidence', 'margin', 'number'] as const
export type Sorted = (typeof SORTED)[number]

/** Below this the likeliest class is hardly ahead of the second one. */
export const UNSURE_BELOW = 0.2

export interface GalleryFilter {
  show: Shown
  /** True class; null: any. */
  truth: number | null
  /** Predicted class; null: any. */
  predicted: number | null
  sort: Sorted
  /** Of the other model of a pair, for the same samples. */
  second?: PartAnswers | null | undefined
  /** Rows whose labels are suspected, the most suspect first: they keep this order, whatever `sort` says. */
  suspects?: Uint32Array | null | undefined
}

/** Rows of the answers. Nothing is shown of a pair without its second model, nor of suspects that are not known yet. */
export function rowsOf(answers: PartAnswers, filter: GalleryFilter): Uint32Array {
  const { truth, predicted } = filter
  const suspects = filter.show === 'suspected' ? (filter.suspects ?? new Uint32Array()) : null
  const candidates = suspects ?? Uint32Array.from(answers.labels, (_, row) => row)
  const belongs = belongsTo(answers, filter)
  const rows = candidates.filter(
    (row) =>
      (truth === null || answers.labels[row] === truth) &&
      (predicted === null || answers.predicted[row] === predicted) &&
      belongs(row),
  )
  return suspects ? rows : sortedRows(answers, rows, filter.sort)
}

function belongsTo(answers: PartAnswers, { show, second }: GalleryFilter): (row: number) => boolean {
  const isRight = (row: number): boolean => isRightAt(answers, row)
  const other = (row: number): boolean | null => (second ? isRightAt(second, row) : null)
  switch (show) {
    case 'all':
    case 'suspected':
      return () => true
    case 'wrong':
      return (row) => !isRight(row)
    case 'right':
      return isRight
    case 'unsure':
      return (row) => (answers.margin[row] ?? 0) < UNSURE_BELOW
    case 'only-first':
      return (row) => isRight(row) && other(row) === false
    case 'only-second':
      return (row) => !isRight(row) && other(row) === true
    case 'neither':
      return (row) => !isRight(row) && other(row) === false
    case 'both':
      return (row) => isRight(row) && other(row) === true
  }
  return show satisfies never
}

/** The largest loss, the largest confidence or the smallest margin first; equal ones by their numbers. */
function sortedRows(
  { losses, confidence, margin, samples }: PartAnswers,
  rows: Uint32Array,
  sort: Sorted,
): Uint32Array {
  const keys = { loss: losses, confidence, margin, number: samples }[sort]
  const sign = sort === 'loss' || sort === 'confidence' ? -1 : 1
  return rows.sort((a, b) => {
    const difference = sign * ((keys[a] ?? 0) - (keys[b] ?? 0))
    return difference || (samples[a] ?? 0) - (samples[b] ?? 0)
  })
}

/** "4 → 9  98 %": true and predicted class, and what the model gave the class that it predicted. */
export function captionOf(answers: PartAnswers, row: number, isShare: boolean): string {
  const name = (label: number | undefined): string => answers.classes[label ?? 0] ?? String(label)
  const truth = name(answers.labels[row])
  const predicted = name(answers.predicted[row])
  return `${truth} → ${predicted}  ${shareText(valueAt(answers, row, answers.predicted[row] ?? 0), isShare)}`
}

/** "98 %"; "99.96 %" where 100 would be a lie; plain numbers for outputs that are no shares of one. */
export function shareText(value: number, isShare: boolean): string {
  if (!isShare || Number.isNaN(value))
    return Number.isNaN(value) ? 'not a number' : value.toPrecision(3).replace('-', '−')
  const percent = 100 * value
  if (percent > 99 && percent < 100)
    return percent >= 99.995 ? '> 99.99 %' : `${percent.toFixed(percent >= 99.95 ? 2 : 1)} %`
  if (percent > 0 && percent < 1) return percent < 0.01 ? '< 0.01 %' : `${percent.toFixed(2)} %`
  return `${percent.toFixed(0)} %`
}
