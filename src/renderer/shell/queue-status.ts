/**
 * The queue in one line: how many runs train and wait, how far they are, when the running ones will be done.
 */
import type { RunId, RunProgress, RunSummary } from '#shared/run'

export interface QueueStatus {
  running: readonly RunSummary[]
  /** They hold their threads. */
  paused: readonly RunSummary[]
  waiting: number
  threads: number
  /** From 0 to 1, over the steps of the running runs; null before any of them has told. */
  fraction: number | null
  /** Until the last of the running runs is done; null before it can be told. */
  secondsLeft: number | null
}

export function queueStatus(runs: readonly RunSummary[], progress: ReadonlyMap<RunId, RunProgress>): QueueStatus {
  const running = runs.filter((run) => run.status === 'running')
  const paused = runs.filter((run) => run.status === 'paused')
  const told = running.flatMap((run) => progress.get(run.id) ?? [])
  const steps = told.reduce((sum, each) => sum + each.steps, 0)
  const left = told.flatMap((each) => each.secondsLeft ?? [])
  return {
    running,
    paused,
    waiting: runs.filter((run) => run.status === 'waiting').length,
    threads: [...running, ...paused].reduce((sum, run) => sum + run.threads, 0),
    fraction: steps > 0 ? told.reduce((sum, each) => sum + each.step, 0) / steps : null,
    secondsLeft: left.length > 0 ? Math.max(...left) : null,
  }
}
