/** Sums in float64, where products of two float32 numbers are exact. Signatures: src/engine/kernels.ts. */
import { floats, rowsOf } from './arithmetic'

/** The first two lanes as float64. */
// @ts-ignore: decorator
@inline
export function lowHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

/** The last two. */
// @ts-ignore: decorator
@inline
export function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
}

/** Both halves rounded to float32. */
// @ts-ignore: decorator
@inline
export function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** Sixteen columns at a time, of which the padding has room for as many. */
export function addParts(
  parts: usize,
  ldp: i32,
  count: i32,
  ldr: i32,
  initial: usize,
  z: usize,
  rows: i32,
  columns: i32,
): void {
  for (let r = 0; r < rows; r++, parts += ldr, z += ldr) {
    for (let n: usize = 0; n < floats(columns); n += 64) {
      let s0 = v128.load(initial + n)
      let s1 = v128.load(initial + n, 16)
      let s2 = v128.load(initial + n, 32)
      let s3 = v128.load(initial + n, 48)
      let from = parts + n
      for (let p = 0; p < count; p++, from += ldp) {
        s0 = f32x4.add(s0, v128.load(from))
        s1 = f32x4.add(s1, v128.load(from, 16))
        s2 = f32x4.add(s2, v128.load(from, 32))
        s3 = f32x4.add(s3, v128.load(from, 48))
      }
      const to = z + n
      v128.store(to, s0)
      v128.store(to, s1, 16)
      v128.store(to, s2, 32)
      v128.store(to, s3, 48)
    }
  }
}

/** In float64, rounded once: a full batch has tens of thousands of rows. */
export function columnSums(d: usize, ldd: i32, rows: i32, columns: i32, initial: usize, sums: usize): void {
  for (let n = 0; n < columns; n += 4) {
    const begin = v128.load(initial + floats(n))
    let from = d + floats(n)
    let low = lowHalf(begin)
    let high = highHalf(begin)
    for (let r = 0; r < rows; r++, from += ldd) {
      const x = v128.load(from)
      low = f64x2.add(low, lowHalf(x))
      high = f64x2.add(high, highHalf(x))
    }
    v128.store(sums + floats(n), rounded(low, high))
  }
}

export function sumOfSquares(x: usize, ldx: i32, rows: i32, columns: i32, sum: usize): void {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (let r = 0; r < rows; r++) {
    let p = x + rowsOf(ldx, r)
    for (const end = p + floats(columns); p < end; p += 16) {
      const values = v128.load(p)
      low = plusSquare(low, lowHalf(values))
      high = plusSquare(high, highHalf(values))
    }
  }
  store<f64>(sum, fourLanes(low, high))
}

export function sumOfSquaredDifferences(
  x: usize,
  ldx: i32,
  y: usize,
  ldy: i32,
  rows: i32,
  columns: i32,
  sum: usize,
): void {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (let r = 0; r < rows; r++) {
    let p = x + rowsOf(ldx, r)
    let q = y + rowsOf(ldy, r)
    for (const end = p + floats(columns); p < end; p += 16, q += 16) {
      const a = v128.load(p)
      const b = v128.load(q)
      low = plusSquare(low, f64x2.sub(lowHalf(a), lowHalf(b)))
      high = plusSquare(high, f64x2.sub(highHalf(a), highHalf(b)))
    }
  }
  store<f64>(sum, fourLanes(low, high))
}

// @ts-ignore: decorator
@inline
export function plusSquare(sum: v128, x: v128): v128 {
  return f64x2.add(sum, f64x2.mul(x, x))
}

// @ts-ignore: decorator
@inline
function fourLanes(low: v128, high: v128): f64 {
  const first = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
  return first + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
}
