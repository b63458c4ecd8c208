/** e^x and ln x, as all that is shared by the sigmoid and the loss. */
import { multiplyAdd } from './arithmetic'
import {
  constant,
  EXP_HIGHEST,
  EXP_LOWEST,
  FIFTH,
  FOURTH,
  HALF,
  LOG2_E,
  MINUS_LN2_HIGH,
  MINUS_LN2_LOW,
  NEGLIGIBLE,
  ONE,
  ROUNDER,
  SEVENTH,
  SIXTH,
  THIRD,
} from './scratch'

/**
 * e^x in four lanes, x held between −87 and 87; NaN gives NaN. `at` is constantsAt().
 *
 * x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^x = 2ⁿ · e^r. The series of e^r up to r⁷/7! is off by 6e-9 of the
 * result at most, a tenth of what float32 can tell apart. 2ⁿ is added to the exponent's bits.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128, at: usize): v128 {
  // written so that NaN passes: pmax(x, y) is x unless x < y
  const held = f32x4.pmin(f32x4.pmax(x, constant(at, EXP_LOWEST)), constant(at, EXP_HIGHEST))
  const rounder = constant(at, ROUNDER)
  const shifted = multiplyAdd(held, constant(at, LOG2_E), rounder)
  const n = f32x4.sub(shifted, rounder)
  const r = multiplyAdd(n, constant(at, MINUS_LN2_LOW), multiplyAdd(n, constant(at, MINUS_LN2_HIGH), held))
  let series = multiplyAdd(constant(at, SEVENTH), r, constant(at, SIXTH))
  series = multiplyAdd(series, r, constant(at, FIFTH))
  series = multiplyAdd(series, r, constant(at, FOURTH))
  series = multiplyAdd(series, r, constant(at, THIRD))
  series = multiplyAdd(series, r, constant(at, HALF))
  const power = f32x4.add(multiplyAdd(series, f32x4.mul(r, r), r), constant(at, ONE))
  // the last bits of `shifted` are n; what the shift pushes out is the rounder's
  return i32x4.add(power, i32x4.shl(shifted, 23))
}

/** e^x for x ≤ 0, and 0 where that is not worth a denormal further on. */
// @ts-ignore: decorator
@inline
export function expOrZero(x: v128, at: usize): v128 {
  return v128.andnot(exp(x, at), f32x4.lt(x, constant(at, NEGLIGIBLE)))
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
