/**
 * What all kernels compute with.
 *
 * The sources are compiled twice: FUSED = 1 rounds a·b + c once, FUSED = 0 twice. Every multiplication whose product
 * is added to something goes through multiplyAdd, so that the two modules differ in this one function.
 */

/** a·b + c */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: FUSED comes from the compiler's command line
  return FUSED ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}

/**
 * Where a sum begins. Adding 0 turns −0 into +0; a sum that is never −0 stays as it is when a product of zero is
 * added, and so may skip it: this is why sparse and dense products have the same bits.
 */
// @ts-ignore: decorator
@inline
export function sumFrom(initial: v128): v128 {
  return f32x4.add(initial, f32x4.splat(0))
}

/** All ones in the first `columns % 4` lanes: what of a last, partial vector belongs to the matrix. */
// @ts-ignore: decorator
@inline
export function tailMask(columns: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(columns & 3))
}

// @ts-ignore: decorator
@inline
export function floats(count: i32): usize {
  return (<usize>count) << 2
}

/** Bytes from the first row of a matrix to row `row`. */
// @ts-ignore: decorator
@inline
export function rowsOf(ld: i32, row: i32): usize {
  return <usize>(ld * row)
}
