/**
 * The straight line by which an output layer divides what two hidden units hand to it, found from its answers.
 *
 * With two units below, the logit of p is a·h₁ + b·h₂ + c, whatever came before: three numbers that least squares finds
 * from any cells that are not all on one line. Interpolated between cells, a steep boundary would be a zigzag here.
 */
import type { PlaneField } from './plane'
import type { HiddenPlane } from './transformed-drawing'

/** a·h₁ + b·h₂ + c = 0 */
export type Line = readonly [a: number, b: number, c: number]

/** p of 32 bits has lost its last digits beyond this many nats, where 1 − p is near the smallest step. */
const FARTHEST = 8
/** Cells of more than this are wrong: then the outputs are no such function of the two units. */
const LARGEST_MISS = 0.05

/** Of two classes above two units; null where there is no such line to be found. */
export function lastLayerLine({ classes, shares }: PlaneField, { units, values }: HiddenPlane): Line | null {
  if (classes !== 2 || units !== 2) return null
  const cells = logitsOf(shares).map(({ cell, logit }) => ({
    h: [values[2 * cell] ?? 0, values[2 * cell + 1] ?? 0, 1] as const,
    logit,
  }))
  const line = leastSquares(cells)
  if (!line) return null
  const miss = Math.max(0, ...cells.map(({ h, logit }) => Math.abs(dot(line, h) - logit)))
  return miss <= LARGEST_MISS ? line : null
}

function logitsOf(shares: Float32Array): { cell: number; logit: number }[] {
  return Array.from({ length: shares.length / 2 }, (_, cell) => {
    const [rest, p] = [shares[2 * cell] ?? 0, shares[2 * cell + 1] ?? 0]
    return { cell, logit: rest > 0 && p > 0 ? Math.log(p / rest) : Infinity }
  }).filter(({ logit }) => Math.abs(logit) <= FARTHEST)
}

function dot(a: Line, b: Line): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/** By the normal equations, which Cramer's rule solves for three unknowns. */
function leastSquares(cells: readonly { h: Line; logit: number }[]): Line | null {
  const sum = (of: (cell: { h: Line; logit: number }) => number) => cells.reduce((all, cell) => all + of(cell), 0)
  const columns = ([0, 1, 2] as const).map((i): Line => [
    sum(({ h }) => h[i] * h[0]),
    sum(({ h }) => h[i] * h[1]),
    sum(({ h }) => h[i] * h[2]),
  ])
  const right: Line = [
    sum(({ h, logit }) => h[0] * logit),
    sum(({ h, logit }) => h[1] * logit),
    sum(({ h, logit }) => h[2] * logit),
  ]
  const [x, y, z] = columns
  if (!x || !y || !z) return null
  const whole = determinant(x, y, z)
  // against the size that columns of these lengths could have: cells on one line have none
  if (!(Math.abs(whole) > 1e-10 * x[0] * y[1] * z[2])) return null
  return [determinant(right, y, z) / whole, determinant(x, right, z) / whole, determinant(x, y, right) / whole]
}

function determinant(a: Line, b: Line, c: Line): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])
}

/** The part of a line within a box; null where it passes by. */
export function withinBox(
  [a, b, c]: Line,
  { x, y }: { x: readonly [number, number]; y: readonly [number, number] },
): [[number, number], [number, number]] | null {
  const meets = [
    ...(b === 0 ? [] : x.map((at): [number, number] => [at, -(a * at + c) / b])),
    ...(a === 0 ? [] : y.map((at): [number, number] => [-(b * at + c) / a, at])),
  ]
  const slack = 1e-9 * (x[1] - x[0] + y[1] - y[0])
  const inside = meets.filter(
    ([px, py]) => px >= x[0] - slack && px <= x[1] + slack && py >= y[0] - slack && py <= y[1] + slack,
  )
  const [first] = inside
  const last = first && inside.find(([px, py]) => Math.hypot(px - first[0], py - first[1]) > slack)
  return first && last ? [first, last] : null
}
