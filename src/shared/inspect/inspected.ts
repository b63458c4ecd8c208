/**
 * Looking into a trained model: which one, at what moment, and what it says. One model answers at a time; a pair is two
 * sources.
 */
import type { Activation, Experiment, Scaling } from '../experiment'
import type { RunId } from '../run'

/** `step` of a run's kept weights (ModelFacts.moments); null: the model that it left, or its newest snapshot. */
export type ModelSource = { of: 'run'; run: RunId; step: number | null } | { of: 'file'; token: string }

export type SplitPart = 'train' | 'validation' | 'test'

/** Weights of a run that are on disk. */
export interface Moment {
  step: number
  epoch: number
  kind: 'kept' | 'best' | 'last'
}

export interface ModelFacts {
  source: ModelSource
  /** The run's label, or the file's name. */
  title: string
  sizes: readonly number[]
  /** Of the hidden layers. */
  activations: readonly string[]
  outputActivation: Experiment['network']['output']['activation']
  loss: Experiment['training']['loss']
  parameters: number
  /** What it was trained on, as that set is called now; null for a file that does not say. */
  dataset: string | null
  /** Why its data cannot be had: there are no parts then. */
  dataProblem: string | null
  classNames: readonly string[]
  step: number
  epoch: number | null
  /** Whether it is a snapshot of a training that goes on, or was cut short. */
  isSnapshot: boolean
  /** By rising step; empty for a file. */
  moments: readonly Moment[]
  /** In words: "pixels / 255", "standardized per feature". It is applied wherever the model is asked. */
  scaling: string
  /** Parts of the split that can be asked for now. */
  parts: readonly { part: SplitPart; count: number }[]
  /** The test part waits for the final evaluation, and is refused until then. */
  isTestLocked: boolean
}

/** Which samples: a part of the run's own split; for a file, `dataset` and its official parts. */
export interface PartRequest {
  source: ModelSource
  part: SplitPart
  /** @default the model's own */
  dataset?: string | undefined
}

export interface PartPredictions {
  outputs: number
  /** u32[n]: numbers over the whole set, first the official training part, then the official test part. */
  samples: Uint8Array
  /** u8[n]: true classes. */
  labels: Uint8Array
  /** f32[n, outputs], after the output activation. */
  values: Uint8Array
  /** f32[n]: of each sample, by the model's own loss; cross-entropies in nats. */
  losses: Uint8Array
  /** Seconds that the forward passes took. */
  seconds: number
}

export interface SampleRequest {
  source: ModelSource
  sample: number
  /** @default the model's own */
  dataset?: string | undefined
  /** So many nearest samples of the training part. @default 8 */
  neighbors?: number | undefined
}

export interface SampleInsight {
  label: number
  /** f32[outputs] */
  values: Uint8Array
  /** f32[inputs]: derivative of the loss by each input as the network takes it, after scaling. */
  inputGradient: Uint8Array
  /** f32[units] of each hidden layer. */
  activations: readonly Uint8Array[]
  /** Training samples by rising Euclidean distance between the inputs, after scaling. */
  nearest: readonly { sample: number; label: number; distance: number }[]
  /** At each kept moment; f32[outputs]. */
  overEpochs: readonly { step: number; epoch: number; values: Uint8Array }[]
}

export interface DrawnAnswer {
  /** f32[outputs] */
  values: Uint8Array
  activations: readonly Uint8Array[]
}

export interface LayerInsight {
  inputs: number
  outputs: number
  /** f32[outputs, inputs] */
  weights: Uint8Array
  /** f32[outputs] */
  biases: Uint8Array
  /** Over the samples that were looked at. Absent for the output layer. */
  activation?: {
    histogram: { low: number; high: number; counts: readonly number[] }
    /** Shares of the activations and of the units; null where the activation cannot be so. See LayerDiagnostics. */
    saturated: number | null
    dead: number | null
    /** f32[outputs]: mean activation of each unit. */
    means: Uint8Array
  }
}

export interface PlaneRequest {
  source: ModelSource
  /** Middle points of columns × rows cells over the box, row by row from the bottom. */
  x: readonly [number, number]
  y: readonly [number, number]
  columns: number
  rows: number
}

export interface PlaneAnswer {
  outputs: number
  /** f32[cells, outputs] */
  values: Uint8Array
  /** f32[cells, units] of each hidden layer: maps of single units, and where the last hidden layer takes the plane. */
  hidden: readonly { units: number; values: Uint8Array }[]
}

/** What a model's file may leave unsaid. What the file says itself goes before what somebody says of it. */
export interface ModelReading {
  /** Of all hidden layers. */
  activation?: Activation | undefined
  output?: Experiment['network']['output']['activation'] | undefined
  /** Statistics come from the file, or else from the training part of `dataset`. */
  scaling?: Scaling | undefined
  /** Whose samples it is asked about; its shape and classes must fit. */
  dataset?: string | undefined
}

/** A model's file that was read. It is a model (`inspect:model`, by its token) once nothing is missing. */
export interface OpenedModelFile {
  token: string
  name: string
  sizes: readonly number[]
  /** From the file or from the person; what neither said is left out. */
  reading: ModelReading
  /** What the file itself says, which is not for a person to say. */
  fixed: readonly (keyof ModelReading)[]
  missing: readonly (keyof ModelReading)[]
  /** In words, what was taken for what: "W1 is [inputs, units]". */
  notes: readonly string[]
  /** Null while something is missing. */
  facts: ModelFacts | null
}

/** A model file as a page or a desktop hands it over. */
export type ModelFile = { kind: 'path'; path: string } | { kind: 'bytes'; name: string; bytes: Uint8Array }
