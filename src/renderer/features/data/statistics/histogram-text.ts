/**
 * A histogram as a path, as ticks and as sentences.
 */
import { linearScale } from '#shared/figures/axis-scale'
import type { Histogram } from '#shared/datasets'
import { formatCount } from '../../../ui/format'
import { valueText } from '../../../data/dataset-words'

/** Share of the height for a count: 0 for none, more than 0 for one. */
export function heightOf(count: number, most: number, log: boolean): number {
  if (count === 0 || most === 0) return 0
  return log ? Math.log10(1 + count) / Math.log10(1 + topOf(most, log)) : count / topOf(most, log)
}

/** The count at the upper end of the axis. */
function topOf(most: number, log: boolean): number {
  return log ? 10 ** Math.ceil(Math.log10(Math.max(1, most))) : linearScale(0, most, 4).max
}

/** All bars as one path with its upper left corner at 0, 0. What is not 0 is at least a pixel high. */
export function barsOf(counts: readonly number[], width: number, height: number, log: boolean): string {
  const most = Math.max(0, ...counts)
  const step = width / counts.length
  const gap = step > 4 ? 1 : 0
  return counts
    .map((count, i) => {
      if (count === 0) return ''
      const bar = Math.max(1, heightOf(count, most, log) * height)
      return `M${round(i * step)} ${height}v${round(-bar)}h${round(step - gap)}v${round(bar)}z`
    })
    .join('')
}

export function countTicks(counts: readonly number[], log: boolean): { count: number; at: number }[] {
  const most = Math.max(0, ...counts)
  if (most === 0) return []
  const ticks = log ? powers(topOf(most, log)) : linearScale(0, most, 4).ticks
  return ticks.map((count) => ({ count, at: heightOf(count, most, log) }))
}

/** 1, 10, 100 …, every other one when there are many. */
function powers(top: number): number[] {
  const decades = Math.round(Math.log10(top))
  const step = decades > 5 ? 2 : 1
  return Array.from({ length: Math.floor(decades / step) + 1 }, (_, i) => 10 ** (i * step))
}

export function binText({ low, high, counts }: Histogram, bin: number, whole: boolean): string {
  const width = (high - low) / counts.length
  const from = low + bin * width
  const count = formatCount(counts[bin] ?? 0)
  if (whole && width === 1) return `${from}: ${count}`
  return `${valueText(Number(from.toPrecision(4)))} to ${valueText(Number((from + width).toPrecision(4)))}: ${count}`
}

/** For those who cannot see it: the range, the fullest bins, and how many are empty. */
export function histogramText(histogram: Histogram, whole: boolean): string {
  const { low, high, counts } = histogram
  const fullest = counts
    .map((count, bin) => ({ count, bin }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ bin }) => binText(histogram, bin, whole))
  const last = whole ? high - 1 : high
  const empty = counts.filter((count) => count === 0).length
  const range = `Histogram of the values from ${valueText(low)} to ${valueText(last)}.`
  return `${range} Most: ${fullest.join('; ')}. ${formatCount(empty)} of ${formatCount(counts.length)} bins are empty.`
}

function round(value: number): string {
  return String(Number(value.toFixed(2)))
}
