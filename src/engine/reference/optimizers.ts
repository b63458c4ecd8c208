import type { Kernels } from '../kernels'
import type { Views } from '../memory'

type Optimizers = Pick<Kernels, 'sgd' | 'momentum' | 'adam' | 'rmsprop' | 'rmspropMomentum' | 'adagrad'>

/** The smallest float32 that is not a denormal. */
const SMALLEST_NORMAL = 2 ** -126

/** State as it is kept: 0 in place of a denormal. */
function kept(state: number): number {
  return state < SMALLEST_NORMAL && state > -SMALLEST_NORMAL ? 0 : state
}

export function optimizerKernels({ f32 }: Views): Optimizers {
  /** Calls `step` with the place of each weight in its matrix, which is that of its state too, and its gradient. */
  function forEachWeight(
    ldw: number,
    g: number,
    ldg: number,
    rows: number,
    columns: number,
    step: (place: number, gradient: number) => void,
  ): void {
    for (let r = 0; r < rows; r++) {
      const place = (r * ldw) >>> 2
      const atG = (g + r * ldg) >>> 2
      for (let i = 0; i < columns; i++) step(place + i, f32[atG + i])
    }
  }

  return {
    sgd(w, ldw, g, ldg, rows, columns, rate) {
      const atW = w >>> 2
      forEachWeight(ldw, g, ldg, rows, columns, (place, gradient) => {
        f32[atW + place] = f32[atW + place] - rate * gradient
      })
    },

    momentum(w, v, ldw, g, ldg, rows, columns, momentum, nesterov, rate) {
      const [atW, atV] = [w >>> 2, v >>> 2]
      forEachWeight(ldw, g, ldg, rows, columns, (place, gradient) => {
        const velocity = kept(momentum * f32[atV + place] + gradient)
        const direction = nesterov === 1 ? gradient + momentum * velocity : velocity
        f32[atV + place] = velocity
        f32[atW + place] = f32[atW + place] - rate * direction
      })
    },

    adam(w, m, v, ldw, g, ldg, rows, columns, beta1, beta2, rate, epsilon) {
      const [atW, atM, atV] = [w >>> 2, m >>> 2, v >>> 2]
      forEachWeight(ldw, g, ldg, rows, columns, (place, gradient) => {
        const mean = kept(beta1 * f32[atM + place] + (1 - beta1) * gradient)
        const square = kept(beta2 * f32[atV + place] + (1 - beta2) * gradient * gradient)
        f32[atM + place] = mean
        f32[atV + place] = square
        f32[atW + place] = f32[atW + place] - (rate * mean) / (Math.sqrt(square) + epsilon)
      })
    },

    rmsprop(w, s, ldw, g, ldg, rows, columns, rho, rate, epsilon) {
      const [atW, atS] = [w >>> 2, s >>> 2]
      forEachWeight(ldw, g, ldg, rows, columns, (place, gradient) => {
        const square = kept(rho * f32[atS + place] + (1 - rho) * gradient * gradient)
        f32[atS + place] = square
        f32[atW + place] = f32[atW + place] - (rate * gradient) / (Math.sqrt(square) + epsilon)
      })
    },

    rmspropMomentum(w, s, v, ldw, g, ldg, rows, columns, rho, momentum, rate, epsilon) {
      const [atW, atS, atV] = [w >>> 2, s >>> 2, v >>> 2]
      forEachWeight(ldw, g, ldg, rows, columns, (place, gradient) => {
        const square = kept(rho * f32[atS + place] + (1 - rho) * gradient * gradient)
        const velocity = kept(momentum * f32[atV + place] + gradient / (Math.sqrt(square) + epsilon))
        f32[atS + place] = square
        f32[atV + place] = velocity
        f32[atW + place] = f32[atW + place] - rate * velocity
      })
    },

    adagrad(w, s, ldw, g, ldg, rows, columns, rate, epsilon) {
      const [atW, atS] = [w >>> 2, s >>> 2]
      forEachWeight(ldw, g, ldg, rows, columns, (place, gradient) => {
        const sum = kept(f32[atS + place] + gradient * gradient)
        f32[atS + place] = sum
        f32[atW + place] = f32[atW + place] - (rate * gradient) / (Math.sqrt(sum) + epsilon)
      })
    },
  }
}
