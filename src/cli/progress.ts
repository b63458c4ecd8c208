/**
 * How a run tells of itself while it trains: one line that is drawn again on a terminal, a line for each evaluation
 * where the output goes into a file.
 */
import { headlineOf, type Evaluation, type RunId, type RunProgress, type RunSummary, type Score } from '#shared/run'
import type { Output } from './environment'
import { formatAccuracy, formatDuration, formatLoss, formatRate } from './format'

export interface ProgressView {
  /** All runs that are followed, before anything else is told of them. */
  begun?(runs: readonly RunSummary[]): void
  progressed(run: RunSummary, progress: RunProgress): void
  evaluated(run: RunSummary, evaluation: Evaluation): void
  ended(run: RunSummary): void
}

const GAP = '  '
const MOST_CELLS = 20
const FEWEST_CELLS = 5
const FEWEST_LETTERS = 6
const CLEAR_LINE = '\r\u001b[K'

export function progressView(output: Output): ProgressView {
  return output.isTerminal ? terminalView(output) : plainView(output)
}

function terminalView(output: Output): ProgressView {
  const training = new Map<RunId, RunProgress>() // in the order in which they began
  return {
    progressed: (run, progress) => {
      training.set(run.id, progress)
      const width = output.width - 1 // a full line makes some terminals begin the next
      const line = training.size === 1 ? progressLine(run, progress, width) : sumLine([...training.values()], width)
      output.tell(`${CLEAR_LINE}${line}`)
    },
    evaluated: () => undefined, // the next progress line shows it
    ended: (run) => {
      training.delete(run.id)
      output.tell(`${CLEAR_LINE}${endLine(run)}\n`) // stays, so it may take two lines
    },
  }
}

/** Runs side by side share a line: lines of their own would take turns in it faster than anybody can read. */
export function sumLine(training: readonly RunProgress[], width: number): string {
  const step = training.reduce((sum, each) => sum + each.step, 0)
  const steps = training.reduce((sum, each) => sum + each.steps, 0)
  const left = training.flatMap((each) => each.secondsLeft ?? [])
  const parts = [
    `epochs ${training.map((each) => `${Math.min(Math.floor(each.epoch) + 1, each.epochs)}/${each.epochs}`).join(', ')}`,
    ...(left.length > 0 ? [`${formatDuration(Math.max(...left))} left`] : []),
  ]
  const name = `${training.length} runs side by side`
  const cells = Math.min(MOST_CELLS, width - [name, ...parts].join(GAP).length - GAP.length)
  const all = cells >= FEWEST_CELLS ? [name, bar({ step, steps }, cells), ...parts] : [name, ...parts]
  return all.join(GAP).slice(0, width)
}

function plainView(output: Output): ProgressView {
  return {
    progressed: () => undefined, // ten lines a second would fill a log
    evaluated: (run, evaluation) => output.tell(`${evaluationLine(run, evaluation)}\n`),
    ended: (run) => output.tell(`${endLine(run)}\n`),
  }
}

/** At most `width` columns: where there are few, the bar becomes shorter, then the name; numbers go last. */
export function progressLine(run: RunSummary, progress: RunProgress, width: number): string {
  const epoch = Math.min(Math.floor(progress.epoch) + 1, progress.epochs)
  const parts = [`epoch ${epoch}/${progress.epochs}`]
  if (progress.running) parts.push(`loss ${formatLoss(progress.running.loss)}`)
  const known = headlineOf(run)
  if (known) parts.push(`${known.part} ${formatAccuracy(known.score)}`)
  if (progress.secondsLeft !== null) parts.push(`${formatDuration(progress.secondsLeft)} left`)
  const room = width - parts.join(GAP).length - GAP.length
  const cells = Math.min(MOST_CELLS, room - run.label.length - GAP.length)
  if (cells >= FEWEST_CELLS) return [run.label, bar(progress, cells), ...parts].join(GAP)
  return [shortened(run.label, Math.max(room, FEWEST_LETTERS)), ...parts].join(GAP).slice(0, width)
}

function bar({ step, steps }: Pick<RunProgress, 'step' | 'steps'>, cells: number): string {
  const filled = Math.floor((steps === 0 ? 1 : step / steps) * cells)
  return '█'.repeat(filled) + '░'.repeat(cells - filled)
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

export function evaluationLine(run: RunSummary, evaluation: Evaluation): string {
  const { train, validation, test, learningRate } = evaluation
  return [
    `${run.label}  epoch ${Number(evaluation.epoch.toFixed(3))}/${run.epochs}`,
    scoreText('train', train),
    ...(validation ? [scoreText('validation', validation)] : []),
    ...(test ? [scoreText('test', test)] : []),
    ...(learningRate === undefined ? [] : [`rate ${formatRate(learningRate)}`]),
    formatDuration(evaluation.seconds),
  ].join('  ')
}

function scoreText(part: string, score: Score): string {
  return `${part} loss ${formatLoss(score.loss)}, accuracy ${formatAccuracy(score)}`
}

function endLine(run: RunSummary): string {
  const known = headlineOf(run)
  const result = known ? `  ${scoreText(known.part, known.score)}` : ''
  return `${run.label}  ${run.status}${run.reason ? ` (${run.reason})` : ''}${result}`
}
