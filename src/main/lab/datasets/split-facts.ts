/**
 * What a run keeps of its split: how many samples of each class a part has, and a hash that tells whether two runs
 * saw the same samples in the same parts.
 */
import { createHash } from 'node:crypto'
import { countClasses, type SplitSamples } from '#engine/split'
import type { SplitFacts } from '#shared/datasets'

const PARTS = ['train', 'validation', 'test'] as const

/** `labels`: of the whole set, u8[train + test]. */
export function splitFacts(split: SplitSamples, labels: Uint8Array, classes: number): SplitFacts {
  const counts = (part: (typeof PARTS)[number]) => [...countClasses(split[part], labels, classes)]
  return {
    sha256: splitSha256(split),
    classCounts: { train: counts('train'), validation: counts('validation'), test: counts('test') },
  }
}

/**
 * Each part is its size and its numbers in ascending order, as an order of training is no part of a split: 32 bits
 * each, little-endian.
 */
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
