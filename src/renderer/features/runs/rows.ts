/**
 * From runs to the rows of the table: filtered, grouped by experiment, sorted. Pure, and fast for thousands.
 */
import { hasEnded, type RunStatus, type RunSummary } from '#shared/run'
import { datasetTitle, sizesText } from '../../runs/run-text'
import type { Column, ProgressById, SortValue } from './columns'

export interface Sorting {
  column: Column
  descending: boolean
}

export const STATUS_FILTERS = ['all', 'active', 'finished', 'cut-short'] as const
export type StatusFilter = (typeof STATUS_FILTERS)[number]

export interface RunFilter {
  /** Words that must all occur, in any order. */
  search: string
  status: StatusFilter
}

export interface GroupRow {
  kind: 'group'
  key: string
  title: string
  runs: readonly RunSummary[]
  open: boolean
}
export interface RunRow {
  kind: 'run'
  key: string
  run: RunSummary
}
export type Row = GroupRow | RunRow

export function matching(runs: readonly RunSummary[], { search, status }: RunFilter): RunSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return runs.filter((run) => isOfStatus(run.status, status) && words.every((word) => textOf(run).includes(word)))
}

function isOfStatus(status: RunStatus, filter: StatusFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'active':
      return !hasEnded(status)
    case 'finished':
      return status === 'finished'
    case 'cut-short':
      return hasEnded(status) && status !== 'finished'
  }
  return filter satisfies never
}

/** A summary is replaced, never edited: its text is made once. */
const texts = new WeakMap<RunSummary, string>()

function textOf(run: RunSummary): string {
  const made = texts.get(run)
  if (made !== undefined) return made
  const levels = Object.entries(run.configuration.levels).flat()
  const words = [run.label, run.title, run.dataset, datasetTitle(run.dataset), sizesText(run.sizes), run.status, run.id]
  const text = [...words, ...levels, ...run.tags].join('\n').toLowerCase()
  texts.set(run, text)
  return text
}

/** Newest first as they come; a column's order where one is chosen. Runs without a value are last either way. */
export function sorted(
  runs: readonly RunSummary[],
  sorting: Sorting | null,
  progress: ProgressById,
): readonly RunSummary[] {
  if (!sorting) return runs
  const { column, descending } = sorting
  const values = new Map(runs.map((run) => [run, column.sort(run, progress)]))
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
  /** The runs come newest first: within a group they then read in the order of the design. @default false */
  newestFirst?: boolean
}

/** One group for each experiment, in the order of their first runs. */
export function grouped(runs: readonly RunSummary[], { closed, newestFirst = false }: GroupingOptions): Row[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const group = groups.get(run.experimentId)
    if (group) group.push(run)
    else groups.set(run.experimentId, [run])
  }
  return [...groups].flatMap(([key, members]): Row[] => {
    const open = !closed.has(key)
    if (newestFirst) members.reverse()
    const title = members[0]?.title ?? ''
    const group: GroupRow = { kind: 'group', key: `group:${key}`, title, runs: members, open }
    return open ? [group, ...flat(members)] : [group]
  })
}

export function flat(runs: readonly RunSummary[]): RunRow[] {
  return runs.map((run) => ({ kind: 'run', key: run.id, run }))
}
