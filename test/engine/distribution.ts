/** What the tests of random numbers measure. Seeds are fixed, so a bound that holds, holds always. */

export function momentsOf(values: ArrayLike<number>): { mean: number; variance: number } {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2
  return { mean, variance: squares / values.length }
}

/**
 * Kolmogorov–Smirnov: √n · the largest distance between the share of values up to x and `share(x)`. Values from the
 * distribution itself stay below 2.2 with a probability of 0.9999.
 */
export function distanceTo(values: Float32Array, share: (x: number) => number): number {
  const n = values.length
  const largest = values.toSorted().reduce((most, x, i) => {
    const expected = share(x)
    return Math.max(most, Math.abs((i + 1) / n - expected), Math.abs(i / n - expected))
  }, 0)
  return Math.sqrt(n) * largest
}
export const FAR = 2.2

/** Correlation times √n: a standard normal for independent values. */
export function correlationOf(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  const [x, y] = [momentsOf(xs), momentsOf(ys)]
  let sum = 0
  for (let i = 0; i < xs.length; i++) sum += (xs[i] - x.mean) * (ys[i] - y.mean)
  return sum / Math.sqrt(xs.length * x.variance * y.variance)
}
/** Standard normals stay within this with a probability of 0.99999. */
export const UNLIKELY = 4.5

/**
 * χ² of counts that are all expected to be the same, as a standard normal (Wilson and Hilferty). `variance` is that of
 * one count: its mean, where it is one of many things that may happen.
 */
export function unevennessOf(
  counts: readonly number[],
  { variance = momentsOf(counts).mean, freedom = counts.length - 1 } = {},
): number {
  const { mean } = momentsOf(counts)
  const square = counts.reduce((sum, count) => sum + (count - mean) ** 2 / variance, 0)
  return (Math.cbrt(square / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
}
