/**
 * How many threads the next run in line gets, and whether it may begin now.
 *
 * Runs side by side, one on each core, get more done in an hour than one run whose steps are split: nobody waits for
 * anybody. A run that is alone has nothing to gain from that, and takes them all.
 */
import type { Experiment } from '#shared/experiment'

export interface ThreadLimits {
  /** Threads that the engine has. */
  engine: number
  /** Threads that runs which ask for no number may share, at most the engine's. */
  shared: number
  sideBySide: boolean
}

type Wish = Experiment['threads']

/**
 * Null: not yet. The line is strict: whoever is behind `next` waits, so that a run which needs many threads gets
 * them in the end.
 *
 * @param busy threads that train now
 * @param following what the run behind `next` asks for; undefined if there is none
 */
export function threadsForNext(
  next: Wish,
  following: Wish | undefined,
  busy: number,
  limits: ThreadLimits,
): number | null {
  const alone = threadsAlone(next, limits)
  if (busy === 0) return next === 'auto' && hasCompany(following, limits) ? 1 : alone
  if (!limits.sideBySide) return null
  const wanted = next === 'auto' ? 1 : alone
  return busy + wanted <= limits.shared ? wanted : null
}

/** What it gets if nothing else trains. */
export function threadsAlone(wish: Wish, { engine, shared }: ThreadLimits): number {
  return Math.max(1, wish === 'auto' ? shared : Math.min(wish, engine))
}

/** Whether the run behind could begin at once if the one before it took a single thread. */
function hasCompany(following: Wish | undefined, limits: ThreadLimits): boolean {
  if (!limits.sideBySide || following === undefined) return false
  return 1 + (following === 'auto' ? 1 : threadsAlone(following, limits)) <= limits.shared
}
