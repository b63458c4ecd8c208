import type { Kernels } from '../kernels'
import type { Views } from '../memory'

export function dataKernels({ f32, u32, u8 }: Views): Pick<Kernels, 'gather' | 'columnSums' | 'transpose'> {
  let totals = new Float64Array(256)

  return {
    gather(order, rows, images, pixels, table, x, ldx) {
      const values = table >>> 2
      for (let r = 0; r < rows; r++) {
        const from = images + u32[(order >>> 2) + r] * pixels
        const to = (x + r * ldx) >>> 2
        for (let p = 0; p < pixels; p++) f32[to + p] = f32[values + u8[from + p]]
      }
    },

    columnSums(d, ldd, rows, columns, sums) {
      if (totals.length < columns) totals = new Float64Array(columns)
      totals.fill(0, 0, columns)
      for (let r = 0; r < rows; r++) {
        const at = (d + r * ldd) >>> 2
        for (let n = 0; n < columns; n++) totals[n] = totals[n] + f32[at + n]
      }
      for (let n = 0; n < columns; n++) f32[(sums >>> 2) + n] = totals[n]
    },

    // four rows at a time: their targets lie side by side
    transpose(w, ldw, t, ldt, rows, columns) {
      for (let r0 = 0; r0 < rows; r0 += 4) {
        const end = Math.min(rows, r0 + 4)
        for (let n = 0; n < columns; n++) {
          const to = (t + n * ldt) >>> 2
          for (let r = r0; r < end; r++) f32[to + r] = f32[((w + r * ldw) >>> 2) + n]
        }
      }
    },
  }
}
