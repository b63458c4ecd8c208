import type { Kernels } from '../kernels'
import type { Views } from '../memory'

export function lossKernels({ f32, u32, u8 }: Views): Pick<Kernels, 'softmaxCrossEntropy'> {
  return {
    softmaxCrossEntropy(z, ldz, rows, classes, order, labels, scale, dz, lddz, loss, correct) {
      for (let r = 0; r < rows; r++) {
        const at = (z + r * ldz) >>> 2
        const label = u8[labels + u32[(order >>> 2) + r]]
        let largest = f32[at]
        let winner = 0
        for (let c = 1; c < classes; c++) {
          if (f32[at + c] > largest) {
            largest = f32[at + c]
            winner = c
          }
        }
        let sum = 0
        for (let c = 0; c < classes; c++) sum += Math.exp(f32[at + c] - largest)
        f32[(loss >>> 2) + r] = Math.log(sum) - (f32[at + label] - largest)
        u8[correct + r] = winner === label ? 1 : 0
        if (dz === 0) continue
        const out = (dz + r * lddz) >>> 2
        for (let c = 0; c < classes; c++) {
          const p = Math.exp(f32[at + c] - largest) / sum
          f32[out + c] = (c === label ? p - 1 : p) * scale
        }
      }
    },
  }
}
