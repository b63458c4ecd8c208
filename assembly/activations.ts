/** Activations in place, and their derivatives in terms of the output. Signatures: src/engine/kernels.ts. */
import { floats, rowsOf, tailMask } from './arithmetic'
import { exp } from './exp'
import { constant, constantsAt, NEGLIGIBLE, ONE } from './scratch'

/** 1 / (1 + e^−x); 0 where x < −60, for the same reason as in expOrZero. */
// @ts-ignore: decorator
@inline
function sigmoidOf(x: v128, at: usize): v128 {
  const one = constant(at, ONE)
  const y = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x), at)))
  return v128.andnot(y, f32x4.lt(x, constant(at, NEGLIGIBLE)))
}

export function sigmoid(a: usize, lda: i32, rows: i32, columns: i32): void {
  const at = constantsAt()
  const mask = tailMask(columns)
  for (let r = 0; r < rows; r++) {
    let p = a + rowsOf(lda, r)
    const end = p + floats(columns & ~3)
    for (; p + 32 <= end; p += 32) {
      // two at a time, as each is one long chain
      const y0 = sigmoidOf(v128.load(p), at)
      const y1 = sigmoidOf(v128.load(p, 16), at)
      v128.store(p, y0)
      v128.store(p, y1, 16)
    }
    if (p < end) {
      v128.store(p, sigmoidOf(v128.load(p), at))
      p += 16
    }
    // the sigmoid of the padding's 0 would be ½
    if (columns & 3) v128.store(p, v128.and(sigmoidOf(v128.load(p), at), mask))
  }
}

export function relu(a: usize, lda: i32, rows: i32, columns: i32): void {
  const zero = f32x4.splat(0)
  for (let r = 0; r < rows; r++) {
    let p = a + rowsOf(lda, r)
    // pmax(x, 0) is x unless x < 0: NaN stays
    for (const end = p + floats(columns); p < end; p += 16) v128.store(p, f32x4.pmax(v128.load(p), zero))
  }
}

export function sigmoidBackward(d: usize, ldd: i32, a: usize, lda: i32, rows: i32, columns: i32): void {
  const one = f32x4.splat(1)
  for (let r = 0; r < rows; r++) {
    let p = d + rowsOf(ldd, r)
    let q = a + rowsOf(lda, r)
    for (const end = p + floats(columns); p < end; p += 16, q += 16) {
      const y = v128.load(q)
      v128.store(p, f32x4.mul(v128.load(p), f32x4.mul(y, f32x4.sub(one, y))))
    }
  }
}

export function reluBackward(d: usize, ldd: i32, a: usize, lda: i32, rows: i32, columns: i32): void {
  const zero = f32x4.splat(0)
  for (let r = 0; r < rows; r++) {
    let p = d + rowsOf(ldd, r)
    let q = a + rowsOf(lda, r)
    for (const end = p + floats(columns); p < end; p += 16, q += 16) {
      v128.store(p, v128.and(v128.load(p), f32x4.gt(v128.load(q), zero)))
    }
  }
}
