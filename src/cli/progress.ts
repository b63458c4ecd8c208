/**
 * How a run tells of itself while it trains: one line that is drawn again on a terminal, a line for each evaluation
 * where the output goes into a file.
 */
import type { Evaluation, RunProgress, RunSummary } from '#shared/run'
import type { Output } from './environment'
import { formatAccuracy, formatDuration, formatLoss } from './format'

export interface ProgressView {
  progressed(run: RunSummary, progress: RunProgress): void
  evaluated(run: RunSummary, evaluation: Evaluation): void
  ended(run: RunSummary): void
}

const BAR_CELLS = 20
const CLEAR_LINE = '\r\u001b[K'

export function progressView(output: Output): ProgressView {
  return output.isTerminal ? terminalView(output) : plainView(output)
}

function terminalView(output: Output): ProgressView {
  const draw = (line: string, end: string) => output.tell(`${CLEAR_LINE}${line.slice(0, output.width - 1)}${end}`)
  return {
    progressed: (run, progress) => draw(progressLine(run, progress), ''),
    evaluated: () => undefined, // the next progress line shows it
    ended: (run) => draw(endLine(run), '\n'),
  }
}

function plainView(output: Output): ProgressView {
  return {
    progressed: () => undefined, // ten lines a second would fill a log
    evaluated: (run, evaluation) => output.tell(`${evaluationLine(run, evaluation)}\n`),
    ended: (run) => output.tell(`${endLine(run)}\n`),
  }
}

export function progressLine(run: RunSummary, progress: RunProgress): string {
  const share = progress.steps === 0 ? 1 : progress.step / progress.steps
  const filled = Math.floor(share * BAR_CELLS)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled)
  const epoch = Math.min(Math.floor(progress.epoch) + 1, progress.epochs)
  const parts = [`${run.label}  ${bar}  epoch ${epoch}/${progress.epochs}`]
  if (progress.running) parts.push(`loss ${formatLoss(progress.running.loss)}`)
  if (run.last) parts.push(`test ${formatAccuracy(run.last.test)}`)
  if (progress.secondsLeft !== null) parts.push(`${formatDuration(progress.secondsLeft)} left`)
  return parts.join('  ')
}

export function evaluationLine(run: RunSummary, evaluation: Evaluation): string {
  const { train, test } = evaluation
  return [
    `${run.label}  epoch ${Number(evaluation.epoch.toFixed(3))}/${run.epochs}`,
    `train loss ${formatLoss(train.loss)}, accuracy ${formatAccuracy(train)}`,
    `test loss ${formatLoss(test.loss)}, accuracy ${formatAccuracy(test)}`,
    formatDuration(evaluation.seconds),
  ].join('  ')
}

function endLine(run: RunSummary): string {
  const result = run.last
    ? `  test loss ${formatLoss(run.last.test.loss)}, accuracy ${formatAccuracy(run.last.test)}`
    : ''
  return `${run.label}  ${run.status}${run.reason ? ` (${run.reason})` : ''}${result}`
}
