/**
 * `runs --table`: the run table as LaTeX or CSV, with the columns and the epoch of values that are asked for.
 */
import { resolve } from 'node:path'
import { LabError } from '#shared/errors'
import { NO_FILTER, matchingRuns, parseCondition } from '#shared/runs/filter'
import { REPORT_COLUMNS, tableCsv } from '#shared/runs/table-files'
import { tableLatex } from '#shared/runs/table-latex'
import { TABLE_COLUMNS, factorColumnId, tableColumn, type ValuesAt } from '#shared/runs/table'
import type { RunSummary } from '#shared/run'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { saveFile } from '../files'
import { findConfigurations } from '../find-runs'
import { withLab } from './runs'

export interface TableOptions {
  workspace: string
  format: 'latex' | 'csv'
  /** Ids of columns or names of factors; null: those of a report. */
  columns: readonly string[] | null
  at: ValuesAt
  by: 'run' | 'configuration'
  tags: readonly string[]
  where: readonly string[]
  title: string | undefined
  out: string | undefined
}

export async function writeTable(
  environment: Environment,
  names: readonly string[],
  options: TableOptions,
): Promise<number> {
  const { runs } = await withLab(environment, options.workspace, (lab) => lab.call('runs:list'))
  const chosen = filtered(names.length > 0 ? findConfigurations(names, runs) : runs, options)
  if (chosen.length === 0) throw new LabError('cli/not-found', 'No run fits: a table needs one at least')
  const columns = (options.columns ?? REPORT_COLUMNS).map((name) => columnId(name, chosen))
  const { at, by, title } = options
  const text = (options.format === 'latex' ? tableLatex : tableCsv)({ runs: chosen, columns, at, by, title })
  if (options.out === undefined) environment.output.write(text)
  else {
    const path = resolve(options.out)
    await saveFile(path, new TextEncoder().encode(text))
    environment.output.tell(`Wrote ${path}\n`)
  }
  return EXIT.ok
}

function filtered(runs: readonly RunSummary[], { tags, where, at }: TableOptions): RunSummary[] {
  const conditions = where.map((text) => {
    const condition = parseCondition(text)
    if (condition) return condition
    throw new LabError(
      'cli/usage',
      `--where "${text}": expected a limit such as validation-accuracy>97 or train-loss<=0.1`,
    )
  })
  return matchingRuns(runs, { ...NO_FILTER, tags: [...tags], conditions }, { at })
}

function columnId(name: string, runs: readonly RunSummary[]): string {
  if (tableColumn(name) && !name.startsWith('factor:')) return name
  const factor = runs.flatMap((run) => Object.keys(run.configuration.levels)).find((each) => each === name)
  if (factor !== undefined) return factorColumnId(factor)
  const known = TABLE_COLUMNS.map(({ id }) => id).join(', ')
  throw new LabError('cli/usage', `--columns: there is no column or factor "${name}". Columns are ${known}`)
}
