import { BYTES, type Range } from '../../../data/pixels'
import type { Values } from '../../../stores/dataset-content'

/** Bytes have their range; floats go from their smallest to their largest value. */
export function rangeOfValues(kind: 'bytes' | 'floats' | undefined, values: Values): Range {
  if (kind !== 'floats') return BYTES
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? { low, high } : { low: 0, high: 1 }
}
