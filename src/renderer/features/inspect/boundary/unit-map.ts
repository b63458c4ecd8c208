/**
 * One unit's numbers out of those of all units of its layer, as a picture has them: the highest row first.
 *
 *   values  f32[rows, columns, units], the lowest row first   read
 */
export function unitMap(
  values: Float32Array,
  units: number,
  unit: number,
  { columns, rows }: { columns: number; rows: number },
): { values: Float32Array; low: number; high: number } {
  const map = new Float32Array(columns * rows)
  let [low, high] = [Infinity, -Infinity]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[(row * columns + column) * units + unit] ?? 0
      map[(rows - 1 - row) * columns + column] = value
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  return { values: map, low, high }
}
