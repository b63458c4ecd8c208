/**
 * Finds samples that are equal in every value: copies that are in the training and in the test part, or that somebody
 * labelled in two ways, make a test worth less than it looks.
 */
import type { DatasetStatistics, DuplicateGroup } from '#shared/datasets'
import type { LoadedDataset } from '#lab/engine/host'
import { bytesOf } from '../own-manifest'
import { sampleAt } from './samples'

const LISTED_GROUPS = 200
const LISTED_SAMPLES = 50
/** Sample numbers below 10 million take 24 bits, so that a hash of 29 beside one is a whole number in a double. */
const NUMBERS = 2 ** 24
const HASHES = 2 ** 29

export function duplicatesOf(data: LoadedDataset, labels: Uint8Array): DatasetStatistics['duplicates'] {
  const groups = equalSamples(data)
  groups.sort((a, b) => b.length - a.length || a[0] - b[0])
  return {
    samples: groups.reduce((sum, group) => sum + group.length, 0),
    groups: groups.slice(0, LISTED_GROUPS).map((group) => describe(group, labels, data.train.count)),
  }
}

function describe(group: readonly number[], labels: Uint8Array, train: number): DuplicateGroup {
  return {
    samples: group.slice(0, LISTED_SAMPLES),
    count: group.length,
    acrossParts: group[0] < train && group[group.length - 1] >= train,
    labelsDiffer: group.some((sample) => labels[sample] !== labels[group[0]]),
  }
}

/** Groups of two and more, each in the order of their numbers. */
function equalSamples(data: LoadedDataset): number[][] {
  const count = data.train.count + data.test.count
  const keys = new Float64Array(count)
  for (let sample = 0; sample < count; sample++) keys[sample] = hashOf(bytesAt(data, sample)) * NUMBERS + sample
  keys.sort()
  const groups: number[][] = []
  for (let begin = 0; begin < count;) {
    const hash = Math.floor(keys[begin] / NUMBERS)
    let end = begin + 1
    while (end < count && Math.floor(keys[end] / NUMBERS) === hash) end += 1
    if (end > begin + 1)
      groups.push(
        ...byContent(
          data,
          Array.from(keys.subarray(begin, end), (key) => key % NUMBERS),
        ),
      )
    begin = end
  }
  return groups
}

/** Samples of one hash are most often equal, and need not be. */
function byContent(data: LoadedDataset, samples: readonly number[]): number[][] {
  const groups: number[][] = []
  for (const sample of samples) {
    const bytes = bytesAt(data, sample)
    const group = groups.find(([first]) => Buffer.compare(bytesAt(data, first), bytes) === 0)
    if (group) group.push(sample)
    else groups.push([sample])
  }
  return groups.filter((group) => group.length > 1)
}

function bytesAt(data: LoadedDataset, sample: number): Uint8Array {
  return bytesOf(sampleAt(data, sample))
}

/** FNV-1a, folded: pictures differ in many bytes, so that a plain hash spreads them well. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return ((hash ^ (hash >>> 29)) >>> 0) % HASHES
}
