/**
 * What a scaling does to a set's values, in words and numbers.
 */
import type { DatasetFacts } from '#shared/dataset'
import type { Histogram, ScalingFacts } from '#shared/datasets'
import type { Scaling } from '#shared/experiment'
import { featureWord, holdsFloats } from '../../../data/scalings'
import { numberText } from './number-words'

export interface Range {
  low: number
  high: number
}

/** Where the values that there are lie: from the first to the last bin that holds any. */
export function rangeOf({ low, high, counts }: Histogram): Range {
  const width = (high - low) / Math.max(1, counts.length)
  const first = counts.findIndex((count) => count > 0)
  if (first < 0) return { low, high }
  const last = counts.findLastIndex((count) => count > 0)
  return { low: low + first * width, high: low + (last + 1) * width }
}

export interface Statistic {
  name: string
  value: string
}

/** What is subtracted and divided by, as the scaling makes them. */
export function statisticsOf(scaling: Scaling, { shift, divisor, constantFeatures }: ScalingFacts): Statistic[] {
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
        { name: 'Constant', value: String(constantFeatures) },
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
