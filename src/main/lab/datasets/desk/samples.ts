/**
 * Samples of a data set by their numbers: first the official training part, then the official test part.
 */
import type { LoadedDataset } from '#lab/engine/host'
import { valuesPerSample } from '#shared/dataset'
import { LabError } from '#shared/errors'
import { bytesOf } from '../own-manifest'

/** An answer has to be copied on its way: a screen asks for a few hundred samples at a time. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

export type SampleValues = Uint8Array | Float32Array

/** A view. */
export function sampleAt({ facts, train, test }: LoadedDataset, sample: number): SampleValues {
  const size = valuesPerSample(facts)
  const [part, at] = sample < train.count ? [train, sample] : [test, sample - train.count]
  return part.images.subarray(at * size, (at + 1) * size)
}

/** u8[train + test] */
export function labelsOf({ train, test }: Pick<LoadedDataset, 'train' | 'test'>): Uint8Array {
  const labels = new Uint8Array(train.count + test.count)
  labels.set(train.labels)
  labels.set(test.labels, train.count)
  return labels
}

/** u8 or f32[samples, values of a sample], as bytes. */
export function valuesOf(data: LoadedDataset, samples: readonly number[]): Uint8Array {
  mustExist(data, samples)
  const sampleBytes = valuesPerSample(data.facts) * data.train.images.BYTES_PER_ELEMENT
  if (samples.length * sampleBytes > MAX_ANSWER_BYTES) {
    const most = Math.floor(MAX_ANSWER_BYTES / sampleBytes)
    throw new LabError(
      'dataset/too-many-samples',
      `Expected at most ${most} samples of this size, got ${samples.length}`,
    )
  }
  const values = new Uint8Array(samples.length * sampleBytes)
  samples.forEach((sample, i) => values.set(bytesOf(sampleAt(data, sample)), i * sampleBytes))
  return values
}

export function mustExist({ facts, train, test }: LoadedDataset, samples: readonly number[]): void {
  const count = train.count + test.count
  const wrong = samples.find((sample) => sample >= count)
  if (wrong === undefined) return
  throw new LabError('dataset/no-sample', `${facts.title} has the samples 0 … ${count - 1}, got ${wrong}`)
}
