/**
 * One plain sentence on two configurations: how far apart they are, how sure that is, and what it does not say.
 *
 * With several seeds on both sides the seeds are what is tested (Welch); with one seed each the samples are: exactly,
 * as pairs, where it is known which ones both models got right (McNemar), as two shares otherwise.
 */
import { compareShares, mcNemar, type Agreement, type Interval, type Share } from '../statistics/proportions'
import { mean, standardDeviation } from '../statistics/samples'
import { pairedT, rankSum, seedsNeeded, welch } from '../statistics/seeds'
import { logChoose } from '../statistics/special'

/** Wrong samples of the test (or validation) part after one training. */
export interface SeedError extends Share {
  /** What was drawn with; equal texts are the same seeds. @default none: not known */
  seeds?: string
}

export interface Contestant {
  name: string
  /** One for each seed. */
  errors: readonly SeedError[]
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
  /**
   * Both were measured on the same data set. Otherwise an error of one is no error of the other, and nobody is better.
   * @default true
   */
  sharesData?: boolean
}

/** Evidence is a p below this: after Holm's correction where that is known, else divided by the comparisons (Bonferroni). */
export const SIGNIFICANCE = 0.05

export function verdictOf(
  a: Contestant,
  b: Contestant,
  { agreement, comparisons = 1, adjusted, sharesData = true }: VerdictOptions = {},
): Verdict {
  const found = a.errors.length > 1 || b.errors.length > 1 ? bySeeds(a, b) : bySamples(a, b, agreement)
  const isShown = adjusted === undefined ? (found.p ?? 1) < SIGNIFICANCE / comparisons : adjusted < SIGNIFICANCE
  const lower = isShown ? (found.difference < 0 ? a.name : b.name) : null
  const caveats = [
    ...(sharesData ? [] : [OTHER_DATA]),
    ...found.caveats,
    ...comparisonsCaveat(comparisons, found.p, adjusted),
  ]
  const judgement = judgementOf(lower, found, sharesData)
  return { ...found, better: sharesData ? lower : null, caveats, sentence: sentenceOf(a, b, found, judgement) }
}

const OTHER_DATA = 'They answer other data sets: one of them may be the harder one, whichever model is better.'

type Found = Omit<Verdict, 'better' | 'sentence'>

function bySeeds(a: Contestant, b: Contestant): Found {
  const [ea, eb] = [percents(a), percents(b)]
  const compared = welch(ea, eb)
  const difference = mean(ea) - mean(eb)
  if (!compared) {
    return {
      test: 'none',
      difference,
      interval: null,
      p: null,
      caveats: [...unjudgedCaveat(ea, eb), ...rankCaveat(ea, eb)],
    }
  }
  const { interval, p } = compared
  return {
    test: 'welch',
    difference,
    interval,
    p,
    caveats: [...fewSeedsCaveat(ea, eb), ...pairsCaveat(a, b), ...rankCaveat(ea, eb), ...neededCaveat(ea, eb, p)],
  }
}

function bySamples(a: Contestant, b: Contestant, agreement: Agreement | undefined): Found {
  const [first, second] = [only(a), only(b)]
  const seeds = 'One seed each: another seed moves an error too, and this test does not see that.'
  if (agreement) {
    // of right answers; errors are their mirror
    const { difference, interval, p } = mcNemar(agreement)
    return {
      test: 'mcnemar',
      difference: percent(-difference),
      interval: mirrored(interval),
      p,
      caveats: [...alwaysAlikeCaveat(agreement), seeds],
    }
  }
  const { difference, interval, p } = compareShares(first, second)
  const caveats = [seeds, 'Treated as different samples; on the same ones, an exact paired test says more.']
  const { low, high } = interval
  return {
    test: 'two-proportion',
    difference: percent(difference),
    interval: { low: percent(low), high: percent(high) },
    p,
    caveats,
  }
}

function only({ name, errors: [share] }: Contestant): Share {
  if (share) return share
  throw new RangeError(`${name}: expected the errors of at least one seed, got none`)
}

function percents({ errors }: Contestant): number[] {
  return errors.map(({ count, total }) => (100 * count) / total)
}

function percent(share: number): number {
  return 100 * share
}

function mirrored({ low, high }: Interval): Interval {
  return { low: percent(-high), high: percent(-low) }
}

/** "3.27 vs 3.15 %: 0.12 points, 95 % interval −0.37 to +0.61: no evidence of a difference (p = 0.63)." */
function sentenceOf(a: Contestant, b: Contestant, { difference, interval, p }: Found, judgement: string): string {
  const errors = `${errorText(a)} vs ${errorText(b)} % error`
  if (!interval || p === null) return `${errors}: ${fixed(Math.abs(difference))} points apart; ${judgement}.`
  const range = `95 % interval ${pointsText(interval.low)} to ${pointsText(interval.high)}`
  return `${errors}: ${fixed(difference)} points, ${range}: ${judgement} (p ${pText(p)}).`
}

function judgementOf(lower: string | null, { test, caveats, p }: Found, sharesData: boolean): string {
  if (p === null) return caveats.includes(NO_SPREAD) ? 'no spread to judge by' : 'too few seeds to judge'
  if (lower === null) return 'no evidence of a difference'
  if (!sharesData) return 'the errors differ, and so do the data'
  return test === 'welch' ? `${lower} is better` : `${lower} is better with this one seed`
}

function errorText(contestant: Contestant): string {
  const values = percents(contestant)
  if (values.length === 1) return fixed(mean(values))
  return `${fixed(mean(values))} ± ${fixed(standardDeviation(values))} (n = ${values.length})`
}

/** Two digits that count, and never "0.00"; one more where two would put it on the other side of 0.05, or on it. */
export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${pDigits(p)}`
}

/** The same for a column of a table, which has no room for the sign of equality. */
export function pCell(p: number): string {
  return p < 0.001 ? '< 0.001' : pDigits(p)
}

function pDigits(p: number): string {
  const text = p < 0.1 ? p.toPrecision(2) : p.toFixed(2)
  return text === '0.050' && p !== SIGNIFICANCE ? p.toPrecision(3) : text
}

/** "+0.12", "−0.37", "0.00": what rounds to nothing has no sign. */
export function pointsText(value: number): string {
  const text = fixed(value)
  return value > 0 && text !== '0.00' ? `+${text}` : text
}

function fixed(value: number): string {
  const text = value.toFixed(2)
  return text === '-0.00' ? '0.00' : text.replace('-', '−')
}

const NO_SPREAD = 'No seed moves an error here: without any spread nobody can say what is chance.'
const ONE_SIDED = 'Without a second seed on both sides nobody can say how much of this is chance.'

function unjudgedCaveat(a: readonly number[], b: readonly number[]): string[] {
  return [Math.min(a.length, b.length) < 2 ? ONE_SIDED : NO_SPREAD]
}

function alwaysAlikeCaveat({ onlyFirst, onlySecond }: Agreement): string[] {
  return onlyFirst + onlySecond === 0 ? ['Both are right on the very same samples.'] : []
}

function fewSeedsCaveat(a: readonly number[], b: readonly number[]): string[] {
  const fewest = Math.min(a.length, b.length)
  return fewest >= 5 ? [] : [`Only ${fewest} seeds: the spread itself is a guess.`]
}

/** How many seeds would show a difference as large as the one that was seen. */
function neededCaveat(a: readonly number[], b: readonly number[], p: number): string[] {
  if (p < SIGNIFICANCE) return []
  const spread = Math.sqrt((standardDeviation(a) ** 2 + standardDeviation(b) ** 2) / 2)
  const difference = mean(a) - mean(b)
  if (fixed(difference) === '0.00') return [] // nothing to find
  const seeds = seedsNeeded(difference, spread)
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

/** Where each seed was used on both sides, what a seed does to both falls out: another second opinion. */
function pairsCaveat(a: Contestant, b: Contestant): string[] {
  const pairs = a.errors.flatMap((first) => {
    const second = b.errors.find(({ seeds }) => seeds !== undefined && seeds === first.seeds)
    return second ? [percentsApart(first, second)] : []
  })
  if (pairs.length < 2 || pairs.length < Math.max(a.errors.length, b.errors.length)) return []
  const compared = pairedT(
    pairs,
    pairs.map(() => 0),
  )
  return compared ? [`The seeds are the same in both; pair by pair (paired t): p ${pText(compared.p)}.`] : []
}

/** From whole numbers where it can be, so that equal differences are equal. */
function percentsApart(a: Share, b: Share): number {
  return a.total === b.total
    ? (100 * (a.count - b.count)) / a.total
    : (100 * a.count) / a.total - (100 * b.count) / b.total
}

/** By ranks alone, which asks for no normal spread: the second opinion. */
function rankCaveat(a: readonly number[], b: readonly number[]): string[] {
  if (Math.min(a.length, b.length) < 2) return []
  const ranks = rankSum(a, b)
  if (!ranks) return []
  const smallest = 2 / choose(a.length + b.length, a.length)
  const limit = smallest > SIGNIFICANCE ? `; with so few seeds it cannot be below ${smallest.toFixed(2)}` : ''
  return [`By ranks alone (Wilcoxon, exact): p ${pText(ranks.p)}${limit}.`]
}

function choose(n: number, k: number): number {
  return Math.round(Math.exp(logChoose(n, k)))
}
