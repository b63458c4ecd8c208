/** e^x, e^x − 1 and logarithms: what the activations and the loss are made of. `at` is constantsAt() everywhere. */
import { multiplyAdd } from './arithmetic'
import {
  constant,
  EXP_3,
  EXP_4,
  EXP_5,
  EXP_6,
  EXP_7,
  EXP_HIGHEST,
  EXP_LOWEST,
  HALF,
  LN_11,
  LN_13,
  LN_15,
  LN_3,
  LN_5,
  LN_7,
  LN_9,
  LOG2_E,
  MINUS_LN2_HIGH,
  MINUS_LN2_LOW,
  NEGLIGIBLE,
  ONE,
  ROUNDER,
  TWO,
} from './scratch'

// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^x = 2ⁿ · e^r, x held between −87 and 87.

/** x where e^x is a normal number. Written so that NaN passes: pmax(x, y) is x unless x < y. */
// @ts-ignore: decorator
@inline
export function held(x: v128, at: usize): v128 {
  return f32x4.pmin(f32x4.pmax(x, constant(at, EXP_LOWEST)), constant(at, EXP_HIGHEST))
}

/** A number whose last bits are n. */
// @ts-ignore: decorator
@inline
function shiftedBy(x: v128, at: usize): v128 {
  return multiplyAdd(x, constant(at, LOG2_E), constant(at, ROUNDER))
}

/** e^r − 1. The series up to r⁷/7! is off by 6e-9 of e^r at most, a tenth of what float32 can tell apart. */
// @ts-ignore: decorator
@inline
function fraction(x: v128, shifted: v128, at: usize): v128 {
  const n = f32x4.sub(shifted, constant(at, ROUNDER))
  const r = multiplyAdd(n, constant(at, MINUS_LN2_LOW), multiplyAdd(n, constant(at, MINUS_LN2_HIGH), x))
  let series = multiplyAdd(constant(at, EXP_7), r, constant(at, EXP_6))
  series = multiplyAdd(series, r, constant(at, EXP_5))
  series = multiplyAdd(series, r, constant(at, EXP_4))
  series = multiplyAdd(series, r, constant(at, EXP_3))
  series = multiplyAdd(series, r, constant(at, HALF))
  return multiplyAdd(series, f32x4.mul(r, r), r)
}

/** power · 2ⁿ: n is added to the exponent's bits, and what the shift pushes out is the rounder's. */
// @ts-ignore: decorator
@inline
function timesPowerOfTwo(power: v128, shifted: v128): v128 {
  return i32x4.add(power, i32x4.shl(shifted, 23))
}

/** e^x in four lanes, x held between −87 and 87; NaN gives NaN. */
// @ts-ignore: decorator
@inline
export function exp(x: v128, at: usize): v128 {
  const within = held(x, at)
  const shifted = shiftedBy(within, at)
  return timesPowerOfTwo(f32x4.add(fraction(within, shifted, at), constant(at, ONE)), shifted)
}

/** e^x for x ≤ 0, and 0 where that is not worth a denormal further on. */
// @ts-ignore: decorator
@inline
export function expOrZero(x: v128, at: usize): v128 {
  return v128.andnot(exp(x, at), f32x4.lt(x, constant(at, NEGLIGIBLE)))
}

/** e^x − 1 for x ≤ 0, as 2ⁿ·(e^r − 1) + (2ⁿ − 1): the last term is exact, and the sum keeps its digits near 0. */
// @ts-ignore: decorator
@inline
export function expMinusOne(x: v128, at: usize): v128 {
  const within = f32x4.pmax(x, constant(at, EXP_LOWEST))
  const shifted = shiftedBy(within, at)
  const one = constant(at, ONE)
  const power = timesPowerOfTwo(one, shifted)
  return multiplyAdd(power, fraction(within, shifted, at), f32x4.sub(power, one))
}

/**
 * ln(1 + u) for 0 ≤ u ≤ 1, as 2·(t + t³/3 + t⁵/5 + …) with t = u/(2 + u) ≤ 1/3: the terms up to t¹⁵ leave 2e-9 of
 * the result.
 */
// @ts-ignore: decorator
@inline
export function lnOnePlus(u: v128, at: usize): v128 {
  const t = f32x4.div(u, f32x4.add(u, constant(at, TWO)))
  const tt = f32x4.mul(t, t)
  let series = multiplyAdd(constant(at, LN_15), tt, constant(at, LN_13))
  series = multiplyAdd(series, tt, constant(at, LN_11))
  series = multiplyAdd(series, tt, constant(at, LN_9))
  series = multiplyAdd(series, tt, constant(at, LN_7))
  series = multiplyAdd(series, tt, constant(at, LN_5))
  series = multiplyAdd(series, tt, constant(at, LN_3))
  const twice = f32x4.add(t, t)
  return multiplyAdd(f32x4.mul(series, tt), twice, twice)
}

/**
 * ln x for 1 ≤ x < ∞; NaN gives NaN. No tables: they would be data of the module, which every instance writes
 * into the shared memory.
 *
 * x = 2ⁿ·m with √½ ≤ m < √2, and ln m = 2·(t + t³/3 + t⁵/5 + …) with t = (m − 1)/(m + 1), |t| < 0.172: the terms
 * up to t¹⁷ leave 3e-16 of the result.
 */
export function ln(x: f64): f64 {
  if (x != x) return x
  const bits = reinterpret<u64>(x)
  let n = <i32>(bits >> 52) - 1023
  let m = reinterpret<f64>((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    n += 1
  }
  const t = (m - 1.0) / (m + 1.0)
  const tt = t * t
  let series: f64 = 1.0 / 17.0
  series = series * tt + 1.0 / 15.0
  series = series * tt + 1.0 / 13.0
  series = series * tt + 1.0 / 11.0
  series = series * tt + 1.0 / 9.0
  series = series * tt + 1.0 / 7.0
  series = series * tt + 1.0 / 5.0
  series = series * tt + 1.0 / 3.0
  series = series * tt + 1.0
  return <f64>n * 0.6931471805599453 + 2.0 * t * series
}
