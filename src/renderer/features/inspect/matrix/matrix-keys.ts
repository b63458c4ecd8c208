/**
 * The way through a matrix by keys. −1 is the head of a row or a column; the corner has nothing to show.
 */
export interface Place {
  row: number
  column: number
}

/** What somebody wants to see, by places in the order that is shown; null: all of them. */
export interface MatrixPlace {
  truth: number | null
  predicted: number | null
}

/** Null for keys that lead nowhere. */
export function movedPlace({ row, column }: Place, key: string, size: number, isFar: boolean): Place | null {
  const last = size - 1
  switch (key) {
    case 'ArrowUp':
      return within(row - 1, column, row, column)
    case 'ArrowDown':
      return { row: Math.min(last, row + 1), column }
    case 'ArrowLeft':
      return within(row, column - 1, row, column)
    case 'ArrowRight':
      return { row, column: Math.min(last, column + 1) }
    case 'Home':
      return isFar ? { row: 0, column: 0 } : { row, column: 0 }
    case 'End':
      return isFar ? { row: last, column: last } : { row, column: last }
    default:
      return null
  }
}

/** Not beyond the heads, and not into the corner between them. */
function within(row: number, column: number, fromRow: number, fromColumn: number): Place {
  const isOut = row < -1 || column < -1 || (row === -1 && column === -1)
  return isOut ? { row: fromRow, column: fromColumn } : { row, column }
}
