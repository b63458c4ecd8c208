/** Sums over rows and over whole matrices, in float64. */
import type { Kernels } from '../kernels'
import type { Views } from '../memory'

type Sums = Pick<Kernels, 'addParts' | 'columnSums' | 'sumOfSquares' | 'sumOfSquaredDifferences'>

export function sumKernels({ f32, f64 }: Views): Sums {
  let totals = new Float64Array(256)

  return {
    addParts(parts, ldp, count, ldr, initial, z, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const at = (parts + r * ldr) >>> 2
        const to = (z + r * ldr) >>> 2
        for (let n = 0; n < columns; n++) {
          let sum = f32[(initial >>> 2) + n]
          for (let p = 0; p < count; p++) sum = Math.fround(sum + f32[at + p * (ldp >>> 2) + n])
          f32[to + n] = sum
        }
      }
    },

    columnSums(d, ldd, rows, columns, initial, sums) {
      if (totals.length < columns) totals = new Float64Array(columns)
      for (let n = 0; n < columns; n++) totals[n] = f32[(initial >>> 2) + n]
      for (let r = 0; r < rows; r++) {
        const at = (d + r * ldd) >>> 2
        for (let n = 0; n < columns; n++) totals[n] = totals[n] + f32[at + n]
      }
      for (let n = 0; n < columns; n++) f32[(sums >>> 2) + n] = totals[n]
    },

    sumOfSquares(x, ldx, rows, columns, sum) {
      const lanes = [0, 0, 0, 0]
      for (let r = 0; r < rows; r++) {
        const at = (x + r * ldx) >>> 2
        for (let n = 0; n < columns; n++) lanes[n % 4] += f32[at + n] * f32[at + n]
      }
      f64[sum >>> 3] = lanes[0] + lanes[1] + (lanes[2] + lanes[3])
    },

    sumOfSquaredDifferences(x, ldx, y, ldy, rows, columns, sum) {
      const lanes = [0, 0, 0, 0]
      for (let r = 0; r < rows; r++) {
        const atX = (x + r * ldx) >>> 2
        const atY = (y + r * ldy) >>> 2
        for (let n = 0; n < columns; n++) {
          const difference = f32[atX + n] - f32[atY + n]
          lanes[n % 4] += difference * difference
        }
      }
      f64[sum >>> 3] = lanes[0] + lanes[1] + (lanes[2] + lanes[3])
    },
  }
}
