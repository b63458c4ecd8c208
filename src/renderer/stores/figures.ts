import { computed, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { figureFacts, type FigureRun } from '#shared/figure'
import type { RunDetails, RunId } from '#shared/run'
import { lab } from '../lab'
import { useHistories } from './metrics'
import { useRunsStore } from './runs'

/**
 * What figures of these runs are drawn from: their summaries, histories and machines, as they grow.
 *
 * A run is there as soon as its history is. The details (experiment, machine) come when they come; they are
 * asked for again when a run starts, since before that there is no machine.
 */
export function useFigureRuns(ids: MaybeRefOrGetter<readonly RunId[]>) {
  const store = useRunsStore()
  const known = computed(() => toValue(ids).filter((id) => store.byId.has(id)))
  const { byId: histories, failures, retry } = useHistories(known)
  const details = useDetails(known)

  const runs = computed<FigureRun[]>(() =>
    known.value.flatMap((id) => {
      const summary = store.byId.get(id)
      const history = histories.value.get(id)
      if (!summary || !history) return []
      const more = details.value.get(id)
      return [{ summary, history, machine: more?.machine ?? null, ...(more ? figureFacts(more.experiment) : {}) }]
    }),
  )
  return { runs, details, failures, retry }
}

/** Details of each run that can be had; one that cannot leaves its figure without footnotes, not without lines. */
function useDetails(ids: MaybeRefOrGetter<readonly RunId[]>) {
  const store = useRunsStore()
  const byId = shallowRef<ReadonlyMap<RunId, RunDetails>>(new Map())
  const asked = new Map<RunId, string | null>() // with the start of the run that the answer will know

  watch(() => toValue(ids).map((id) => [id, store.byId.get(id)?.startedAt ?? null] as const), askForNew, {
    immediate: true,
  })

  function askForNew(wanted: readonly (readonly [RunId, string | null])[]): void {
    for (const [id, startedAt] of wanted) {
      if (asked.get(id) === startedAt) continue
      asked.set(id, startedAt)
      void ask(id, startedAt)
    }
  }

  async function ask(id: RunId, startedAt: string | null): Promise<void> {
    try {
      const details = await lab.call('runs:details', id)
      if (asked.get(id) === startedAt) byId.value = new Map(byId.value).set(id, details)
    } catch {
      if (asked.get(id) === startedAt) asked.delete(id) // asked again when the list of runs next changes
    }
  }

  return byId
}
