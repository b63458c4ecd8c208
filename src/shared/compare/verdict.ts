/**
 * One plain sentence on two configurations: how far apart they are, how sure that is, and what it does not say.
 *
 * With several seeds on both sides the seeds are what is tested (Welch); with one seed each the samples are: exactly,
 * as pairs, where it is known which ones both models got right (McNemar), as two shares otherwise.
 */
import { compareShares, mcNemar, type Agreement, type Interval, type Share } from '../statistics/proportions'
import { mean, standardDeviation } from '../statistics/samples'
import { rankSum, seedsNeeded, welch } from '../statistics/seeds'
import { logChoose } from '../statistics/special'

export interface Contestant {
  name: string
  /** Wrong samples of the test (or validation) part, one for each seed. */
  errors: readonly Share[]
}

export interface Verdict {
  test: 'welch' | 'mcnemar' | 'two-proportion' | 'none'
  /** First minus second, in percentage points of error; negative: the first is better. */
  difference: number
  interval: Interval | null
  p: number | null
  /** Name of the better one, if there is evidence for it. */
  better: string | null
  sentence: string
  /** What a careful reader adds. */
  caveats: readonly string[]
}

export interface VerdictOptions {
  /** Which samples both models, one alone, or none got right; for one seed on each side. */
  agreement?: Agreement | undefined
  /** How many comparisons are made side by side, this one among them. @default 1 */
  comparisons?: number
  /** p of this comparison after Holm's correction for all of them. @default none: p counts below 0.05 / comparisons */
  adjusted?: number
}

/** Evidence is a p below this: after Holm's correction where that is known, else divided by the comparisons (Bonferroni). */
export const SIGNIFICANCE = 0.05

export function verdictOf(
  a: Contestant,
  b: Contestant,
  { agreement, comparisons = 1, adjusted }: VerdictOptions = {},
): Verdict {
  const found = a.errors.length > 1 || b.errors.length > 1 ? bySeeds(a, b) : bySamples(a, b, agreement)
  const isShown = adjusted === undefined ? (found.p ?? 1) < SIGNIFICANCE / comparisons : adjusted < SIGNIFICANCE
  const better = isShown ? (found.difference < 0 ? a.name : b.name) : null
  const caveats = [...found.caveats, ...comparisonsCaveat(comparisons, found.p, adjusted)]
  return { ...found, better, caveats, sentence: sentenceOf(a, b, found, better) }
}

type Found = Omit<Verdict, 'better' | 'sentence'>

function bySeeds(a: Contestant, b: Contestant): Found {
  const [ea, eb] = [percents(a), percents(b)]
  const compared = welch(ea, eb)
  const difference = mean(ea) - mean(eb)
  if (!compared) {
    const caveats = ['Without a second seed on both sides nobody can say how much of this is chance.']
    return { test: 'none', difference, interval: null, p: null, caveats }
  }
  const { interval, p } = compared
  return {
    test: 'welch',
    difference,
    interval,
    p,
    caveats: [...fewSeedsCaveat(ea, eb), ...rankCaveat(ea, eb), ...neededCaveat(ea, eb, p)],
  }
}

function bySamples(a: Contestant, b: Contestant, agreement: Agreement | undefined): Found {
  const [first, second] = [only(a), only(b)]
  const seeds = 'One seed each: another seed moves an error too, and this test does not see that.'
  if (agreement) {
    // of right answers; errors are their mirror
    const { difference, interval, p } = mcNemar(agreement)
    return { test: 'mcnemar', difference: -100 * difference, interval: mirrored(interval), p, caveats: [seeds] }
  }
  const { difference, interval, p } = compareShares(first, second)
  const caveats = [seeds, 'Treated as different samples; on the same ones, an exact paired test says more.']
  return { test: 'two-proportion', difference: 100 * difference, interval: percent(interval), p, caveats }
}

function only({ name, errors: [share] }: Contestant): Share {
  if (share) return share
  throw new RangeError(`${name}: expected the errors of at least one seed, got none`)
}

function percents({ errors }: Contestant): number[] {
  return errors.map(({ count, total }) => (100 * count) / total)
}

function percent({ low, high }: Interval): Interval {
  return { low: 100 * low, high: 100 * high }
}

function mirrored({ low, high }: Interval): Interval {
  return { low: -100 * high, high: -100 * low }
}

/** "3.27 vs 3.15 %: 0.12 points, 95 % interval −0.37 to +0.61: no evidence of a difference (p = 0.63)." */
function sentenceOf(a: Contestant, b: Contestant, { difference, interval, p }: Found, better: string | null): string {
  const errors = `${errorText(a)} vs ${errorText(b)} % error`
  if (!interval || p === null) return `${errors}: ${fixed(Math.abs(difference))} points apart; too few seeds to judge.`
  const range = `95 % interval ${signed(interval.low)} to ${signed(interval.high)}`
  const judgement = better === null ? 'no evidence of a difference' : `${better} is better`
  return `${errors}: ${fixed(difference)} points, ${range}: ${judgement} (p ${pText(p)}).`
}

function errorText(contestant: Contestant): string {
  const values = percents(contestant)
  if (values.length === 1) return fixed(mean(values))
  return `${fixed(mean(values))} ± ${fixed(standardDeviation(values))} (n = ${values.length})`
}

/** Two digits that count, and never "0.00". */
export function pText(p: number): string {
  if (p < 0.001) return '< 0.001'
  return `= ${p < 0.1 ? p.toPrecision(2) : p.toFixed(2)}`
}

function fixed(value: number): string {
  return value.toFixed(2).replace('-', '−')
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${fixed(value)}`
}

function fewSeedsCaveat(a: readonly number[], b: readonly number[]): string[] {
  const fewest = Math.min(a.length, b.length)
  return fewest >= 5 ? [] : [`Only ${fewest} seeds: the spread itself is a guess.`]
}

/** How many seeds would show a difference as large as the one that was seen. */
function neededCaveat(a: readonly number[], b: readonly number[], p: number): string[] {
  if (p < SIGNIFICANCE) return []
  const spread = Math.sqrt((standardDeviation(a) ** 2 + standardDeviation(b) ** 2) / 2)
  const seeds = seedsNeeded(mean(a) - mean(b), spread)
  const needed = seeds === null ? 'More than 10,000 seeds' : `About ${seeds} seeds`
  return [`${needed} each would be needed to find a difference of this size four times out of five.`]
}

function comparisonsCaveat(comparisons: number, p: number | null, adjusted: number | undefined): string[] {
  if (comparisons < 2) return []
  if (adjusted !== undefined && p !== null) {
    return [
      `One of ${comparisons} comparisons: p ${pText(p)} by itself, ${pText(adjusted)} by Holm's method for all of them.`,
    ]
  }
  const limit = (SIGNIFICANCE / comparisons).toPrecision(2)
  return [`One of ${comparisons} comparisons: p counts as evidence only below ${limit}.`]
}

/** By ranks alone, which asks for no normal spread: the second opinion. */
function rankCaveat(a: readonly number[], b: readonly number[]): string[] {
  const ranks = rankSum(a, b)
  if (!ranks) return []
  const smallest = 2 / choose(a.length + b.length, a.length)
  const limit = smallest > SIGNIFICANCE ? `; with so few seeds it cannot be below ${smallest.toFixed(2)}` : ''
  return [`By ranks alone (Wilcoxon, exact): p ${pText(ranks.p)}${limit}.`]
}

function choose(n: number, k: number): number {
  return Math.round(Math.exp(logChoose(n, k)))
}
