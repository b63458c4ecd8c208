/**
 * The queue from the list of runs: what trains, what waits and in which order, what has ended lately.
 */
import type { RunId, RunSummary } from '#shared/run'
import { hasEnded } from '#shared/run'
import { isInTraining } from '../../runs/run-text'

export interface Queue {
  /** Paused ones among them: they are in the middle of their training. */
  running: readonly RunSummary[]
  /** In the order in which they will start. */
  waiting: readonly RunSummary[]
  /** The latest end first. */
  ended: readonly RunSummary[]
}

export const SHOWN_ENDED = 20

export function queueOf(newestFirst: readonly RunSummary[]): Queue {
  const oldestFirst = [...newestFirst].reverse()
  const ended = newestFirst.filter((run) => hasEnded(run.status))
  return {
    running: oldestFirst.filter((run) => isInTraining(run.status)),
    waiting: oldestFirst.filter((run) => run.status === 'waiting'),
    ended: ended.sort((a, b) => (endOf(a) < endOf(b) ? 1 : -1)).slice(0, SHOWN_ENDED),
  }
}

/** One that was interrupted has no end that anybody saw. */
function endOf(run: RunSummary): string {
  return run.endedAt ?? run.startedAt ?? run.createdAt
}

/** The one to show when nobody has asked for a certain one: what trains now, else what is next, else the latest. */
export function runToShow({ running, waiting, ended }: Queue): RunId | null {
  return (running[0] ?? waiting[0] ?? ended[0])?.id ?? null
}

/** All rows of the list from top to bottom. */
export function inOrder({ running, waiting, ended }: Queue): RunSummary[] {
  return [...running, ...waiting, ...ended]
}
