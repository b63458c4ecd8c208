/** What is done to weights and their gradients besides the optimizers' steps. */
import type { Kernels } from '../kernels'
import type { Views } from '../memory'

type WeightKernels = Pick<Kernels, 'scale' | 'penalize' | 'limitColumns'>

export function weightKernels({ f32 }: Views): WeightKernels {
  function lengthOfColumn(w: number, ldw: number, rows: number): number {
    let sum = 0
    for (let r = 0; r < rows; r++) {
      const value = f32[(w + r * ldw) >>> 2]
      sum += value * value
    }
    return Math.sqrt(sum)
  }

  return {
    // 0 is added so that there is no −0, neither here nor where compiled kernels compute padding
    scale(x, ldx, rows, columns, factor) {
      for (let r = 0; r < rows; r++) {
        const at = (x + r * ldx) >>> 2
        for (let n = 0; n < columns; n++) f32[at + n] = factor * f32[at + n] + 0
      }
    },

    penalize(g, ldg, w, ldw, rows, columns, l1, l2) {
      for (let r = 0; r < rows; r++) {
        const atG = (g + r * ldg) >>> 2
        const atW = (w + r * ldw) >>> 2
        for (let n = 0; n < columns; n++) {
          const weight = f32[atW + n]
          f32[atG + n] = f32[atG + n] + 2 * l2 * weight + l1 * Math.sign(weight)
        }
      }
    },

    limitColumns(w, ldw, rows, columns, most) {
      for (let n = 0; n < columns; n++) {
        const length = lengthOfColumn(w + n * 4, ldw, rows)
        if (!(length > most)) continue
        for (let r = 0; r < rows; r++) {
          const at = (w + r * ldw + n * 4) >>> 2
          f32[at] = f32[at] * (most / length)
        }
      }
    },
  }
}
