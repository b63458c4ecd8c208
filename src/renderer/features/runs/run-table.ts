import { defineStore } from 'pinia'
import { computed, reactive, shallowRef, watch } from 'vue'
import { hasEnded, type RunId, type RunSummary } from '#shared/run'
import { NO_FILTER, type RunFilter } from '#shared/runs/filter'
import type { SavedView } from '#shared/runs/saved-view'
import { configurationKey, type RunGrouping, type ValuesAt } from '#shared/runs/table'
import { useProgressStore } from '../../stores/progress'
import { useRunsStore } from '../../stores/runs'
import { COLUMNS, columnsFor, factorColumn, type Column, type ProgressById } from './columns'
import { PINNED, flat, grouped, matching, runsOfRow, sorted, type Sorting } from './rows'
import { NOTHING_SELECTED, extendTo, keepOnly, toggle, toggleAll, type Selection } from './selection'

const STANDING: ProgressById = new Map()

/**
 * What the run table shows and what is chosen in it. Outlives the screen, so that the way to Compare and back
 * finds everything as it was.
 */
export const useRunTableStore = defineStore('run-table', () => {
  const runs = useRunsStore()
  const progress = useProgressStore()

  const filter = reactive<RunFilter>({ ...NO_FILTER })
  const grouping = shallowRef<RunGrouping>('configuration')
  /** Where values are taken: at the last epoch, or at the best one by validation. */
  const at = shallowRef<ValuesAt>('last')
  /** Columns that somebody chose; null: those that suit. */
  const chosenColumns = shallowRef<readonly string[] | null>(null)
  const closed = shallowRef<ReadonlySet<string>>(new Set())
  const opened = shallowRef<ReadonlySet<string>>(new Set())
  const sorting = shallowRef<Sorting | null>(null)
  const selection = shallowRef<Selection>(NOTHING_SELECTED)

  const shown = computed(() => {
    const told = sorting.value?.column.live ? progress.byId : STANDING
    const found = matching(runs.newestFirst, filter, at.value)
    return sorted(found, sorting.value, { progress: told, at: at.value })
  })
  const rows = computed(() => {
    if (grouping.value === 'none') return flat(shown.value)
    const newestFirst = sorting.value === null
    return grouped(shown.value, { closed: closed.value, opened: opened.value, newestFirst, by: grouping.value })
  })
  const columns = computed(() =>
    columnsFor({ grouping: grouping.value, runs: shown.value, chosen: chosenColumns.value }),
  )
  /** Runs in the order of the rows; those of closed groups are left out. */
  const order = computed(() => rows.value.flatMap((row) => (row.kind === 'run' ? row.run.id : [])))
  /** The same with those of closed groups. */
  const everyOne = computed(() => {
    if (grouping.value === 'none') return order.value
    return rows.value.flatMap((row) => (row.kind === 'group' ? runsOfRow(row).map((run) => run.id) : []))
  })
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

  function toggleGroup(id: string): void {
    closed.value = toggled(closed.value, id)
  }

  function toggleConfiguration(id: string): void {
    opened.value = toggled(opened.value, id)
  }

  function clearFilter(): void {
    Object.assign(filter, NO_FILTER)
  }

  /** Brings a run into view, whatever hides it. */
  function reveal(id: RunId): void {
    const run = runs.byId.get(id)
    if (!run) return
    if (!shown.value.includes(run)) Object.assign(filter, { ...NO_FILTER, archived: run.archived === true })
    const group = run.pinned ? PINNED : run.experimentId
    if (closed.value.has(group)) toggleGroup(group)
    const key = configurationKey(run)
    if (grouping.value === 'configuration' && !run.pinned && !opened.value.has(key)) toggleConfiguration(key)
  }

  /** How the table stands now, to be kept under a name. */
  function asView(name: string): SavedView {
    const { column, descending } = sorting.value ?? {}
    return {
      name,
      filter: structuredPlain(filter),
      grouping: grouping.value,
      at: at.value,
      columns: chosenColumns.value ? [...chosenColumns.value] : null,
      sorting: column ? { column: column.id, descending: descending === true } : null,
    }
  }

  function apply(view: SavedView): void {
    Object.assign(filter, structuredPlain(view.filter))
    grouping.value = view.grouping
    at.value = view.at
    chosenColumns.value = view.columns
    const column = view.sorting ? columnOf(view.sorting.column) : null
    sorting.value = column && view.sorting ? { column, descending: view.sorting.descending } : null
  }

  return {
    filter,
    grouping,
    at,
    chosenColumns,
    columns,
    sorting,
    selection,
    shown,
    rows,
    selected,
    places,
    sortBy,
    toggleGroup,
    toggleConfiguration,
    clearFilter,
    reveal,
    asView,
    apply,
    removable: computed(() => selected.value.filter((run) => hasEnded(run.status)).map((run) => run.id)),
    toggleRun: (id: RunId) => (selection.value = toggle(selection.value, id)),
    extendTo: (id: RunId) => (selection.value = extendTo(selection.value, id, order.value)),
    toggleRuns: (ids: readonly RunId[]) => (selection.value = toggleAll(selection.value, ids)),
    toggleEveryOne: () => (selection.value = toggleAll(selection.value, everyOne.value)),
    selectNone: () => (selection.value = NOTHING_SELECTED),
  }
})

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

/** A copy without Vue's proxies: what is kept or sent must not change afterwards. */
function structuredPlain({ search, status, datasets, tags, conditions, archived }: RunFilter): RunFilter {
  const copied = conditions.map((condition) => ({ ...condition }))
  return { search, status, datasets: [...datasets], tags: [...tags], conditions: copied, archived }
}

function columnOf(id: string): Column | null {
  const factor = /^factor:(.+)$/.exec(id)?.[1]
  return factor === undefined ? (COLUMNS.find((column) => column.id === id) ?? null) : factorColumn(factor)
}
