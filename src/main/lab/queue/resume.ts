/**
 * Takes runs up again that were stopped, interrupted or failed. Whatever could keep one of them from going on is
 * found before anything is written: then all of them stay as they were.
 */
import type { EngineHost, OwnSet } from '#lab/engine/host'
import type { RunFolders } from '#lab/storage/run-folders'
import type { RunRecord } from '#lab/storage/run-file'
import { LabError, toFailure } from '#shared/errors'
import type { ResumedAll } from '#shared/ipc'
import { hasEnded, wasCutShort, type Evaluation, type RunId, type RunSummary } from '#shared/run'
import type { RunList } from './run-list'
import { QueuedRun, type TrainingQueue } from './training-queue'

export interface ResumeSurroundings {
  host: EngineHost
  folders: RunFolders
  list: RunList
  queue: TrainingQueue
  locate: (record: RunRecord) => Promise<OwnSet | null>
  isAlive: (token: string) => Promise<boolean>
  /** Token of this process. */
  owner: string
}

export async function resumeRuns(ids: readonly RunId[], around: ResumeSurroundings): Promise<void> {
  await around.list.undisturbed(async () => {
    const prepared: Prepared[] = []
    for (const id of new Set(ids)) prepared.push(await prepare(id, around))
    await takeUp(prepared, around)
  })
}

/**
 * All that nobody wanted to end: what trained or waited when a program ended, in the order in which it had waited.
 * What cannot go on stays as it was, and is told with its reason.
 */
export async function resumeAll(around: ResumeSurroundings): Promise<ResumedAll> {
  const { runs } = await around.list.all()
  const line = runs.filter(wasCutShort).sort(byPlaceThenTime)
  return around.list.undisturbed(async () => {
    const prepared: Prepared[] = []
    const refused: ResumedAll['refused'][number][] = []
    for (const { id } of line) {
      try {
        prepared.push(await prepare(id, around))
      } catch (error) {
        refused.push({ id, message: toFailure(error).message })
      }
    }
    await takeUp(prepared, around)
    return { resumed: prepared.map(({ before }) => before.id), refused }
  })
}

function byPlaceThenTime(a: RunSummary, b: RunSummary): number {
  return (a.place ?? 0) - (b.place ?? 0) || (a.id < b.id ? -1 : 1)
}

async function takeUp(prepared: readonly Prepared[], around: ResumeSurroundings): Promise<void> {
  await whileAllClaimed(prepared, around, async () => {
    for (const { before } of prepared) await mustBeUnchanged(before, around)
    for (const { before } of prepared) around.queue.forget(before.id)
    await around.queue.takeUp(prepared)
  })
}

interface Prepared {
  run: QueuedRun
  before: RunRecord
}

async function prepare(
  id: RunId,
  { host, folders, list, queue, locate, owner }: ResumeSurroundings,
): Promise<Prepared> {
  const { record, summary } = await list.one(id)
  const isOwn = queue.get(id) !== undefined
  mustBeResumable(summary, isOwn)
  const history = await list.history(id)
  const checkpoint = await folders.readCheckpoint(id)
  mustBeOfItsClass(record, history, checkpoint, host)
  const hasWeights = record.experiment.training.initialWeights !== null
  const initialWeights = hasWeights ? await folders.readInitialWeights(id, record.initialWeightsSha256) : null
  const { experiment } = record
  const own = await locate(record)
  const { step } = await host.inspect({ id, experiment, own, threads: 1, initialWeights, checkpoint })
  return { run: new QueuedRun(resumed(record, owner, step), history), before: record }
}

function resumed(
  { interventions, resumes = [], cutShort: _, ...record }: RunRecord,
  owner: string,
  step: number,
): RunRecord {
  return {
    ...record,
    status: 'waiting',
    reason: null,
    owner,
    endedAt: null,
    measured: null,
    model: null,
    // what was changed by hand after the checkpoint holds from the checkpoint on
    ...(interventions && {
      interventions: interventions.map((each) => ({ ...each, step: Math.min(each.step, step) })),
    }),
    resumes: [...resumes, { at: new Date().toISOString(), step }],
  }
}

function mustBeResumable({ status, label }: RunSummary, isOwn: boolean): void {
  if (status === 'finished') {
    throw new LabError('run/has-finished', `"${label}" has finished: there is nothing left to train`)
  }
  if (hasEnded(status)) return
  if (isOwn) throw new LabError('run/not-ended', `"${label}" is ${status} already: it need not be taken up again`)
  throw new LabError('run/not-ours', `"${label}" is ${status} in another program; look at it there`)
}

/** Other kernels round in another way: what they went on with would be a run that nobody could repeat. */
function mustBeOfItsClass(
  { machine, configuration }: RunRecord,
  history: readonly Evaluation[],
  checkpoint: Uint8Array | null,
  { facts }: EngineHost,
): void {
  if (!machine || (history.length === 0 && !checkpoint) || machine.bitClass === facts.bitClass) return
  throw new LabError(
    'checkpoint/unfit',
    `"${configuration.label}" began with kernels of the class ${machine.bitClass} (${machine.kernels}); those of this ` +
      `engine are of the class ${facts.bitClass} and would go on to other bits. Resume it where it began, or train it anew`,
  )
}

/** Another process may have taken it up between our look and our claim. */
async function mustBeUnchanged(before: RunRecord, { folders }: ResumeSurroundings): Promise<void> {
  const now = await folders.read(before.id)
  if (now.owner === before.owner && now.status === before.status) return
  throw new LabError('run/not-ours', `"${before.configuration.label}" was taken up by another program just now`)
}

async function whileAllClaimed(
  runs: readonly Prepared[],
  around: ResumeSurroundings,
  work: () => Promise<void>,
): Promise<void> {
  const [first, ...others] = runs
  if (!first) return work()
  const { folders, isAlive } = around
  await folders.whileClaimed(first.before.id, isAlive, () => whileAllClaimed(others, around, work))
}
