/**
 * `queue`: what trains, what waits and in which order, and what was cut short, in every program that has the workspace
 * open; and what a person may want of it. Programs that train are told; what none has is changed on disk.
 */
import { join } from 'node:path'
import { catalogOfWorkspace } from '#lab/datasets/workspace-catalog'
import { readPresets } from '#lab/presets/presets'
import { LabError } from '#shared/errors'
import type { QueueOrder } from '#shared/queue-orders'
import { hasEnded, wasCutShort, type RunId, type RunSummary } from '#shared/run'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { readSource, type Changes } from '../experiment-source'
import { findConfigurations } from '../find-runs'
import { formatNumberOf, formatTable, printable } from '../format'
import { detailsOf, jsonView, resultTable, summaryLine } from '../results'
import { trainAll } from '../train'
import { viewFor, type TrainOptions } from './run'
import { withLab, type ListOptions } from './runs'

export async function listQueue(environment: Environment, { workspace, json }: ListOptions): Promise<number> {
  const { output } = environment
  const { runs } = await withLab(environment, workspace, (lab) => lab.call('runs:list'))
  const line = queueOf(runs)
  if (json) output.write(`${JSON.stringify(line)}\n`)
  else output.write(line.length === 0 ? 'Nothing trains, waits or was cut short.\n' : queueText(line))
  return EXIT.ok
}

/** To a program that trains, if there is one; else it waits on disk for `queue run`. */
export async function addToQueue(
  environment: Environment,
  name: string,
  options: ListOptions & Changes,
): Promise<number> {
  const { output, resources } = environment
  const presets = () => readPresets(join(resources, 'presets'))
  const { experiment, presetId } = await readSource(name, presets, options, await catalogOfWorkspace(options.workspace))
  const order: QueueOrder = { do: 'add', experiment, presetId }
  const answer = await withLab(environment, options.workspace, (lab) => lab.call('queue:order', order))
  const count = formatNumberOf(answer.runs.length, 'run')
  const where = answer.programs > 0 ? 'of the program that trains' : 'on disk, for `perceptron-lab queue run`'
  output.write(
    options.json ? `${JSON.stringify(answer)}\n` : `${count} at the end of the queue ${where}\n${listOf(answer.runs)}`,
  )
  return EXIT.ok
}

export interface MoveOptions extends ListOptions {
  first: boolean
  last: boolean
  before?: string | undefined
}

export async function moveInQueue(
  environment: Environment,
  names: readonly string[],
  { workspace, json, first, last, before }: MoveOptions,
): Promise<number> {
  if (Number(first) + Number(last) + Number(before !== undefined) !== 1) {
    throw new LabError('cli/usage', 'Say where to: --first, --last or --before RUN')
  }
  return order(environment, { workspace, json }, 'moved', (runs) => {
    const target = before === undefined ? null : (findInQueue([before], runs)[0] ?? null)
    const chosen = findInQueue(names, runs)
    const waiting = chosen.filter((id) => runs.some((run) => run.id === id && !isInTraining(run)))
    // of a label the seeds that still wait; what was named alone and trains is refused by the lab, with the reason
    return { do: 'move', runs: waiting.length > 0 ? waiting : chosen, before: first ? 'first' : target }
  })
}

export async function cancelInQueue(
  environment: Environment,
  names: readonly string[],
  options: ListOptions,
): Promise<number> {
  return order(environment, options, 'cancelled', (runs) => ({ do: 'cancel', runs: findInQueue(names, runs) }))
}

/** Every program that trains in the workspace. */
export async function holdQueue(
  { output, ...environment }: Environment,
  wish: 'pause' | 'proceed',
  { workspace, json }: ListOptions,
): Promise<number> {
  const answer = await withLab({ output, ...environment }, workspace, (lab) => lab.call('queue:order', { do: wish }))
  if (json) output.write(`${JSON.stringify(answer)}\n`)
  else if (answer.programs === 0) output.write('No program trains in this workspace.\n')
  else output.write(`${formatNumberOf(answer.programs, 'program')} ${wish === 'pause' ? 'paused' : 'told to go on'}\n`)
  return EXIT.ok
}

/**
 * Trains what nobody has, and what is added meanwhile, until nothing waits. Ctrl-C leaves the queue as it is: the next
 * `queue run` goes on with the same bits.
 */
export async function runQueue(environment: Environment, { workspace, json, progress }: TrainOptions): Promise<number> {
  const { output } = environment
  const lab = await environment.openLab(workspace)
  try {
    const takeUp = async () => {
      const { resumed, refused } = await lab.call('queue:resume-all')
      for (const { message } of refused) output.tell(`Left as it was: ${printable(message)}\n`)
      return resumed
    }
    const view = json ? jsonView(output, { progress }) : viewFor(output)
    const { runs, wasInterrupted } = await trainAll(lab, environment, view, takeUp, 'queue')
    const details = await detailsOf(lab, runs)
    if (json) output.write(`${JSON.stringify(summaryLine(runs, details))}\n`)
    else output.write(runs.length === 0 ? 'Nothing waits on disk.\n' : resultTable(runs, details))
    if (wasInterrupted) return EXIT.interrupted
    return runs.every((run) => run.status === 'finished') ? EXIT.ok : EXIT.failed
  } finally {
    await lab.close()
  }
}

async function order(
  environment: Environment,
  { workspace, json }: ListOptions,
  done: string,
  orderFor: (runs: readonly RunSummary[]) => QueueOrder,
): Promise<number> {
  const { output } = environment
  return withLab(environment, workspace, async (lab) => {
    const answer = await lab.call('queue:order', orderFor((await lab.call('runs:list')).runs))
    const { runs } = await lab.call('runs:list')
    if (json) output.write(`${JSON.stringify(answer)}\n`)
    else {
      output.write(`${formatNumberOf(answer.runs.length, 'run')} ${done}\n`)
      const line = queueOf(runs)
      output.write(line.length === 0 ? 'Nothing trains, waits or was cut short.\n' : queueText(line))
    }
    return EXIT.ok
  })
}

/** All seeds of a label. What is not in the queue is looked for elsewhere, so that the lab can say what became of it. */
function findInQueue(names: readonly string[], runs: readonly RunSummary[]): RunId[] {
  const inLine = runs.filter((run) => !hasEnded(run.status) || wasCutShort(run))
  return names
    .flatMap((name) => {
      try {
        return findConfigurations([name], inLine)
      } catch (error) {
        if (error instanceof LabError && error.code === 'run/not-found') return findConfigurations([name], runs)
        throw error
      }
    })
    .map((run) => run.id)
}

function isInTraining({ status }: RunSummary): boolean {
  return status === 'running' || status === 'paused'
}

/** As they will begin: what trains, then what waits, then what was cut short, each by its place. */
export function queueOf(runs: readonly RunSummary[]): RunSummary[] {
  const groups = [runs.filter(isInTraining), runs.filter((run) => run.status === 'waiting'), runs.filter(wasCutShort)]
  return groups.flatMap((group) => group.sort((a, b) => (a.place ?? 0) - (b.place ?? 0) || compare(a.id, b.id)))
}

function compare(a: RunId, b: RunId): number {
  return a < b ? -1 : 1
}

function listOf(ids: readonly RunId[]): string {
  return ids.map((id) => `${id}\n`).join('')
}

function queueText(line: readonly RunSummary[]): string {
  const parked = line.filter(wasCutShort).length
  const table = formatTable(line, [
    { title: 'run', text: (run) => run.label },
    { title: 'experiment', text: (run) => run.title },
    { title: 'status', text: statusOf },
    { title: 'epochs', align: 'right', text: (run) => `${Math.floor(run.last?.epoch ?? 0)}/${run.epochs}` },
    { title: 'where', text: (run) => (wasCutShort(run) ? 'on disk' : 'in another program') },
    { title: 'id', text: (run) => run.id },
  ])
  const note =
    parked === 0
      ? ''
      : `${formatNumberOf(parked, 'run')} on disk only: \`perceptron-lab queue run\` trains what waits there.\n`
  return `${table}\n${note}`
}

/** What has never begun waits, whether or not a program has it. */
function statusOf(run: RunSummary): string {
  if (!wasCutShort(run)) return run.status
  return run.startedAt === null ? 'waiting' : 'cut short'
}
