/**
 * Which runs are chosen in the table, as plain values: a new selection from the one before.
 */
import type { RunId } from '#shared/run'

export interface Selection {
  /** In the order in which they were chosen, which is the order of their colours in a comparison. */
  ids: readonly RunId[]
  /** Where a range starts: the run that was last chosen by itself. */
  anchor: RunId | null
}

export const NOTHING_SELECTED: Selection = { ids: [], anchor: null }

export function toggle({ ids }: Selection, id: RunId): Selection {
  const without = ids.filter((each) => each !== id)
  return { ids: without.length < ids.length ? without : [...ids, id], anchor: id }
}

/** Adds everything from the anchor to `id`, in the order in which the table shows it. */
export function extendTo({ ids, anchor }: Selection, id: RunId, shown: readonly RunId[]): Selection {
  const from = anchor === null ? -1 : shown.indexOf(anchor)
  const to = shown.indexOf(id)
  if (from < 0 || to < 0) return toggle({ ids: ids.filter((each) => each !== id), anchor }, id)
  const range = from <= to ? shown.slice(from, to + 1) : shown.slice(to, from + 1).reverse()
  return { ids: union(ids, range), anchor }
}

/** All of them, or none when all were chosen already: for a group's row and for "select all". */
export function toggleAll({ ids, anchor }: Selection, some: readonly RunId[]): Selection {
  const chosen = new Set(ids)
  if (some.every((id) => chosen.has(id))) {
    const gone = new Set(some)
    return { ids: ids.filter((id) => !gone.has(id)), anchor }
  }
  return { ids: union(ids, some), anchor }
}

/** Without the runs that are no longer there. The same value if all are. */
export function keepOnly(selection: Selection, exists: (id: RunId) => boolean): Selection {
  if (selection.ids.every(exists)) return selection
  const { ids, anchor } = selection
  return { ids: ids.filter(exists), anchor: anchor !== null && exists(anchor) ? anchor : null }
}

function union(ids: readonly RunId[], more: readonly RunId[]): RunId[] {
  return [...new Set([...ids, ...more])]
}
