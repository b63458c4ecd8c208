/**
 * Which runs are compared, from the address, and which of them are shown.
 */
import { isRunId, type RunId } from '#shared/run'

/** `?runs=a,b`: each once, in their order, which is the order of their colours. What is no id is left out. */
export function runsOfQuery(text: string | undefined): RunId[] {
  return [...new Set((text ?? '').split(',').filter(isRunId))]
}

/** Shown runs with the colours that they have among all. */
export function shownRuns(ids: readonly RunId[], hidden: ReadonlySet<RunId>): { runs: RunId[]; colors: number[] } {
  const places = ids.flatMap((id, place) => (hidden.has(id) ? [] : [{ id, place }]))
  return { runs: places.map(({ id }) => id), colors: places.map(({ place }) => place) }
}
