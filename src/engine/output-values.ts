/** From the sums of an output layer to what leaves it: in place, each row by itself, computed in float64. */
import type { OutputLossKind } from './kernels'

/** `values`: f32[rows, units] */
export function applyOutput(kind: OutputLossKind, values: Float32Array, units: number): void {
  if (kind === 'linear-squared-error') return
  if (kind.startsWith('sigmoid')) {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]))
    return
  }
  for (let at = 0; at < values.length; at += units) softmax(values.subarray(at, at + units))
}

function softmax(row: Float32Array): void {
  let largest = -Infinity
  for (const sum of row) if (sum > largest) largest = sum
  const powers = Array.from(row, (sum) => Math.exp(sum - largest))
  const total = powers.reduce((a, b) => a + b, 0)
  powers.forEach((power, i) => (row[i] = power / total))
}
