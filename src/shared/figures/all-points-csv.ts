/**
 * Every evaluation of the runs of a figure as a table, whatever the figure shows of them: one row for each evaluation.
 *
 * RFC 4180, as in figure-csv.ts. Losses are means per sample, in nats unless the run's loss is a squared error;
 * `correct` and `count` are whole numbers, seconds are of training alone. What was not measured is empty.
 */
import type { FigureRun } from '../figure'
import type { Evaluation } from '../run'
import { csvCell } from './figure-csv'

type Row = Record<string, string | number | null>
type Cell = [column: string, value: number | null]

const PARTS = ['train', 'validation', 'test'] as const

export function allPointsCsv(runs: readonly FigureRun[]): string {
  const rows = runs.flatMap((run) => run.history.map((at) => ({ ...factsOf(run), ...valuesOf(at) }) satisfies Row))
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row: Row) => columns.map((column) => row[column] ?? null))
  return [columns, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')
}

function factsOf({ summary }: FigureRun): Row {
  const { id, label, title, dataset, configuration, replicate } = summary
  const levels = Object.entries(configuration.levels).map(([factor, level]) => [`factor: ${factor}`, level] as const)
  return { run: id, experiment: title, label, dataset, replicate: replicate + 1, ...Object.fromEntries<string>(levels) }
}

function valuesOf(at: Evaluation): Row {
  const { epoch, step, seconds, epochSeconds, learningRate, diagnostics = [] } = at
  const scores = PARTS.flatMap((part): Cell[] => {
    const score = at[part]
    return score ? Object.entries(score).map(([what, value]) => [`${part} ${what}`, value as number]) : []
  })
  const layers = diagnostics.flatMap((layer, i): Cell[] => {
    const { gradientNorm, weightNorm, updateNorm, saturated, dead } = layer
    return Object.entries({ gradientNorm, weightNorm, updateNorm, saturated, dead }).map(([what, value]) => [
      `layer ${i + 1} ${what}`,
      value,
    ])
  })
  return {
    epoch,
    step,
    seconds,
    'epoch seconds': epochSeconds,
    ...(learningRate !== undefined && { 'learning rate': learningRate }),
    ...Object.fromEntries<number | null>([...scores, ...layers]),
  }
}
