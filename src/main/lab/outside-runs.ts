/**
 * Histories that somebody brings: read once more by the lab, whatever the page has shown of them, and kept as runs.
 */
import { createHash } from 'node:crypto'
import { LabError } from '#shared/errors'
import type { HistoryImport } from '#shared/ipc'
import type { RunId } from '#shared/run'
import { readHistoryTable } from '#shared/runs/history-table'
import { guessColumns, outsideRows } from '#shared/runs/outside-history'
import { newRunIds } from './queue/run-id'
import type { OutsideRecord } from './storage/outside-file'

/** Throws `history/…` where the file does not hold what it is said to hold. */
export function outsideRecord(given: HistoryImport, now: Date): OutsideRecord {
  const { file, bytes, label, dataset, samples = {}, note } = given
  const table = readHistoryTable(bytes, file)
  const columns = given.columns ?? guessColumns(table)
  const { rows } = outsideRows(table, columns)
  const [id] = newRunIds(1, now) as [RunId]
  return {
    version: 1,
    id,
    createdAt: now.toISOString(),
    label: mustBeNamed(label),
    dataset,
    outside: {
      file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      format: table.format,
      columns,
      ...(note !== undefined && note !== '' && { note }),
    },
    samples,
    rows,
  }
}

function mustBeNamed(label: string): string {
  const name = label.trim()
  if (name !== '') return name
  throw new LabError('history/no-name', 'Give the history a name: it stands in legends and tables')
}
