/**
 * The run table as a file: what both kinds have in common, and CSV for programs; LaTeX is in table-latex.ts. Rows are
 * runs, or configurations with the mean and the sample deviation of their replicates. Both say at which epoch the values
 * were taken.
 */
import { byConfiguration, summaryOf, tableColumn, type Summary, type TableColumn, type ValuesAt } from './table'
import type { RunSummary } from '../run'
import { LabError } from '../errors'

export interface TableSpec {
  runs: readonly RunSummary[]
  /** Ids of columns, after the run's name. */
  columns: readonly string[]
  at: ValuesAt
  by: 'run' | 'configuration'
  /** Of the LaTeX table's caption. @default the experiment's title where there is one only */
  title?: string | undefined
}

/** Six rows of S4-11 need these: where it stopped, and loss and accuracy of both parts. */
export const REPORT_COLUMNS = [
  'epoch',
  'train-loss',
  'train-accuracy',
  'validation-loss',
  'validation-accuracy',
] as const

export interface TableRow {
  name: string
  seeds: number
  cells: readonly Summary[]
}

export function columnsOf(ids: readonly string[]): TableColumn[] {
  return ids.map((id) => {
    const column = tableColumn(id)
    if (column) return column
    throw new LabError('table/no-column', `There is no column "${id}" in the run table`)
  })
}

export function rowsOf({ runs, at, by }: TableSpec, columns: readonly TableColumn[]): TableRow[] {
  const groups = by === 'run' ? runs.map((run) => [run]) : byConfiguration(runs)
  return groups.map((group) => ({
    name:
      by === 'run' && (group[0]?.replicate ?? 0) > 0
        ? `${group[0]?.label}, replicate ${(group[0]?.replicate ?? 0) + 1}`
        : (group[0]?.label ?? ''),
    seeds: group.length,
    cells: columns.map((column) => summaryOf(group, column, at)),
  }))
}

/** RFC 4180. Shares from 0 to 1, losses in nats as the mean per sample, times in seconds; all digits. */
export function tableCsv(spec: TableSpec): string {
  const columns = columnsOf(spec.columns)
  const withSpread = spec.by === 'configuration'
  const heads = columns.flatMap(({ id, isNumber }) => {
    const head = id.replaceAll('-', '_')
    return withSpread && isNumber ? [`${head}_mean`, `${head}_sd`] : [head]
  })
  const lines = rowsOf(spec, columns).map(({ name, seeds, cells }) => [
    name,
    ...(withSpread ? [seeds] : []),
    ...cells.flatMap((cell, i) => csvCells(cell, withSpread && (columns[i]?.isNumber ?? false))),
    spec.at,
  ])
  const all = [['run', ...(withSpread ? ['seeds'] : []), ...heads, 'values_at'], ...lines]
  return all.map((cells) => `${cells.map(csvText).join(',')}\r\n`).join('')
}

function csvCells(cell: Summary, withSpread: boolean): (string | number | null)[] {
  if (cell.kind === 'numbers') return withSpread ? [cell.mean, cell.sd] : [cell.mean]
  const text = cell.kind === 'text' ? cell.text : null
  return withSpread ? [text, null] : [text]
}

/** A text that a spreadsheet would take for a formula is kept from being one. */
export function csvText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
