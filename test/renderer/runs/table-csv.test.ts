import { describe, expect, it } from 'vitest'
import { runTableCsv } from '../../../src/renderer/features/runs/table-csv'
import { evaluationOf, idOf, runOf } from './fixture'

function records(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trimEnd().split('\r\n')
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell] as const)))
}

describe('the table as CSV', () => {
  it('writes every digit that was measured, and counts beside the share', () => {
    const [record] = records(runTableCsv([runOf(1, { last: evaluationOf(3, { loss: 0.123456789012, correct: 977 }) })]))
    expect(record).toMatchObject({
      run: idOf(1),
      last_test_loss: '0.123456789012',
      last_test_correct: '977',
      last_test_count: '1000',
      last_test_accuracy: '0.977',
      epochs_done: '3',
    })
  })
  it('leaves cells empty where nothing was measured', () => {
    const [record] = records(runTableCsv([runOf(1)]))
    expect(record).toMatchObject({ last_test_loss: '', median_seconds_per_epoch: '', epochs_done: '0' })
  })
  it('quotes what would break the line and disarms what a spreadsheet would run', () => {
    const csv = runTableCsv([runOf(1, { title: 'a, "b"\nc', label: '=1+1' })])
    expect(csv).toContain('"a, ""b""\nc"')
    expect(csv).toContain(",'=1+1,")
  })
})
