/**
 * The run table as CSV: every column, whichever has room on the screen, with numbers as they were measured.
 */
import { accuracyOf, testScoreOf, type RunSummary, type Score } from '#shared/run'
import type { RenderedFile } from '#shared/figure'
import { sizesText, testUseText } from '../../runs/run-text'

type Cell = string | number | boolean | null | undefined

const FIELDS: readonly (readonly [head: string, value: (run: RunSummary) => Cell])[] = [
  ['run', (run) => run.id],
  ['experiment', (run) => run.title],
  ['label', (run) => run.label],
  ['replicate', (run) => run.replicate + 1],
  ['dataset', (run) => run.dataset],
  ['reduced_data', (run) => run.reducedData],
  ['excluded_samples', (run) => run.excluded ?? 0],
  ['sizes', (run) => sizesText(run.sizes)],
  ['parameters', (run) => run.parameters],
  ['status', (run) => run.status],
  ['epochs_done', (run) => run.last?.epoch ?? 0],
  ['epochs_planned', (run) => run.epochs],
  ['last_train_loss', (run) => run.last?.train.loss],
  ['last_train_correct', (run) => run.last?.train.correct],
  ['last_train_count', (run) => run.last?.train.count],
  ['last_validation_loss', (run) => run.last?.validation?.loss],
  ['last_validation_correct', (run) => run.last?.validation?.correct],
  ['last_validation_count', (run) => run.last?.validation?.count],
  ['best_validation_loss', (run) => run.bestValidation?.score.loss],
  ['best_validation_epoch', (run) => run.bestValidation?.epoch],
  ['test_part', testUseText],
  ['last_test_loss', (run) => testScoreOf(run)?.loss],
  ['last_test_correct', (run) => testScoreOf(run)?.correct],
  ['last_test_count', (run) => testScoreOf(run)?.count],
  ['last_test_accuracy', (run) => accuracyOrNull(testScoreOf(run))],
  ['lowest_test_loss', (run) => run.lowestTestLoss?.loss],
  ['lowest_test_loss_epoch', (run) => run.lowestTestLoss?.epoch],
  ['training_seconds', (run) => run.last?.seconds],
  ['median_seconds_per_epoch', (run) => run.secondsPerEpoch?.median],
  ['min_seconds_per_epoch', (run) => run.secondsPerEpoch?.min],
  ['max_seconds_per_epoch', (run) => run.secondsPerEpoch?.max],
  ['threads', (run) => run.threads],
  ['created', (run) => run.createdAt],
  ['weights_sha256', (run) => run.weightsSha256],
]

function accuracyOrNull(score: Score | undefined): number | null {
  return score ? accuracyOf(score) : null
}

export function runTableCsv(runs: readonly RunSummary[]): string {
  const lines = [FIELDS.map(([head]) => head), ...runs.map((run) => FIELDS.map(([, value]) => cellText(value(run))))]
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('')
}

export function runTableFile(runs: readonly RunSummary[]): RenderedFile {
  return { name: 'runs.csv', mediaType: 'text/csv', bytes: new TextEncoder().encode(runTableCsv(runs)) }
}

/** RFC 4180. A text that a spreadsheet would take for a formula is kept from being one. */
function cellText(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
