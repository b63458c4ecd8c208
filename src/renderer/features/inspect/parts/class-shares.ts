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

/** Of a model of which no more is known: what a linear output gives leaves this range sooner or later. */
export function areShares(values: readonly number[]): boolean {
  return values.every((value) => value >= 0 && value <= 1)
}

/** "97.3 %": a share below one in a thousand is not nothing, and one above is not all. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %'
  if (share < 1 && share >= 0.9995) return '> 99.9 %'
  return `${(share * 100).toFixed(1)} %`
}
