import { defineStore } from 'pinia'
import { computed, reactive, shallowRef, watch } from 'vue'
import type { RunId, RunSummary } from '#shared/run'
import { useProgressStore } from '../../stores/progress'
import { useRunsStore } from '../../stores/runs'
import type { Column, ProgressById } from './columns'
import { flat, grouped, matching, sorted, type RunFilter, type Sorting } from './rows'
import { NOTHING_SELECTED, extendTo, keepOnly, toggle, toggleAll, type Selection } from './selection'

const STANDING: ProgressById = new Map()

/**
 * What the run table shows and what is chosen in it. Outlives the screen, so that the way to Compare and back
 * finds everything as it was.
 */
export const useRunTableStore = defineStore('run-table', () => {
  const runs = useRunsStore()
  const progress = useProgressStore()

  const filter = reactive<RunFilter>({ search: '', status: 'all' })
  const byExperiment = shallowRef(true)
  const closed = shallowRef<ReadonlySet<string>>(new Set())
  const sorting = shallowRef<Sorting | null>(null)
  const selection = shallowRef<Selection>(NOTHING_SELECTED)

  const shown = computed(() => {
    const told = sorting.value?.column.live ? progress.byId : STANDING
    return sorted(matching(runs.newestFirst, filter), sorting.value, told)
  })
  const rows = computed(() => {
    if (!byExperiment.value) return flat(shown.value)
    return grouped(shown.value, { closed: closed.value, newestFirst: sorting.value === null })
  })
  /** Runs in the order of the rows; those of closed groups are left out. */
  const order = computed(() => rows.value.flatMap((row) => (row.kind === 'run' ? row.run.id : [])))
  /** The same with those of closed groups. */
  const everyOne = computed(() =>
    rows.value.flatMap((row) => {
      if (row.kind === 'group') return row.runs.map((run) => run.id)
      return byExperiment.value ? [] : [row.run.id]
    }),
  )
  const selected = computed(() => selection.value.ids.flatMap((id): RunSummary | [] => runs.byId.get(id) ?? []))
  /** Place of each selected run, which is its colour. */
  const places = computed(() => new Map(selection.value.ids.map((id, place) => [id, place])))

  watch(
    () => runs.byId,
    (byId) => (selection.value = keepOnly(selection.value, (id) => byId.has(id))),
  )

  /** Up, down, as they come. */
  function sortBy(column: Column): void {
    const now = sorting.value
    if (now?.column.id !== column.id) sorting.value = { column, descending: false }
    else sorting.value = now.descending ? null : { column, descending: true }
  }

  function toggleGroup(experimentId: string): void {
    const next = new Set(closed.value)
    if (!next.delete(experimentId)) next.add(experimentId)
    closed.value = next
  }

  /** Brings a run into view, whatever hides it. */
  function reveal(id: RunId): void {
    const run = runs.byId.get(id)
    if (!run) return
    if (!shown.value.includes(run)) Object.assign(filter, { search: '', status: 'all' } satisfies RunFilter)
    if (closed.value.has(run.experimentId)) toggleGroup(run.experimentId)
  }

  return {
    filter,
    byExperiment,
    sorting,
    selection,
    shown,
    rows,
    selected,
    places,
    sortBy,
    toggleGroup,
    reveal,
    toggleRun: (id: RunId) => (selection.value = toggle(selection.value, id)),
    extendTo: (id: RunId) => (selection.value = extendTo(selection.value, id, order.value)),
    toggleRuns: (ids: readonly RunId[]) => (selection.value = toggleAll(selection.value, ids)),
    toggleEveryOne: () => (selection.value = toggleAll(selection.value, everyOne.value)),
    selectNone: () => (selection.value = NOTHING_SELECTED),
  }
})
