/**
 * What a person looks at before anything is stored: the first samples, how many there are, and what was decided.
 */
import { countClasses } from '#engine/split'
import type { ReadSource } from './source'
import type { ImportNote } from './samples'

export const PREVIEWED = 32
/** Fewer of large samples: a preview goes from process to process. */
const MAX_PREVIEW_BYTES = 16 * 1024 * 1024

export interface ImportPreview {
  kind: 'bytes' | 'floats'
  height: number
  width: number
  channels: number
  classNames: string[]
  train: number
  test: number
  /** Samples of each class, in the order of the class names. */
  classCounts: { train: number[]; test: number[] }
  /** Over all values, for those who show them. */
  range: { min: number; max: number }
  /** The first 32 of the training part, or fewer: [n, height, width, channels]. */
  first: { values: Uint8Array | Float32Array; labels: Uint8Array }
  notes: ImportNote[]
}

export function previewOf({ samples, range, notes }: ReadSource): ImportPreview {
  const { kind, count, height, width, channels, classNames, values, labels, parts } = samples
  const fitting = Math.max(1, Math.floor((MAX_PREVIEW_BYTES * count) / values.byteLength))
  const shown = Math.min(PREVIEWED, parts.train, fitting)
  const numbers = (from: number, length: number) => Uint32Array.from({ length }, (_, i) => from + i)
  const counts = (from: number, length: number) => {
    return [...countClasses(numbers(from, length), labels, classNames.length)]
  }
  return {
    kind,
    height,
    width,
    channels,
    classNames,
    train: parts.train,
    test: parts.test,
    classCounts: { train: counts(0, parts.train), test: counts(parts.train, parts.test) },
    range,
    // copies: a preview must not keep the whole set in memory
    first: { values: values.slice(0, (shown * values.length) / count), labels: labels.slice(0, shown) },
    notes,
  }
}
