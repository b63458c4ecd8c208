/**
 * Where the units and edges of a network are drawn. Pure geometry, in the units of the drawing's view box.
 */
export const DRAWING = { width: 480, height: 144, radius: 4.5 } as const

/** More units than this are drawn as some above, three dots, some below. */
const MOST_UNITS = 7
const GAP = 16
/** Room for the labels under the units. */
const FOOT = 18
const SIDE = 28
/** Less room than this between two layers, and the labels would touch. */
const LABEL_ROOM = 34

export interface DrawnColumn {
  x: number
  units: readonly number[]
  dots: readonly number[]
  label: string
}

export interface DrawnNetwork {
  columns: readonly DrawnColumn[]
  /** One path for each pair of neighbours, from every drawn unit to every drawn unit. */
  edges: readonly string[]
  labelled: boolean
}

/** Sizes that are not numbers yet are drawn as a single unit, labelled "?". */
export function drawNetwork(sizes: readonly unknown[]): DrawnNetwork {
  const spacing = sizes.length > 1 ? (DRAWING.width - 2 * SIDE) / (sizes.length - 1) : 0
  const columns = sizes.map((size, i) => drawColumn(size, SIDE + i * spacing))
  const edges = columns.slice(1).map((to, i) => edgesBetween(columns[i] ?? to, to))
  return { columns, edges, labelled: spacing >= LABEL_ROOM }
}

function drawColumn(size: unknown, x: number): DrawnColumn {
  const known = typeof size === 'number' && Number.isInteger(size) && size > 0
  const count = known ? size : 1
  const drawn = Math.min(count, MOST_UNITS)
  const top = (DRAWING.height - FOOT - (drawn - 1) * GAP) / 2
  const places = Array.from({ length: drawn }, (_, i) => top + i * GAP)
  const label = known ? String(size) : '?'
  if (count <= MOST_UNITS) return { x, units: places, dots: [], label }
  const middle = (MOST_UNITS - 1) / 2
  const at = places[middle] ?? 0
  return { x, units: places.filter((_, i) => i !== middle), dots: [at - 4, at, at + 4], label }
}

function edgesBetween(from: DrawnColumn, to: DrawnColumn): string {
  const reach = DRAWING.radius
  return from.units
    .flatMap((a) => to.units.map((b) => `M${place(from.x + reach)} ${place(a)}L${place(to.x - reach)} ${place(b)}`))
    .join('')
}

function place(value: number): string {
  return value.toFixed(1)
}
