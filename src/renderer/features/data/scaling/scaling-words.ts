/**
 * What a scaling does to a set's values, in words and numbers.
 */
import { valuesPerSample, type DatasetFacts } from '#shared/dataset'
import type { Histogram, ScalingFacts } from '#shared/datasets'
import type { Scaling } from '#shared/experiment'
import { featureWord, holdsFloats } from '../../../data/scalings'
import { numberText } from './number-words'

export interface Range {
  low: number
  high: number
}

/** A bin for each byte: its values are exactly where it begins. */
function holdsBytes({ low, high, counts }: Histogram): boolean {
  return low === 0 && high === 256 && counts.length === 256
}

/** Where the values that there are lie: from the first to the last bin that holds any. */
export function rangeOf(histogram: Histogram): Range {
  const { low, high, counts } = histogram
  const width = (high - low) / Math.max(1, counts.length)
  const first = counts.findIndex((count) => count > 0)
  if (first < 0) return { low, high }
  const last = counts.findLastIndex((count) => count > 0)
  return { low: low + first * width, high: low + (holdsBytes(histogram) ? last : last + 1) * width }
}

/** Before and after. A scaling of all values alike moves the ends of the range exactly; bins are wider than that. */
export function rangesOf({ before, after, shift, divisor }: ScalingFacts): { before: Range; after: Range } {
  const range = rangeOf(before)
  if (shift.min !== shift.max || divisor.min !== divisor.max || divisor.min <= 0) {
    return { before: range, after: rangeOf(after) }
  }
  const scaled = (value: number) => (value - shift.min) / divisor.min
  return { before: range, after: { low: scaled(range.low), high: scaled(range.high) } }
}

export interface Moments {
  mean: number
  /** Of the population. */
  deviation: number
  /** Taken from the bins, which say no more than about where a value lies. */
  isRough: boolean
}

/** Of the values before and after, exactly wherever the lab's numbers allow it. */
export function momentsOf(
  scaling: Scaling,
  facts: DatasetFacts,
  { before, after, shift, divisor, constantFeatures }: ScalingFacts,
): { before: Moments; after: Moments } {
  const counted = binMoments(before)
  if (scaling === 'standardize') {
    const known = { mean: shift.min, deviation: divisor.min, isRough: false }
    return { before: known, after: { mean: 0, deviation: 1, isRough: false } }
  }
  if (scaling === 'standardize-per-feature') {
    const changing = 1 - constantFeatures / valuesPerSample(facts)
    return { before: counted, after: { mean: 0, deviation: Math.sqrt(changing), isRough: false } }
  }
  if (divisor.min === divisor.max && divisor.min > 0) {
    const mean = (counted.mean - shift.min) / divisor.min
    return { before: counted, after: { ...counted, mean, deviation: counted.deviation / divisor.min } }
  }
  return { before: counted, after: binMoments(after) }
}

function binMoments(histogram: Histogram): Moments {
  const { low, high, counts } = histogram
  const width = (high - low) / Math.max(1, counts.length)
  const offset = holdsBytes(histogram) ? 0 : width / 2
  const total = counts.reduce((sum, count) => sum + count, 0) || 1
  const value = (i: number) => low + i * width + offset
  const mean = counts.reduce((sum, count, i) => sum + count * value(i), 0) / total
  const variance = counts.reduce((sum, count, i) => sum + count * (value(i) - mean) ** 2, 0) / total
  return { mean, deviation: Math.sqrt(variance), isRough: !holdsBytes(histogram) }
}

/** "mean 33.32, standard deviation 78.57" */
export function momentsText({ mean, deviation, isRough }: Moments): string {
  const digits = isRough ? 2 : 4
  const short = (value: number) => numberText(Number(value.toPrecision(digits)))
  return `mean ${isRough ? 'about ' : ''}${short(mean)}, standard deviation ${isRough ? 'about ' : ''}${short(deviation)}`
}

export interface Statistic {
  name: string
  value: string
}

/** What is subtracted and divided by, as the scaling makes them. */
export function statisticsOf(
  scaling: Scaling,
  facts: DatasetFacts,
  { shift, divisor, constantFeatures }: ScalingFacts,
): Statistic[] {
  const range = ({ min, max }: { min: number; max: number }) =>
    min === max ? numberText(min) : `${numberText(min)} to ${numberText(max)}`
  switch (scaling) {
    case 'none':
      return []
    case 'unit':
      return [{ name: 'Divided by', value: range(divisor) }]
    case 'standardize':
      return [
        { name: 'Mean, subtracted', value: range(shift) },
        { name: 'Standard deviation, divided by', value: range(divisor) },
      ]
    case 'standardize-per-feature':
      return [
        { name: 'Means, subtracted', value: range(shift) },
        { name: 'Standard deviations, divided by', value: range(divisor) },
        { name: `Constant ${featureWord(facts)}s, set to 0`, value: String(constantFeatures) },
      ]
  }
  return scaling satisfies never
}

/** Beyond this the first sums of a network are far from where its activations bend. */
const LARGE = 10
/** Below this they hardly move, and a usual learning rate takes very long. */
const SMALL = 0.05

/** One plain sentence about training with such inputs. */
export function meaningOf(scaling: Scaling, facts: DatasetFacts, { after, constantFeatures }: ScalingFacts): string {
  const { low, high } = rangeOf(after)
  const largest = Math.max(Math.abs(low), Math.abs(high))
  if (largest > LARGE && !isStandardized(scaling)) {
    return 'Inputs this large make the first sums large: sigmoids begin saturated, and only small learning rates stay stable.'
  }
  if (largest < SMALL) {
    return 'Inputs this small hardly move the first layer: training is slow unless the learning rate is large.'
  }
  if (scaling === 'standardize-per-feature' && constantFeatures > 0) {
    return `Every ${featureWord(facts)} counts alike at the start, but those that hardly ever change become large where they do; the ${constantFeatures} that never change become 0.`
  }
  if (isStandardized(scaling)) {
    return 'Inputs around 0 with a spread of 1: what initializers and usual learning rates are made for.'
  }
  if (scaling === 'unit' && !holdsFloats(facts)) {
    return 'Inputs between 0 and 1 suit usual learning rates; they are never negative, so the first weights into a unit move together.'
  }
  return 'The values are about as large as 1 as they come: usual learning rates suit them.'
}

function isStandardized(scaling: Scaling): boolean {
  return scaling === 'standardize' || scaling === 'standardize-per-feature'
}
