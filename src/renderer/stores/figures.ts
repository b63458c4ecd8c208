import { computed, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { figureFacts, type FigureRun } from '#shared/figure'
import { hasEnded, type RunDetails, type RunId, type RunSummary } from '#shared/run'
import { lab } from '../lab'
import { useNextFrame } from './frames'
import { useHistories } from './metrics'
import { useRunsStore } from './runs'

/**
 * What figures of these runs are drawn from: their summaries, histories and machines, as they grow.
 *
 * A run is there as soon as its history is. The details (experiment, machine) come when they come; they are
 * asked for again when a run starts, since before that there is no machine, and when it ends or goes on again.
 * `loading` is true until all runs have both, or had an error: whoever draws many waits for that, and draws once.
 */
export function useFigureRuns(ids: MaybeRefOrGetter<readonly RunId[]>) {
  const store = useRunsStore()
  const known = computed(() => toValue(ids).filter((id) => store.byId.has(id)))
  const { byId: histories, failures, retry } = useHistories(known)
  const { byId: details, settled, refresh } = useDetails(known)

  const runs = computed<FigureRun[]>(() =>
    known.value.flatMap((id) => {
      const summary = store.byId.get(id)
      const history = histories.value.get(id)
      if (!summary || !history) return []
      const more = details.value.get(id)
      return [{ summary, history, machine: more?.machine ?? null, ...(more ? figureFacts(more) : {}) }]
    }),
  )
  const loading = computed(() =>
    known.value.some((id) => !failures.value.has(id) && !(histories.value.has(id) && settled.value.has(id))),
  )
  return { runs, details, loading, refreshDetails: refresh, failures, retry }
}

/** Details of each run that can be had; one that cannot leaves its figure without footnotes, not without lines. */
function useDetails(ids: MaybeRefOrGetter<readonly RunId[]>) {
  const store = useRunsStore()
  const byId = shallowRef<ReadonlyMap<RunId, RunDetails>>(new Map())
  const settled = shallowRef<ReadonlySet<RunId>>(new Set()) // answered, or had an error
  const come = new Map<RunId, RunDetails | null>() // since the last frame; null for an error
  const asked = new Map<RunId, string>() // with the state of the run that the answer will know of
  const waiting = new Set<RunId>() // for an answer
  const show = useNextFrame(showNow)

  function showNow(): void {
    const news = [...come].flatMap(([id, found]) => (found ? [[id, found] as const] : []))
    byId.value = new Map([...byId.value, ...news])
    settled.value = new Set([...settled.value, ...come.keys()])
    come.clear()
  }

  watch(() => toValue(ids).map((id) => [id, stateOf(store.byId.get(id))] as const), askForNew, { immediate: true })

  function askForNew(wanted: readonly (readonly [RunId, string])[]): void {
    for (const [id, state] of wanted) if (asked.get(id) !== state) void ask(id, state)
  }

  async function ask(id: RunId, state: string): Promise<void> {
    asked.set(id, state)
    waiting.add(id)
    try {
      const details = await lab.call('runs:details', id)
      if (asked.get(id) === state) arrive(id, details)
    } catch {
      if (asked.get(id) !== state) return
      asked.delete(id) // asked again when the list of runs next changes
      arrive(id, null)
    }
  }

  /** Many are gathered and shown once a frame; the last one, or one alone, is shown at once. */
  function arrive(id: RunId, details: RunDetails | null): void {
    come.set(id, details)
    waiting.delete(id)
    if (waiting.size === 0) showNow()
    else show()
  }

  /** For what a person has just changed in a run. */
  function refresh(id: RunId): Promise<void> {
    return ask(id, stateOf(store.byId.get(id)))
  }

  return { byId, settled, refresh }
}

function stateOf(run: RunSummary | undefined): string {
  return run ? `${run.startedAt} ${hasEnded(run.status)}` : ''
}
