/**
 * Values between two ends for a factor: evenly spaced, or by equal ratios.
 */
export interface ValueRange {
  from: unknown
  to: unknown
  count: unknown
  spacing: 'even' | 'ratio'
  /** The field takes whole numbers only: each is rounded, and none is there twice. */
  whole: boolean
}

export type RangeReading = { ok: true; values: number[] } | { ok: false; message: string }

const MOST_VALUES = 1000

export function readRange({ from, to, count, spacing, whole }: ValueRange): RangeReading {
  const refuse = (message: string): RangeReading => ({ ok: false, message })
  if (typeof from !== 'number' || typeof to !== 'number') return refuse('A number at both ends')
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 2 || count > MOST_VALUES) {
    return refuse(`2 … ${MOST_VALUES} values`)
  }
  if (from === to) return refuse('Two different ends')
  if (spacing === 'ratio' && (from <= 0 || to <= 0)) return refuse('Equal ratios need both ends above 0')
  const at = (share: number) => (spacing === 'ratio' ? from * (to / from) ** share : from + (to - from) * share)
  const values = Array.from({ length: count }, (_, i) => {
    // the ends as they were typed, what lies between with as many digits as anybody reads
    const value = i === 0 ? from : i === count - 1 ? to : Number(at(i / (count - 1)).toPrecision(3))
    return whole ? Math.round(value) : value
  })
  return { ok: true, values: [...new Set(values)] }
}
