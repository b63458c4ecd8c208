/**
 * A histogram as a shape: bars on a logarithmic scale, as one value (the 0 of a blank pixel) often has most of them.
 */
import { formatNumber, ticksWithin } from '#shared/figures/axis-scale'
import type { Histogram } from '#shared/datasets'
import { formatShort } from '../../../ui/format'

export interface Box {
  width: number
  height: number
}

export interface Tick {
  /** Pixels from the left, or from the top. */
  at: number
  text: string
}

/** One closed path of all bars. A single value has 1 in 10 of the height, so that it is seen. */
export function barsPath({ counts }: Histogram, { width, height }: Box): string {
  const top = topOf(counts)
  const each = width / Math.max(1, counts.length)
  const bars = counts.flatMap((count, i) => {
    if (count <= 0) return []
    const y = height * (1 - heightOf(count, top))
    return `M${(i * each).toFixed(2)} ${height}V${y.toFixed(2)}H${((i + 1) * each).toFixed(2)}V${height}Z`
  })
  return bars.join('')
}

export function valueTicks({ low, high }: Histogram, { width }: Box): Tick[] {
  const count = Math.max(2, Math.floor(width / 70))
  const span = high - low || 1
  return ticksWithin(low, high, count, { whole: false }).map((value) => ({
    at: ((value - low) / span) * width,
    text: formatNumber(value),
  }))
}

/** Powers of ten, at most about six of them. */
export function countTicks({ counts }: Histogram, { height }: Box): Tick[] {
  const top = topOf(counts)
  const powers = Math.floor(Math.log10(top))
  const every = Math.max(1, Math.ceil(powers / 5))
  return Array.from({ length: powers + 1 }, (_, power) => power)
    .filter((power) => power % every === 0)
    .map((power) => ({ at: height * (1 - heightOf(10 ** power, top)), text: formatShort(10 ** power) }))
}

function topOf(counts: readonly number[]): number {
  return Math.max(10, ...counts)
}

const ONE = 0.1
function heightOf(count: number, top: number): number {
  return ONE + (1 - ONE) * (Math.log10(count) / Math.log10(top))
}
