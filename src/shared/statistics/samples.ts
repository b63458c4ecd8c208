/**
 * What a handful of numbers say by themselves.
 */

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * Of a sample, divisor n − 1; NaN for fewer than two values. Taken about the first value, so that equal values have
 * no variance at all: a rounded mean would leave them a little, and a t test would divide by it.
 */
export function variance(values: readonly number[]): number {
  const [first] = values
  if (first === undefined || values.length < 2) return Number.NaN
  const shifts = values.map((value) => value - first)
  const middle = mean(shifts)
  return shifts.reduce((sum, shift) => sum + (shift - middle) ** 2, 0) / (values.length - 1)
}

/** Square root of `variance`. */
export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(variance(values))
}

/** Of the mean: deviation over √n. */
export function standardError(values: readonly number[]): number {
  return Math.sqrt(variance(values) / values.length)
}

/**
 * The value below which a share p of the sorted values lies, between neighbours in proportion (R's type 7, NumPy's
 * default).
 */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = p * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below] ?? Number.NaN
  const high = sorted[below + 1] ?? low
  return low + (at - below) * (high - low)
}

/** Ranks from 1, equal values sharing the mean of theirs; and the sizes of the groups of equal values. */
export function ranked(values: readonly number[]): { ranks: number[]; ties: number[] } {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks = values.map(() => 0)
  const ties: number[] = []
  for (let begin = 0; begin < order.length;) {
    let end = begin
    while (end < order.length && values[order[end] ?? 0] === values[order[begin] ?? 0]) end += 1
    for (let i = begin; i < end; i++) ranks[order[i] ?? 0] = (begin + 1 + end) / 2
    ties.push(end - begin)
    begin = end
  }
  return { ranks, ties }
}
