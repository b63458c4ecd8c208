/**
 * Which samples train, which decide when to stop, and which are kept for the test.
 *
 * Samples are numbered over the whole data set: first the official training part, then the official test part.
 */
import { LabError } from '#shared/errors'
import type { Split } from '#shared/experiment'
import { unsupported, type DatasetShape } from './plan'
import { seededRandom, STREAMS } from './random'

export interface PlannedSplit {
  kind: 'official' | 'first' | 'random'
  /** Samples of each part. */
  train: number
  validation: number
  test: number
  /** Size of the official training part: the test part begins behind it. */
  official: number
}

/** Sample numbers of each part, in the order in which an unshuffled epoch takes them. */
export interface SplitSamples {
  train: Uint32Array
  validation: Uint32Array
  test: Uint32Array
}

export function planSplit(split: Split, data: DatasetShape): PlannedSplit {
  const official = data.train
  switch (split.kind) {
    case 'official':
      return { kind: 'official', train: data.train, validation: 0, test: data.test, official }
    case 'first':
      mustFit(split.train + split.validation, data.train, 'train and validation', 'training')
      mustFit(split.test, data.test, 'test', 'test')
      return { kind: 'first', train: split.train, validation: split.validation, test: split.test, official }
    case 'random':
      mustFit(split.train + split.validation, data.train, 'train and validation', 'training')
      return { kind: 'random', train: split.train, validation: split.validation, test: data.test, official }
    case 'stratified':
    case 'k-fold':
      throw unsupported('dataset.split.kind', split.kind, 'official, first or random')
    default:
      throw new Error(`no such split: ${String(split satisfies never)}`)
  }
}

/** The same samples for the same seed, on every machine. */
export function splitSamples(split: PlannedSplit, seed: number): SplitSamples {
  const { train, validation, test, official } = split
  const from = numbers(0, official)
  if (split.kind === 'random') seededRandom(seed, STREAMS.split).shuffle(from)
  return {
    train: from.slice(0, train),
    validation: from.slice(train, train + validation),
    test: numbers(official, test),
  }
}

function numbers(first: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => first + i)
}

function mustFit(got: number, most: number, fields: string, part: string): void {
  if (got <= most) return
  throw new LabError(
    'engine/bad-split',
    `dataset.split: the ${part} part has ${most} samples, ${fields} ask for ${got}; take fewer`,
  )
}
