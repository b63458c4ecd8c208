/**
 * What a data set looks like in numbers: over its official training part, but for the counts and for what is
 * pointed out (equal and blank samples), which are over both parts.
 */
import { countClasses } from '#engine/split'
import { inputMoments } from '#engine/input-scaling'
import type { LoadedDataset } from '#lab/engine/host'
import { valuesPerSample } from '#shared/dataset'
import type { ClassCounts, DatasetStatistics } from '#shared/datasets'
import { bytesOf } from '../own-manifest'
import { duplicatesOf } from './duplicates'
import { histogramOf } from './histogram'
import { labelsOf, sampleAt } from './samples'

const LISTED_BLANKS = 1000

export function statisticsOf(data: LoadedDataset): DatasetStatistics {
  const { train } = data
  const labels = labelsOf(data)
  const training = numbers(0, train.count)
  const pixels = valuesPerSample(data.facts)
  const { mean, deviation } = inputMoments({ pixels, values: train.images, at: 0 }, training, false)
  return {
    counts: classCountsOf(data, labels),
    histogram: histogramOf(data, training),
    meanImages: bytesOf(meanImages(data)),
    mean: mean[0],
    deviation: deviation[0],
    zeros: zeroShare(train.images),
    duplicates: duplicatesOf(data, labels),
    blank: blanksOf(data, labels.length),
  }
}

function numbers(first: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => first + i)
}

function classCountsOf({ facts, train, test }: LoadedDataset, labels: Uint8Array): ClassCounts {
  const counts = (first: number, count: number) => [
    ...countClasses(numbers(first, count), labels, facts.classes.length),
  ]
  return { train: counts(0, train.count), test: counts(train.count, test.count) }
}

/** f32[classes, values of a sample]; zeros for a class without samples. */
function meanImages({ facts, train }: LoadedDataset): Float32Array {
  const size = valuesPerSample(facts)
  const sums = new Float64Array(facts.classes.length * size)
  const counts = new Uint32Array(facts.classes.length)
  for (let sample = 0; sample < train.count; sample++) {
    const label = train.labels[sample]
    counts[label] += 1
    for (let p = 0; p < size; p++) sums[label * size + p] += train.images[sample * size + p]
  }
  return Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / size)]))
}

function zeroShare(values: Uint8Array | Float32Array): number {
  let zeros = 0
  for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros += 1
  return zeros / values.length
}

/** A sample of one value is no picture that could be blank. */
function blanksOf(data: LoadedDataset, count: number): DatasetStatistics['blank'] {
  const blank: DatasetStatistics['blank'] & { samples: number[] } = { count: 0, samples: [] }
  if (valuesPerSample(data.facts) < 2) return blank
  for (let sample = 0; sample < count; sample++) {
    const values = sampleAt(data, sample)
    if (!isBlank(values)) continue
    blank.count += 1
    if (blank.samples.length < LISTED_BLANKS) blank.samples.push(sample)
  }
  return blank
}

function isBlank(values: Uint8Array | Float32Array): boolean {
  for (let p = 1; p < values.length; p++) if (values[p] !== values[0]) return false
  return true
}
