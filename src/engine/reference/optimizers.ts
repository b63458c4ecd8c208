import type { Kernels } from '../kernels'
import type { Views } from '../memory'

/** The smallest float32 that is not a denormal. */
const SMALLEST_NORMAL = 2 ** -126

export function optimizerKernels({ f32 }: Views): Pick<Kernels, 'sgd' | 'adam'> {
  return {
    sgd(w, ldw, g, ldg, rows, columns, rate) {
      for (let r = 0; r < rows; r++) {
        const atW = (w + r * ldw) >>> 2
        const atG = (g + r * ldg) >>> 2
        for (let i = 0; i < columns; i++) f32[atW + i] = f32[atW + i] - rate * f32[atG + i]
      }
    },

    adam(w, m, v, ldw, g, ldg, rows, columns, beta1, beta2, rate, epsilon) {
      for (let r = 0; r < rows; r++) {
        const atW = (w + r * ldw) >>> 2
        const atM = (m + r * ldw) >>> 2
        const atV = (v + r * ldw) >>> 2
        const atG = (g + r * ldg) >>> 2
        for (let i = 0; i < columns; i++) {
          const gradient = f32[atG + i]
          let mean = beta1 * f32[atM + i] + (1 - beta1) * gradient
          let square = beta2 * f32[atV + i] + (1 - beta2) * gradient * gradient
          if (mean < SMALLEST_NORMAL && mean > -SMALLEST_NORMAL) mean = 0
          if (square < SMALLEST_NORMAL) square = 0
          f32[atM + i] = mean
          f32[atV + i] = square
          f32[atW + i] = f32[atW + i] - (rate * mean) / (Math.sqrt(square) + epsilon)
        }
      }
    },
  }
}
