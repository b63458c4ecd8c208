/**
 * A confusion matrix as it is looked at: in which unit, in which order of the classes, how strong each error is marked.
 */
import { columnSums, rowSums, type ConfusionMatrix } from './confusion'

export const MATRIX_UNITS = ['count', 'of-true', 'of-predicted'] as const
export type MatrixUnit = (typeof MATRIX_UNITS)[number]

export const MATRIX_ORDERS = ['number', 'errors', 'similar'] as const
export type MatrixOrder = (typeof MATRIX_ORDERS)[number]

/** values[true][predicted]: counts, or shares of the row's or of the column's total; null where that total is 0. */
export function matrixValues(matrix: ConfusionMatrix, unit: MatrixUnit): (number | null)[][] {
  if (unit === 'count') return matrix.counts.map((row) => [...row])
  const [rows, columns] = [rowSums(matrix), columnSums(matrix)]
  return matrix.counts.map((row, t) =>
    row.map((count, p) => {
      const total = (unit === 'of-true' ? rows[t] : columns[p]) ?? 0
      return total === 0 ? null : count / total
    }),
  )
}

/**
 * How strong each error is marked, from 0 to 1 for the largest one. The diagonal has no part in it: right answers are
 * many more, and beside them no error would be seen. By the root of the value, so that small ones show as well.
 */
export function errorStrengths(values: readonly (readonly (number | null)[])[]): number[][] {
  const largest = Math.max(0, ...values.flatMap((row, t) => row.map((value, p) => (t === p ? 0 : (value ?? 0)))))
  return values.map((row, t) =>
    row.map((value, p) => (t === p || largest === 0 ? 0 : Math.sqrt((value ?? 0) / largest))),
  )
}

/** The classes in the order in which they are shown, by their numbers. */
export function classOrder(matrix: ConfusionMatrix, order: MatrixOrder): number[] {
  const numbers = matrix.classes.map((_, i) => i)
  switch (order) {
    case 'number':
      return numbers
    case 'errors': {
      const missed = missedShares(matrix)
      return numbers.sort((a, b) => (missed[b] ?? 0) - (missed[a] ?? 0) || a - b)
    }
    case 'similar':
      return chained(mutualErrors(matrix))
  }
  return order satisfies never
}

/** Of each class, the share that was taken for another. */
function missedShares(matrix: ConfusionMatrix): number[] {
  return rowSums(matrix).map((total, i) => (total === 0 ? 0 : 1 - (matrix.counts[i]?.[i] ?? 0) / total))
}

/** How often two classes are taken for each other, as shares of their samples. */
function mutualErrors(matrix: ConfusionMatrix): number[][] {
  const shares = matrixValues(matrix, 'of-true')
  return shares.map((row, a) => row.map((value, b) => (a === b ? 0 : (value ?? 0) + (shares[b]?.[a] ?? 0))))
}

/**
 * A line of classes in which neighbors are taken for each other as often as possible: begins with the most mistaken pair,
 * grows at whichever end has the stronger tie, then reverses pieces as long as that helps (2-opt).
 */
function chained(ties: readonly (readonly number[])[]): number[] {
  const tie = (a: number | undefined, b: number | undefined): number =>
    a === undefined || b === undefined ? 0 : (ties[a]?.[b] ?? 0)
  const left = new Set(ties.keys())
  const pairs = [...left].flatMap((a) => [...left].filter((b) => a < b).map((b) => [a, b] as const))
  const start = pairs.reduce<readonly [number, number] | null>(
    (best, pair) => (best === null || tie(...pair) > tie(...best) ? pair : best),
    null,
  )
  const line: number[] = start ? [...start] : [...left]
  line.forEach((each) => left.delete(each))
  while (left.size > 0) {
    const strongest = (end: number | undefined): number =>
      [...left].reduce((best, each) => (tie(end, each) > tie(end, best) ? each : best))
    const [before, after] = [strongest(line[0]), strongest(line.at(-1))]
    const isLeft = tie(line[0], before) > tie(line.at(-1), after)
    if (isLeft) line.unshift(before)
    else line.push(after)
    left.delete(isLeft ? before : after)
  }
  return improved(line, tie)
}

function improved(line: number[], tie: (a: number | undefined, b: number | undefined) => number): number[] {
  for (let found = true; found;) {
    found = false
    for (let i = 0; i < line.length - 1; i++) {
      for (let j = i + 1; j < line.length; j++) {
        const before = tie(line[i - 1], line[i]) + tie(line[j], line[j + 1])
        const after = tie(line[i - 1], line[j]) + tie(line[i], line[j + 1])
        if (after <= before + 1e-12) continue
        line.splice(i, j - i + 1, ...line.slice(i, j + 1).reverse())
        found = true
      }
    }
  }
  return line
}

/** The classes of a matrix in another order. */
export function reordered({ classes, counts }: ConfusionMatrix, order: readonly number[]): ConfusionMatrix {
  return {
    classes: order.map((i) => classes[i] ?? ''),
    counts: order.map((t) => order.map((p) => counts[t]?.[p] ?? 0)),
  }
}

/** "182", "18.2" for a share in percent, "–" where there is nothing to take a share of. */
export function cellText(value: number | null, unit: MatrixUnit): string {
  if (value === null) return '–'
  if (unit === 'count') return String(value)
  return value === 0 ? '0' : (100 * value).toFixed(1)
}
