/**
 * Distributions that tests and intervals need. P values are two-sided unless a name says otherwise.
 */
import { complementaryError, incompleteBeta, logChoose } from './special'

/** Φ(z): the share of a standard normal distribution below z. */
export function normalBelow(z: number): number {
  return complementaryError(-z / Math.SQRT2) / 2
}

/** 2 · (1 − Φ(|z|)). */
export function normalTwoSided(z: number): number {
  return Math.min(1, complementaryError(Math.abs(z) / Math.SQRT2))
}

/** The z with Φ(z) = p. */
export function normalQuantile(p: number): number {
  return quantile(p, normalBelow)
}

/** The share of Student's t distribution above |t|, both tails. `df` need not be whole. */
export function studentTwoSided(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5)
}

export function studentBelow(t: number, df: number): number {
  const tail = studentTwoSided(t, df) / 2
  return t < 0 ? tail : 1 - tail
}

export function studentQuantile(p: number, df: number): number {
  return quantile(p, (t) => studentBelow(t, df))
}

/** P(X ≤ k) for X binomial(n, ½): what an exact sign test needs. */
export function fairCoinAtMost(k: number, n: number): number {
  let sum = 0
  for (let i = 0; i <= k; i++) sum += Math.exp(logChoose(n, i) - n * Math.LN2)
  return Math.min(1, sum)
}

/** By halving: works for every distribution here, and 200 halvings leave nothing of the first interval. */
function quantile(p: number, below: (x: number) => number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`quantile: expected a share between 0 and 1, got ${p}`)
  if (p === 0.5) return 0
  if (p > 0.5) return -quantile(1 - p, (x) => 1 - below(-x)) // both distributions are symmetric about 0
  let low = -1
  while (below(low) > p) low *= 2
  let high = 0
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (below(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
