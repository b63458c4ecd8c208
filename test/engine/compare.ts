/** Compares numbers one by one, and refuses what a comparison of averages or a `>` would let through. */
export interface Tolerance {
  /** Allowed difference, whatever the size of the number. */
  absolute?: number
  /** Allowed difference as a share of the expected number. */
  relative?: number
}

/** Throws at the first number that is too far off, or not a number on either side. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 0, relative = 0 }: Tolerance,
  what = 'value',
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what}: expected ${expected.length} numbers, got ${actual.length}`)
  }
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i])
    // said this way round, NaN is refused: it is neither near nor far
    if (!(difference <= absolute + relative * Math.abs(expected[i]))) {
      throw new Error(`${what} ${i}: expected ${expected[i]}, got ${actual[i]}`)
    }
  }
}
