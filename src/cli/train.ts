/**
 * Follows runs until all of them have ended: what `run` and `resume` have in common.
 */
import type { Lab } from '#lab/lab'
import { distinctNames } from '#shared/figures/run-names'
import { hasEnded, type RunId, type RunSummary } from '#shared/run'
import { deferred } from './deferred'
import type { Environment } from './environment'
import type { ProgressView } from './progress'

export interface Trained {
  /** In the order in which they were asked for. */
  runs: RunSummary[]
  wasInterrupted: boolean
}

/**
 * `these`: the runs that were asked for; Ctrl-C stops them, as a person would. `queue`: with them whatever this process is
 * given meanwhile; Ctrl-C leaves them to the end of the lab, which cuts them short, so that they go on where the queue is
 * taken up next.
 */
export type Follow = 'these' | 'queue'

/** Listens before it has `start` make the runs wait, and keeps what it hears until it knows which are its own. */
export async function trainAll(
  lab: Lab,
  { output, onInterrupt }: Environment,
  view: ProgressView,
  start: () => Promise<readonly RunId[]>,
  follow: Follow = 'these',
): Promise<Trained> {
  const latest = new Map<RunId, RunSummary>()
  const told = new Set<RunId>()
  const early: (() => void)[] = []
  const allEnded = deferred()
  let ids: readonly RunId[] | undefined
  let names: ReadonlyMap<RunId, string> = new Map()
  let isKnown = false
  let wasInterrupted = false

  const whenKnown = (tell: () => void) => (isKnown ? tell() : early.push(tell))
  /** One of ours, with the name that tells it from the others: replicates share a label. */
  const ours = (id: RunId): RunSummary | undefined => {
    const [run, label] = [latest.get(id), names.get(id)]
    return run && label !== undefined ? { ...run, label } : undefined
  }
  function tellEnds(): void {
    for (const id of ids ?? []) {
      const run = ours(id)
      if (!run || !hasEnded(run.status) || told.has(id)) continue
      told.add(id)
      view.ended(run)
    }
    if (told.size === ids?.length) allEnded.resolve()
  }
  /** Runs of this process that nobody here asked for: another program had them put into the line. */
  async function takeIn(): Promise<void> {
    const { own = [] } = await lab.call('runs:list')
    const more = own.filter((id) => ids?.includes(id) === false)
    if (more.length === 0 || !ids) return
    ids = [...ids, ...more]
    names = namesOf(ids.flatMap((id) => latest.get(id) ?? []))
    view.begun?.(ids.flatMap((id) => ours(id) ?? []))
  }
  function stopAll(): void {
    for (const id of ids ?? []) {
      const run = latest.get(id)
      if (!run || !hasEnded(run.status)) lab.call('runs:stop', id).catch(allEnded.reject)
    }
  }
  const off = [
    lab.on('runs:changed', ({ changed }) =>
      whenKnown(() => {
        for (const run of changed) latest.set(run.id, run)
        const isOther = ({ id, status }: RunSummary) => status === 'waiting' && ids?.includes(id) === false
        if (follow === 'queue' && changed.some(isOther)) takeIn().then(tellEnds, allEnded.reject)
        else tellEnds()
      }),
    ),
    lab.on('runs:evaluated', ({ id, evaluation }) =>
      whenKnown(() => {
        const run = ours(id)
        if (run) view.evaluated(run, evaluation)
      }),
    ),
    lab.on('runs:progress', (progress) => {
      const run = ours(progress.id)
      if (run) view.progressed(run, progress)
    }),
    onInterrupt(() => {
      wasInterrupted = true
      output.tell('\nStopping; what was trained is kept (Ctrl-C again ends at once) …\n')
      whenKnown(follow === 'these' ? stopAll : allEnded.resolve)
    }),
  ]
  try {
    ids = await start()
    for (const run of (await lab.call('runs:list')).runs) latest.set(run.id, run)
    names = namesOf(ids.flatMap((id) => latest.get(id) ?? []))
    view.begun?.(ids.flatMap((id) => ours(id) ?? []))
    isKnown = true
    for (const tell of early) tell()
    tellEnds()
    await allEnded.promise
    return { runs: ids.flatMap((id) => latest.get(id) ?? []), wasInterrupted }
  } finally {
    for (const stop of off) stop()
  }
}

export function namesOf(runs: readonly RunSummary[]): ReadonlyMap<RunId, string> {
  const names = distinctNames(runs)
  return new Map(runs.map((run, i) => [run.id, names[i] ?? run.label]))
}
