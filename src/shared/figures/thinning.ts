/**
 * Fewer points for drawing, and for nothing else: what is exported, tabled or computed with has all of them.
 */
import type { Point } from './panels'

/**
 * Of every column of the picture the first, lowest, highest and last point: what a line with all points would cover.
 * The ends of the line, its extremes and its gaps stay. Lines that have no more than four points a column stay whole.
 *
 * `columns` cover from … to; what lies outside is cut but for one neighbor on each side, to which the line leaves.
 */
export function thinned(
  points: readonly Point[],
  { from, to, columns, log = false }: { from: number; to: number; columns: number; log?: boolean },
): readonly Point[] {
  const inside = within(points, from, to)
  if (inside.length <= 4 * columns) return inside
  const place = (x: number) => (log ? Math.log(x / from) / Math.log(to / from) : (x - from) / (to - from))
  const columnOf = ([x]: Point) => Math.floor(place(x) * columns)
  const kept: Point[] = []
  for (let begin = 0; begin < inside.length;) {
    const column = columnOf(inside[begin] ?? [0, null])
    let end = begin + 1
    while (end < inside.length && columnOf(inside[end] ?? [0, null]) === column) end += 1
    kept.push(...coverOf(inside, begin, end))
    begin = end
  }
  return kept
}

/** Points are in the order of x. */
function within(points: readonly Point[], from: number, to: number): readonly Point[] {
  const first = points.findIndex(([x]) => x >= from)
  const last = points.findLastIndex(([x]) => x <= to)
  if (first === -1 || last === -1) return points
  return first === 0 && last === points.length - 1 ? points : points.slice(Math.max(0, first - 1), last + 2)
}

/** First, lowest, highest and last of begin … end, in their order; a gap among them stays one. */
function coverOf(points: readonly Point[], begin: number, end: number): Point[] {
  const keep = new Set([begin, end - 1])
  let [low, high] = [-1, -1]
  for (let i = begin; i < end; i++) {
    const y = points[i]?.[1] ?? null
    if (y === null) keep.add(i)
    else {
      if (low === -1 || y < (points[low]?.[1] ?? 0)) low = i
      if (high === -1 || y > (points[high]?.[1] ?? 0)) high = i
    }
  }
  if (low !== -1) keep.add(low).add(high)
  return [...keep].sort((a, b) => a - b).flatMap((i) => points.slice(i, i + 1))
}
