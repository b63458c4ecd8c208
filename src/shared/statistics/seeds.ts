/**
 * Whether two configurations differ by more than their seeds do: tests over replicates, and how many would be needed.
 */
import { studentQuantile, studentTwoSided } from './distributions'
import { CONFIDENCE, type Interval } from './proportions'
import { mean, ranked, variance } from './samples'

export interface MeanComparison {
  /** Mean of the first minus mean of the second. */
  difference: number
  interval: Interval
  t: number
  /** Degrees of freedom; not whole. */
  df: number
  p: number
}

/**
 * Welch's t test: means of two groups whose spreads may differ. Null where a group has fewer than two values, or
 * where nothing varies at all: then there is no spread to judge a difference by.
 *
 * Source: B. L. Welch, Biometrika 34 (1947), with Satterthwaite's degrees of freedom.
 */
export function welch(a: readonly number[], b: readonly number[], confidence = CONFIDENCE): MeanComparison | null {
  const [va, vb] = [variance(a) / a.length, variance(b) / b.length]
  const squared = va + vb
  if (!(squared > 0)) return null
  const df = squared ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1))
  return judged(mean(a) - mean(b), Math.sqrt(squared), df, confidence)
}

/**
 * The t test of pairs: the same seeds in both configurations, so that what a seed does to both falls out. Null as in
 * `welch`.
 */
export function pairedT(a: readonly number[], b: readonly number[], confidence = CONFIDENCE): MeanComparison | null {
  const differences = paired(a, b)
  const squared = variance(differences) / differences.length
  if (!(squared > 0)) return null
  return judged(mean(differences), Math.sqrt(squared), differences.length - 1, confidence)
}

/** Student's interval of a mean; null for fewer than two values. */
export function meanInterval(values: readonly number[], confidence = CONFIDENCE): Interval | null {
  if (values.length < 2) return null
  const reach = studentQuantile((1 + confidence) / 2, values.length - 1) * Math.sqrt(variance(values) / values.length)
  return { low: mean(values) - reach, high: mean(values) + reach }
}

function judged(difference: number, error: number, df: number, confidence: number): MeanComparison {
  const t = difference / error
  const reach = studentQuantile((1 + confidence) / 2, df) * error
  return {
    difference,
    interval: { low: difference - reach, high: difference + reach },
    t,
    df,
    p: studentTwoSided(t, df),
  }
}

/** Values over which the exact distributions below are counted; more would take seconds. */
const EXACT_AT_MOST = 200

/**
 * Wilcoxon's signed-rank test of pairs, exact also with ties (pairs without a difference are left out, as Wilcoxon
 * did). Two-sided p; 1 where no pair differs; null above 200 pairs.
 *
 * Source: F. Wilcoxon, Biometrics Bulletin 1 (1945). All 2ⁿ signs are counted by the sums that they make.
 */
export function signedRank(a: readonly number[], b: readonly number[]): { statistic: number; p: number } | null {
  const differences = paired(a, b).filter((difference) => difference !== 0)
  if (differences.length > EXACT_AT_MOST) return null
  const { ranks } = ranked(differences.map(Math.abs))
  // doubled, so that shared ranks are whole
  const doubled = ranks.map((rank) => 2 * rank)
  const positive = doubled.reduce((sum, rank, i) => sum + ((differences[i] ?? 0) > 0 ? rank : 0), 0)
  const shares = doubled.reduce<number[]>(
    (sums, rank) => {
      const next = [...sums.map((share) => share / 2), ...Array.from({ length: rank }, () => 0)]
      sums.forEach((share, sum) => (next[sum + rank] = (next[sum + rank] ?? 0) + share / 2))
      return next
    },
    [1],
  )
  return { statistic: positive / 2, p: twoSided(shares, positive) }
}

/**
 * The rank-sum test of Wilcoxon, Mann and Whitney for two groups, exact also with ties. Two-sided p; null above 200
 * values in all.
 *
 * Source: H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947). All choices of the first group
 * are counted by the rank sums that they make.
 */
export function rankSum(a: readonly number[], b: readonly number[]): { statistic: number; p: number } | null {
  const count = a.length + b.length
  if (count > EXACT_AT_MOST || a.length === 0 || b.length === 0) return null
  const doubled = ranked([...a, ...b]).ranks.map((rank) => 2 * rank)
  const observed = doubled.slice(0, a.length).reduce((sum, rank) => sum + rank, 0)
  const shares = chosenSums(doubled, a.length)
  const u = observed / 2 - (a.length * (a.length + 1)) / 2
  return { statistic: u, p: twoSided(shares, observed) }
}

/** For each sum: the share of all choices of `size` values that add up to it. */
function chosenSums(values: readonly number[], size: number): number[] {
  const total = values.reduce((sum, value) => sum + value, 0)
  const bySize = Array.from({ length: size + 1 }, () => new Float64Array(total + 1))
  bySize[0]?.fill(1, 0, 1)
  values.forEach((value, seen) => {
    for (let chosen = Math.min(size, seen + 1); chosen > 0; chosen--) {
      const [to, from] = [bySize[chosen], bySize[chosen - 1]]
      if (to && from) for (let sum = total; sum >= value; sum--) to[sum] = (to[sum] ?? 0) + (from[sum - value] ?? 0)
    }
  })
  const counts = [...(bySize[size] ?? [])]
  const all = counts.reduce((sum, each) => sum + each, 0)
  return counts.map((each) => each / all)
}

/** Twice the smaller tail, the observed sum in both. */
function twoSided(shares: readonly number[], observed: number): number {
  const below = shares.slice(0, observed + 1).reduce((sum, share) => sum + share, 0)
  const above = shares.slice(observed).reduce((sum, share) => sum + share, 0)
  return Math.min(1, 2 * Math.min(below, above))
}

/**
 * Holm's correction: what each p value is when all of them are looked at together.
 *
 * Source: S. Holm, Scandinavian Journal of Statistics 6 (1979).
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const corrected = values.map(() => 1)
  let largest = 0
  order.forEach((place, i) => {
    largest = Math.max(largest, Math.min(1, (values.length - i) * (values[place] ?? 1)))
    corrected[place] = largest
  })
  return corrected
}

export const SEEDS_AT_MOST = 10_000

/**
 * Seeds in each of two configurations so that a difference of the means is found with the given power, if both spread
 * as `deviation` says. Null if more than 10,000 would be needed. The noncentral t distribution is taken for a shifted
 * one, as sample-size formulas do: at most one seed too few for 3 or more.
 */
export function seedsNeeded(
  difference: number,
  deviation: number,
  { confidence = CONFIDENCE, power = 0.8 }: { confidence?: number; power?: number } = {},
): number | null {
  if (!(deviation >= 0) || difference === 0) return null
  const effect = Math.abs(difference) / deviation
  const isEnough = (seeds: number) => {
    const df = 2 * seeds - 2
    const needed = studentQuantile((1 + confidence) / 2, df) + studentQuantile(power, df)
    return effect * Math.sqrt(seeds / 2) >= needed
  }
  if (!isEnough(SEEDS_AT_MOST)) return null
  let [low, high] = [1, SEEDS_AT_MOST]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}

function paired(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError(`expected as many values in both, got ${a.length} and ${b.length}`)
  return a.map((value, i) => value - (b[i] ?? 0))
}
