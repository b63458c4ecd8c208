/**
 * Memory of one worker's kernels, handed over once by `useScratch`: constants first, then room for the lists of the
 * sparse products or for a row of the softmax.
 *
 * The constants lie in memory because V8 from 12 on builds a v128 constant anew in each trip of a loop, in three
 * instructions; a load that fills all lanes is one.
 */

/** Must hold: the last constant's place, and whole cache lines. */
const CONSTANT_BYTES: i32 = 128

let constants: usize = 0
let room: usize = 0
let end: usize = 0

// Places of the constants, in bytes.
export const EXP_LOWEST: usize = 0
export const EXP_HIGHEST: usize = 4
export const LOG2_E: usize = 8
export const ROUNDER: usize = 12
export const MINUS_LN2_HIGH: usize = 16
export const MINUS_LN2_LOW: usize = 20
export const SEVENTH: usize = 24
export const SIXTH: usize = 28
export const FIFTH: usize = 32
export const FOURTH: usize = 36
export const THIRD: usize = 40
export const HALF: usize = 44
export const ONE: usize = 48
export const NEGLIGIBLE: usize = 52
export const SMALLEST_NORMAL: usize = 56
export const SMALLEST_SQUARED: usize = 60
export const NO_SIGN: usize = 64

/** `bytes` from `address` on, beginning on a cache line, belong to this instance from now on. */
export function useScratch(address: usize, bytes: usize): void {
  constants = address
  room = address + CONSTANT_BYTES
  end = address + bytes
  // e^x is taken between these: the results are normal numbers
  store<f32>(address + EXP_LOWEST, -87.0)
  store<f32>(address + EXP_HIGHEST, 87.0)
  store<f32>(address + LOG2_E, 1.4426950408889634)
  // 1.5 · 2^23: a number of this size has no fraction, so adding it rounds to the nearest whole number
  store<f32>(address + ROUNDER, 12582912.0)
  // ln 2 in two parts; the first has nine bits, so that its product with n is exact
  store<f32>(address + MINUS_LN2_HIGH, -0.693359375)
  store<f32>(address + MINUS_LN2_LOW, 2.1219444005469057e-4)
  // 1/7! … 1/2!, of e's series
  store<f32>(address + SEVENTH, 1.0 / 5040.0)
  store<f32>(address + SIXTH, 1.0 / 720.0)
  store<f32>(address + FIFTH, 1.0 / 120.0)
  store<f32>(address + FOURTH, 1.0 / 24.0)
  store<f32>(address + THIRD, 1.0 / 6.0)
  store<f32>(address + HALF, 0.5)
  store<f32>(address + ONE, 1.0)
  // below e^−60 = 9e-27 a sigmoid or a softmax is taken to be 0
  store<f32>(address + NEGLIGIBLE, -60.0)
  store<f32>(address + SMALLEST_NORMAL, 1.1754943508222875e-38)
  // 2^−56: the square of less, times 1 − β₂, would be a denormal
  store<f32>(address + SMALLEST_SQUARED, 1.3877787807814457e-17)
  // all bits of a float32 but its sign
  store<u32>(address + NO_SIGN, 0x7fff_ffff)
}

/** Hoist it out of loops: `const at = constantsAt()`, then `constant(at, ONE)`. */
// @ts-ignore: decorator
@inline
export function constantsAt(): usize {
  return constants
}

/** The constant in all four lanes. */
// @ts-ignore: decorator
@inline
export function constant(at: usize, place: usize): v128 {
  return v128.load32_splat(at + place)
}

// @ts-ignore: decorator
@inline
export function scratchBegin(): usize {
  return room
}

// @ts-ignore: decorator
@inline
export function scratchEnd(): usize {
  return end
}
