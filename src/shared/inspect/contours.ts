/**
 * Lines along which a field over the plane has a value: marching squares.
 *
 * A field is given at the points of a grid; between them it is taken to be linear along the grid's edges. Each edge is
 * crossed at most once, so the crossings chain up to lines that end at the border or close.
 */

export interface Field {
  /** f32[rows, columns], the lowest row first. */
  values: ArrayLike<number>
  columns: number
  rows: number
}

export interface ContourLine {
  /** In steps of the grid: (0, 0) is its first point, x to the right and y up. */
  points: readonly (readonly [x: number, y: number])[]
  /** The last point leads back to the first, which is not repeated. */
  isClosed: boolean
}

export function contourLines(field: Field, level: number): ContourLine[] {
  const links = new Map<number, number[]>()
  for (let row = 0; row + 1 < field.rows; row++) {
    for (let column = 0; column + 1 < field.columns; column++) {
      for (const [from, to] of crossings(field, column, row, level)) {
        links.set(from, [...(links.get(from) ?? []), to])
        links.set(to, [...(links.get(to) ?? []), from])
      }
    }
  }
  return chains(links).map(({ edges, isClosed }) => ({
    points: edges.map((edge) => pointOn(field, edge, level)),
    isClosed,
  }))
}

/** Two numbers for each grid point: the edge to its right, and the edge above it. */
function edgeRight({ columns }: Field, column: number, row: number): number {
  return 2 * (row * columns + column)
}
function edgeUp({ columns }: Field, column: number, row: number): number {
  return 2 * (row * columns + column) + 1
}

/** Pairs of a cell's edges that a line joins. Where it could go two ways, the mean of the corners decides. */
function crossings(field: Field, column: number, row: number, level: number): [number, number][] {
  const at = (dx: number, dy: number) => field.values[(row + dy) * field.columns + column + dx] ?? NaN
  const corners = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)]
  if (corners.some(Number.isNaN)) return []
  const [a = false, b = false, c = false, d = false] = corners.map((value) => value >= level)
  const bottom = edgeRight(field, column, row)
  const top = edgeRight(field, column, row + 1)
  const left = edgeUp(field, column, row)
  const right = edgeUp(field, column + 1, row)
  if (a === c && b === d && a !== b) {
    const isMiddleAbove = corners.reduce((sum, value) => sum + value, 0) / 4 >= level
    // the corners that are like the middle are joined through it: lines cut off the other two
    return isMiddleAbove === a
      ? [
          [bottom, right],
          [left, top],
        ]
      : [
          [bottom, left],
          [right, top],
        ]
  }
  const crossed = [
    ...(a === b ? [] : [bottom]),
    ...(b === c ? [] : [right]),
    ...(c === d ? [] : [top]),
    ...(d === a ? [] : [left]),
  ]
  const [from, to] = crossed
  return from === undefined || to === undefined ? [] : [[from, to]]
}

/** Lines that end at the border first, from their ends; what is left are rings. */
function chains(links: ReadonlyMap<number, readonly number[]>): { edges: number[]; isClosed: boolean }[] {
  const seen = new Set<number>()
  const follow = (start: number) => {
    const edges: number[] = []
    for (let edge: number | undefined = start; edge !== undefined;) {
      seen.add(edge)
      edges.push(edge)
      edge = links.get(edge)?.find((next) => !seen.has(next))
    }
    return edges
  }
  const ends = [...links.keys()].filter((edge) => links.get(edge)?.length === 1)
  const open = ends.flatMap((end) => (seen.has(end) ? [] : [{ edges: follow(end), isClosed: false }]))
  const closed = [...links.keys()].flatMap((edge) => (seen.has(edge) ? [] : [{ edges: follow(edge), isClosed: true }]))
  return [...open, ...closed]
}

function pointOn({ values, columns }: Field, edge: number, level: number): [number, number] {
  const point = edge >> 1
  const [x, y] = [point % columns, Math.floor(point / columns)]
  const isUp = edge % 2 === 1
  const from = values[point] ?? 0
  const to = values[isUp ? point + columns : point + 1] ?? 0
  const along = (level - from) / (to - from)
  return isUp ? [x, y + along] : [x + along, y]
}

/** The class of the largest value against the best of the others: 0 where a class begins to win. */
export function marginOver(values: ArrayLike<number>, outputs: number, label: number): Float32Array {
  return Float32Array.from({ length: values.length / outputs }, (_, cell) => {
    let best = -Infinity
    for (let i = 0; i < outputs; i++) if (i !== label) best = Math.max(best, values[cell * outputs + i] ?? -Infinity)
    return (values[cell * outputs + label] ?? 0) - best
  })
}

/** The smallest convex polygon around points, counterclockwise; fewer than three points are their own. */
export function convexHull(points: readonly (readonly [x: number, y: number])[]): (readonly [number, number])[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  if (sorted.length < 3) return sorted
  const half = (ordered: typeof sorted) => {
    const chain: (readonly [number, number])[] = []
    for (const point of ordered) {
      while (chain.length > 1 && turn(chain.at(-2) ?? point, chain.at(-1) ?? point, point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half([...sorted].reverse())]
}

/** Above 0 for a turn to the left. */
function turn(a: readonly [number, number], b: readonly [number, number], c: readonly [number, number]): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/**
 * A field between its grid points, by its four neighbors; at its border values outside of it. `width`: numbers at each
 * grid point, of which the one of index `of` is read.
 */
export function fieldAt({ values, columns, rows }: Field, x: number, y: number, width = 1, of = 0): number {
  const cx = Math.min(columns - 1, Math.max(0, x))
  const cy = Math.min(rows - 1, Math.max(0, y))
  const [left, bottom] = [Math.min(columns - 2, Math.floor(cx)), Math.min(rows - 2, Math.floor(cy))]
  const [u, v] = [cx - left, cy - bottom]
  const at = (column: number, row: number) => values[(row * columns + column) * width + of] ?? 0
  return (
    (at(left, bottom) * (1 - u) + at(left + 1, bottom) * u) * (1 - v) +
    (at(left, bottom + 1) * (1 - u) + at(left + 1, bottom + 1) * u) * v
  )
}
