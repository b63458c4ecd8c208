/**
 * Many runs on a terminal: a table with a line for each, drawn over itself as it fills in. Where there are more runs than
 * lines, those that train stay, and the others are counted.
 */
import { hasEnded, headlineOf, isTestLocked, type RunId, type RunProgress, type RunSummary } from '#shared/run'
import type { Output } from './environment'
import { formatAccuracy, formatDuration, formatLoss, formatNumberOf, formatTable, LOCKED } from './format'
import type { ProgressView } from './progress'

export interface TableRow {
  run: RunSummary
  progress: RunProgress | undefined
}

const CLEAR_LINE = '\r\u001b[K'
const NONE = '–'
/** Header, and the line that counts those that are left out. */
const LINES_BESIDE_ROWS = 3

export function tableView(output: Output): ProgressView {
  const rows = new Map<RunId, TableRow>()
  let drawn = 0
  function put(run: RunSummary, progress = rows.get(run.id)?.progress): void {
    rows.set(run.id, { run, progress })
    const lines = tableLines([...rows.values()], output.width - 1, output.height - LINES_BESIDE_ROWS)
    const up = drawn > 0 ? `\u001b[${drawn}A` : ''
    const rest = Array.from({ length: Math.max(0, drawn - lines.length) }, () => '') // of a table that was longer
    output.tell(`${up}${[...lines, ...rest].map((line) => `${CLEAR_LINE}${line}\n`).join('')}`)
    drawn = lines.length + rest.length
  }
  return {
    begun: (runs) => {
      for (const run of runs) rows.set(run.id, { run, progress: rows.get(run.id)?.progress })
    },
    progressed: (run, progress) => put(run, progress),
    evaluated: () => undefined, // the change of the run that comes with it is drawn
    ended: (run) => put(run),
  }
}

/** At most `most` rows of at most `width` columns, and a line that says what was left out. */
export function tableLines(rows: readonly TableRow[], width: number, most: number): string[] {
  const shown = new Set([...rows].sort((a, b) => rank(a) - rank(b)).slice(0, Math.max(1, most)))
  const table = formatTable(
    rows.filter((row) => shown.has(row)),
    [
      { title: 'run', text: ({ run }) => run.label },
      { title: 'epoch', align: 'right', text: epochs },
      { title: 'train loss', align: 'right', text: trainLoss },
      { title: 'loss', align: 'right', text: ({ run }) => scoreLoss(run) },
      { title: 'accuracy', align: 'right', text: ({ run }) => scoreText(run) },
      { title: 'left', align: 'right', text: left },
    ],
  )
  const lines = table.trimEnd().split('\n')
  const hidden = rows.filter((row) => !shown.has(row))
  return (hidden.length > 0 ? [...lines, hiddenText(hidden)] : lines).map((line) => line.slice(0, width))
}

/** What trains first, then what failed, then what waits, then what is over. */
function rank({ run: { status } }: TableRow): number {
  if (status === 'running' || status === 'paused') return 0
  if (status === 'failed') return 1
  return status === 'waiting' ? 2 : 3
}

function hiddenText(hidden: readonly TableRow[]): string {
  const counts = new Map<string, number>()
  for (const { run } of hidden) counts.set(run.status, (counts.get(run.status) ?? 0) + 1)
  const parts = [...counts].map(([status, count]) => `${count} ${status}`)
  return `and ${formatNumberOf(hidden.length, 'run')} more: ${parts.join(', ')}`
}

function epochs({ run, progress }: TableRow): string {
  const done = Math.max(run.last?.epoch ?? 0, progress?.epoch ?? 0)
  return `${Math.floor(done)}/${run.epochs}`
}

function trainLoss({ run, progress }: TableRow): string {
  const loss = (hasEnded(run.status) ? undefined : progress?.running?.loss) ?? run.last?.train.loss
  return loss === undefined ? NONE : formatLoss(loss)
}

/** Of the part that the accuracy beside it names. */
function scoreLoss(run: RunSummary): string {
  const known = headlineOf(run)
  return known && known.part !== 'train' ? formatLoss(known.score.loss) : isTestLocked(run) ? LOCKED : NONE
}

function scoreText(run: RunSummary): string {
  const known = headlineOf(run)
  return known ? `${known.part} ${formatAccuracy(known.score)}` : NONE
}

function left({ run, progress }: TableRow): string {
  if (run.status !== 'running') return run.status
  const seconds = progress?.secondsLeft
  return seconds === null || seconds === undefined ? 'measuring' : formatDuration(seconds)
}
