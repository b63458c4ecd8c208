/**
 * What the lab and the engine's own process say to each other: plain data and bytes, copied on the way. Numbers tell
 * trainings and questions apart; they are never used twice by one lab.
 */
import type { Arithmetic } from '#engine/index'
import type { Reply } from '#shared/errors'
import type { Evaluation, RunProgress, Score } from '#shared/run'
import type { EngineFacts, KeptWeights, ScoreJob, TrainingJob, TrainingResult } from './host'

export interface EngineOrders {
  /** The bundled worker (worker.ts). */
  workerFile: string
  /** Folder of the data sets: they are loaded and checked where they are trained on. */
  datasets: string
  threads: number
  checkpointIntervalMs?: number
  arithmetic?: Arithmetic
}

/** Weights that the kernels must come to before they may be used; see proof.ts. */
export interface Proof {
  bitClass: string
  weightsSha256: string
}

export type RunWish = 'stop' | 'pause' | 'proceed' | { learningRate: number } | { stopAfterEpoch: boolean }

export type ToEngine =
  | { type: 'open'; orders: EngineOrders; proof: Proof | null }
  | { type: 'train'; number: number; job: TrainingJob }
  | { type: 'tell'; number: number; wish: RunWish }
  | { type: 'inspect'; number: number; job: TrainingJob }
  | { type: 'score'; number: number; job: ScoreJob }
  | { type: 'close' }

export type FromEngine =
  | { type: 'opened'; reply: Reply<EngineFacts> }
  | { type: 'evaluated'; number: number; evaluation: Evaluation }
  | { type: 'progressed'; number: number; progress: RunProgress }
  | { type: 'checkpointed'; number: number; checkpoint: { epoch: number; bytes: Uint8Array } }
  | { type: 'kept'; number: number; kept: KeptWeights }
  | { type: 'ended'; number: number; reply: Reply<TrainingResult> }
  | { type: 'inspected'; number: number; reply: Reply<{ step: number }> }
  | { type: 'scored'; number: number; reply: Reply<Score> }
  | { type: 'closed' }

/** The engine's process as the lab sees it, however it was started. */
export interface EngineProcess {
  post(message: ToEngine): void
  /** Ends it at once, whatever it does. */
  kill(): void
  onMessage(listener: (message: FromEngine) => void): void
  /** Resolves when it has ended and all that it said has been heard, with how, for people: "signal SIGKILL". */
  readonly gone: Promise<string>
}

/** The lab as the engine's process sees it. */
export interface LabLink {
  post(message: FromEngine): void
  onMessage(listener: (message: ToEngine) => void): void
}
