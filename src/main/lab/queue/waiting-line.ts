/**
 * The order of the runs that wait. Each has a place, a number that is stored with the run: lower ones begin earlier.
 * A run that moves gets a place between its new neighbours, so that the others need not be written again.
 */

/** Something that has a place. */
interface Placed {
  readonly place: number
}

/** Below this a gap is too narrow to take another run: numbers of 64 bits would soon be equal. */
const NARROWEST = 1e-6

export function byPlace(a: Placed, b: Placed): number {
  return a.place - b.place
}

/**
 * The line after `moved` have gone before `before`, or to its end for null; among themselves they keep their order.
 * `before` may be one of them: then they gather where it is.
 */
export function moved<T>(line: readonly T[], chosen: ReadonlySet<T>, before: T | null): T[] {
  const others = line.filter((each) => !chosen.has(each))
  const at = before === null ? line.length : line.indexOf(before)
  const first = line.slice(at < 0 ? line.length : at).find((each) => !chosen.has(each))
  const place = first === undefined ? others.length : others.indexOf(first)
  return [...others.slice(0, place), ...line.filter((each) => chosen.has(each)), ...others.slice(place)]
}

/**
 * New places by run, for those that need one to stand in the order of `line`: as few as can be. `begun`: the highest
 * place of what trains, which stays before all of them if a restart makes it wait again.
 */
export function newPlaces<T extends Placed>(line: readonly T[], chosen: ReadonlySet<T>, begun = 0): Map<T, number> {
  const places = new Map<T, number>()
  for (let begin = 0; begin < line.length; begin++) {
    if (!chosen.has(line[begin])) continue
    let end = begin
    while (end < line.length && chosen.has(line[end])) end++
    const between = placesBetween(line[begin - 1]?.place ?? begun, line[end]?.place, end - begin)
    if (!between) return new Map(line.map((each, i) => [each, begun + i + 1]))
    between.forEach((place, i) => places.set(line[begin + i], place))
    begin = end
  }
  return places
}

/** Evenly between two places, or beyond the lower one. Null if there is too little room. */
function placesBetween(low: number, high: number | undefined, count: number): number[] | null {
  const indices = Array.from({ length: count }, (_, i) => i + 1)
  if (high === undefined) return indices.map((i) => low + i)
  const step = (high - low) / (count + 1)
  return step < NARROWEST ? null : indices.map((i) => low + i * step)
}
