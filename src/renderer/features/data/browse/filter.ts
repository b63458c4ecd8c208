/**
 * Which samples are shown: those of the chosen classes in the chosen part, in the order of their numbers.
 */
import type { DatasetFacts } from '#shared/dataset'

export type Part = 'all' | 'train' | 'test'

export interface Filter {
  part: Part
  /** Labels; none stands for all of them. */
  classes: ReadonlySet<number>
}

type Sized = Pick<DatasetFacts, 'train' | 'test' | 'classes'>

export function samplesOfPart({ train, test }: Sized, part: Part): { first: number; end: number } {
  return { first: part === 'test' ? train : 0, end: part === 'train' ? train : train + test }
}

export function orderOf(set: Sized, labels: Uint8Array, { part, classes }: Filter): Uint32Array {
  const { first, end } = samplesOfPart(set, part)
  const order = new Uint32Array(Math.max(0, end - first))
  let count = 0
  for (let sample = first; sample < end; sample++) {
    if (classes.size === 0 || classes.has(labels[sample] ?? 0)) order[count++] = sample
  }
  return order.subarray(0, count)
}

/** Samples of each class in a part. */
export function countsIn(set: Sized, labels: Uint8Array, part: Part): number[] {
  const counts = new Array<number>(set.classes.length).fill(0)
  const { first, end } = samplesOfPart(set, part)
  for (let sample = first; sample < end; sample++) {
    const label = labels[sample] ?? 0
    if (label < counts.length) counts[label] = (counts[label] ?? 0) + 1
  }
  return counts
}

/** Where a sample is in an order that grows; null where it is not. */
export function positionOf(order: Uint32Array, sample: number): number | null {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((order[middle] ?? 0) < sample) low = middle + 1
    else high = middle
  }
  return order[low] === sample ? low : null
}

/** The first `each` samples of every class, class by class. */
export function firstOfEach(order: Uint32Array, labels: Uint8Array, classes: number, each: number): number[] {
  const found: number[][] = Array.from({ length: classes }, () => [])
  for (const sample of order) {
    const own = found[labels[sample] ?? 0]
    if (own && own.length < each) own.push(sample)
  }
  return found.flat()
}
