/**
 * Histograms over the values of some samples.
 */
import type { LoadedDataset } from '#lab/engine/host'
import type { Histogram } from '#shared/datasets'
import { sampleAt } from './samples'

/** Bins of a histogram of floats; bytes have one for each value. */
const BINS = 64

/** What becomes of value `p` of a sample. */
export type Change = (value: number, p: number) => number

export interface Range {
  min: number
  max: number
}

/** In equal bins; of bytes that nothing changes 256 from 0 to 256. */
export function histogramOf(data: LoadedDataset, samples: Iterable<number>, change?: Change): Histogram {
  if (!change && data.train.images instanceof Uint8Array)
    return { low: 0, high: 256, counts: byteCounts(data, samples) }
  const changed: Change = change ?? ((value) => value)
  const { min, max } = rangeOf(data, samples, changed)
  const [low, high] = max > min ? [min, max] : [min, min + 1] // a set of one value has a bin to lie in
  const counts = new Array<number>(BINS).fill(0)
  const scale = BINS / (high - low)
  eachValue(data, samples, (value, p) => {
    counts[Math.min(BINS - 1, Math.floor((changed(value, p) - low) * scale))] += 1
  })
  return { low, high, counts }
}

export function rangeOf(data: LoadedDataset, samples: Iterable<number>, change: Change): Range {
  const range = { min: Infinity, max: -Infinity }
  eachValue(data, samples, (value, p) => {
    const changed = change(value, p)
    if (changed < range.min) range.min = changed
    if (changed > range.max) range.max = changed
  })
  return range
}

function byteCounts(data: LoadedDataset, samples: Iterable<number>): number[] {
  const counts = new Array<number>(256).fill(0)
  eachValue(data, samples, (value) => {
    counts[value] += 1
  })
  return counts
}

function eachValue(data: LoadedDataset, samples: Iterable<number>, take: (value: number, p: number) => void): void {
  for (const sample of samples) {
    const values = sampleAt(data, sample)
    for (let p = 0; p < values.length; p++) take(values[p], p)
  }
}
