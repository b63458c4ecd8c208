/**
 * What a run keeps of its split: how many samples of each class a part has, and a hash that tells whether two runs
 * saw the same samples in the same parts.
 */
import { createHash } from 'node:crypto'
import { countClasses, type SplitSamples } from '#engine/split'
import type { LoadedDataset } from '../engine/host'

export interface SplitFacts {
  /** Over the sample numbers of each part, in ascending order: an order of training is not part of a split. */
  sha256: string
  /** Samples of each class, in the order of the class names. */
  classCounts: { train: number[]; validation: number[]; test: number[] }
}

const PARTS = ['train', 'validation', 'test'] as const

export function splitFacts(split: SplitSamples, { facts, train, test }: LoadedDataset): SplitFacts {
  const labels = new Uint8Array(train.count + test.count)
  labels.set(train.labels)
  labels.set(test.labels, train.count)
  const counts = (part: (typeof PARTS)[number]) => [...countClasses(split[part], labels, facts.classes.length)]
  return {
    sha256: splitSha256(split),
    classCounts: { train: counts('train'), validation: counts('validation'), test: counts('test') },
  }
}

/** Each part is its size and its numbers, as 32 bits each, little-endian. */
function splitSha256(split: SplitSamples): string {
  const hash = createHash('sha256')
  for (const part of PARTS) {
    const numbers = split[part].toSorted()
    const bytes = Buffer.alloc(4 * (numbers.length + 1))
    bytes.writeUInt32LE(numbers.length)
    numbers.forEach((number, i) => bytes.writeUInt32LE(number, 4 * (i + 1)))
    hash.update(bytes)
  }
  return hash.digest('hex')
}
