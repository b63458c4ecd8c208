/** What moves numbers about. Signatures: src/engine/kernels.ts. */
import { floats, rowsOf } from './arithmetic'

/** Keeps the compiler from dropping the loads of `touch`. */
let touched: u32 = 0

/**
 * Reads one byte of each cache line of `count` values of each sample. These loads do not wait for each other, while the
 * table lookups further on, held up by a missing line, would.
 */
export function touch(order: usize, rows: i32, images: usize, pixels: i32, count: i32): void {
  let sum: u32 = 0
  for (let r = 0; r < rows; r++) {
    const from = images + <usize>load<u32>(order + floats(r)) * <usize>pixels
    for (let p = from, end = from + <usize>count; p < end; p += 64) sum += load<u8>(p)
  }
  touched = sum
}

/** The same for a few pixels of each sample, which lie on one line or two. */
export function touchEnds(order: usize, rows: i32, images: usize, pixels: i32, count: i32): void {
  let sum: u32 = 0
  for (let r = 0; r < rows; r++) {
    const from = images + <usize>load<u32>(order + floats(r)) * <usize>pixels
    sum += load<u8>(from) + load<u8>(from + <usize>(count - 1))
  }
  touched = sum
}

// @ts-ignore: decorator
@inline
export function lookUp(table: usize, byte: usize): f32 {
  return load<f32>(table + (<usize>load<u8>(byte) << 2))
}

export function gather(order: usize, rows: i32, images: usize, pixels: i32, table: usize, x: usize, ldx: i32): void {
  touch(order, rows, images, pixels, pixels)
  const dark = v128.load32_splat(table)
  for (let r = 0; r < rows; r++) {
    let from = images + <usize>load<u32>(order + floats(r)) * <usize>pixels
    let to = x + rowsOf(ldx, r)
    const end = from + <usize>pixels
    for (; from + 16 <= end; from += 16, to += 64) {
      if (!v128.any_true(v128.load(from))) {
        // most of an image is background
        v128.store(to, dark)
        v128.store(to, dark, 16)
        v128.store(to, dark, 32)
        v128.store(to, dark, 48)
      } else {
        for (let i: usize = 0; i < 16; i += 4) {
          store<f32>(to + (i << 2), lookUp(table, from + i))
          store<f32>(to + (i << 2), lookUp(table, from + i + 1), 4)
          store<f32>(to + (i << 2), lookUp(table, from + i + 2), 8)
          store<f32>(to + (i << 2), lookUp(table, from + i + 3), 12)
        }
      }
    }
    for (; from < end; from++, to += 4) store<f32>(to, lookUp(table, from))
  }
}

export function gatherScaled(order: usize, rows: i32, images: usize, pixels: i32, scales: usize, x: usize, ldx: i32): void {
  touch(order, rows, images, pixels, pixels)
  const dark = f32x4.splat(0)
  for (let r = 0; r < rows; r++) {
    let from = images + <usize>load<u32>(order + floats(r)) * <usize>pixels
    let to = x + rowsOf(ldx, r)
    let factor = scales
    const end = from + <usize>pixels
    for (; from + 16 <= end; from += 16, to += 64, factor += 64) {
      const bytes = v128.load(from)
      if (!v128.any_true(bytes)) {
        v128.store(to, dark)
        v128.store(to, dark, 16)
        v128.store(to, dark, 32)
        v128.store(to, dark, 48)
        continue
      }
      const low = i16x8.extend_low_i8x16_u(bytes)
      const high = i16x8.extend_high_i8x16_u(bytes)
      v128.store(to, scaledBytes(i32x4.extend_low_i16x8_u(low), v128.load(factor)))
      v128.store(to, scaledBytes(i32x4.extend_high_i16x8_u(low), v128.load(factor, 16)), 16)
      v128.store(to, scaledBytes(i32x4.extend_low_i16x8_u(high), v128.load(factor, 32)), 32)
      v128.store(to, scaledBytes(i32x4.extend_high_i16x8_u(high), v128.load(factor, 48)), 48)
    }
    for (; from < end; from++, to += 4, factor += 4) store<f32>(to, <f32>load<u8>(from) * load<f32>(factor))
  }
}

// @ts-ignore: decorator
@inline
function scaledBytes(bytes: v128, scales: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(bytes), scales)
}

export function gatherFloats(
  order: usize,
  rows: i32,
  values: usize,
  features: i32,
  scales: usize,
  x: usize,
  ldx: i32,
): void {
  for (let r = 0; r < rows; r++) {
    let from = values + <usize>load<u32>(order + floats(r)) * floats(features)
    let to = x + rowsOf(ldx, r)
    let factor = scales
    const end = from + floats(features)
    for (; from + 16 <= end; from += 16, to += 16, factor += 16) {
      v128.store(to, f32x4.mul(v128.load(from), v128.load(factor)))
    }
    for (; from < end; from += 4, to += 4, factor += 4) store<f32>(to, load<f32>(from) * load<f32>(factor))
  }
}

/**
 * Four by four, and the edges one by one: beside t's columns lie those of another worker. Columns of w outside, so that
 * the lines of t are written whole, one after the other.
 */
export function transpose(w: usize, ldw: i32, t: usize, ldt: i32, rows: i32, columns: i32): void {
  const wholeRows = rows & ~3
  const wholeColumns = columns & ~3
  for (let n = 0; n < wholeColumns; n += 4) {
    for (let r = 0; r < wholeRows; r += 4) {
      transposeSquare(w + rowsOf(ldw, r) + floats(n), ldw, t + rowsOf(ldt, n) + floats(r), ldt)
    }
  }
  copyTransposed(w, ldw, t, ldt, 0, wholeRows, wholeColumns, columns)
  copyTransposed(w, ldw, t, ldt, wholeRows, rows, 0, columns)
}

// @ts-ignore: decorator
@inline
function transposeSquare(from: usize, ldw: i32, to: usize, ldt: i32): void {
  const a = v128.load(from)
  const b = v128.load(from + rowsOf(ldw, 1))
  const c = v128.load(from + rowsOf(ldw, 2))
  const d = v128.load(from + rowsOf(ldw, 3))
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f64>(ab01, cd01, 0, 2))
  v128.store(to + rowsOf(ldt, 1), v128.shuffle<f64>(ab01, cd01, 1, 3))
  v128.store(to + rowsOf(ldt, 2), v128.shuffle<f64>(ab23, cd23, 0, 2))
  v128.store(to + rowsOf(ldt, 3), v128.shuffle<f64>(ab23, cd23, 1, 3))
}

function copyTransposed(
  w: usize,
  ldw: i32,
  t: usize,
  ldt: i32,
  beginRow: i32,
  endRow: i32,
  beginColumn: i32,
  endColumn: i32,
): void {
  for (let n = beginColumn; n < endColumn; n++) {
    for (let r = beginRow; r < endRow; r++) {
      store<f32>(t + rowsOf(ldt, n) + floats(r), load<f32>(w + rowsOf(ldw, r) + floats(n)))
    }
  }
}
