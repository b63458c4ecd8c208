/** What is done to weights and their gradients besides the optimizers' steps. Signatures: src/engine/kernels.ts. */
import { floats, multiplyAdd, rowsOf } from './arithmetic'
import { constant, constantsAt, NO_SIGN } from './scratch'
import { highHalf, lowHalf, plusSquare, rounded } from './sums'

export function scale(x: usize, ldx: i32, rows: i32, columns: i32, factor: f64): void {
  const by = f32x4.splat(<f32>factor)
  const zero = f32x4.splat(0)
  for (let r = 0; r < rows; r++) {
    let p = x + rowsOf(ldx, r)
    // 0 is added as padding must not become −0
    for (const end = p + floats(columns); p < end; p += 16) v128.store(p, multiplyAdd(v128.load(p), by, zero))
  }
}

export function penalize(
  g: usize,
  ldg: i32,
  w: usize,
  ldw: i32,
  rows: i32,
  columns: i32,
  l1: f64,
  l2: f64,
): void {
  const at = constantsAt()
  const noSign = constant(at, NO_SIGN)
  const zero = f32x4.splat(0)
  const step = f32x4.splat(<f32>l1)
  const pull = f32x4.splat(<f32>(2.0 * l2))
  for (let r = 0; r < rows; r++) {
    let p = g + rowsOf(ldg, r)
    let q = w + rowsOf(ldw, r)
    for (const end = p + floats(columns); p < end; p += 16, q += 16) {
      const weight = v128.load(q)
      const signed = v128.and(v128.bitselect(step, weight, noSign), f32x4.ne(weight, zero))
      v128.store(p, f32x4.add(multiplyAdd(pull, weight, v128.load(p)), signed))
    }
  }
}

export function limitColumns(w: usize, ldw: i32, rows: i32, columns: i32, most: f64): void {
  const limit = f64x2.splat(most)
  for (let n = 0; n < columns; n += 4) {
    const top = w + floats(n)
    let low = f64x2.splat(0)
    let high = f64x2.splat(0)
    for (let r = 0, p = top; r < rows; r++, p += ldw) {
      const x = v128.load(p)
      low = plusSquare(low, lowHalf(x))
      high = plusSquare(high, highHalf(x))
    }
    low = f64x2.sqrt(low)
    high = f64x2.sqrt(high)
    const isLong = v128.or(f64x2.gt(low, limit), f64x2.gt(high, limit))
    if (v128.any_true(isLong)) multiplyColumns(top, ldw, rows, factorFor(low, limit), factorFor(high, limit))
  }
}

/** What shortens a column of this length to the limit: 1, unless it is longer. */
// @ts-ignore: decorator
@inline
function factorFor(length: v128, limit: v128): v128 {
  return v128.bitselect(f64x2.div(limit, length), f64x2.splat(1), f64x2.gt(length, limit))
}

/** Four columns; the product is rounded once. */
function multiplyColumns(top: usize, ldw: i32, rows: i32, low: v128, high: v128): void {
  for (let r = 0, p = top; r < rows; r++, p += ldw) {
    const x = v128.load(p)
    v128.store(p, rounded(f64x2.mul(lowHalf(x), low), f64x2.mul(highHalf(x), high)))
  }
}
