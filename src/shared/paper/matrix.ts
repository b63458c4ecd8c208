/**
 * Small dense matrices in float64, as lists of rows, for exercises that are also worked out by hand. Nothing is
 * changed in place. Shapes are checked at the doors (see `layer-exercise.ts`), not here.
 */

export type Matrix = readonly (readonly number[])[]

export interface Shape {
  rows: number
  columns: number
}

export function shapeOf(matrix: Matrix): Shape {
  return { rows: matrix.length, columns: matrix[0]?.length ?? 0 }
}

/** "2 × 3": rows first, as everywhere in the field. */
export function shapeText({ rows, columns }: Shape): string {
  return `${rows} × ${columns}`
}

export function entryOf(matrix: Matrix, row: number, column: number): number {
  return matrix[row]?.[column] ?? NaN
}

export function mapMatrix(matrix: Matrix, map: (value: number, row: number, column: number) => number): Matrix {
  return matrix.map((row, r) => row.map((value, c) => map(value, r, c)))
}

/** Entry by entry; both of one shape. */
export function combine(a: Matrix, b: Matrix, by: (a: number, b: number) => number): Matrix {
  return mapMatrix(a, (value, r, c) => by(value, entryOf(b, r, c)))
}

export function transpose(matrix: Matrix): Matrix {
  return (matrix[0] ?? []).map((_, c) => matrix.map((row) => row[c] ?? NaN))
}

/** a [m, n] · b [n, p] → [m, p] */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const columns = transpose(b)
  return a.map((row) => columns.map((column) => dot(row, column)))
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0)
}

export function sumOf(matrix: Matrix): number {
  return matrix.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0)
}

/** Σ aᵢⱼ bᵢⱼ */
export function innerProduct(a: Matrix, b: Matrix): number {
  return sumOf(combine(a, b, (x, y) => x * y))
}

const SWEEPS = 60

/**
 * Eigenvalues of a symmetric matrix, smallest first, by Jacobi's rotations: each turns one pair of axes so that the
 * entry off the diagonal vanishes; sweeps over all pairs end when nothing is left there.
 */
export function symmetricEigenvalues(matrix: Matrix): number[] {
  let current = matrix.map((row) => [...row])
  const size = current.length
  const scale = Math.sqrt(innerProduct(matrix, matrix))
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(current) > 1e-15 * scale; sweep++) {
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) current = rotated(current, p, q)
  }
  return current.map((row, i) => row[i] ?? NaN).sort((a, b) => a - b)
}

function offDiagonal(matrix: Matrix): number {
  return Math.sqrt(sumOf(mapMatrix(matrix, (value, r, c) => (r === c ? 0 : value * value))))
}

/** JᵀMJ with the rotation J of the axes p and q that makes M[p][q] zero. */
function rotated(matrix: number[][], p: number, q: number): number[][] {
  const off = entryOf(matrix, p, q)
  if (off === 0) return matrix
  const angle = 0.5 * Math.atan2(2 * off, entryOf(matrix, q, q) - entryOf(matrix, p, p))
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const turn = (row: readonly number[]) => {
    const [x, y] = [row[p] ?? NaN, row[q] ?? NaN]
    return row.map((value, i) => (i === p ? cos * x - sin * y : i === q ? sin * x + cos * y : value))
  }
  const columnsTurned = matrix.map(turn)
  return transpose(transpose(columnsTurned).map(turn)).map((row) => [...row])
}

/**
 * The x of x·M = b for each row b of `rows`, M symmetric and of full rank; null where M is not (to 12 digits).
 * Gaussian elimination with the largest pivot.
 */
export function solveRows(matrix: Matrix, rows: Matrix): Matrix | null {
  const size = matrix.length
  const scale = Math.max(...matrix.flat().map(Math.abs), 0)
  const system = matrix.map((row, i) => [...row, ...rows.map((b) => b[i] ?? NaN)])
  for (let step = 0; step < size; step++) {
    const pivot = largestBelow(system, step)
    const top = system[pivot] ?? []
    const head = top[step] ?? 0
    if (!(Math.abs(head) > 1e-12 * scale)) return null
    system[pivot] = system[step] ?? []
    system[step] = top.map((value) => value / head)
    for (let r = 0; r < size; r++) if (r !== step) system[r] = eliminated(system[r] ?? [], system[step] ?? [], step)
  }
  return rows.map((_, b) => system.map((row) => row[size + b] ?? NaN))
}

function largestBelow(system: Matrix, step: number): number {
  let best = step
  for (let r = step + 1; r < system.length; r++) {
    if (Math.abs(entryOf(system, r, step)) > Math.abs(entryOf(system, best, step))) best = r
  }
  return best
}

function eliminated(row: readonly number[], by: readonly number[], column: number): number[] {
  const factor = row[column] ?? 0
  return row.map((value, i) => value - factor * (by[i] ?? 0))
}
