/**
 * `history import`: somebody's own training history, kept among the runs.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { LabError } from '#shared/errors'
import { HISTORY_LIMITS } from '#shared/runs/history-table'
import { OUTSIDE_FIELDS, type OutsideField } from '#shared/runs/outside'
import { guessColumns } from '#shared/runs/outside-history'
import { readHistoryTable } from '#shared/runs/history-table'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { printable } from '../format'
import { withLab } from './runs'

export interface HistoryOptions {
  workspace: string
  label: string | undefined
  dataset: string
  /** `validation-loss=My Loss`, as often as needed; on top of what the names say. */
  columns: readonly string[]
  samples: number | undefined
  json: boolean
}

export async function importHistory(environment: Environment, file: string, options: HistoryOptions): Promise<number> {
  const path = resolve(file)
  const bytes = await readBytes(path)
  const table = readHistoryTable(bytes, basename(path))
  const columns = { ...guessColumns(table), ...chosenColumns(options.columns) }
  const { samples, dataset, json } = options
  const label = options.label ?? basename(path, extname(path))
  const id = await withLab(environment, options.workspace, (lab) =>
    lab.call('runs:import', {
      file: basename(path),
      bytes,
      label,
      dataset,
      columns,
      ...(samples !== undefined && { samples: { validation: samples, test: samples } }),
    }),
  )
  const { output } = environment
  if (json) output.write(`${JSON.stringify({ id, label, rows: table.rows, columns })}\n`)
  else {
    const taken = Object.entries(columns).map(([field, name]) => `  ${field.padEnd(20)} ${printable(name)}`)
    output.write(`${id}  ${printable(label)}: ${table.rows} rows\n${taken.join('\n')}\n`)
  }
  return EXIT.ok
}

/** What is far too large is not read at all. */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size <= HISTORY_LIMITS.bytes) return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw new LabError('cli/not-found', `There is no file ${path} that could be read`, { cause })
  }
  throw new LabError(
    'history/too-large',
    `${path} is larger than any history: at most ${HISTORY_LIMITS.bytes} bytes are read`,
  )
}

function chosenColumns(pairs: readonly string[]): Partial<Record<OutsideField, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, field = '', name = ''] = /^([a-z-]+)=(.+)$/.exec(pair) ?? []
      const known = OUTSIDE_FIELDS.find((each) => each === field)
      if (known) return [known, name]
      throw new LabError(
        'cli/usage',
        `--column "${pair}": expected one of ${OUTSIDE_FIELDS.join(', ')}, = and a column's name`,
      )
    }),
  )
}
