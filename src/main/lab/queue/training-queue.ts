/**
 * The runs that this process has queued: trained one at a time, in order, each with all the threads it may have.
 *
 * While a run is here, memory is the truth about it; once its end is on disk, the disk is. A run whose end could
 * not be written stays here, so that its reason is shown as long as the lab is open.
 */
import type { EngineHost } from '#lab/engine/host'
import type { RunFolders } from '#lab/storage/run-folders'
import type { Measured, RunRecord } from '#lab/storage/run-file'
import { LabError, toFailure } from '#shared/errors'
import { hasEnded, type Evaluation, type MachineFacts, type RunId, type RunProgress } from '#shared/run'
import { measure } from './measure'
import { trainRun, type Ending, type RunInTraining } from './train-run'

export interface QueueListener {
  changed(run: QueuedRun): void
  evaluated(id: RunId, evaluation: Evaluation): void
  progressed(progress: RunProgress): void
}

export interface QueueSurroundings {
  host: EngineHost
  folders: RunFolders
  machine: MachineFacts
  listener: QueueListener
  /** Threads that the run trains with: what it asks for, as far as the machine has them. */
  threadsFor(record: RunRecord): Promise<number>
}

/** A run of this process that is not, or not only, on disk. */
export class QueuedRun {
  /** Evaluations that are on disk. */
  readonly history: Evaluation[] = []
  training: RunInTraining | undefined
  stopWanted = false

  constructor(public record: RunRecord) {}

  get measured(): Measured {
    return measure(this.history)
  }
}

export class TrainingQueue {
  private readonly runs = new Map<RunId, QueuedRun>()
  private readonly waiting: QueuedRun[] = []
  private work: Promise<void> = Promise.resolve()
  private isWorking = false
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
  async enqueue(records: readonly RunRecord[]): Promise<void> {
    const made: RunId[] = []
    this.enqueueing += 1
    try {
      for (const record of records) {
        this.mustBeOpen()
        await this.around.folders.create(record)
        made.push(record.id)
      }
      this.mustBeOpen()
    } catch (error) {
      for (const id of made) await this.around.folders.discard(id)
      throw error
    } finally {
      this.enqueueing -= 1
    }
    for (const record of records) this.add(new QueuedRun(record))
    this.begin()
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
      await this.end(run, { status: 'stopped', reason: 'stopped before it began', model: null })
    }
    return true
  }

  /** Stops what trains and waits until it is on disk. What waits is left as it is. */
  async close(): Promise<void> {
    this.isClosed = true
    this.waiting.length = 0
    for (const run of this.runs.values()) {
      run.stopWanted = true
      run.training?.stop()
    }
    await this.work
  }

  private mustBeOpen(): void {
    if (this.isClosed) throw new LabError('lab/closed', 'The lab is closing: start it again to train')
  }

  private add(run: QueuedRun): void {
    this.runs.set(run.record.id, run)
    this.waiting.push(run)
    this.around.listener.changed(run)
  }

  private begin(): void {
    if (this.isWorking) return
    this.isWorking = true
    this.work = this.workOff()
  }

  /** Nothing may come between finding the queue empty and saying so: a run that is added then would never begin. */
  private async workOff(): Promise<void> {
    for (let run = this.waiting.shift(); run; run = this.waiting.shift()) await this.train(run)
    this.isWorking = false
  }

  private async train(run: QueuedRun): Promise<void> {
    const { host, folders, machine, listener } = this.around
    try {
      const threads = await this.around.threadsFor(run.record)
      const startedAt = new Date().toISOString()
      await this.update(run, { status: 'running', startedAt, threads, machine })
    } catch (error) {
      return this.end(run, { status: 'failed', reason: toFailure(error).message, model: null })
    }
    run.training = trainRun(run.record, host, folders, {
      evaluated: (evaluations) => {
        for (const evaluation of evaluations) {
          run.history.push(evaluation)
          listener.evaluated(run.record.id, evaluation)
        }
        listener.changed(run)
      },
      progressed: (progress) => listener.progressed(progress),
    })
    if (run.stopWanted) run.training.stop()
    await this.end(run, await run.training.ending)
  }

  private async update(run: QueuedRun, change: Partial<RunRecord>): Promise<void> {
    const record = { ...run.record, ...change }
    await this.around.folders.save(record)
    run.record = record
    this.around.listener.changed(run)
  }

  /** Never throws: a run that cannot be written must not hold up the next one. */
  private async end(run: QueuedRun, ending: Ending): Promise<void> {
    run.training = undefined
    const change = { ...ending, endedAt: new Date().toISOString(), measured: run.measured }
    try {
      // All else is on disk by now: a second try is cheap, and saves a whole training from a moment's trouble.
      await this.update(run, change).catch(() => this.update(run, change))
      this.runs.delete(run.record.id)
    } catch (error) {
      const reason = ending.status === 'failed' ? ending.reason : toFailure(error).message
      run.record = { ...run.record, ...change, status: 'failed', reason }
      this.around.listener.changed(run)
    }
  }
}
