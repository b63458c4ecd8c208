/** Activations and what they multiply a gradient with. Columns are exact: padding is left alone. */
import type { Activate, ActivateBackward, ActivationKind, Kernels } from '../kernels'
import type { Views } from '../memory'
import { normalDensity, normalShare } from '#shared/normal'
import { mapRecord } from './records'

/** Of a number and the activation's parameter, both float32: y + c of ELU is then 0 where y is −c. */
export type Curve = (x: number, parameter: number) => number

/** As float32 has it, so that no output lies beyond it, where the slope would be below 0. */
const IMPROVED_HEIGHT = Math.fround(1.7159)
const IMPROVED_STRETCH = 2 / 3

/** What leaves a unit, of the sum z that goes in. */
export const ACTIVATION_VALUES: Readonly<Record<ActivationKind, Curve>> = {
  linear: (z) => z,
  sigmoid: sigmoidOf,
  tanh: (z) => Math.tanh(z),
  'improved-sigmoid': (z) => IMPROVED_HEIGHT * Math.tanh(IMPROVED_STRETCH * z),
  relu: (z) => (z < 0 ? 0 : z),
  'leaky-relu': (z, slope) => (z < 0 ? slope * z : z),
  elu: (z, c) => (z < 0 ? c * Math.expm1(z) : z),
  gelu: (z) => (z < -40 ? 0 : z * normalShare(z)), // −∞ · 0 would be NaN
  silu: (z) => (z < -800 ? 0 : z * sigmoidOf(z)),
  softplus: (z) => (z > 0 ? z : 0) + Math.log1p(Math.exp(-Math.abs(z))),
}

/** Slopes, from the activation's output y or its sum z: see `slopeFrom`. */
export const ACTIVATION_SLOPES: Readonly<Record<ActivationKind, Curve>> = {
  linear: () => 1,
  sigmoid: (y) => y * (1 - y),
  tanh: (y) => (1 - y) * (1 + y),
  'improved-sigmoid': (y) => (IMPROVED_STRETCH / IMPROVED_HEIGHT) * (IMPROVED_HEIGHT - y) * (IMPROVED_HEIGHT + y),
  relu: (y) => (y > 0 ? 1 : 0),
  'leaky-relu': (y, slope) => (y > 0 ? 1 : slope),
  elu: (y, c) => (y > 0 ? 1 : y + c),
  gelu: (z) => normalShare(z) + (Math.abs(z) > 40 ? 0 : z * normalDensity(z)),
  silu: (z) => sigmoidOf(z) * (1 + (Math.abs(z) > 800 ? 0 : z * sigmoidOf(-z))),
  softplus: (y) => -Math.expm1(-y),
}

/** e⁻ˣ overflows to Infinity far below zero, which gives the 0 that is wanted there. */
function sigmoidOf(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

export function activationKernels({ f32 }: Views): Pick<Kernels, 'activate' | 'activateBackward'> {
  const activateBy =
    (value: Curve): Activate =>
    (z, ldz, a, lda, rows, columns, given) => {
      const parameter = Math.fround(given)
      for (let r = 0; r < rows; r++) {
        const from = (z + r * ldz) >>> 2
        const to = (a + r * lda) >>> 2
        for (let i = 0; i < columns; i++) f32[to + i] = value(f32[from + i], parameter)
      }
    }

  const multiplyBy =
    (slope: Curve): ActivateBackward =>
    (d, ldd, from, ldf, rows, columns, given) => {
      const parameter = Math.fround(given)
      for (let r = 0; r < rows; r++) {
        const atD = (d + r * ldd) >>> 2
        const atFrom = (from + r * ldf) >>> 2
        for (let i = 0; i < columns; i++) f32[atD + i] = f32[atD + i] * slope(f32[atFrom + i], parameter)
      }
    }

  return {
    activate: mapRecord(ACTIVATION_VALUES, activateBy),
    activateBackward: mapRecord(ACTIVATION_SLOPES, multiplyBy),
  }
}
