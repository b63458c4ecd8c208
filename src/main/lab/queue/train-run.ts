/**
 * One run from its start to its end: train it, keep what comes, and say what became of it.
 *
 * What comes from the engine is written in the order in which it came, one write at a time. The first write that
 * fails stops the training: a run whose history has a hole is worth nothing.
 */
import { createHash } from 'node:crypto'
import type { EngineHost, Training, TrainingResult } from '#lab/engine/host'
import type { HistoryWriter } from '#lab/storage/history-file'
import type { RunFolders } from '#lab/storage/run-folders'
import type { RunRecord } from '#lab/storage/run-file'
import { toFailure } from '#shared/errors'
import type { Evaluation, RunProgress } from '#shared/run'
import { epochText } from './run-summary'

export interface TrainingListener {
  /** The evaluations are on disk: those that came while the one before was written. */
  evaluated(evaluations: readonly Evaluation[]): void
  progressed(progress: RunProgress): void
}

/** How a run ended, as it goes into its run.json. */
export type Ending = Pick<RunRecord, 'status' | 'reason' | 'model'>

export interface RunInTraining {
  stop(): void
  readonly ending: Promise<Ending>
}

export function trainRun(
  record: RunRecord,
  host: EngineHost,
  folders: RunFolders,
  listener: TrainingListener,
): RunInTraining {
  const control = new Control()
  const ending = run(record, host, folders, listener, control).catch((error: unknown): Ending => {
    return { status: 'failed', reason: toFailure(error).message, model: null }
  })
  return { stop: () => control.stop(), ending }
}

/** Holds a wish to stop that comes before there is a training to stop. */
class Control {
  private training: Training | undefined
  private stopped = false

  attach(training: Training): void {
    this.training = training
    if (this.stopped) training.stop()
  }
  stop(): void {
    this.stopped = true
    this.training?.stop()
  }
}

async function run(
  record: RunRecord,
  host: EngineHost,
  folders: RunFolders,
  listener: TrainingListener,
  control: Control,
): Promise<Ending> {
  const history = await folders.createHistory(record.id)
  const writes = new Writes(() => control.stop())
  const evaluations = new PendingEvaluations(history, listener, writes)
  const checkpoints = new LatestCheckpoint(record, folders, writes)
  let last: Evaluation | null = null
  try {
    const job = { id: record.id, experiment: record.experiment, threads: record.threads }
    const training = host.train(job, {
      evaluated: (evaluation) => {
        last = evaluation
        evaluations.offer(evaluation)
      },
      progressed: (progress) => listener.progressed(progress),
      checkpointed: ({ bytes }) => checkpoints.offer(bytes),
    })
    control.attach(training)
    const result = await settle(training, writes)
    const model = await keepModel(record, folders, result)
    if (result.outcome === 'finished') return { status: 'finished', reason: null, model }
    return { status: 'stopped', reason: `stopped at ${epochText(last, record.experiment.training.epochs)}`, model }
  } finally {
    await history.close()
  }
}

/** Waits for the training and for the disk, whichever way the training went; the disk's error explains more. */
async function settle(training: Training, writes: Writes): Promise<TrainingResult> {
  const [outcome] = await Promise.allSettled([training.result])
  await writes.done()
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

async function keepModel(record: RunRecord, folders: RunFolders, result: TrainingResult): Promise<RunRecord['model']> {
  const { model, epochs, weightsSha256 } = result
  await folders.writeModel(record.id, model)
  const fileSha256 = createHash('sha256').update(model).digest('hex')
  return { epochs, weightsSha256, fileSha256, sizeBytes: model.byteLength }
}

/** Writes one after the other. After one has failed none is begun any more. */
class Writes {
  private tail: Promise<void> = Promise.resolve()
  private failure: { error: unknown } | undefined

  constructor(private readonly onFailure: () => void) {}

  add(write: () => Promise<void>): void {
    this.tail = this.tail.then(async () => {
      if (this.failure) return
      try {
        await write()
      } catch (error) {
        this.failure = { error }
        this.onFailure()
      }
    })
  }

  /** Waits for all; throws the error of the one that failed. */
  async done(): Promise<void> {
    await this.tail
    if (this.failure) throw this.failure.error
  }
}

/** Where evaluations come faster than the disk takes them, those that wait are written together. */
class PendingEvaluations {
  private pending: Evaluation[] = []

  constructor(
    private readonly history: HistoryWriter,
    private readonly listener: TrainingListener,
    private readonly writes: Writes,
  ) {}

  offer(evaluation: Evaluation): void {
    this.pending.push(evaluation)
    if (this.pending.length === 1) this.writes.add(() => this.write())
  }

  private async write(): Promise<void> {
    const evaluations = this.pending
    this.pending = []
    await this.history.append(evaluations)
    this.listener.evaluated(evaluations)
  }
}

/** Where snapshots come faster than the disk takes them, only the newest one is worth writing. */
class LatestCheckpoint {
  private newest: Uint8Array | undefined

  constructor(
    private readonly record: RunRecord,
    private readonly folders: RunFolders,
    private readonly writes: Writes,
  ) {}

  offer(bytes: Uint8Array): void {
    const isQueued = this.newest !== undefined
    this.newest = bytes
    if (!isQueued) this.writes.add(() => this.write())
  }

  private async write(): Promise<void> {
    const bytes = this.newest
    this.newest = undefined
    if (bytes) await this.folders.writeCheckpoint(this.record.id, bytes)
  }
}
