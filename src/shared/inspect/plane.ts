/**
 * The plane as a model of two inputs divides it: what it gives each class at the middle points of a grid of cells.
 */
import { contourLines, fieldAt, marginOver, type ContourLine, type Field } from './contours'

export interface Box {
  x: readonly [low: number, high: number]
  y: readonly [low: number, high: number]
}

export interface PlaneField extends Box {
  columns: number
  rows: number
  classes: number
  /** f32[cells, classes], the lowest row first. */
  shares: Float32Array
}

export interface PlanePoint {
  sample: number
  x: number
  y: number
  label: number
  predicted: number
  isTest: boolean
}

/** Room around the data, as a share of its range: how a model goes on where it has seen nothing. */
const MARGIN = 0.25
/** Features of ranges that differ by more than this are drawn each on its own scale. */
const ALIKE = 4

/** What has to be in view around points; a square in units of the plane where both features are alike. */
export function boxAround(points: readonly { x: number; y: number }[]): Box {
  const [x, y] = [rangeOf(points.map((point) => point.x)), rangeOf(points.map((point) => point.y))]
  const [wide, tall] = [x[1] - x[0], y[1] - y[0]]
  const isAlike = Math.max(wide, tall) <= ALIKE * Math.min(wide, tall)
  const [halfX, halfY] = (isAlike ? [Math.max(wide, tall), Math.max(wide, tall)] : [wide, tall]).map(
    (range) => (range / 2) * (1 + 2 * MARGIN),
  )
  return { x: around(x, halfX), y: around(y, halfY) }
}

function rangeOf(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return [-1, 1]
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  return high > low ? [low, high] : [low - 1, high + 1]
}
function around([low, high]: readonly [number, number], half = 1): [number, number] {
  const middle = (low + high) / 2
  return [middle - half, middle + half]
}

/** One output unit tells two classes apart. */
export function planeField(
  box: Box,
  { columns, rows }: { columns: number; rows: number },
  { outputs, values }: { outputs: number; values: Float32Array },
): PlaneField {
  if (outputs > 1) return { ...box, columns, rows, classes: outputs, shares: values }
  const shares = new Float32Array(2 * values.length)
  values.forEach((p, i) => shares.set([1 - p, p], 2 * i))
  return { ...box, columns, rows, classes: 2, shares }
}

/** From coordinates of the plane to steps of the grid, whose points are the middles of the cells. */
export function toGrid({ x, y, columns, rows }: PlaneField, px: number, py: number): [number, number] {
  return [((px - x[0]) / (x[1] - x[0])) * columns - 0.5, ((py - y[0]) / (y[1] - y[0])) * rows - 0.5]
}
export function fromGrid({ x, y, columns, rows }: PlaneField, gx: number, gy: number): [number, number] {
  return [x[0] + ((gx + 0.5) / columns) * (x[1] - x[0]), y[0] + ((gy + 0.5) / rows) * (y[1] - y[0])]
}

/** The share of one class, as a field for contours. */
export function shareField({ columns, rows, classes, shares }: PlaneField, label: number): Field {
  const values = Float32Array.from({ length: columns * rows }, (_, cell) => shares[cell * classes + label] ?? 0)
  return { values, columns, rows }
}

/** Where the most likely class changes: with two classes, where both are at one half. */
export function boundaryLines(field: PlaneField): ContourLine[] {
  const { columns, rows, classes, shares } = field
  if (classes === 2) return contourLines(shareField(field, 1), 0.5)
  const labels = Array.from({ length: classes }, (_, label) => label)
  return labels.flatMap((label) => contourLines({ values: marginOver(shares, classes, label), columns, rows }, 0))
}

export const LEVELS = [0.1, 0.25, 0.75, 0.9] as const

/** Lines of equal share of one class, without the one that is the boundary. */
export function levelLines(field: PlaneField, label: number): { level: number; lines: ContourLine[] }[] {
  const share = shareField(field, label)
  const levels = field.classes === 2 ? LEVELS : [0.1, 0.25, 0.5, 0.75, 0.9]
  return levels.map((level) => ({ level, lines: contourLines(share, level) }))
}

/** What the model gives the classes at a place, between the cells' middles. */
export function sharesAt(field: PlaneField, px: number, py: number): number[] {
  const [gx, gy] = toGrid(field, px, py)
  const { shares: values, columns, rows, classes } = field
  return Array.from({ length: classes }, (_, label) => fieldAt({ values, columns, rows }, gx, gy, classes, label))
}
