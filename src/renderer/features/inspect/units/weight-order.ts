/**
 * The units of a layer in an order, with the lengths of their weights.
 *
 *   weights  f32[units, inputs]   read
 */
export type UnitOrder = 'as-is' | 'norm'

export function weightNorms(weights: Float32Array, inputs: number): Float64Array {
  return Float64Array.from({ length: inputs === 0 ? 0 : weights.length / inputs }, (_, unit) => {
    let sum = 0
    for (let i = unit * inputs; i < (unit + 1) * inputs; i++) sum += (weights[i] ?? 0) ** 2
    return Math.sqrt(sum)
  })
}

/** The longest first; equal ones as they were. */
export function unitOrder(norms: Float64Array, order: UnitOrder): number[] {
  const units = Array.from(norms, (_, unit) => unit)
  return order === 'as-is' ? units : units.sort((a, b) => (norms[b] ?? 0) - (norms[a] ?? 0) || a - b)
}

/** Which rows of a grid are in view, with one more on either side. */
export function rowsInView(
  { top, height }: { top: number; height: number },
  rowHeight: number,
  rows: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - 1)
  return { first, last: Math.min(rows, Math.ceil((top + height) / rowHeight) + 1) }
}
