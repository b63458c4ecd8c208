/**
 * One run from its start to its end: train it, keep what comes, and say what became of it.
 *
 * What comes from the engine is written in the order in which it came, one write at a time. A write that finds the disk
 * full waits; the first one that fails stops the training: a run whose history has a hole is worth nothing.
 */
import { createHash } from 'node:crypto'
import type { EngineHost, OwnSet, Training, TrainingJob, TrainingResult } from '#lab/engine/host'
import type { HistoryWriter } from '#lab/storage/history-file'
import type { RunFolders } from '#lab/storage/run-folders'
import type { RunRecord } from '#lab/storage/run-file'
import { toFailure } from '#shared/errors'
import type { Evaluation, RunProgress } from '#shared/run'
import { epochNumber, epochText } from './run-summary'

export interface TrainingListener {
  /** Of a run that goes on: what its history holds already. Comes before all else. */
  continued(evaluations: readonly Evaluation[]): void
  /** The evaluations are on disk: those that came while the one before was written. */
  evaluated(evaluations: readonly Evaluation[]): void
  progressed(progress: RunProgress): void
}

/** How a run ended, as it goes into its run.json. */
export type Ending = Pick<RunRecord, 'status' | 'reason' | 'model'>

export interface RunInTraining extends Omit<Training, 'result'> {
  readonly ending: Promise<Ending>
}

export interface TrainSurroundings {
  host: EngineHost
  folders: RunFolders
  /** Where its data is now. Rejects with `dataset/gone`. */
  locate: (record: RunRecord) => Promise<OwnSet | null>
  /** Does one write, and does it again when the disk was full and no longer is. */
  keep: <T>(write: () => Promise<T>) => Promise<T>
}

export function trainRun(record: RunRecord, around: TrainSurroundings, listener: TrainingListener): RunInTraining {
  const control = new Control()
  const ending = run(record, around, listener, control).catch((error: unknown): Ending => {
    return { status: 'failed', reason: toFailure(error).message, model: null }
  })
  return {
    ending,
    stop: () => control.tell((training) => training.stop()),
    stopAfterEpoch: (wanted) => control.tell((training) => training.stopAfterEpoch(wanted)),
    pause: () => control.tell((training) => training.pause()),
    proceed: () => control.tell((training) => training.proceed()),
    setLearningRate: (rate) => control.tell((training) => training.setLearningRate(rate)),
  }
}

type Wish = (training: Training) => void

/** Holds wishes that come before there is a training to tell them to. */
class Control {
  private training: Training | undefined
  private readonly wishes: Wish[] = []

  attach(training: Training): void {
    this.training = training
    for (const wish of this.wishes.splice(0)) wish(training)
  }

  tell(wish: Wish): void {
    if (this.training) wish(this.training)
    else this.wishes.push(wish)
  }
}

async function run(
  record: RunRecord,
  { host, folders, locate, keep }: TrainSurroundings,
  listener: TrainingListener,
  control: Control,
): Promise<Ending> {
  const job = { ...(await readJob(record, folders)), own: await locate(record) }
  const { kept, writer } = await openHistory(record, folders, keep)
  await discardLaterWeights(record, folders)
  listener.continued(kept)
  const writes = new Writes(() => control.tell((training) => training.stop()))
  const evaluations = new PendingEvaluations(writer, listener, writes, keep)
  const checkpoints = new LatestCheckpoint(record, folders, writes, keep)
  let last = kept.at(-1) ?? null
  try {
    const training = host.train(job, {
      evaluated: (evaluation) => {
        // steps that are trained again since the checkpoint: what they measure is on disk, with the same bits
        if (last && evaluation.step <= last.step) return
        last = evaluation
        evaluations.offer(evaluation)
      },
      progressed: (progress) => listener.progressed(progress),
      checkpointed: ({ bytes }) => checkpoints.offer(bytes),
      kept: ({ step, bytes }) => writes.add(() => keep(() => folders.writeKept(record.id, step, bytes))),
    })
    const rate = record.interventions?.at(-1)?.learningRate
    if (rate !== undefined) training.setLearningRate(rate)
    control.attach(training)
    const result = await settle(training, writes)
    const model = await keep(() => keepModel(record, folders, result))
    return { ...outcomeOf(result, last, record), model }
  } finally {
    await writer.close()
  }
}

async function readJob(record: RunRecord, folders: RunFolders): Promise<TrainingJob> {
  const { id, experiment, threads } = record
  const hasWeights = experiment.training.initialWeights !== null
  const initialWeights = hasWeights ? await folders.readInitialWeights(id, record.initialWeightsSha256) : null
  const checkpoint = record.resumes ? await folders.readCheckpoint(id) : null
  return { id, experiment, threads, initialWeights, checkpoint }
}

async function openHistory(record: RunRecord, folders: RunFolders, keep: TrainSurroundings['keep']) {
  const from = record.resumes?.at(-1)?.step
  if (from === undefined) return { kept: [], writer: await keep(() => folders.createHistory(record.id)) }
  // A learning rate that was changed later than the checkpoint now holds from the checkpoint on: what was measured
  // in between will come out another way.
  const isRedone = record.interventions?.some(({ step }) => step >= from) ?? false
  return keep(() => folders.continueHistory(record.id, isRedone ? from : Infinity))
}

/** What a run kept after the checkpoint that it goes on from comes again. */
async function discardLaterWeights({ id, resumes }: RunRecord, folders: RunFolders): Promise<void> {
  const from = resumes?.at(-1)?.step
  if (from !== undefined) await folders.discardKept(id, (step) => step > from)
}

/** Waits for the training and for the disk, whichever way the training went; the disk's error explains more. */
async function settle(training: Training, writes: Writes): Promise<TrainingResult> {
  const [outcome] = await Promise.allSettled([training.result])
  await writes.done()
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

function outcomeOf(
  { outcome, step }: TrainingResult,
  last: Evaluation | null,
  { experiment }: RunRecord,
): Pick<Ending, 'status' | 'reason'> {
  const at = epochText(last, experiment.training.epochs)
  switch (outcome) {
    case 'finished':
      return { status: 'finished', reason: null }
    case 'converged': {
      const isEarlier = last !== null && step < last.step
      const model = isEarlier ? `; the model is that of epoch ${epochNumber((step * last.epoch) / last.step)}` : ''
      return { status: 'finished', reason: `early stopping at ${at}${model}` }
    }
    case 'stopped':
      return { status: 'stopped', reason: `stopped at ${at}` }
  }
  return outcome satisfies never
}

async function keepModel(record: RunRecord, folders: RunFolders, result: TrainingResult): Promise<RunRecord['model']> {
  const { model, epochs, step, weightsSha256 } = result
  await folders.writeModel(record.id, model)
  const fileSha256 = createHash('sha256').update(model).digest('hex')
  return { epochs, step, weightsSha256, fileSha256, sizeBytes: model.byteLength }
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
    private readonly keep: TrainSurroundings['keep'],
  ) {}

  offer(evaluation: Evaluation): void {
    this.pending.push(evaluation)
    if (this.pending.length === 1) this.writes.add(() => this.write())
  }

  private async write(): Promise<void> {
    const evaluations = this.pending
    this.pending = []
    await this.keep(() => this.history.append(evaluations))
    this.listener.evaluated(evaluations)
  }
}

/**
 * Where snapshots come faster than the disk takes them, only the newest one is worth writing. It is written behind
 * the evaluations that came before it: a run that goes on from a checkpoint never makes those again.
 */
class LatestCheckpoint {
  private newest: Uint8Array | undefined

  constructor(
    private readonly record: RunRecord,
    private readonly folders: RunFolders,
    private readonly writes: Writes,
    private readonly keep: TrainSurroundings['keep'],
  ) {}

  offer(bytes: Uint8Array): void {
    this.newest = bytes
    this.writes.add(async () => {
      if (this.newest === bytes) await this.keep(() => this.folders.writeCheckpoint(this.record.id, bytes))
    })
  }
}
