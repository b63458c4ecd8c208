/**
 * The runs that this process has queued. They begin in the order of their places (waiting-line.ts), beside each other
 * where that gets more done (thread-shares.ts).
 *
 * While a run is here, memory is the truth about it; once its end is on disk, the disk is. A run whose end could
 * not be written stays here, so that its reason is shown as long as the lab is open. While the disk is full, what
 * trains is paused and nothing begins (disk-room.ts).
 */
import type { EngineHost } from '#lab/engine/host'
import type { RunFolders } from '#lab/storage/run-folders'
import type { RunRecord } from '#lab/storage/run-file'
import { Turns } from '#lab/storage/turns'
import { LabError, toFailure } from '#shared/errors'
import type { QueueState } from '#shared/ipc'
import { hasEnded, type Advance, type Evaluation, type MachineFacts, type RunId, type RunProgress } from '#shared/run'
import { DiskRoom } from './disk-room'
import { QueuedRun } from './queued-run'
import { threadsForNext, type ThreadLimits } from './thread-shares'
import { trainRun, type Ending, type RunInTraining, type TrainSurroundings } from './train-run'
import { byPlace, moved, newPlaces } from './waiting-line'

export { QueuedRun } from './queued-run'

export interface QueueListener {
  changed(run: QueuedRun): void
  evaluated(id: RunId, evaluation: Evaluation): void
  progressed(progress: RunProgress): void
  /** The queue as a whole was paused, or goes on. */
  heldUp(state: QueueState): void
}

export interface QueueSurroundings {
  host: EngineHost
  folders: RunFolders
  /** Asked when a run begins, as the engine may have started in another way since. */
  machine: () => MachineFacts
  listener: QueueListener
  /** Where the data of a run is now. */
  locate: TrainSurroundings['locate']
  /** Asked anew before a run begins, as a person may change them while others train. */
  threadLimits(): Promise<ThreadLimits>
}

/** A run to be queued, and the weights that it begins with if those come from a file. */
export interface NewRun {
  record: RunRecord
  initialWeights: Uint8Array | null
}

export class TrainingQueue {
  private readonly runs = new Map<RunId, QueuedRun>()
  /** In the order in which they will begin. */
  private readonly waiting: QueuedRun[] = []
  /** They have threads. */
  private readonly training = new Set<QueuedRun>()
  /** One look at who may begin, or change of the line, at a time. */
  private readonly looks = new Turns()
  private readonly inTraining = new Set<Promise<void>>()
  private readonly room = new DiskRoom(() => void this.followState())
  private isPausedByHand = false
  /** The state that was told last. */
  private told: QueueState = { paused: false, reason: null }
  private busyThreads = 0
  private lastPlace = 0
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

  get state(): QueueState {
    return { paused: this.isPausedByHand || this.room.full !== null, reason: this.room.full }
  }

  /** Makes the folders of all of them or of none, then queues them. */
  async enqueue(runs: readonly NewRun[]): Promise<void> {
    const made: QueuedRun[] = []
    await this.whileEnqueueing(async () => {
      try {
        for (const { record, initialWeights } of runs) {
          this.mustBeOpen()
          const run = new QueuedRun({ ...record, place: this.nextPlace() })
          await this.around.folders.create(run.record, initialWeights)
          made.push(run)
        }
        this.mustBeOpen()
      } catch (error) {
        for (const { record } of made) await this.around.folders.discard(record.id)
        throw error
      }
    })
    this.add(made)
  }

  /** Queues runs that have a folder already. Writes down that they wait, for all of them or for none. */
  async takeUp(runs: readonly { run: QueuedRun; before: RunRecord }[]): Promise<void> {
    const { folders } = this.around
    const saved: RunRecord[] = []
    await this.whileEnqueueing(async () => {
      try {
        for (const { run, before } of runs) {
          this.mustBeOpen()
          run.record = { ...run.record, place: this.nextPlace() }
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

  /** Runs that wait go before another one, or to the end of the line for null; those that have begun meanwhile do not. */
  async move(ids: readonly RunId[], before: RunId | null): Promise<void> {
    await this.looks.take(async () => {
      const chosen = new Set(this.waiting.filter((run) => ids.includes(run.record.id)))
      // one that has begun meanwhile was the first of the line
      const target = before === null ? null : (this.waiting.find((run) => run.record.id === before) ?? this.waiting[0])
      const begun = Math.max(0, ...[...this.training].map((run) => run.place))
      try {
        for (const [run, place] of newPlaces(moved(this.waiting, chosen, target ?? null), chosen, begun)) {
          this.lastPlace = Math.max(this.lastPlace, place)
          await this.update(run, ({ record }) => ({ ...record, place }))
        }
      } finally {
        this.waiting.sort(byPlace)
      }
    })
  }

  /** A waiting run ends at once, one in training within one minibatch. False if the run is not in this queue. */
  async stop(id: RunId): Promise<boolean> {
    const run = this.runs.get(id)
    if (!run) return false
    run.stopWanted = true
    run.training?.stop()
    this.room.giveUp(run)
    const place = this.waiting.indexOf(run)
    if (place >= 0) {
      this.waiting.splice(place, 1)
      await this.end(run, withdrawn(run))
      this.look()
    }
    return true
  }

  /** It ends with the epoch that it trains now, or goes on after all. False if the run does not train in this queue. */
  stopAfterEpoch(id: RunId, wanted: boolean): boolean {
    const run = this.runs.get(id)
    if (!run?.training) return false
    run.stopsAfterEpoch = wanted
    run.training.stopAfterEpoch(wanted)
    this.around.listener.changed(run)
    return true
  }

  /** False if the run does not train in this queue; so do the next two. */
  pause(id: RunId): Promise<boolean> {
    return this.intervene(id, (run, training) => {
      run.pausedByQueue = false
      training.pause()
      return withStatus(run.record, 'paused')
    })
  }

  proceed(id: RunId): Promise<boolean> {
    return this.intervene(id, (run, training) => {
      run.pausedByQueue = false
      training.proceed()
      return withStatus(run.record, 'running')
    })
  }

  /** A paused run trains one more minibatch, or to the end of its epoch. False unless it is paused by itself here. */
  advance(id: RunId, by: Advance): boolean {
    const run = this.runs.get(id)
    if (!run?.training || run.record.status !== 'paused' || run.pausedByQueue) return false
    run.training.advance(by)
    return true
  }

  setLearningRate(id: RunId, learningRate: number): Promise<boolean> {
    return this.intervene(id, ({ record, step }, training) => {
      training.setLearningRate(learningRate)
      return { ...record, interventions: [...(record.interventions ?? []), { step, learningRate }] }
    })
  }

  /** No run begins any more, and those that train pause: until `proceedAll`. */
  pauseAll(): Promise<void> {
    this.isPausedByHand = true
    return this.followState()
  }

  /** A full disk is tried again first. */
  proceedAll(): Promise<void> {
    this.isPausedByHand = false
    this.room.retry()
    return this.followState()
  }

  /** Stops what trains and waits until it is on disk. What waits is left as it is. */
  async close(): Promise<void> {
    this.isClosed = true
    this.waiting.length = 0
    for (const run of this.runs.values()) {
      run.isCutShort = !run.stopWanted
      run.stopWanted = true
      run.training?.stop()
    }
    this.room.close()
    await this.looks.take(() => Promise.resolve())
    await Promise.all(this.inTraining)
  }

  private nextPlace(): number {
    this.lastPlace = Math.floor(this.lastPlace) + 1
    return this.lastPlace
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
    this.waiting.sort(byPlace)
    this.look()
  }

  /** Pauses what trains, or lets go on what was paused here, as the state of the queue has become. */
  private async followState(): Promise<void> {
    const { told, state } = this
    if (this.isClosed || (told.paused === state.paused && told.reason === state.reason)) return
    this.told = state
    this.around.listener.heldUp(state)
    if (told.paused === state.paused) return
    const followed = [...this.training].map((run) => this.follow(run))
    this.look()
    await Promise.all(followed)
  }

  /** Never rejects. */
  private async follow(run: QueuedRun): Promise<void> {
    const { paused } = this.state
    if (!run.training || paused === run.pausedByQueue || (paused && run.record.status === 'paused')) return
    run.pausedByQueue = paused
    if (paused) run.training.pause()
    else run.training.proceed()
    await run.turns.take(async () => {
      if (hasEnded(run.record.status)) return
      run.record = withStatus(run.record, run.pausedByQueue ? 'paused' : 'running')
      this.around.listener.changed(run)
      // for other programs to see; on a full disk it is known here only, and dies with the process
      await this.around.folders.save(run.record).catch(() => undefined)
    })
  }

  /** Whenever a run comes, ends, or leaves the line, and when the limits of threads may have changed. */
  look(): void {
    void this.looks.take(() => this.beginWhatFits())
  }

  private async beginWhatFits(): Promise<void> {
    if (this.waiting.length === 0) return
    const limits = await this.around.threadLimits().catch((error: unknown) => ({ error }))
    for (let next = this.waiting[0]; next && !this.state.paused; next = this.waiting[0]) {
      if ('error' in limits) {
        this.waiting.shift()
        await this.end(next, failed(limits.error))
        continue
      }
      const threads = this.threadsFor(next, limits)
      if (threads === null) return
      this.waiting.shift()
      this.begin(next, threads)
    }
  }

  /** Null: not yet. A run with isolated timing has the machine to itself from its beginning to its end. */
  private threadsFor(next: QueuedRun, limits: ThreadLimits): number | null {
    if (next.isIsolated ? this.training.size > 0 : [...this.training].some((run) => run.isIsolated)) return null
    const behind = next.isIsolated || this.waiting[1]?.isIsolated ? undefined : this.waiting[1]
    const { threads } = next.record.experiment
    return threadsForNext(threads, behind?.record.experiment.threads, this.busyThreads, limits)
  }

  private begin(run: QueuedRun, threads: number): void {
    this.busyThreads += threads
    this.training.add(run)
    if (this.training.size > 1) for (const each of this.training) each.alone = false
    const over = this.train(run, threads).finally(() => {
      this.busyThreads -= threads
      this.training.delete(run)
      this.inTraining.delete(over)
      this.look()
    })
    this.inTraining.add(over)
  }

  private async train(run: QueuedRun, threads: number): Promise<void> {
    const { host, folders, listener, locate } = this.around
    // a run that is to end does not wait for room
    const keep = <T>(write: () => Promise<T>) => (run.stopWanted ? write() : this.room.write(run, write))
    try {
      const startedAt = run.record.startedAt ?? new Date().toISOString()
      const machine = { ...this.around.machine(), ...(run.isIsolated && { alone: true }) }
      const begun = (record: RunRecord): RunRecord => ({ ...record, status: 'running', startedAt, threads, machine })
      await keep(() => this.update(run, ({ record }) => begun(record)))
    } catch (error) {
      return this.end(run, failed(error))
    }
    run.training = trainRun(
      run.record,
      { host, folders, locate, keep },
      {
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
      },
    )
    if (run.stopWanted) run.training.stop()
    void this.follow(run)
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
    const cutShort = run.isCutShort && ending.status === 'stopped'
    const change = (): RunRecord => ({
      ...run.record,
      ...ending,
      endedAt: new Date().toISOString(),
      machine: run.machine,
      measured: run.measured,
      ...(cutShort && { cutShort }),
    })
    const tidy = async () => {
      if (ending.status === 'finished') await folders.discardCheckpoint(run.record.id)
    }
    const save = () => this.update(run, change, tidy)
    try {
      // All else is on disk by now: a second try is cheap, and saves a whole training from a moment's trouble.
      await (run.stopWanted ? save() : this.room.write(run, save)).catch(save)
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

/** Of a run that was taken out of the line. What it had measured in an earlier life, it keeps. */
function withdrawn({ record }: QueuedRun): Ending {
  if (record.startedAt === null) return { status: 'cancelled', reason: null, model: null }
  return { status: 'stopped', reason: 'stopped before it went on', model: null }
}
