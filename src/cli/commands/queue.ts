/**
 * `queue`: what trains, what waits and in which order, and what was cut short, in every program that has the workspace
 * open. A queue is moved and paused in the program that trains it; this one only looks.
 */
import { wasCutShort, type RunId, type RunSummary } from '#shared/run'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { formatNumberOf, formatTable } from '../format'
import { withLab, type ListOptions } from './runs'

export async function listQueue(environment: Environment, { workspace, json }: ListOptions): Promise<number> {
  const { output } = environment
  const { runs } = await withLab(environment, workspace, (lab) => lab.call('runs:list'))
  const line = queueOf(runs)
  if (json) output.write(`${JSON.stringify(line)}\n`)
  else output.write(line.length === 0 ? 'Nothing trains, waits or was cut short.\n' : queueText(line))
  return EXIT.ok
}

/** As they will begin: what trains, then what waits, then what was cut short, each by its place. */
export function queueOf(runs: readonly RunSummary[]): RunSummary[] {
  const groups = [
    runs.filter((run) => run.status === 'running' || run.status === 'paused'),
    runs.filter((run) => run.status === 'waiting'),
    runs.filter(wasCutShort),
  ]
  return groups.flatMap((group) => group.sort((a, b) => (a.place ?? 0) - (b.place ?? 0) || compare(a.id, b.id)))
}

function compare(a: RunId, b: RunId): number {
  return a < b ? -1 : 1
}

function queueText(line: readonly RunSummary[]): string {
  const cut = line.filter(wasCutShort).length
  const table = formatTable(line, [
    { title: 'run', text: (run) => run.label },
    { title: 'experiment', text: (run) => run.title },
    { title: 'status', text: (run) => run.status },
    { title: 'epochs', align: 'right', text: (run) => `${Math.floor(run.last?.epoch ?? 0)}/${run.epochs}` },
    { title: 'where', text: (run) => (wasCutShort(run) ? 'nowhere' : 'in another program') },
    { title: 'id', text: (run) => run.id },
  ])
  const notes = [
    ...(cut < line.length ? ['What another program trains is moved, paused and stopped there.'] : []),
    ...(cut > 0
      ? [`${formatNumberOf(cut, 'run')} cut short: \`perceptron-lab resume --all\` lets them go on here.`]
      : []),
  ]
  return `${table}\n${notes.join('\n')}\n`
}
