/**
 * Softmax and cross-entropy on paper, and in float32 as a program computes them: naively, and with the largest sum
 * taken off first. `float32` rounds every single step, as a processor does.
 */
import type { Matrix } from './matrix'

type Round = (value: number) => number
const exact: Round = (value) => value

/** eᶻᵢ / Σ eᶻⱼ as it is written: overflows to ∞/∞ = NaN for large z, underflows to 0/0 = NaN for very small ones. */
export function naiveSoftmax(z: readonly number[], round: Round = exact): number[] {
  const powers = z.map((each) => round(Math.exp(round(each))))
  const sum = powers.reduce((a, b) => round(a + b), 0)
  return powers.map((power) => round(power / sum))
}

/** The same, with max z taken off every z first: the largest power is then e⁰ = 1, and nothing overflows. */
export function shiftedSoftmax(z: readonly number[], round: Round = exact): number[] {
  const largest = Math.max(...z.map(round))
  return naiveSoftmax(
    z.map((each) => round(round(each) - largest)),
    round,
  )
}

export interface ShiftDemonstration {
  /** z + c, rounded to float32. */
  shifted: readonly number[]
  powers: readonly number[]
  sum: number
  naive: readonly number[]
  stable: readonly number[]
  /** Without the shift, in float64: what all of it should be. */
  wanted: readonly number[]
  /** What went wrong in the naive way. */
  naiveFailure: 'overflow' | 'underflow' | null
  /** The largest |stable − wanted|: what rounding z + c to float32 costs. */
  stableError: number
}

/** Softmax of z + c in float32, both ways. Mathematically c changes nothing. */
export function demonstrateShift(z: readonly number[], c: number): ShiftDemonstration {
  const shifted = z.map((each) => Math.fround(Math.fround(each) + Math.fround(c)))
  const powers = shifted.map((each) => Math.fround(Math.exp(each)))
  const sum = powers.reduce((a, b) => Math.fround(a + b), 0)
  const naive = naiveSoftmax(shifted, Math.fround)
  const stable = shiftedSoftmax(shifted, Math.fround)
  const wanted = shiftedSoftmax(z)
  const stableError = Math.max(...stable.map((each, i) => Math.abs(each - (wanted[i] ?? NaN))))
  const naiveFailure = sum === Infinity ? 'overflow' : sum === 0 ? 'underflow' : null
  return { shifted, powers, sum, naive, stable, wanted, naiveFailure, stableError }
}

/** ∂pᵢ/∂zⱼ: pᵢ(1 − pᵢ) on the diagonal, −pᵢpⱼ beside it. Every row, and every column, sums to 0. */
export function softmaxJacobian(p: readonly number[]): Matrix {
  return p.map((pi, i) => p.map((pj, j) => (i === j ? pi * (1 - pi) : -pi * pj)))
}

/** H = −Σ yᵢ ln pᵢ in nats, of one sample; a class with yᵢ = 0 adds nothing, whatever its pᵢ. */
export function crossEntropy(y: readonly number[], p: readonly number[]): number {
  return y.reduce((sum, yi, i) => (yi === 0 ? sum : sum - yi * Math.log(p[i] ?? NaN)), 0)
}

/** ∂H/∂pᵢ = −yᵢ/pᵢ */
export function crossEntropySlopes(y: readonly number[], p: readonly number[]): number[] {
  return y.map((yi, i) => (yi === 0 ? 0 : -yi / (p[i] ?? NaN)))
}

/** ∂H/∂zⱼ through the softmax: Σᵢ (−yᵢ/pᵢ)·∂pᵢ/∂zⱼ, which is pⱼ − yⱼ where Σ y = 1. */
export function lossSlopesByChain(y: readonly number[], p: readonly number[]): number[] {
  const slopes = crossEntropySlopes(y, p)
  const jacobian = softmaxJacobian(p)
  return p.map((_, j) => jacobian.reduce((sum, row, i) => sum + (slopes[i] ?? NaN) * (row[j] ?? NaN), 0))
}
