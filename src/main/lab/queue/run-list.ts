/**
 * Every run of the workspace: those of this process from its queue, all others from disk.
 *
 * Each change gets the next revision. `refresh` looks at the disk again and tells what others have changed, so
 * that an answer and the events before it always agree.
 */
import type { RunFolders } from '#lab/storage/run-folders'
import type { Measured, RunRecord } from '#lab/storage/run-file'
import { Turns } from '#lab/storage/turns'
import { LabError, toFailure } from '#shared/errors'
import type { LabEvents } from '#shared/ipc'
import { hasEnded, isRunId, type Evaluation, type RunId, type RunProblem, type RunSummary } from '#shared/run'
import { NOTHING_MEASURED, measure } from './measure'
import { interruptedState, summarize, type RunState } from './run-summary'
import type { QueuedRun } from './queued-run'
import type { TrainingQueue } from './training-queue'

type Change = Omit<LabEvents['runs:changed'], 'revision'>

interface Stored {
  record: RunRecord
  summary: RunSummary
}

/** What was read of one folder, and when it must be read again. */
interface Scanned {
  stamp: string
  stored: Stored
  /** Checked anew each time: the process may have ended meanwhile. */
  liveOwner: boolean
}

export class RunList {
  private readonly scanned = new Map<RunId, Scanned>()
  private known = new Map<RunId, RunSummary>()
  private problems: RunProblem[] = []
  /** Told by the queue since the last look at the disk began: newer than what that look finds. */
  private readonly told = new Map<RunId, RunSummary>()
  /** One look at, or change of, the folders at a time. */
  private readonly turns = new Turns()

  constructor(
    private readonly folders: RunFolders,
    private readonly queue: Pick<TrainingQueue, 'get' | 'all' | 'forget'>,
    private readonly isAlive: (token: string) => Promise<boolean>,
    private readonly changed: (change: Change) => void,
  ) {}

  /** Newest first; the runs of one experiment in the order of its configurations. */
  async all(): Promise<{ runs: RunSummary[]; problems: readonly RunProblem[] }> {
    await this.refresh()
    const runs = [...this.known.values()]
    runs.sort((a, b) => compare(b.createdAt, a.createdAt) || compare(a.id, b.id))
    return { runs, problems: this.problems }
  }

  /** One run with all that is stored about it. Throws `run/not-found`, or what is wrong with its folder. */
  async one(id: RunId): Promise<Stored> {
    const queued = this.queue.get(id)
    return queued ? fromQueue(queued) : this.scan(id, this.isAlive)
  }

  async history(id: RunId): Promise<Evaluation[]> {
    const queued = this.queue.get(id)
    if (queued) return [...queued.history]
    const { record } = await this.one(id)
    const history = await this.folders.readHistory(id)
    if (record.measured && history.length < record.measured.evaluations) {
      const message = `runs/${id}/history.jsonl holds ${history.length} evaluations of ${record.measured.evaluations}: its end is missing`
      throw new LabError('run/history-damaged', message)
    }
    return history
  }

  /** A run of the queue has changed. */
  update(run: QueuedRun): void {
    const { summary } = fromQueue(run)
    this.known.set(summary.id, summary)
    this.told.set(summary.id, summary)
    this.changed({ changed: [summary], removed: [] })
  }

  async remove(ids: readonly RunId[]): Promise<void> {
    await this.change(async () => {
      for (const id of ids) {
        const { summary } = await this.one(id)
        if (!hasEnded(summary.status)) {
          throw new LabError('run/not-ended', `"${summary.label}" is ${summary.status}: stop it before you remove it`)
        }
      }
      for (const id of ids) {
        await this.folders.remove(id)
        this.queue.forget(id)
      }
    })
  }

  async restore(ids: readonly RunId[]): Promise<void> {
    await this.change(async () => {
      for (const id of ids) await this.folders.restore(id)
    })
  }

  /** Does `work` while nobody removes or restores runs. */
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.turns.take(work)
  }

  /** Tells what has changed also when only a part of it went well. */
  private async change(work: () => Promise<void>): Promise<void> {
    const [done] = await Promise.allSettled([this.turns.take(work)])
    await this.refresh()
    if (done.status === 'rejected') throw done.reason
  }

  /** Reads what has changed on disk and tells it. */
  async refresh(): Promise<void> {
    await this.turns.take(async () => {
      const alive = new Map<string, Promise<boolean>>()
      const isAlive = (token: string) => {
        const asked = alive.get(token) ?? this.isAlive(token)
        alive.set(token, asked)
        return asked
      }
      this.told.clear()
      const found = new Map<RunId, RunSummary>()
      const problems: RunProblem[] = []
      for (const name of await this.folders.names()) {
        try {
          if (isRunId(name) && this.queue.get(name)) continue
          if (!isRunId(name)) throw new LabError('run/damaged', `runs/${name} is not a run's folder`)
          found.set(name, (await this.scan(name, isAlive)).summary)
        } catch (error) {
          if (error instanceof LabError && error.code === 'run/not-found' && isRunId(name)) continue // just removed
          problems.push({ folder: name, message: toFailure(error).message })
        }
      }
      // From here to the end nothing waits, so the queue cannot change in between.
      for (const summary of this.told.values()) found.set(summary.id, summary)
      for (const run of this.queue.all()) found.set(run.record.id, fromQueue(run).summary)
      this.problems = problems
      this.replaceKnown(found)
    })
  }

  private replaceKnown(found: Map<RunId, RunSummary>): void {
    const changed = [...found.values()].filter((summary) => !isSame(summary, this.known.get(summary.id)))
    const removed = [...this.known.keys()].filter((id) => !found.has(id))
    this.known = found
    for (const id of removed) this.scanned.delete(id)
    if (changed.length + removed.length > 0) this.changed({ changed, removed })
  }

  private async scan(id: RunId, isAlive: (token: string) => Promise<boolean>): Promise<Stored> {
    const stamp = await this.folders.stamp(id)
    const before = this.scanned.get(id)
    if (before?.stamp === stamp) {
      const { status, owner } = before.stored.record
      if (hasEnded(status) || (await isAlive(owner)) === before.liveOwner) return before.stored
    }
    const record = await this.folders.read(id)
    const liveOwner = !hasEnded(record.status) && (await isAlive(record.owner))
    const stored = { record, summary: await this.summaryOf(record, liveOwner) }
    this.scanned.set(id, { stamp, stored, liveOwner })
    return stored
  }

  /** Files from before the best validated epoch was kept have it in their history only. */
  private async measuredOf({ id, measured }: RunRecord): Promise<Measured> {
    if (!measured?.last?.validation || measured.bestValidation) return measured ?? NOTHING_MEASURED
    return measure(await this.folders.readHistory(id))
  }

  private async summaryOf(record: RunRecord, liveOwner: boolean): Promise<RunSummary> {
    if (hasEnded(record.status)) return summarize(record, await this.measuredOf(record))
    const measured: Measured = measure(await this.folders.readHistory(record.id))
    const state: RunState = liveOwner ? record : interruptedState(record, measured.last)
    return summarize(record, measured, state)
  }
}

function fromQueue(run: QueuedRun): Stored {
  const summary = summarize(run.record, run.measured)
  const inTraining = run.stopsAfterEpoch && !hasEnded(summary.status)
  return { record: run.record, summary: inTraining ? { ...summary, stopsAfterEpoch: true } : summary }
}

/** Summaries are plain data made by one function, so equal ones have equal text. */
function isSame(a: RunSummary, b: RunSummary | undefined): boolean {
  return a === b || (b !== undefined && JSON.stringify(a) === JSON.stringify(b))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
