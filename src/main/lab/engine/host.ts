/**
 * Where training happens. The queue knows this interface only: the engine may live in this process or in
 * another one, and everything that passes is plain data.
 */
import type { DatasetFacts } from '#shared/dataset'
import type { Experiment } from '#shared/experiment'
import type { Evaluation, RunId, RunProgress } from '#shared/run'

/** One part of a data set: unsigned bytes, row-major images, one label byte a sample. */
export interface DatasetPart {
  count: number
  /** u8[count, height · width] */
  images: Uint8Array
  /** u8[count] */
  labels: Uint8Array
}

export interface LoadedDataset {
  facts: DatasetFacts
  train: DatasetPart
  test: DatasetPart
}

/** Loads a data set and checks its SHA-256. Throws a LabError that says which file is wrong, and how. */
export type LoadDataset = (name: string) => Promise<LoadedDataset>

export interface TrainingJob {
  id: RunId
  /** No factors, one replicate, supported by this version (see shared/experiment-support). */
  experiment: Experiment
  /** Worker threads, at least 1 and at most the host's. */
  threads: number
}

export interface TrainingEvents {
  /** Each evaluation once, in order. */
  evaluated(evaluation: Evaluation): void
  /** At most ten a second. */
  progressed(progress: RunProgress): void
  /** A snapshot at the end of an epoch, as safetensors bytes; may skip epochs when they are short. */
  checkpointed(checkpoint: { epoch: number; bytes: Uint8Array }): void
}

export interface TrainingResult {
  outcome: 'finished' | 'stopped'
  /** Whole epochs trained. */
  epochs: number
  /** The model as safetensors bytes: `layers.0.weight` f32 [out, in], `layers.0.bias` f32 [out], … */
  model: Uint8Array
  /** Of all tensors' bytes, in the order of the layers, weight before bias: equal for equal weights. */
  weightsSha256: string
}

export interface Training {
  /** Takes effect within one minibatch; the result then says `stopped`. */
  stop(): void
  /** Rejects with a LabError if the training cannot go on (`run/diverged`, `engine/worker-died`, …). */
  readonly result: Promise<TrainingResult>
}

export interface EngineFacts {
  /** "plain TypeScript" */
  kernels: string
  /** Runs of one class have equal bits for equal definitions, whatever the number of threads. */
  bitClass: string
  placement: 'in-process'
  threads: number
}

export interface EngineHost {
  readonly facts: EngineFacts
  /** Starts at once if enough threads are free, and waits for them otherwise. */
  train(job: TrainingJob, events: TrainingEvents): Training
  /** Stops every training and ends the workers. */
  close(): Promise<void>
}
