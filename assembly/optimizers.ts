/**
 * Optimizers, in place, over all vectors of a row: padding has gradient 0 and stays 0. Coefficients come as float64
 * and are rounded after 1 − β has been taken. Signatures: src/engine/kernels.ts.
 */
import { floats, multiplyAdd, rowsOf } from './arithmetic'
import { argument, constant, constantsAt, NO_SIGN, SMALLEST_NORMAL, SMALLEST_SQUARED } from './scratch'

/** x, or 0 in lanes where its size is below `least`. */
// @ts-ignore: decorator
@inline
function unlessTiny(x: v128, size: v128, least: v128): v128 {
  // asked this way round, NaN stays
  return v128.andnot(x, f32x4.lt(size, least))
}

/** State as it is kept: 0 in place of a denormal. */
// @ts-ignore: decorator
@inline
function kept(x: v128, noSign: v128, smallest: v128): v128 {
  return unlessTiny(x, v128.and(x, noSign), smallest)
}

/** x, or 0 where its square would be a denormal, now or after a further factor of 1 − β₂. */
// @ts-ignore: decorator
@inline
function squarable(x: v128, noSign: v128, smallestSquared: v128): v128 {
  return unlessTiny(x, v128.and(x, noSign), smallestSquared)
}

export function sgd(w: usize, ldw: i32, g: usize, ldg: i32, rows: i32, columns: i32, rate: f64): void {
  const back = argument(constantsAt(), 0, -rate)
  for (let r = 0; r < rows; r++) {
    let p = w + rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (const end = p + floats(columns); p < end; p += 16, q += 16) {
      v128.store(p, multiplyAdd(back, v128.load(q), v128.load(p)))
    }
  }
}

export function momentum(
  w: usize,
  v: usize,
  ldw: i32,
  g: usize,
  ldg: i32,
  rows: i32,
  columns: i32,
  momentum: f64,
  nesterov: i32,
  rate: f64,
): void {
  const at = constantsAt()
  const keep = argument(at, 0, momentum)
  const back = argument(at, 1, -rate)
  const noSign = constant(at, NO_SIGN)
  const smallest = constant(at, SMALLEST_NORMAL)
  for (let r = 0; r < rows; r++) {
    const first = rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (let p = first, end = first + floats(columns); p < end; p += 16, q += 16) {
      const gradient = v128.load(q)
      const velocity = kept(multiplyAdd(keep, v128.load(v + p), gradient), noSign, smallest)
      const direction = nesterov ? multiplyAdd(keep, velocity, gradient) : velocity
      v128.store(v + p, velocity)
      v128.store(w + p, multiplyAdd(back, direction, v128.load(w + p)))
    }
  }
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
  const keepMean = argument(at, 0, beta1)
  const takeMean = argument(at, 1, 1.0 - beta1)
  const keepSquare = argument(at, 2, beta2)
  const takeSquare = argument(at, 3, 1.0 - beta2)
  const back = argument(at, 4, -rate)
  const offset = argument(at, 5, epsilon)
  const noSign = constant(at, NO_SIGN)
  const smallest = constant(at, SMALLEST_NORMAL)
  const smallestSquared = constant(at, SMALLEST_SQUARED)
  for (let r = 0; r < rows; r++) {
    const first = rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (let p = first, end = first + floats(columns); p < end; p += 16, q += 16) {
      const gradient = v128.load(q)
      const root = squarable(gradient, noSign, smallestSquared)
      const mean = kept(multiplyAdd(keepMean, v128.load(m + p), f32x4.mul(takeMean, gradient)), noSign, smallest)
      const square = multiplyAdd(keepSquare, v128.load(v + p), f32x4.mul(takeSquare, f32x4.mul(root, root)))
      const nextSquare = unlessTiny(square, square, smallest)
      v128.store(m + p, mean)
      v128.store(v + p, nextSquare)
      const direction = f32x4.div(mean, f32x4.add(f32x4.sqrt(nextSquare), offset))
      v128.store(w + p, multiplyAdd(back, direction, v128.load(w + p)))
    }
  }
}

export function rmsprop(
  w: usize,
  s: usize,
  ldw: i32,
  g: usize,
  ldg: i32,
  rows: i32,
  columns: i32,
  rho: f64,
  rate: f64,
  epsilon: f64,
): void {
  const at = constantsAt()
  const keep = argument(at, 0, rho)
  const take = argument(at, 1, 1.0 - rho)
  const back = argument(at, 2, -rate)
  const offset = argument(at, 3, epsilon)
  const noSign = constant(at, NO_SIGN)
  const smallest = constant(at, SMALLEST_NORMAL)
  const smallestSquared = constant(at, SMALLEST_SQUARED)
  for (let r = 0; r < rows; r++) {
    const first = rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (let p = first, end = first + floats(columns); p < end; p += 16, q += 16) {
      const gradient = v128.load(q)
      const root = squarable(gradient, noSign, smallestSquared)
      const square = multiplyAdd(keep, v128.load(s + p), f32x4.mul(take, f32x4.mul(root, root)))
      const nextSquare = unlessTiny(square, square, smallest)
      v128.store(s + p, nextSquare)
      const direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(nextSquare), offset))
      v128.store(w + p, multiplyAdd(back, direction, v128.load(w + p)))
    }
  }
}

export function rmspropMomentum(
  w: usize,
  s: usize,
  v: usize,
  ldw: i32,
  g: usize,
  ldg: i32,
  rows: i32,
  columns: i32,
  rho: f64,
  momentum: f64,
  rate: f64,
  epsilon: f64,
): void {
  const at = constantsAt()
  const keep = argument(at, 0, rho)
  const take = argument(at, 1, 1.0 - rho)
  const keepVelocity = argument(at, 2, momentum)
  const back = argument(at, 3, -rate)
  const offset = argument(at, 4, epsilon)
  const noSign = constant(at, NO_SIGN)
  const smallest = constant(at, SMALLEST_NORMAL)
  const smallestSquared = constant(at, SMALLEST_SQUARED)
  for (let r = 0; r < rows; r++) {
    const first = rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (let p = first, end = first + floats(columns); p < end; p += 16, q += 16) {
      const gradient = v128.load(q)
      const root = squarable(gradient, noSign, smallestSquared)
      const square = multiplyAdd(keep, v128.load(s + p), f32x4.mul(take, f32x4.mul(root, root)))
      const nextSquare = unlessTiny(square, square, smallest)
      v128.store(s + p, nextSquare)
      const direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(nextSquare), offset))
      const velocity = kept(multiplyAdd(keepVelocity, v128.load(v + p), direction), noSign, smallest)
      v128.store(v + p, velocity)
      v128.store(w + p, multiplyAdd(back, velocity, v128.load(w + p)))
    }
  }
}

export function adagrad(
  w: usize,
  s: usize,
  ldw: i32,
  g: usize,
  ldg: i32,
  rows: i32,
  columns: i32,
  rate: f64,
  epsilon: f64,
): void {
  const at = constantsAt()
  const back = argument(at, 0, -rate)
  const offset = argument(at, 1, epsilon)
  const noSign = constant(at, NO_SIGN)
  const smallest = constant(at, SMALLEST_NORMAL)
  const smallestSquared = constant(at, SMALLEST_SQUARED)
  for (let r = 0; r < rows; r++) {
    const first = rowsOf(ldw, r)
    let q = g + rowsOf(ldg, r)
    for (let p = first, end = first + floats(columns); p < end; p += 16, q += 16) {
      const gradient = v128.load(q)
      const root = squarable(gradient, noSign, smallestSquared)
      const sum = multiplyAdd(root, root, v128.load(s + p))
      const next = unlessTiny(sum, sum, smallest)
      v128.store(s + p, next)
      const direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(next), offset))
      v128.store(w + p, multiplyAdd(back, direction, v128.load(w + p)))
    }
  }
}
