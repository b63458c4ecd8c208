/** What moves numbers about: from the data set to the inputs, from rows to columns, and out of the way. */
import type { Kernels } from '../kernels'
import type { Views } from '../memory'
import { mix } from '../random'

type Moves = Pick<Kernels, 'gather' | 'gatherScaled' | 'gatherFloats' | 'dropout' | 'transpose'>

export function dataKernels({ f32, u32, u8 }: Views): Moves {
  return {
    gather(order, rows, images, pixels, table, x, ldx) {
      const values = table >>> 2
      for (let r = 0; r < rows; r++) {
        const from = images + u32[(order >>> 2) + r] * pixels
        const to = (x + r * ldx) >>> 2
        for (let p = 0; p < pixels; p++) f32[to + p] = f32[values + u8[from + p]]
      }
    },

    gatherScaled(order, rows, images, pixels, scales, x, ldx) {
      for (let r = 0; r < rows; r++) {
        const from = images + u32[(order >>> 2) + r] * pixels
        const to = (x + r * ldx) >>> 2
        for (let p = 0; p < pixels; p++) f32[to + p] = u8[from + p] * f32[(scales >>> 2) + p]
      }
    },

    gatherFloats(order, rows, values, features, scales, x, ldx) {
      for (let r = 0; r < rows; r++) {
        const from = (values >>> 2) + u32[(order >>> 2) + r] * features
        const to = (x + r * ldx) >>> 2
        for (let p = 0; p < features; p++) f32[to + p] = f32[from + p] * f32[(scales >>> 2) + p]
      }
    },

    dropout(x, ldx, y, ldy, rows, columns, seed, firstRow, threshold, scale) {
      // as float32, so that the product of two float32 numbers is rounded once, as in the compiled kernels
      const factor = Math.fround(scale)
      const least = threshold >>> 0
      for (let r = 0; r < rows; r++) {
        const from = (x + r * ldx) >>> 2
        const to = (y + r * ldy) >>> 2
        const rowHash = mix(seed ^ mix(firstRow + r))
        for (let n = 0; n < columns; n++) {
          const stays = mix(rowHash + Math.imul(n, GOLDEN)) >= least
          f32[to + n] = stays ? f32[from + n] * factor : 0
        }
      }
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

/** 2³² over the golden ratio: neighbours are sent far apart. */
const GOLDEN = 0x9e3779b9
