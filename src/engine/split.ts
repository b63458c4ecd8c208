/**
 * Which samples train, which decide when to stop, and which are kept for the test.
 *
 * Samples are numbered over the whole data set: first the official training part, then the official test part.
 */
import { LabError } from '#shared/errors'
import type { Experiment, Split } from '#shared/experiment'
import { partSizes } from '#shared/split'
import type { DatasetShape } from './plan'
import { seededRandom, STREAMS } from './random'

export type PlannedSplit = {
  /** Samples of each part. */
  train: number
  validation: number
  test: number
  /** Size of the official training part: the test part begins behind it. */
  official: number
  /** Samples that are taken out of whatever part they were drawn into; `drawn` are the parts' sizes before that. */
  excluded?: { samples: readonly number[]; drawn: { train: number; validation: number; test: number } }
} & ({ kind: 'official' | 'first' | 'random' | 'stratified' } | { kind: 'k-fold'; folds: number; fold: number })

/** Sample numbers of each part, in the order in which an unshuffled epoch takes them. */
export interface SplitSamples {
  train: Uint32Array
  validation: Uint32Array
  test: Uint32Array
}

type Parts = Pick<DatasetShape, 'train' | 'test'>

/** What it takes to say how large the parts are when some samples are left out: they have to be drawn. */
export interface Exclusion {
  samples: readonly number[]
  seed: number
  /** As for `splitSamples`. */
  labels: Uint8Array
}

/** Every sample that is not excluded is in the part, and in the order, in which it would be without `exclusion`. */
export function planSplit(split: Split, data: Parts, exclusion?: Exclusion): PlannedSplit {
  const whole = planParts(split, data)
  if (!exclusion || exclusion.samples.length === 0) return whole
  const { train, validation, test } = whole
  const planned = { ...whole, excluded: { samples: exclusion.samples, drawn: { train, validation, test } } }
  const left = splitSamples(planned, exclusion.seed, exclusion.labels)
  for (const part of ['train', 'validation', 'test'] as const) {
    if (left[part].length === 0 && whole[part] > 0) {
      throw badPart('exclude', `the ${part} part has ${whole[part]} samples, and all of them are excluded; keep some`)
    }
    planned[part] = left[part].length
  }
  return planned
}

function planParts(split: Split, data: Parts): PlannedSplit {
  const official = data.train
  switch (split.kind) {
    case 'official':
      return { kind: 'official', ...partSizes(split, data), official }
    case 'first':
      mustFit(split.train + split.validation, data.train, 'train and validation', 'training')
      mustFit(split.test, data.test, 'test', 'test')
      return { kind: 'first', ...partSizes(split, data), official }
    case 'random':
    case 'stratified':
      mustFit(split.train + split.validation, data.train, 'train and validation', 'training')
      return { kind: split.kind, ...partSizes(split, data), official }
    case 'k-fold': {
      const { kind, folds, fold } = split
      mustFit(folds, data.train, 'folds', 'training')
      if (fold >= folds) throw badSplit(`fold: expected 0 … ${folds - 1}, got ${fold}`)
      return { kind, folds, fold, ...partSizes(split, data), official }
    }
    default:
      throw new Error(`no such split: ${String(split satisfies never)}`)
  }
}

/**
 * The same samples for the same seed, on every machine. `labels` are those of the official training part, u8[official]
 * or longer; only splits that look at classes read them.
 */
export function splitSamples(split: PlannedSplit, seed: number, labels: Uint8Array): SplitSamples {
  if (!split.excluded) return drawParts(split, split, seed, labels)
  const { samples, drawn } = split.excluded
  const parts = drawParts(split, drawn, seed, labels)
  const isOut = new Set(samples)
  const left = (part: Uint32Array) => part.filter((sample) => !isOut.has(sample))
  return { train: left(parts.train), validation: left(parts.validation), test: left(parts.test) }
}

function drawParts(
  split: PlannedSplit,
  { train, validation, test }: { train: number; validation: number; test: number },
  seed: number,
  labels: Uint8Array,
): SplitSamples {
  const { kind, official } = split
  const from = numbers(0, official)
  if (kind !== 'official' && kind !== 'first') seededRandom(seed, STREAMS.split).shuffle(from)
  const parts = { train: from.slice(0, train), validation: from.slice(train, train + validation) }
  if (kind === 'stratified') Object.assign(parts, stratified(from, train, validation, labels))
  if (kind === 'k-fold') Object.assign(parts, foldOf(from, split.folds, split.fold, labels))
  return { ...parts, test: numbers(official, test) }
}

/** The parts of what an experiment says of its data. */
export function drawSplit(
  { split, exclude = [] }: Pick<Experiment['dataset'], 'split' | 'exclude'>,
  seed: number,
  data: Parts,
  labels: Uint8Array,
): SplitSamples {
  return splitSamples(planSplit(split, data, { samples: exclude, seed, labels }), seed, labels)
}

/** How many samples of each class a part has: u32[classes]. */
export function countClasses(samples: Uint32Array, labels: Uint8Array, classes: number): Uint32Array {
  const counts = new Uint32Array(classes)
  for (const sample of samples) counts[labels[sample]] += 1
  return counts
}

/**
 * Keeps a share of each class for the test, at least one sample in all and not every one. Both parts are in the
 * order of their numbers. Another stream than that of splits: with one seed they must not draw alike.
 */
export function holdOut(labels: Uint8Array, share: number, seed: number): { train: Uint32Array; test: Uint32Array } {
  const count = labels.length
  if (count < 2) throw badSplit(`expected at least 2 samples, one of them for the test, got ${count}`)
  const from = numbers(0, count)
  seededRandom(seed, STREAMS.holdOut).shuffle(from)
  const size = Math.min(count - 1, Math.max(1, Math.round(share * count)))
  const [test, train] = evenly(byClass(from, labels), size)
  return { train: train.sort(), test: test.sort() }
}

/** In the order of `shuffled`, so that an epoch without shuffling does not take class after class. */
function stratified(shuffled: Uint32Array, train: number, validation: number, labels: Uint8Array) {
  const [training, rest] = evenly(byClass(shuffled, labels), train)
  const [watching] = evenly(rest, validation)
  return { train: inOrderOf(shuffled, training), validation: inOrderOf(shuffled, watching) }
}

/** Samples are dealt out class after class: the folds of a class differ by one sample at most, and so do all folds. */
function foldOf(shuffled: Uint32Array, folds: number, fold: number, labels: Uint8Array) {
  const dealt = byClass(shuffled, labels)
  const validation = dealt.filter((_, i) => i % folds === fold)
  const train = dealt.filter((_, i) => i % folds !== fold)
  return { train: inOrderOf(shuffled, train), validation: inOrderOf(shuffled, validation) }
}

/** Class after class; within each in the order in which they came. */
function byClass(samples: Uint32Array, labels: Uint8Array): Uint32Array {
  const next = new Uint32Array(257) // where each class goes on; labels are bytes
  for (const sample of samples) next[labels[sample] + 1] += 1
  for (let c = 1; c < next.length; c++) next[c] += next[c - 1]
  const sorted = new Uint32Array(samples.length)
  for (const sample of samples) sorted[next[labels[sample]]++] = sample
  return sorted
}

/** `size` samples at even distances, and the rest: of samples by class, a share of each that is right to one sample. */
function evenly(samples: Uint32Array, size: number): [Uint32Array, Uint32Array] {
  const share = (i: number) => Math.floor((i * size) / samples.length)
  const isTaken = (i: number) => share(i + 1) > share(i)
  return [samples.filter((_, i) => isTaken(i)), samples.filter((_, i) => !isTaken(i))]
}

function inOrderOf(order: Uint32Array, samples: Uint32Array): Uint32Array {
  const isIn = new Uint8Array(order.length)
  for (const sample of samples) isIn[sample] = 1
  return order.filter((sample) => isIn[sample] === 1)
}

function numbers(first: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => first + i)
}

function mustFit(got: number, most: number, fields: string, part: string): void {
  if (got <= most) return
  throw badSplit(`the ${part} part has ${most} samples, ${fields} ask for ${got}; take fewer`)
}

function badSplit(what: string): LabError {
  return badPart('split', what)
}

function badPart(field: 'split' | 'exclude', what: string): LabError {
  return new LabError('engine/bad-split', `dataset.${field}: ${what}`)
}
