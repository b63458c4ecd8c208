import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import type { LabEvents } from '#shared/ipc'
import type { RunId, RunProblem, RunSummary } from '#shared/run'
import { lab } from '../lab'

type RunsChange = LabEvents['runs:changed']

/**
 * Every run the lab knows, newest first.
 *
 * The lab owns the truth; this is a mirror. It listens before it takes its snapshot, so that no
 * change falls between the two. Each change carries the next revision: one we already hold
 * is dropped, and a gap means that we missed one, so we take a new snapshot and do not guess.
 */
export const useRunsStore = defineStore('runs', () => {
  const byId = shallowRef<ReadonlyMap<RunId, RunSummary>>(new Map())
  const newestFirst = computed(() => [...byId.value.values()].sort(newerFirst))
  /** False until the first snapshot: an empty list says nothing before that. */
  const ready = shallowRef(false)
  /** Folders among the runs that could not be read, as of the last snapshot. */
  const problems = shallowRef<readonly RunProblem[]>([])
  /** The last snapshot that could not be had, for the view to show. */
  const failure = shallowRef<unknown>()

  let revision = Number.NEGATIVE_INFINITY // of what `byId` holds
  let snapshot: Promise<void> | null = null
  let held: RunsChange[] = [] // came while a snapshot was on its way; it may hold them already, or not yet

  const stopListening = lab.on('runs:changed', (change) => {
    if (snapshot) held.push(change)
    else take(change)
  })
  onScopeDispose(stopListening)
  void refresh()

  /** Takes a new snapshot; while one is on its way, waits for that one. */
  function refresh(): Promise<void> {
    snapshot ??= takeSnapshot().finally(() => {
      snapshot = null
      const waiting = held
      held = []
      waiting.forEach((change) => (snapshot ? held.push(change) : take(change)))
    })
    return snapshot
  }

  async function takeSnapshot(): Promise<void> {
    try {
      const list = await lab.call('runs:list')
      byId.value = new Map(list.runs.map((run) => [run.id, run]))
      problems.value = list.problems ?? []
      revision = list.revision
      ready.value = true
      failure.value = undefined
    } catch (error) {
      failure.value = error
      held = [] // without a snapshot to stand on they mean nothing; the next change will show a gap
    }
  }

  function take(change: RunsChange): void {
    if (change.revision <= revision) return
    if (change.revision > revision + 1) {
      void refresh()
      return
    }
    const next = new Map(byId.value)
    for (const run of change.changed) next.set(run.id, run)
    for (const id of change.removed) next.delete(id)
    byId.value = next
    revision = change.revision
  }

  return { byId, newestFirst, ready, problems, failure, refresh }
})

/** Runs of one experiment are made in the same instant: their ids, which sort by time and order, decide. */
function newerFirst(a: RunSummary, b: RunSummary): number {
  return compareText(b.createdAt, a.createdAt) || compareText(b.id, a.id)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
