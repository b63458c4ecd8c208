/**
 * What a data set is, in the words of the Data screen.
 */
import type { DatasetFacts } from '#shared/dataset'
import type { ImportView } from '#shared/datasets'
import { formatCount, plural } from '../ui/format'

/** How samples are looked at. */
export type Look = 'pictures' | 'points' | 'table'

export type Shape = Pick<DatasetFacts, 'height' | 'width' | 'channels'>

export function lookOf({ height, width, channels = 1 }: Shape): Look {
  if (height > 1) return 'pictures'
  return width === 2 && channels === 1 ? 'points' : 'table'
}

export const LOOK_WORDS: Record<Look, string> = { pictures: 'Pictures', points: 'Points', table: 'Table' }

/** One of them, and many. */
export const SAMPLE_WORDS: Record<Look, readonly [string, string]> = {
  pictures: ['picture', 'pictures'],
  points: ['point', 'points'],
  table: ['row', 'rows'],
}

/** "28 × 28", "32 × 32 × 3", "x, y", "4 features". */
export function shapeText(shape: Shape): string {
  const { height, width, channels = 1 } = shape
  switch (lookOf(shape)) {
    case 'pictures':
      return channels === 1 ? `${height} × ${width}` : `${height} × ${width} × ${channels}`
    case 'points':
      return 'x, y'
    case 'table':
      return plural(width * channels, 'feature')
  }
}

/** "60,000 to train, 10,000 to test, 10 classes, 28 × 28". */
export function factsText(set: DatasetFacts): string {
  const parts = [`${formatCount(set.train)} to train`, `${formatCount(set.test)} to test`]
  return [...parts, plural(set.classes.length, 'class', 'classes'), shapeText(set)].join(', ')
}

/** "bytes, 0 to 255", "floats, −1.25 to 3". */
export function rangeText({ kind, range }: Pick<ImportView, 'kind' | 'range'>): string {
  return `${kind === 'bytes' ? 'whole numbers' : 'floats'}, ${valueText(range.min)} to ${valueText(range.max)}`
}

/** As many digits as a 32-bit float has, and no dust behind them. */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value < 0 ? '−∞' : '∞'
  return String(Number(value.toPrecision(6))).replace('-', '−')
}

/** "No. 60,012, class 7, test": samples are numbered over the whole set, the test part last. */
export function sampleText(set: Pick<DatasetFacts, 'train' | 'classes'>, sample: number, label: number): string {
  const part = sample < set.train ? 'training part' : 'test part'
  return `No. ${formatCount(sample)}, class ${set.classes[label] ?? label}, ${part}`
}
