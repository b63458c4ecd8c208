/**
 * Runs that wait on disk only: no program has them. They were put there to be trained later, or the program that had
 * them was closed or killed. Each change is made under the run's claim, so that nobody takes it up meanwhile.
 */
import type { RunFolders } from '#lab/storage/run-folders'
import type { RunRecord } from '#lab/storage/run-file'
import { LabError } from '#shared/errors'
import { hasEnded, type Evaluation, type RunId } from '#shared/run'
import { measure } from './measure'
import { byPlace, moved, newPlaces } from './waiting-line'

/** Stands for the program in a run that was put into the line for whoever comes: no process has this token. */
export const NOBODY = '0'.repeat(16)

export interface ParkedSurroundings {
  folders: RunFolders
  isAlive: (token: string) => Promise<boolean>
  history: (id: RunId) => Promise<readonly Evaluation[]>
}

/** A run in the line. */
interface Placed {
  readonly id: RunId
  readonly place: number
}

/** As the records say it now; `record` may be of a moment ago. */
export async function isParked(record: RunRecord, isAlive: ParkedSurroundings['isAlive']): Promise<boolean> {
  if (hasEnded(record.status)) return record.cutShort === true
  return !(await isAlive(record.owner))
}

/** `line`: all that are parked. Only those whose place changes are written. */
export async function moveParked(
  line: readonly Placed[],
  ids: readonly RunId[],
  before: RunId | null,
  around: ParkedSurroundings,
): Promise<void> {
  const sorted = [...line].sort((a, b) => byPlace(a, b) || (a.id < b.id ? -1 : 1))
  const chosen = new Set(sorted.filter(({ id }) => ids.includes(id)))
  const target = sorted.find(({ id }) => id === before) ?? null
  const places = newPlaces(moved(sorted, chosen, target), chosen)
  for (const [{ id }, place] of places) await changeParked(id, (record) => ({ ...record, place }), around)
}

/** It leaves the line; what it had trained, it keeps. */
export async function withdrawParked(id: RunId, around: ParkedSurroundings): Promise<void> {
  const history = await around.history(id)
  await changeParked(id, (record) => withdrawnRecord(record, history), around)
}

function withdrawnRecord({ cutShort: _, ...record }: RunRecord, history: readonly Evaluation[]): RunRecord {
  if (hasEnded(record.status)) return record
  const hasBegun = record.startedAt !== null
  return {
    ...record,
    status: hasBegun ? 'stopped' : 'cancelled',
    reason: hasBegun ? 'stopped before it went on' : null,
    endedAt: new Date().toISOString(),
    measured: measure(history),
  }
}

async function changeParked(
  id: RunId,
  change: (record: RunRecord) => RunRecord,
  { folders, isAlive }: ParkedSurroundings,
): Promise<void> {
  await folders.whileClaimed(id, isAlive, async () => {
    const record = await folders.read(id)
    if (!(await isParked(record, isAlive))) {
      throw new LabError('run/not-ours', `"${record.configuration.label}" was taken up by another program just now`)
    }
    await folders.save(change(record))
  })
}
