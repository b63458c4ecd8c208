/**
 * What a set's scaling does to its values: the same numbers as in training, which come from the samples of the
 * split's training part alone.
 */
import { inputScaling } from '#engine/input-scaling'
import type { LoadedDataset } from '#lab/engine/host'
import { valuesPerSample } from '#shared/dataset'
import type { Histogram, ScalingFacts } from '#shared/datasets'
import type { Scaling } from '#shared/experiment'
import { histogramOf } from './histogram'

/** `samples`: those of the split's training part. */
export function scalingOf(data: LoadedDataset, samples: Uint32Array, scaling: Scaling): ScalingFacts {
  const source = { pixels: valuesPerSample(data.facts), values: data.train.images, at: 0 }
  const { shift, divisor } = inputScaling(scaling, source, samples)
  const before = histogramOf(data, samples)
  const isAlike = scaling !== 'standardize-per-feature'
  return {
    before,
    after: isAlike
      ? moved(before, shift[0], divisor[0])
      : histogramOf(data, samples, (value, p) => (divisor[p] > 0 ? (value - shift[p]) / divisor[p] : 0)),
    shift: rangeOf(shift),
    divisor: rangeOf(divisor.filter((each) => each > 0)),
    constantFeatures: isAlike ? 0 : divisor.filter((each) => each === 0).length,
  }
}

/** The same bins on another axis: all values go one way. */
function moved({ low, high, counts }: Histogram, shift: number, divisor: number): Histogram {
  if (divisor === 0) return { low: 0, high: 1, counts: counts.map((_, i) => (i === 0 ? sum(counts) : 0)) }
  return { low: (low - shift) / divisor, high: (high - shift) / divisor, counts }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function rangeOf(values: Float64Array): { min: number; max: number } {
  const [first = 1] = values
  return values.reduce((range, value) => ({ min: Math.min(range.min, value), max: Math.max(range.max, value) }), {
    min: first,
    max: first,
  })
}
