/**
 * Numbers and tables as the terminal shows them.
 */
import { isTestLocked, testScoreOf, type RunSummary, type Score } from '#shared/run'

export function formatLoss(loss: number): string {
  return Number.isFinite(loss) ? loss.toPrecision(4) : String(loss)
}

/** A learning rate as people write it: `0.001`, `2.5e-7`. */
export function formatRate(rate: number): string {
  return String(Number(rate.toPrecision(4)))
}

/** `97.32 %`; never rounded up to a perfect score that was not reached. */
export function formatAccuracy(score: Score): string {
  const { correct, count } = score
  if (count === 0) return '0.00 %'
  const hundredths = Math.round((correct * 10_000) / count) // of a percent, from whole numbers
  return `${((correct < count ? Math.min(hundredths, 9999) : hundredths) / 100).toFixed(2)} %`
}

/** What stands in place of a test score that nobody may see before the final evaluation. */
export const LOCKED = 'locked'

export function formatTestLoss(run: RunSummary): string {
  const score = testScoreOf(run)
  return score ? formatLoss(score.loss) : isTestLocked(run) ? LOCKED : '–'
}

export function formatTestAccuracy(run: RunSummary): string {
  const score = testScoreOf(run)
  return score ? formatAccuracy(score) : isTestLocked(run) ? LOCKED : '–'
}

/** `0:07`, `12:34`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`
}

export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
}

/** Text of a file as the terminal may show it: nothing in it moves the cursor or changes the colors. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD')
}

/** "1 thread", "2 threads". */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

export interface Column<T> {
  title: string
  align?: 'left' | 'right'
  text(row: T): string
}

/** Columns as wide as their longest cell, two spaces apart. */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => printable(column.text(row)))),
  ]
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => (line[c] ?? '').length)))
  const lines = cells.map((line) =>
    line
      .map((cell, c) => (columns[c]?.align === 'right' ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
