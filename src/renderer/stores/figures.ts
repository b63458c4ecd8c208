import { computed, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { figureFacts, type FigureRun } from '#shared/figure'
import { hasEnded, type RunDetails, type RunId, type RunSummary } from '#shared/run'
import { lab } from '../lab'
import { useHistories } from './metrics'
import { useRunsStore } from './runs'

/**
 * What figures of these runs are drawn from: their summaries, histories and machines, as they grow.
 *
 * A run is there as soon as its history is. The details (experiment, machine) come when they come; they are
 * asked for again when a run starts, since before that there is no machine, and when it ends or goes on again.
 */
export function useFigureRuns(ids: MaybeRefOrGetter<readonly RunId[]>) {
  const store = useRunsStore()
  const known = computed(() => toValue(ids).filter((id) => store.byId.has(id)))
  const { byId: histories, failures, retry } = useHistories(known)
  const { byId: details, refresh } = useDetails(known)

  const runs = computed<FigureRun[]>(() =>
    known.value.flatMap((id) => {
      const summary = store.byId.get(id)
      const history = histories.value.get(id)
      if (!summary || !history) return []
      const more = details.value.get(id)
      return [{ summary, history, machine: more?.machine ?? null, ...(more ? figureFacts(more) : {}) }]
    }),
  )
  return { runs, details, refreshDetails: refresh, failures, retry }
}

/** Details of each run that can be had; one that cannot leaves its figure without footnotes, not without lines. */
function useDetails(ids: MaybeRefOrGetter<readonly RunId[]>) {
  const store = useRunsStore()
  const byId = shallowRef<ReadonlyMap<RunId, RunDetails>>(new Map())
  const asked = new Map<RunId, string>() // with the state of the run that the answer will know of

  watch(() => toValue(ids).map((id) => [id, stateOf(store.byId.get(id))] as const), askForNew, { immediate: true })

  function askForNew(wanted: readonly (readonly [RunId, string])[]): void {
    for (const [id, state] of wanted) if (asked.get(id) !== state) void ask(id, state)
  }

  async function ask(id: RunId, state: string): Promise<void> {
    asked.set(id, state)
    try {
      const details = await lab.call('runs:details', id)
      if (asked.get(id) === state) byId.value = new Map(byId.value).set(id, details)
    } catch {
      if (asked.get(id) === state) asked.delete(id) // asked again when the list of runs next changes
    }
  }

  /** For what a person has just changed in a run. */
  function refresh(id: RunId): Promise<void> {
    return ask(id, stateOf(store.byId.get(id)))
  }

  return { byId, refresh }
}

function stateOf(run: RunSummary | undefined): string {
  return run ? `${run.startedAt} ${hasEnded(run.status)}` : ''
}
