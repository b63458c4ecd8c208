/** The standard normal distribution, for GELU. */
import { multiplyAdd } from './arithmetic'
import { constant, DENSITY_AT_0, HALF, NO_SIGN, ONE, TAIL_0, TAIL_DEGREE, TAIL_SCALE, TAIL_SHIFT, TAIL_STRETCH } from './scratch'
import { expOrZero } from './exp'

/** e^(−x²/2); 0 where that is below e^−60. */
// @ts-ignore: decorator
@inline
export function bell(x: v128, at: usize): v128 {
  return expOrZero(f32x4.neg(f32x4.mul(f32x4.mul(x, x), constant(at, HALF))), at)
}

/** e^(−x²/2) / √2π, from the bell. */
// @ts-ignore: decorator
@inline
export function density(bellOfX: v128, at: usize): v128 {
  return f32x4.mul(bellOfX, constant(at, DENSITY_AT_0))
}

/**
 * Φ(x), the share of the distribution below x, from x and its bell.
 *
 * The share beyond |x| is e^(−x²/2) · t · p(t) with t = 1/(1 + 0.4·|x|), a form that Abramowitz & Stegun (7.1.26)
 * take from Hastings. Here p has degree 9 and is written in 2.5·t − 1.5, which goes from −1 to 1 while |x| goes from
 * 10 to 0; it meets the exact value in the ten Chebyshev points between, and is off by 1.5e-8 of it at most.
 */
// @ts-ignore: decorator
@inline
export function share(x: v128, bellOfX: v128, at: usize): v128 {
  const one = constant(at, ONE)
  const size = v128.and(x, constant(at, NO_SIGN))
  const t = f32x4.div(one, multiplyAdd(size, constant(at, TAIL_STRETCH), one))
  const u = multiplyAdd(t, constant(at, TAIL_SCALE), constant(at, TAIL_SHIFT))
  let p = constant(at, TAIL_0 + 4 * TAIL_DEGREE)
  for (let power = TAIL_DEGREE - 1; power >= 0; power--) p = multiplyAdd(p, u, constant(at, TAIL_0 + 4 * power))
  const beyond = f32x4.mul(f32x4.mul(p, t), bellOfX)
  return v128.bitselect(beyond, f32x4.sub(one, beyond), f32x4.lt(x, f32x4.splat(0)))
}
