/**
 * Optimizers, in place, over all vectors of a row: padding has gradient 0 and stays 0. Coefficients come as float64
 * and are rounded after 1 − β has been taken. Signatures: src/engine/kernels.ts.
 */
import { floats, multiplyAdd, rowsOf } from './arithmetic'
import { constant, constantsAt, NO_SIGN, SMALLEST_NORMAL, SMALLEST_SQUARED } from './scratch'

export function sgd(w: usize, ldw: i32, g: usize, ldg: i32, rows: i32, columns: i32, rate: f64): void {
  const back = f32x4.splat(<f32>-rate)
  for (let r = 0; r < rows; r++) {
    let p = w + rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (const end = p + floats(columns); p < end; p += 16, q += 16) {
      v128.store(p, multiplyAdd(back, v128.load(q), v128.load(p)))
    }
  }
}

/** x, or 0 in lanes where its size is below `least`. */
// @ts-ignore: decorator
@inline
function unlessTiny(x: v128, size: v128, least: v128): v128 {
  // asked this way round, NaN stays
  return v128.andnot(x, f32x4.lt(size, least))
}

export function adam(
  w: usize,
  m: usize,
  v: usize,
  ldw: i32,
  g: usize,
  ldg: i32,
  rows: i32,
  columns: i32,
  beta1: f64,
  beta2: f64,
  rate: f64,
  epsilon: f64,
): void {
  const at = constantsAt()
  const keepMean = f32x4.splat(<f32>beta1)
  const takeMean = f32x4.splat(<f32>(1.0 - beta1))
  const keepSquare = f32x4.splat(<f32>beta2)
  const takeSquare = f32x4.splat(<f32>(1.0 - beta2))
  const back = f32x4.splat(<f32>-rate)
  const offset = f32x4.splat(<f32>epsilon)
  const noSign = constant(at, NO_SIGN)
  const smallest = constant(at, SMALLEST_NORMAL)
  const smallestSquared = constant(at, SMALLEST_SQUARED)
  for (let r = 0; r < rows; r++) {
    const first = rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (let p = first, end = first + floats(columns); p < end; p += 16, q += 16) {
      const gradient = v128.load(q)
      const squarable = unlessTiny(gradient, v128.and(gradient, noSign), smallestSquared)
      const mean = multiplyAdd(keepMean, v128.load(m + p), f32x4.mul(takeMean, gradient))
      const square = multiplyAdd(keepSquare, v128.load(v + p), f32x4.mul(takeSquare, f32x4.mul(squarable, squarable)))
      const nextMean = unlessTiny(mean, v128.and(mean, noSign), smallest)
      const nextSquare = unlessTiny(square, square, smallest)
      v128.store(m + p, nextMean)
      v128.store(v + p, nextSquare)
      const direction = f32x4.div(nextMean, f32x4.add(f32x4.sqrt(nextSquare), offset))
      v128.store(w + p, multiplyAdd(back, direction, v128.load(w + p)))
    }
  }
}
