/**
 * Every run of the workspace: those of this process from its queue, all others from disk. What people say of a run
 * lies beside it, and is put onto its summary here.
 *
 * Each change gets the next revision. `refresh` looks at the disk again and tells what others have changed, so
 * that an answer and the events before it always agree.
 */
import { besideEachOther } from '#lab/storage/beside'
import type { RunFolders } from '#lab/storage/run-folders'
import type { Measured, RunRecord } from '#lab/storage/run-file'
import { Turns } from '#lab/storage/turns'
import { LabError, toFailure } from '#shared/errors'
import type { LabEvents } from '#shared/ipc'
import {
  ANNOTATION_LIMITS,
  NO_ANNOTATIONS,
  annotated,
  type AnnotationChange,
  type Annotations,
} from '#shared/runs/annotations'
import { outsideHistory, summarizeOutside, type OutsideRecord } from '#lab/storage/outside-file'
import { hasEnded, isRunId, type Evaluation, type RunId, type RunProblem, type RunSummary } from '#shared/run'
import { NOTHING_MEASURED, measure } from './measure'
import { interruptedState, summarize, withAnnotations, type RunState } from './run-summary'
import type { QueuedRun } from './queued-run'
import type { TrainingQueue } from './training-queue'

type Change = Omit<LabEvents['runs:changed'], 'revision'>

interface Stored {
  record: RunRecord
  summary: RunSummary
}

/** A run, or a history that somebody brought: that has no record of a training. */
type Found = Stored | { record: null; outside: OutsideRecord; summary: RunSummary }

/** What was read of one folder, and when it must be read again. */
interface Scanned {
  stamp: string
  found: Found
  /** Checked anew each time: the process may have ended meanwhile. */
  liveOwner: boolean
}

export class RunList {
  private readonly scanned = new Map<RunId, Scanned>()
  /** Of the runs of this process's queue, as they were last read: their summaries are made without the disk. */
  private readonly annotations = new Map<RunId, Annotations>()
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

  /**
   * One run with all that is stored about it. Throws `run/not-found`, what is wrong with its folder, or `run/outside`:
   * a history alone can be drawn and listed, and nothing more.
   */
  async one(id: RunId): Promise<Stored> {
    const found = await this.look(id)
    if (found.record) return found
    const message = `"${found.summary.label}" was trained outside the lab: of it there are curves, and no experiment, seeds or weights`
    throw new LabError('run/outside', message)
  }

  /** The same for any run that is listed. */
  async look(id: RunId): Promise<Found> {
    const queued = this.queue.get(id)
    return queued ? this.fromQueue(queued) : this.scan(id, this.isAlive)
  }

  async history(id: RunId): Promise<Evaluation[]> {
    const queued = this.queue.get(id)
    if (queued) return [...queued.history]
    const found = await this.look(id)
    if (!found.record) return outsideHistory(found.outside)
    const { record } = found
    const history = await this.folders.readHistory(id)
    if (record.measured && history.length < record.measured.evaluations) {
      const message = `runs/${id}/history.jsonl holds ${history.length} evaluations of ${record.measured.evaluations}: its end is missing`
      throw new LabError('run/history-damaged', message)
    }
    return history
  }

  /** A run of the queue has changed. */
  update(run: QueuedRun): void {
    const { summary } = this.fromQueue(run)
    this.known.set(summary.id, summary)
    this.told.set(summary.id, summary)
    this.changed({ changed: [summary], removed: [] })
  }

  async remove(ids: readonly RunId[]): Promise<void> {
    await this.change(async () => {
      for (const id of ids) {
        const { summary } = await this.look(id)
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

  /** Keeps a history that somebody brought. */
  async addOutside(record: OutsideRecord): Promise<void> {
    await this.turns.take(() => this.folders.createOutside(record))
    await this.renew([record.id])
  }

  /** The same change for all of them. Told even if it fails on the way: those before it have changed. */
  async annotate(ids: readonly RunId[], change: AnnotationChange): Promise<void> {
    const done: RunId[] = []
    try {
      await this.turns.take(async () => {
        for (const id of ids) {
          await this.folders.changeAnnotations(id, (before) => mustBeFew(annotated(before, change)))
          done.push(id)
        }
      })
    } finally {
      await this.renew(done)
    }
  }

  /** Reads these again and tells what they are now, without a look at all the others. */
  private async renew(ids: readonly RunId[]): Promise<void> {
    const changed: RunSummary[] = []
    for (const id of ids) {
      if (this.queue.get(id)) this.annotations.set(id, await this.folders.readAnnotations(id))
      const { summary } = await this.look(id)
      if (isSame(summary, this.known.get(id))) continue
      this.known.set(id, summary)
      this.told.set(id, summary)
      changed.push(summary)
    }
    if (changed.length > 0) this.changed({ changed, removed: [] })
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
      const look = async (name: string) => {
        try {
          if (!isRunId(name)) throw new LabError('run/damaged', `runs/${name} is not a run's folder`)
          if (this.queue.get(name)) this.annotations.set(name, await this.folders.readAnnotations(name))
          else found.set(name, (await this.scan(name, isAlive)).summary)
        } catch (error) {
          if (error instanceof LabError && error.code === 'run/not-found' && isRunId(name)) return // just removed
          problems.push({ folder: name, message: toFailure(error).message })
        }
      }
      await besideEachOther(await this.folders.names(), look)
      problems.sort((a, b) => compare(a.folder, b.folder))
      // From here to the end nothing waits, so the queue cannot change in between.
      for (const summary of this.told.values()) found.set(summary.id, summary)
      for (const run of this.queue.all()) found.set(run.record.id, this.fromQueue(run).summary)
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

  private async scan(id: RunId, isAlive: (token: string) => Promise<boolean>): Promise<Found> {
    const stamp = await this.folders.stamp(id)
    const before = this.scanned.get(id)
    if (before?.stamp === stamp) {
      const { record } = before.found
      if (!record || hasEnded(record.status)) return before.found
      if ((await isAlive(record.owner)) === before.liveOwner) return before.found
    }
    const [run, history, words] = stamp.split(' ')
    const annotations = words === 'none' ? NO_ANNOTATIONS : await this.folders.readAnnotations(id)
    const scanned = run === 'none' && history === 'none' ? await this.readOutside(id) : await this.readRun(id, isAlive)
    const found = { ...scanned.found, summary: withAnnotations(scanned.found.summary, annotations) }
    this.scanned.set(id, { stamp, found, liveOwner: scanned.liveOwner })
    return found
  }

  private async readRun(id: RunId, isAlive: (token: string) => Promise<boolean>): Promise<Omit<Scanned, 'stamp'>> {
    const record = await this.folders.read(id)
    const liveOwner = !hasEnded(record.status) && (await isAlive(record.owner))
    return { found: { record, summary: await this.summaryOf(record, liveOwner) }, liveOwner }
  }

  private async readOutside(id: RunId): Promise<Omit<Scanned, 'stamp'>> {
    const outside = await this.folders.readOutside(id)
    if (outside) return { found: { record: null, outside, summary: summarizeOutside(outside) }, liveOwner: false }
    throw new LabError('run/damaged', `runs/${id}/run.json is missing`)
  }

  private fromQueue(run: QueuedRun): Stored {
    const plain = summarize(run.record, run.measured)
    const summary = withAnnotations(plain, this.annotations.get(plain.id) ?? NO_ANNOTATIONS)
    const inTraining = run.stopsAfterEpoch && !hasEnded(summary.status)
    return { record: run.record, summary: inTraining ? { ...summary, stopsAfterEpoch: true } : summary }
  }

  /** Files from before the best validated epoch was kept have it in their history only. */
  private async measuredOf({ id, measured }: RunRecord): Promise<Measured> {
    if (!measured?.last?.validation || measured.bestValidation?.train) return measured ?? NOTHING_MEASURED
    return measure(await this.folders.readHistory(id))
  }

  private async summaryOf(record: RunRecord, liveOwner: boolean): Promise<RunSummary> {
    if (hasEnded(record.status)) return summarize(record, await this.measuredOf(record))
    const measured: Measured = measure(await this.folders.readHistory(record.id))
    const state: RunState = liveOwner ? record : interruptedState(record, measured.last)
    return summarize(record, measured, state)
  }
}

function mustBeFew(annotations: Annotations): Annotations {
  if (annotations.tags.length <= ANNOTATION_LIMITS.tags) return annotations
  throw new LabError('run/too-many-tags', `A run may have at most ${ANNOTATION_LIMITS.tags} tags: take one off first`)
}

/** Summaries are plain data made by one function, so equal ones have equal text. */
function isSame(a: RunSummary, b: RunSummary | undefined): boolean {
  return a === b || (b !== undefined && JSON.stringify(a) === JSON.stringify(b))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
