/**
 * Memory of one worker's kernels, handed over once by `useScratch`: constants first, then room for the lists of the
 * sparse products or for a row of the softmax.
 *
 * The constants lie in memory because V8 from 12 on builds a v128 constant anew in each trip of a loop, in three
 * instructions; a load that fills all lanes is one.
 */

/** Must hold: the last constant's place, and whole cache lines. */
const CONSTANT_BYTES: i32 = 256

let constants: usize = 0
let room: usize = 0
let end: usize = 0

// Places of the constants, in bytes.
export const ZERO: usize = 0
export const HALF: usize = 4
export const ONE: usize = 8
export const TWO: usize = 12
export const NO_SIGN: usize = 16
export const SMALLEST_NORMAL: usize = 20
export const SMALLEST_SQUARED: usize = 24
export const NEGLIGIBLE: usize = 28

export const EXP_LOWEST: usize = 32
export const EXP_HIGHEST: usize = 36
export const LOG2_E: usize = 40
export const ROUNDER: usize = 44
export const MINUS_LN2_HIGH: usize = 48
export const MINUS_LN2_LOW: usize = 52
/** Of e's series, 1/7! … 1/3!; then comes HALF. */
export const EXP_7: usize = 56
export const EXP_6: usize = 60
export const EXP_5: usize = 64
export const EXP_4: usize = 68
export const EXP_3: usize = 72

/** Of the logarithm's series, 1/15, 1/13 … 1/3. */
export const LN_15: usize = 76
export const LN_13: usize = 80
export const LN_11: usize = 84
export const LN_9: usize = 88
export const LN_7: usize = 92
export const LN_5: usize = 96
export const LN_3: usize = 100

export const IMPROVED_HEIGHT: usize = 104
export const IMPROVED_STRETCH_TWICE: usize = 108
export const IMPROVED_SLOPE: usize = 112

export const TAIL_STRETCH: usize = 116
export const TAIL_SCALE: usize = 120
export const TAIL_SHIFT: usize = 124
/** Of the polynomial in `normalTail`, from the constant term on. */
export const TAIL_0: usize = 128
export const TAIL_DEGREE: i32 = 9
/** 1 / √2π */
export const DENSITY_AT_0: usize = 168

export const MIX_1: usize = 172
export const MIX_2: usize = 176

/** Where `argument` keeps up to eight numbers. */
const ARGUMENTS: usize = 192

/** `bytes` from `address` on, beginning on a cache line, belong to this instance from now on. */
export function useScratch(address: usize, bytes: usize): void {
  constants = address
  room = address + CONSTANT_BYTES
  end = address + bytes
  writeNumbers(address)
  writeSeries(address)
  writeCurves(address)
}

function writeNumbers(at: usize): void {
  store<f32>(at + ZERO, 0.0)
  store<f32>(at + HALF, 0.5)
  store<f32>(at + ONE, 1.0)
  store<f32>(at + TWO, 2.0)
  // all bits of a float32 but its sign
  store<u32>(at + NO_SIGN, 0x7fff_ffff)
  store<f32>(at + SMALLEST_NORMAL, 1.1754943508222875e-38)
  // 2^−56: the square of less, times 1 − β₂, would be a denormal
  store<f32>(at + SMALLEST_SQUARED, 1.3877787807814457e-17)
  // below e^−60 = 9e-27 a sigmoid or a softmax is taken to be 0
  store<f32>(at + NEGLIGIBLE, -60.0)
  // of dropout's hash: see src/engine/kernels.ts
  store<u32>(at + MIX_1, 0x7feb_352d)
  store<u32>(at + MIX_2, 0x846c_a68b)
}

function writeSeries(at: usize): void {
  // e^x is taken between these: the results are normal numbers
  store<f32>(at + EXP_LOWEST, -87.0)
  store<f32>(at + EXP_HIGHEST, 87.0)
  store<f32>(at + LOG2_E, 1.4426950408889634)
  // 1.5 · 2^23: a number of this size has no fraction, so adding it rounds to the nearest whole number
  store<f32>(at + ROUNDER, 12582912.0)
  // ln 2 in two parts; the first has nine bits, so that its product with n is exact
  store<f32>(at + MINUS_LN2_HIGH, -0.693359375)
  store<f32>(at + MINUS_LN2_LOW, 2.1219444005469057e-4)
  store<f32>(at + EXP_7, 1.0 / 5040.0)
  store<f32>(at + EXP_6, 1.0 / 720.0)
  store<f32>(at + EXP_5, 1.0 / 120.0)
  store<f32>(at + EXP_4, 1.0 / 24.0)
  store<f32>(at + EXP_3, 1.0 / 6.0)
  store<f32>(at + LN_15, 1.0 / 15.0)
  store<f32>(at + LN_13, 1.0 / 13.0)
  store<f32>(at + LN_11, 1.0 / 11.0)
  store<f32>(at + LN_9, 1.0 / 9.0)
  store<f32>(at + LN_7, 1.0 / 7.0)
  store<f32>(at + LN_5, 1.0 / 5.0)
  store<f32>(at + LN_3, 1.0 / 3.0)
}

function writeCurves(at: usize): void {
  store<f32>(at + IMPROVED_HEIGHT, 1.7159)
  store<f32>(at + IMPROVED_STRETCH_TWICE, 4.0 / 3.0)
  // the stretch over the height
  store<f32>(at + IMPROVED_SLOPE, 2.0 / 3.0 / 1.7159)
  store<f32>(at + TAIL_STRETCH, 0.4)
  store<f32>(at + TAIL_SCALE, 2.5)
  store<f32>(at + TAIL_SHIFT, -1.5)
  store<f32>(at + TAIL_0, 0.3194300403291736)
  store<f32>(at + TAIL_0, 0.15515884017539008, 4)
  store<f32>(at + TAIL_0, 0.0314102572380819, 8)
  store<f32>(at + TAIL_0, -0.0043708220006898404, 12)
  store<f32>(at + TAIL_0, -0.002210373983335433, 16)
  store<f32>(at + TAIL_0, 0.0005159227614001945, 20)
  store<f32>(at + TAIL_0, 0.00013865423068588559, 24)
  store<f32>(at + TAIL_0, -7.827537447465317e-5, 28)
  store<f32>(at + TAIL_0, -1.8392366432272527e-6, 32)
  store<f32>(at + TAIL_0, 7.599960207646772e-6, 36)
  store<f32>(at + DENSITY_AT_0, 0.3989422804014327)
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

/**
 * A coefficient of the call at hand in all four lanes, by way of memory: V8 11 would convert and spread it anew in each
 * trip of a loop, but does not repeat a load. `place`: 0 … 7, one for each of a kernel's coefficients.
 */
// @ts-ignore: decorator
@inline
export function argument(at: usize, place: usize, value: f64): v128 {
  const address = at + ARGUMENTS + (place << 2)
  store<f32>(address, <f32>value)
  return v128.load32_splat(address)
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
