/**
 * Which runs a table shows: words, states, data sets, tags and limits of what was measured. Pure, and fast for thousands.
 */
import { z } from 'zod'
import { hasEnded, type RunStatus, type RunSummary } from '../run'
import { tableColumn, type TableColumn, type ValuesAt } from './table'

export const STATUS_FILTERS = ['all', 'active', 'finished', 'cut-short'] as const
export type StatusFilter = (typeof STATUS_FILTERS)[number]

export const RELATIONS = ['<', '≤', '>', '≥'] as const
export type Relation = (typeof RELATIONS)[number]

const conditionSchema = z.strictObject({
  /** Id of a column with numbers. */
  column: z.string().min(1).max(200),
  relation: z.enum(RELATIONS),
  /** As people write it: accuracies in per cent. */
  value: z.number(),
})
export type Condition = z.output<typeof conditionSchema>

const words = z.array(z.string().min(1).max(200)).max(100)
export const filterSchema = z.strictObject({
  /** Words that must all occur, in any order. */
  search: z.string().max(500),
  status: z.enum(STATUS_FILTERS),
  /** Runs on any of these; on all sets if empty. */
  datasets: words,
  /** Runs with all of these. */
  tags: words,
  conditions: z.array(conditionSchema).max(20),
  archived: z.boolean(),
})
export type RunFilter = z.output<typeof filterSchema>

export const NO_FILTER: RunFilter = {
  search: '',
  status: 'all',
  datasets: [],
  tags: [],
  conditions: [],
  archived: false,
}

export interface FilterContext {
  at: ValuesAt
  /** What a data set is called on screen, so that its title can be searched for. */
  titleOf?: (dataset: string) => string
}

export function matchingRuns(
  runs: readonly RunSummary[],
  filter: RunFilter,
  { at, titleOf = (name) => name }: FilterContext,
): RunSummary[] {
  const { search, status, datasets, tags, archived } = filter
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  const conditions = filter.conditions.map((condition) => ({ condition, column: tableColumn(condition.column) }))
  return runs.filter(
    (run) =>
      (archived || !run.archived) &&
      isOfStatus(run.status, status) &&
      (datasets.length === 0 || datasets.includes(run.dataset)) &&
      tags.every((tag) => run.tags.includes(tag)) &&
      conditions.every(({ condition, column }) => holds(condition, column, run, at)) &&
      (wanted.length === 0 || wanted.every((word) => textOf(run, titleOf).includes(word))),
  )
}

/** "validation-accuracy>97", "train-loss<=0.1"; null where it is none. */
export function parseCondition(text: string): Condition | null {
  const match = /^\s*([a-z-]+)\s*(<=|>=|[<>≤≥])\s*(\S+?)\s*%?\s*$/.exec(text)
  if (!match) return null
  const [, column = '', sign = '', number = ''] = match
  const value = Number(number.replace('−', '-'))
  if (!Number.isFinite(value) || !tableColumn(column)?.isNumber) return null
  const relation = sign === '<=' ? '≤' : sign === '>=' ? '≥' : (sign as Relation)
  return { column, relation, value }
}

/** What has not been measured meets no condition. */
function holds({ relation, value }: Condition, column: TableColumn | null, run: RunSummary, at: ValuesAt): boolean {
  const found = column?.value(run, at)
  if (!column || typeof found !== 'number') return false
  const shown = column.kind === 'share' ? 100 * found : found
  switch (relation) {
    case '<':
      return shown < value
    case '≤':
      return shown <= value
    case '>':
      return shown > value
    case '≥':
      return shown >= value
  }
  return relation satisfies never
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

function textOf(run: RunSummary, titleOf: (dataset: string) => string): string {
  const made = texts.get(run)
  if (made !== undefined) return made
  const levels = Object.entries(run.configuration.levels).flat()
  const own = [run.label, run.title, run.dataset, titleOf(run.dataset), run.sizes.join('-'), run.status, run.id]
  const text = [...own, ...levels, ...run.tags, run.note ?? '', run.outside ? `outside ${run.outside.file}` : '']
    .join('\n')
    .toLowerCase()
  texts.set(run, text)
  return text
}
