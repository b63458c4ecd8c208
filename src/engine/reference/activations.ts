/** Activations in place, and their derivatives in terms of the output. Columns are exact: padding is left alone. */
import type { Kernels } from '../kernels'
import type { Views } from '../memory'

type Activations = Pick<Kernels, 'sigmoid' | 'relu' | 'sigmoidBackward' | 'reluBackward'>

export function activationKernels({ f32 }: Views): Activations {
  return {
    // e⁻ᵃ overflows to Infinity far below zero, which gives the 0 that is wanted there
    sigmoid(a, lda, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const begin = (a + r * lda) >>> 2
        for (let i = begin; i < begin + columns; i++) f32[i] = 1 / (1 + Math.exp(-f32[i]))
      }
    },

    relu(a, lda, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const begin = (a + r * lda) >>> 2
        for (let i = begin; i < begin + columns; i++) if (f32[i] < 0) f32[i] = 0
      }
    },

    sigmoidBackward(d, ldd, a, lda, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const atD = (d + r * ldd) >>> 2
        const atA = (a + r * lda) >>> 2
        for (let i = 0; i < columns; i++) {
          const y = f32[atA + i]
          f32[atD + i] = f32[atD + i] * (y * (1 - y))
        }
      }
    },

    reluBackward(d, ldd, a, lda, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const atD = (d + r * ldd) >>> 2
        const atA = (a + r * lda) >>> 2
        for (let i = 0; i < columns; i++) if (!(f32[atA + i] > 0)) f32[atD + i] = 0
      }
    },
  }
}
