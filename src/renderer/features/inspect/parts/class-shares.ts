/**
 * The outputs of a model as one number for each class: one output unit tells two classes apart.
 */
export function classShares(values: ArrayLike<number>, classes: number): number[] {
  if (values.length === 1 && classes === 2) {
    const p = values[0] ?? 0
    return [1 - p, p]
  }
  return Array.from(values)
}

/** The class of the largest; −1 where there are none. */
export function largestOf(shares: readonly number[]): number {
  return shares.reduce((best, share, i) => (share > (shares[best] ?? -Infinity) ? i : best), shares.length > 0 ? 0 : -1)
}
