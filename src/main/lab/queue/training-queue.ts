/**
 * The runs that this process has queued. They begin in the order in which they came, beside each other where that
 * gets more done (thread-shares.ts).
 *
 * While a run is here, memory is the truth about it; once its end is on disk, the disk is. A run whose end could
 * not be written stays here, so that its reason is shown as long as the lab is open.
 */
import type { EngineHost } from '#lab/engine/host'
import type { RunFolders } from '#lab/storage/run-folders'
import type { Measured, RunRecord } from '#lab/storage/run-file'
import { Turns } from '#lab/storage/turns'
import { LabError, toFailure } from '#shared/errors'
import { hasEnded, type Evaluation, type MachineFacts, type RunId, type RunProgress } from '#shared/run'
import { measure } from './measure'
import { threadsForNext, type ThreadLimits } from './thread-shares'
import { trainRun, type Ending, type RunInTraining } from './train-run'

export interface QueueListener {
  changed(run: QueuedRun): void
  evaluated(id: RunId, evaluation: Evaluation): void
  progressed(progress: RunProgress): void
}

export interface QueueSurroundings {
  host: EngineHost
  folders: RunFolders
  /** Asked when a run begins, as the engine may have started in another way since. */
  machine: () => MachineFacts
  listener: QueueListener
  /** Asked anew before a run begins, as a person may change them while others train. */
  threadLimits(): Promise<ThreadLimits>
}

/** A run to be queued, and the weights that it begins with if those come from a file. */
export interface NewRun {
  record: RunRecord
  initialWeights: Uint8Array | null
}

/** A run of this process that is not, or not only, on disk. */
export class QueuedRun {
  /** Evaluations that are on disk. */
  history: Evaluation[]
  training: RunInTraining | undefined
  stopWanted = false
  /** The newest step that is known. */
  step = 0
  /** One change of its record at a time. */
  readonly turns = new Turns()

  /** `history`: of a run that goes on. */
  constructor(
    public record: RunRecord,
    history: readonly Evaluation[] = [],
  ) {
    this.history = [...history]
    this.step = record.resumes?.at(-1)?.step ?? 0
  }

  get measured(): Measured {
    return measure(this.history)
  }
}

export class TrainingQueue {
  private readonly runs = new Map<RunId, QueuedRun>()
  private readonly waiting: QueuedRun[] = []
  /** One look at who may begin at a time. */
  private readonly looks = new Turns()
  private readonly inTraining = new Set<Promise<void>>()
  private busyThreads = 0
  private isClosed = false
  private enqueueing = 0

  constructor(private readonly around: QueueSurroundings) {}

  /** Runs that are waiting, in training, or could not be written down. */
  get(id: RunId): QueuedRun | undefined {
    return this.runs.get(id)
  }

  all(): QueuedRun[] {
    return [...this.runs.values()]
  }

  /** Drops a run that has ended but whose end could not be written. */
  forget(id: RunId): void {
    const run = this.runs.get(id)
    if (run && hasEnded(run.record.status)) this.runs.delete(id)
  }

  get isBusy(): boolean {
    return this.enqueueing > 0 || this.all().some((run) => !hasEnded(run.record.status))
  }

  /** Makes the folders of all of them or of none, then queues them. */
  async enqueue(runs: readonly NewRun[]): Promise<void> {
    const made: RunId[] = []
    await this.whileEnqueueing(async () => {
      try {
        for (const { record, initialWeights } of runs) {
          this.mustBeOpen()
          await this.around.folders.create(record, initialWeights)
          made.push(record.id)
        }
        this.mustBeOpen()
      } catch (error) {
        for (const id of made) await this.around.folders.discard(id)
        throw error
      }
    })
    this.add(runs.map(({ record }) => new QueuedRun(record)))
  }

  /** Queues runs that have a folder already. Writes down that they wait, for all of them or for none. */
  async takeUp(runs: readonly { run: QueuedRun; before: RunRecord }[]): Promise<void> {
    const { folders } = this.around
    const saved: RunRecord[] = []
    await this.whileEnqueueing(async () => {
      try {
        for (const { run, before } of runs) {
          this.mustBeOpen()
          await folders.save(run.record)
          saved.push(before)
        }
        this.mustBeOpen()
      } catch (error) {
        for (const before of saved) await folders.save(before)
        throw error
      }
    })
    this.add(runs.map(({ run }) => run))
  }

  /** A waiting run ends at once, one in training within one minibatch. False if the run is not in this queue. */
  async stop(id: RunId): Promise<boolean> {
    const run = this.runs.get(id)
    if (!run) return false
    run.stopWanted = true
    run.training?.stop()
    const place = this.waiting.indexOf(run)
    if (place >= 0) {
      this.waiting.splice(place, 1)
      await this.end(run, { status: 'stopped', reason: whyNotBegun(run), model: null })
      this.look()
    }
    return true
  }

  /** False if the run does not train in this queue; so do the next two. */
  pause(id: RunId): Promise<boolean> {
    return this.intervene(id, (run, training) => {
      training.pause()
      return withStatus(run.record, 'paused')
    })
  }

  proceed(id: RunId): Promise<boolean> {
    return this.intervene(id, (run, training) => {
      training.proceed()
      return withStatus(run.record, 'running')
    })
  }

  setLearningRate(id: RunId, learningRate: number): Promise<boolean> {
    return this.intervene(id, ({ record, step }, training) => {
      training.setLearningRate(learningRate)
      return { ...record, interventions: [...(record.interventions ?? []), { step, learningRate }] }
    })
  }

  /** Stops what trains and waits until it is on disk. What waits is left as it is. */
  async close(): Promise<void> {
    this.isClosed = true
    this.waiting.length = 0
    for (const run of this.runs.values()) {
      run.stopWanted = true
      run.training?.stop()
    }
    await this.looks.take(() => Promise.resolve())
    await Promise.all(this.inTraining)
  }

  private async whileEnqueueing(work: () => Promise<void>): Promise<void> {
    this.enqueueing += 1
    try {
      await work()
    } finally {
      this.enqueueing -= 1
    }
  }

  private mustBeOpen(): void {
    if (this.isClosed) throw new LabError('lab/closed', 'The lab is closing: start it again to train')
  }

  private add(runs: readonly QueuedRun[]): void {
    for (const run of runs) {
      this.runs.set(run.record.id, run)
      this.waiting.push(run)
      this.around.listener.changed(run)
    }
    this.look()
  }

  /** Whenever a run comes, ends, or leaves the line, and when the limits of threads may have changed. */
  look(): void {
    void this.looks.take(() => this.beginWhatFits())
  }

  private async beginWhatFits(): Promise<void> {
    if (this.waiting.length === 0) return
    const limits = await this.around.threadLimits().catch((error: unknown) => ({ error }))
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      if ('error' in limits) {
        this.waiting.shift()
        await this.end(next, failed(limits.error))
        continue
      }
      const following = this.waiting[1]?.record.experiment.threads
      const threads = threadsForNext(next.record.experiment.threads, following, this.busyThreads, limits)
      if (threads === null) return
      this.waiting.shift()
      this.begin(next, threads)
    }
  }

  private begin(run: QueuedRun, threads: number): void {
    this.busyThreads += threads
    const over = this.train(run, threads).finally(() => {
      this.busyThreads -= threads
      this.inTraining.delete(over)
      this.look()
    })
    this.inTraining.add(over)
  }

  private async train(run: QueuedRun, threads: number): Promise<void> {
    const { host, folders, machine, listener } = this.around
    try {
      const startedAt = run.record.startedAt ?? new Date().toISOString()
      await this.update(run, ({ record }) => ({ ...record, status: 'running', startedAt, threads, machine: machine() }))
    } catch (error) {
      return this.end(run, failed(error))
    }
    run.training = trainRun(run.record, host, folders, {
      continued: (evaluations) => {
        run.history = [...evaluations]
      },
      evaluated: (evaluations) => {
        for (const evaluation of evaluations) {
          run.history.push(evaluation)
          listener.evaluated(run.record.id, evaluation)
        }
        listener.changed(run)
      },
      progressed: (progress) => {
        run.step = progress.step
        listener.progressed(progress)
      },
    })
    if (run.stopWanted) run.training.stop()
    await this.end(run, await run.training.ending)
  }

  /** `change` is asked when it is the run's turn; a run that has ended meanwhile is left as it is. */
  private async intervene(id: RunId, change: (run: QueuedRun, training: RunInTraining) => RunRecord): Promise<boolean> {
    const run = this.runs.get(id)
    if (!run?.training) return false
    await this.update(run, () => (run.training ? change(run, run.training) : run.record))
    return true
  }

  /** `saved` is done before anybody hears of the change. */
  private async update(
    run: QueuedRun,
    change: (run: QueuedRun) => RunRecord,
    saved: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    await run.turns.take(async () => {
      const record = change(run)
      if (record === run.record) return
      await this.around.folders.save(record)
      await saved()
      run.record = record
      this.around.listener.changed(run)
    })
  }

  /** Never throws: a run that cannot be written must not hold up the next one. */
  private async end(run: QueuedRun, ending: Ending): Promise<void> {
    run.training = undefined
    const { folders, listener } = this.around
    const change = () => ({ ...run.record, ...ending, endedAt: new Date().toISOString(), measured: run.measured })
    const tidy = async () => {
      if (ending.status === 'finished') await folders.discardCheckpoint(run.record.id)
    }
    try {
      // All else is on disk by now: a second try is cheap, and saves a whole training from a moment's trouble.
      await this.update(run, change, tidy).catch(() => this.update(run, change, tidy))
      this.runs.delete(run.record.id)
    } catch (error) {
      const reason = ending.status === 'failed' ? ending.reason : toFailure(error).message
      run.record = { ...change(), status: 'failed', reason }
      listener.changed(run)
    }
  }
}

function withStatus(record: RunRecord, status: 'running' | 'paused'): RunRecord {
  return record.status === status ? record : { ...record, status }
}

function failed(error: unknown): Ending {
  return { status: 'failed', reason: toFailure(error).message, model: null }
}

function whyNotBegun({ record }: QueuedRun): string {
  return record.resumes ? 'stopped before it went on' : 'stopped before it began'
}
