/**
 * Shares of right answers: one share, two shares of different samples, and two models on the same samples.
 *
 * Counts are whole numbers, so that nothing is lost to rounding: 327 wrong of 10,000.
 */
import { fairCoinAtMost, normalQuantile, normalTwoSided } from './distributions'

export interface Interval {
  low: number
  high: number
}

/** `count` of `total`. */
export interface Share {
  count: number
  total: number
}

export const CONFIDENCE = 0.95

/**
 * Wilson's score interval of a share.
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
export function wilsonInterval({ count, total }: Share, confidence = CONFIDENCE): Interval {
  mustBeShare({ count, total })
  const z = normalQuantile((1 + confidence) / 2)
  const p = count / total
  const weight = 1 / (1 + (z * z) / total)
  const middle = weight * (p + (z * z) / (2 * total))
  const reach = weight * z * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total))
  // rounding must not put an end beyond a share that is 0 or 1
  return { low: count === 0 ? 0 : middle - reach, high: count === total ? 1 : middle + reach }
}

export interface Comparison {
  /** First minus second. */
  difference: number
  interval: Interval
  /** Two-sided; 1 where nothing differs. */
  p: number
}

/**
 * Two shares of samples that have nothing to do with each other.
 *
 * p: the z test with a pooled share. Interval: Newcombe's hybrid score interval.
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
 * Medicine 17 (1998), method 10.
 */
export function compareShares(a: Share, b: Share, confidence = CONFIDENCE): Comparison {
  const [pa, pb] = [shareOf(a), shareOf(b)]
  const [ia, ib] = [wilsonInterval(a, confidence), wilsonInterval(b, confidence)]
  const difference = pa - pb
  const pooled = (a.count + b.count) / (a.total + b.total)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.total + 1 / b.total))
  return {
    difference,
    interval: {
      low: difference - Math.hypot(pa - ia.low, ib.high - pb),
      high: difference + Math.hypot(ia.high - pa, pb - ib.low),
    },
    p: error === 0 ? 1 : normalTwoSided(difference / error),
  }
}

/** Two models on the same samples: how many each of them alone gets right, both, and neither. */
export interface Agreement {
  both: number
  onlyFirst: number
  onlySecond: number
  neither: number
}

/** `first` and `second` say of each sample whether the model is right; the samples are the same, in the same order. */
export function agreementOf(first: readonly boolean[], second: readonly boolean[]): Agreement {
  if (first.length !== second.length) {
    throw new RangeError(
      `agreementOf: expected as many answers from both models, got ${first.length} and ${second.length}`,
    )
  }
  const agreement: Agreement = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }
  first.forEach((right, i) => {
    agreement[right ? (second[i] ? 'both' : 'onlyFirst') : second[i] ? 'onlySecond' : 'neither'] += 1
  })
  return agreement
}

/**
 * McNemar's exact test of two models on the same samples, with the difference of their shares of right answers
 * (first minus second) and Newcombe's interval for it.
 *
 * Sources: Q. McNemar, Psychometrika 12 (1947), as the exact sign test over the samples on which they disagree;
 * R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired
 * data", Statistics in Medicine 17 (1998), method 10.
 */
export function mcNemar(agreement: Agreement, confidence = CONFIDENCE): Comparison {
  const { both, onlyFirst, onlySecond, neither } = agreement
  const total = both + onlyFirst + onlySecond + neither
  const disagreed = onlyFirst + onlySecond
  const difference = (onlyFirst - onlySecond) / total
  const p = disagreed === 0 ? 1 : Math.min(1, 2 * fairCoinAtMost(Math.min(onlyFirst, onlySecond), disagreed))
  return { difference, interval: pairedInterval(agreement, difference, confidence), p }
}

function pairedInterval(agreement: Agreement, difference: number, confidence: number): Interval {
  const { both, onlyFirst, onlySecond, neither } = agreement
  const total = both + onlyFirst + onlySecond + neither
  const first = { count: both + onlyFirst, total }
  const second = { count: both + onlySecond, total }
  const [pa, pb] = [shareOf(first), shareOf(second)]
  const [ia, ib] = [wilsonInterval(first, confidence), wilsonInterval(second, confidence)]
  const phi = correlationOf(agreement)
  const reach = (u: number, v: number) => Math.sqrt(Math.max(0, u * u - 2 * phi * u * v + v * v))
  return {
    low: difference - reach(pa - ia.low, ib.high - pb),
    high: difference + reach(ia.high - pa, pb - ib.low),
  }
}

/** Between right and right; pulled towards 0 as Newcombe does, so that it never claims more than the counts say. */
function correlationOf({ both, onlyFirst, onlySecond, neither }: Agreement): number {
  const total = both + onlyFirst + onlySecond + neither
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither)
  if (margins === 0) return 0
  const cross = both * neither - onlyFirst * onlySecond
  return (cross > 0 ? Math.max(cross - total / 2, 0) : cross) / Math.sqrt(margins)
}

function shareOf(share: Share): number {
  mustBeShare(share)
  return share.count / share.total
}

function mustBeShare({ count, total }: Share): void {
  if (Number.isInteger(count) && Number.isInteger(total) && total > 0 && count >= 0 && count <= total) return
  throw new RangeError(`expected a share such as 327 of 10,000, got ${count} of ${total}`)
}
