/**
 * Where training happens. The queue knows this interface only: the engine may live in this process or in
 * another one, and everything that passes is plain data.
 */
import type { DatasetFacts } from '#shared/dataset'
import type { Experiment } from '#shared/experiment'
import type { EngineInfo } from '#shared/ipc'
import type { Evaluation, RunId, RunProgress, Score } from '#shared/run'

/** One part of a data set: bytes or floats, row-major images, one label byte a sample. */
export interface DatasetPart {
  count: number
  /** u8 or f32[count, height · width · channels] */
  images: Uint8Array | Float32Array
  /** u8[count] */
  labels: Uint8Array
}

export interface LoadedDataset {
  facts: DatasetFacts
  train: DatasetPart
  test: DatasetPart
}

/** A data set that somebody brought: in which folder, and what it has to be. */
export interface OwnSet {
  /** The workspace's `datasets/`. */
  folder: string
  id: string
  /** Of its content: a folder may have been replaced by another. */
  sha256: string
}

/**
 * Loads a data set and checks its SHA-256. Throws a LabError that says which file is wrong, and how. Without `own` it
 * is one that ships with the lab.
 */
export type LoadDataset = (name: string, own?: OwnSet | null) => Promise<LoadedDataset>

export interface TrainingJob {
  id: RunId
  /** No factors, one replicate, supported by this version (see shared/experiment-support). */
  experiment: Experiment
  /** Where its data is if somebody brought it; null or left out: it ships with the lab. */
  own?: OwnSet | null
  /** Worker threads, at least 1 and at most the host's. */
  threads: number
  /** Bytes of the file that `training.initialWeights` names; null: the initializer's. */
  initialWeights?: Uint8Array | null
  /** Where to go on, as `checkpointed` gave it; null: from the beginning. */
  checkpoint?: Uint8Array | null
}

/** A model to be scored on the test part of what it was trained on. */
export interface ScoreJob {
  id: RunId
  experiment: Experiment
  own?: OwnSet | null
  /** The run's model.safetensors. */
  model: Uint8Array
}

export interface KeptWeights {
  step: number
  bytes: Uint8Array
}

export interface TrainingEvents {
  /** Each evaluation once, in order. */
  evaluated(evaluation: Evaluation): void
  /** At most ten a second. */
  progressed(progress: RunProgress): void
  /** A snapshot at the end of an epoch, as safetensors bytes; may skip epochs when they are short. */
  checkpointed(checkpoint: { epoch: number; bytes: Uint8Array }): void
  /** Weights of each epoch at which the experiment wants them kept, as a model; before the checkpoint of that epoch. */
  kept?(kept: KeptWeights): void
}

export interface TrainingResult {
  /** `converged`: early stopping ended it. */
  outcome: 'finished' | 'converged' | 'stopped'
  /** Whole epochs trained. */
  epochs: number
  /** Step of the weights in `model`: an earlier one if early stopping brought the best ones back. */
  step: number
  /** The model as safetensors bytes: `layers.0.weight` f32 [out, in], `layers.0.bias` f32 [out], … */
  model: Uint8Array
  /** Of all tensors' bytes, in the order of the layers, weight before bias: equal for equal weights. */
  weightsSha256: string
}

export interface Training {
  /** Takes effect within one minibatch, in a pause too; the result then says `stopped`. */
  stop(): void
  /** Ends it with the epoch that it trains now, its evaluation included, as `stop()` would; or not after all. */
  stopAfterEpoch(wanted: boolean): void
  /** Halts within one minibatch; the run keeps its threads and its clock stands still. */
  pause(): void
  /** Goes on after `pause()`. */
  proceed(): void
  /** The learning rate that the schedule's factors are applied to, from the next minibatch on. */
  setLearningRate(rate: number): void
  /** Rejects with a LabError if the training cannot go on (`run/diverged`, `engine/worker-died`, …). */
  readonly result: Promise<TrainingResult>
}

export interface EngineFacts extends EngineInfo {
  /** "plain TypeScript" */
  kernels: string
  /** Runs of one class have equal bits for equal definitions, whatever the number of threads. */
  bitClass: string
  threads: number
}

/** Where the engine lives: in this process, in a child in Node mode, or in a process of Electron's own. */
export type Placement = EngineInfo['placement']

export interface EngineHost {
  /** There from the beginning; they change when the engine has to start anew in another way. */
  readonly facts: EngineFacts
  /** Starts at once if enough threads are free, and waits for them otherwise. */
  train(job: TrainingJob, events: TrainingEvents): Training
  /**
   * The step at which the job would begin. Rejects if its weights or its checkpoint do not fit (`weights/unfit`,
   * `checkpoint/unfit`, or what is wrong with the file); nothing is trained.
   */
  inspect(job: TrainingJob): Promise<{ step: number }>
  /** One pass over the whole test part, with one thread more than those that train. */
  score(job: ScoreJob): Promise<Score>
  /** Stops every training and ends the workers. */
  close(): Promise<void>
}
