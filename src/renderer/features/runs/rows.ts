/**
 * From runs to the rows of the table: filtered, sorted, grouped by experiment and configuration. Pure, and fast for
 * thousands.
 */
import type { RunSummary } from '#shared/run'
import { matchingRuns, type RunFilter } from '#shared/runs/filter'
import { byConfiguration, configurationKey, type RunGrouping, type ValuesAt } from '#shared/runs/table'
import { datasetTitle } from '../../runs/run-text'
import type { CellView, Column, SortValue } from './columns'

export interface Sorting {
  column: Column
  descending: boolean
}

export interface GroupRow {
  kind: 'group'
  key: string
  /** What is closed and opened by it. */
  id: string
  title: string
  runs: readonly RunSummary[]
  open: boolean
}
/** Replicates of one configuration: the row shows their mean and deviation. */
export interface ConfigurationRow {
  kind: 'configuration'
  key: string
  id: string
  runs: readonly RunSummary[]
  open: boolean
}
export interface RunRow {
  kind: 'run'
  key: string
  run: RunSummary
  /** As `aria-level` has it. */
  level: 1 | 2 | 3
}
export type Row = GroupRow | ConfigurationRow | RunRow

/** The group of what somebody pinned: it stands first, and its runs stand nowhere else. */
export const PINNED = 'pinned'

export function matching(runs: readonly RunSummary[], filter: RunFilter, at: ValuesAt = 'last'): RunSummary[] {
  return matchingRuns(runs, filter, { at, titleOf: datasetTitle })
}

/** Newest first as they come; a column's order where one is chosen. Runs without a value are last either way. */
export function sorted(runs: readonly RunSummary[], sorting: Sorting | null, view: CellView): readonly RunSummary[] {
  if (!sorting) return runs
  const { column, descending } = sorting
  const values = new Map(runs.map((run) => [run, column.sort(run, view)]))
  const sign = descending ? -1 : 1
  return [...runs].sort((a, b) => compare(values.get(a) ?? null, values.get(b) ?? null, sign))
}

function compare(a: SortValue, b: SortValue, sign: number): number {
  const [aLast, bLast] = [isMissing(a), isMissing(b)]
  if (aLast || bLast) return Number(aLast) - Number(bLast)
  if (typeof a === 'string' && typeof b === 'string') return sign * byText.compare(a, b)
  return sign * (Number(a) - Number(b))
}

function isMissing(value: SortValue): boolean {
  return value === null || Number.isNaN(value)
}

const byText = new Intl.Collator('en-US', { numeric: true })

export interface GroupingOptions {
  /** Experiments whose runs are folded away. */
  closed: ReadonlySet<string>
  /** Configurations whose replicates are shown: they are folded away until somebody asks. @default none */
  opened?: ReadonlySet<string>
  /** The runs come newest first: within a group they then read in the order of the design. @default false */
  newestFirst?: boolean
  /** @default 'experiment' */
  by?: Exclude<RunGrouping, 'none'>
}

/** One group for each experiment, in the order of their first runs; pinned runs before all. */
export function grouped(runs: readonly RunSummary[], options: GroupingOptions): Row[] {
  const groups = new Map<string, RunSummary[]>()
  const pinned = runs.filter((run) => run.pinned)
  if (pinned.length > 0) groups.set(PINNED, pinned)
  for (const run of runs) {
    if (run.pinned) continue
    const group = groups.get(run.experimentId)
    if (group) group.push(run)
    else groups.set(run.experimentId, [run])
  }
  return [...groups].flatMap(([id, members]) => rowsOfGroup(id, members, options))
}

function rowsOfGroup(id: string, members: RunSummary[], { closed, opened, newestFirst, by }: GroupingOptions): Row[] {
  if (newestFirst) members.reverse()
  const title = id === PINNED ? 'Pinned' : (members[0]?.title ?? '')
  const group: GroupRow = { kind: 'group', key: `group:${id}`, id, title, runs: members, open: !closed.has(id) }
  if (!group.open) return [group]
  if (by !== 'configuration' || id === PINNED) return [group, ...runRows(members, 2)]
  return [group, ...byConfiguration(members).flatMap((runs) => rowsOfConfiguration(runs, opened))]
}

function rowsOfConfiguration(runs: readonly RunSummary[], opened: ReadonlySet<string> | undefined): Row[] {
  const [first, ...others] = runs
  if (!first || others.length === 0) return runRows(runs, 2)
  const id = configurationKey(first)
  const open = opened?.has(id) ?? false
  const row: ConfigurationRow = { kind: 'configuration', key: `configuration:${id}`, id, runs, open }
  return open ? [row, ...runRows(runs, 3)] : [row]
}

function runRows(runs: readonly RunSummary[], level: RunRow['level']): RunRow[] {
  return runs.map((run) => ({ kind: 'run', key: run.id, run, level }))
}

/** Pinned ones first, else as they come. */
export function flat(runs: readonly RunSummary[]): RunRow[] {
  const pinned = runs.filter((run) => run.pinned)
  return runRows(pinned.length > 0 ? [...pinned, ...runs.filter((run) => !run.pinned)] : runs, 1)
}

/** All runs of a row, those that are folded away included. */
export function runsOfRow(row: Row): readonly RunSummary[] {
  return row.kind === 'run' ? [row.run] : row.runs
}
