/**
 * The queue from the list of runs: what trains, what waits and in which order, what has ended lately.
 */
import type { RunId, RunSummary } from '#shared/run'
import { hasEnded, wasCutShort } from '#shared/run'
import { isInTraining } from '../../runs/run-text'

export interface Queue {
  /** Paused ones among them: they are in the middle of their training. */
  running: readonly RunSummary[]
  /** In the order in which they will start. */
  waiting: readonly RunSummary[]
  /** What nobody wanted to end: it can be taken up again all at once. */
  cutShort: readonly RunSummary[]
  /** The latest end first. */
  ended: readonly RunSummary[]
}

export const SHOWN_ENDED = 20

export function queueOf(newestFirst: readonly RunSummary[]): Queue {
  const oldestFirst = [...newestFirst].reverse()
  const ended = newestFirst.filter((run) => hasEnded(run.status))
  return {
    running: oldestFirst.filter((run) => isInTraining(run.status)),
    waiting: oldestFirst.filter((run) => run.status === 'waiting').sort((a, b) => placeOf(a) - placeOf(b)),
    cutShort: newestFirst.filter(wasCutShort),
    ended: ended.sort((a, b) => (endOf(a) < endOf(b) ? 1 : -1)).slice(0, SHOWN_ENDED),
  }
}

function placeOf({ place = 0 }: RunSummary): number {
  return place
}

/** The run before which `run` comes when it goes one place up or down; undefined where it is at that end already. */
export function neighbourFor(waiting: readonly RunSummary[], id: RunId, way: 'up' | 'down'): RunId | null | undefined {
  const at = waiting.findIndex((run) => run.id === id)
  if (at < 0) return undefined
  if (way === 'up') return waiting[at - 1]?.id
  return at === waiting.length - 1 ? undefined : (waiting[at + 2]?.id ?? null)
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
