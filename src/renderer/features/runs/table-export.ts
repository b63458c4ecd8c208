/**
 * The table as it stands, for a report: its columns, its epoch of values, its grouping. The chosen runs, or all that are
 * shown where none is chosen.
 */
import type { RenderedFile } from '#shared/figure'
import type { RunSummary } from '#shared/run'
import { tableCsv, type TableSpec } from '#shared/runs/table-files'
import { tableLatex } from '#shared/runs/table-latex'
import { tableColumn, type RunGrouping, type ValuesAt } from '#shared/runs/table'
import type { Column } from './columns'

export interface TableState {
  shown: readonly RunSummary[]
  selected: readonly RunSummary[]
  columns: readonly Column[]
  at: ValuesAt
  grouping: RunGrouping
}

/** What a reader of the report does not need. */
const LEFT_OUT = new Set(['label', 'status', 'created', 'replicate'])

export function specOf({ shown, selected, columns, at, grouping }: TableState): TableSpec {
  const chosen = new Set(selected)
  return {
    runs: selected.length > 0 ? shown.filter((run) => chosen.has(run)) : shown,
    columns: columns.flatMap(({ id }) => {
      const known = id === 'epochs' ? 'epoch' : id
      return LEFT_OUT.has(id) || !tableColumn(known) ? [] : [known]
    }),
    at,
    by: grouping === 'configuration' ? 'configuration' : 'run',
  }
}

export function latexFile(state: TableState): RenderedFile {
  return fileOf('table.tex', 'application/x-tex', tableLatex(specOf(state)))
}

export function csvFile(state: TableState): RenderedFile {
  return fileOf('table.csv', 'text/csv', tableCsv(specOf(state)))
}

function fileOf(name: string, mediaType: string, text: string): RenderedFile {
  return { name, mediaType, bytes: new TextEncoder().encode(text) }
}
