/**
 * What the Data screen and the command line ask about data sets: lists, samples, statistics, splits, scaling and
 * imports. Arrays pass as bytes (a Uint8Array is the only binary value of the contract): f32 is
 * little-endian, `f32Of` reads them.
 */
import type { DatasetFacts } from './dataset'
import type { Experiment, Seeds } from './experiment'
import type { ImportOptions } from './import-options'
import type { PointsSpec } from './points'

/** Samples of each class, in the order of the class names. */
export interface ClassCounts {
  train: readonly number[]
  test: readonly number[]
}

export interface DatasetEntry extends DatasetFacts {
  /** Of the folder of a set that somebody brought; null: it ships with the lab. */
  id: string | null
  /** ISO 8601, UTC; null for sets that ship with the lab. */
  importedAt: string | null
  source: DatasetOrigin
  /** Null for sets that ship with the lab, whose labels are in `datasets:labels`. */
  classCounts: ClassCounts | null
}

/** Where a set came from. */
export type DatasetOrigin =
  | { kind: 'lab' }
  | {
      kind: 'files'
      /** The first of them. */
      files: readonly { path: string; sizeBytes: number }[]
      fileCount: number
      options: ImportOptions
    }
  | { kind: 'points'; points: PointsSpec }

export interface DatasetListing {
  /** Those that ship with the lab first, then the newest. */
  sets: readonly DatasetEntry[]
  /** Folders that cannot be read, which are left alone. */
  problems: readonly { id: string; message: string }[]
}

/** Samples are numbered over the whole set: first the official training part, then the official test part. */
export interface SampleRequest {
  name: string
  samples: readonly number[]
}

export interface SampleValues {
  /** u8 or f32[samples, height · width · channels], by the kind of the set. */
  values: Uint8Array
}

export interface DatasetStatistics {
  counts: ClassCounts
  /** Over all values of the training part, in equal bins from `low` to `high`. Bytes: 256 bins from 0 to 256. */
  histogram: Histogram
  /** Mean image of each class over the training part: f32[classes, height · width · channels], in the set's units. */
  meanImages: Uint8Array
  /** Of the training part, over all values. Deviation of the population. */
  mean: number
  deviation: number
  /** Share of the values that are 0. */
  zeros: number
  /** Groups of equal samples, the largest first; at most 200 of them, each with at most 50 of its samples. */
  duplicates: { samples: number; groups: readonly DuplicateGroup[] }
  /** Samples whose values are all equal: blank pictures. At most 1,000 of them. */
  blank: { count: number; samples: readonly number[] }
}

export interface Histogram {
  low: number
  high: number
  counts: readonly number[]
}

export interface DuplicateGroup {
  samples: readonly number[]
  /** How many there are in all. */
  count: number
  /** Whether they are in both the training and the test part. */
  acrossParts: boolean
  /** Whether they have different labels. */
  labelsDiffer: boolean
}

/** What an experiment says of its data, with the seed that draws the split. */
export type SplitRequest = Pick<Experiment, 'dataset'> & { seed: Seeds['split'] }

export interface SplitFacts {
  /** Over the sample numbers of all three parts: equal for equal parts, whatever drew them. What a run stores. */
  sha256: string
  /** Samples of each class, in the order of the class names. */
  classCounts: { train: readonly number[]; validation: readonly number[]; test: readonly number[] }
}

/** How a set's scaling changes its values; statistics are those of the split's training part only. */
export interface ScalingFacts {
  /** Over the training part. */
  before: Histogram
  after: Histogram
  /** What is subtracted and what is divided by: one number, or with per-feature scaling the range over all features. */
  shift: { min: number; max: number }
  divisor: { min: number; max: number }
  /** Features that never change, which per-feature scaling sets to 0. */
  constantFeatures: number
}

/** A file as a page has it: a name (with folders, "/" between them) and its bytes. */
export interface BroughtFile {
  path: string
  bytes: Uint8Array
}

/** Files that a page read itself, or paths that a person picked in a dialog of the desktop (the Electron door only). */
export type ImportSource = { files: readonly BroughtFile[] } | { paths: readonly string[] }

/** An import that is looked at and not stored yet; the lab forgets it when it is stored, discarded, or another opened. */
export interface OpenedImport {
  token: string
  format: 'arrays' | 'table' | 'pictures'
  files: readonly { path: string; sizeBytes: number }[]
  /** Names of the arrays in the files, where there is something to choose. */
  arrays: readonly { name: string; shape: readonly number[] }[]
  /** Names of a table's columns, or numbers where it has no header. */
  columns: readonly string[]
  preview: ImportView
}

export interface ImportView {
  kind: 'bytes' | 'floats'
  height: number
  width: number
  channels: number
  classNames: readonly string[]
  train: number
  test: number
  classCounts: ClassCounts
  range: { min: number; max: number }
  /** The first samples of the training part: values u8 or f32[n, height · width · channels], labels u8[n]. */
  first: { values: Uint8Array; labels: Uint8Array }
  /** What was guessed or found, in words. */
  notes: readonly { code: string; text: string }[]
  /** With those that were guessed. */
  options: ImportOptions
}

export interface PointsView {
  /** f32[n, 2] */
  points: Uint8Array
  /** u8[n] */
  labels: Uint8Array
  /** The first `train` points are the training part. */
  train: number
  classes: readonly string[]
}

/** A figure of samples: a grid with as many columns, and captions below them. */
export interface SampleGridRequest {
  name: string
  samples: readonly number[]
  columns: number
  captions: 'none' | 'class' | 'class-and-number'
  /** Lines of a caption for each sample, in their order: in place of `captions`. At most 4 each. */
  texts?: readonly (readonly string[])[]
  title: string | null
  widthCm: number
  format: 'svg' | 'png'
  /** PNG only. @default 300 */
  dpi?: number
}

export function f32Of(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer) // a copy begins at 0, as floats must
}
