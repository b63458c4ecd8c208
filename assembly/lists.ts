/**
 * The numbers of a matrix that are not zero, as lists in the scratch.
 *
 * A list is a row of entries of 8 bytes: u32, where the row of b that goes with the number begins (bytes from b);
 * f32, the number. Entries are in the order of the depth. At the beginning of the room stand the lists' bounds, addresses
 * as u32[sections + 1, LISTS]: where the entries from each SECTION of the depth begin, and where all end.
 */
import { floats, rowsOf } from './arithmetic'
import { lookUp, touch } from './data'
import { constant, constantsAt, frontOf, scratchBegin, scratchEnd, ZERO } from './scratch'

/** Rows at once. */
const LISTS: i32 = 128
/** Columns that are listed together: they share a cache line of a. Their lists are of one section. */
const COLUMNS: i32 = 16
/** Rows of b that are skipped or taken together. */
export const SECTION: i32 = 64

// — bounds —

/** Where the entries of a section begin, and those of the one before it end. */
// @ts-ignore: decorator
@inline
export function bound(index: i32, section: i32): usize {
  return <usize>load<u32>(scratchBegin() + floats(section * LISTS + index))
}

// @ts-ignore: decorator
@inline
function setBound(index: i32, section: i32, entry: usize): void {
  store<u32>(scratchBegin() + floats(section * LISTS + index), <u32>entry)
}

export function sectionsOf(depth: i32): i32 {
  return max(1, (depth + SECTION - 1) / SECTION)
}

/** Where entries may begin. */
// @ts-ignore: decorator
@inline
function roomBegin(sections: i32): usize {
  return scratchBegin() + floats((sections + 1) * LISTS)
}

/** Bytes of a list at most: one entry more than the depth, as a last zero's is not overwritten. */
// @ts-ignore: decorator
@inline
function longest(depth: i32): usize {
  return (<usize>depth + 1) * 8
}

// — entries, written without a branch for each: a zero's entry is overwritten by the next —

/** Writes an entry, and returns where the next one goes: right there if the number is zero. */
// @ts-ignore: decorator
@inline
function put(entry: usize, row: u32, value: f32): usize {
  store<u32>(entry, row)
  store<f32>(entry, value, 4)
  return entry + (<usize>(value != 0) << 3)
}

/** One list for each column, in places of the same size; the end of each is at its beginning still. */
function openColumns(count: i32, depth: i32): void {
  // an odd number of cache lines, as even ones crowd a few sets of the cache
  const stride = ((longest(depth) + 63) & ~63) | 64
  for (let c = 0; c < count; c++) {
    const entry = roomBegin(1) + <usize>c * stride
    setBound(c, 0, entry)
    setBound(c, 1, entry)
  }
}

/** Moves the end of a column's list behind one more entry. */
// @ts-ignore: decorator
@inline
function append(index: i32, row: u32, value: f32): void {
  setBound(index, 1, put(bound(index, 1), row, value))
}

// — from floats —

// @ts-ignore: decorator
@inline
function anyNonZero(x: v128): bool {
  return v128.any_true(f32x4.ne(x, f32x4.splat(0)))
}

/** Lists the rows of a from the first on, one list a row, as many as surely fit. Returns how many: 1 at least. */
export function listRows(a: usize, lda: i32, ldb: i32, rows: i32, depth: i32): i32 {
  const sections = sectionsOf(depth)
  const lastBegin = scratchEnd() - longest(depth)
  let entry = roomBegin(sections)
  let count = 0
  for (; count < rows && count < LISTS && entry <= lastBegin; count++) {
    setBound(count, 0, entry)
    const from = a + rowsOf(lda, count)
    for (let section = 1; section <= sections; section++) {
      const begin = (section - 1) * SECTION
      entry = listRow(from + floats(begin), ldb, begin, min(depth, begin + SECTION), entry)
      setBound(count, section, entry)
    }
  }
  return count
}

/** Columns [begin, end) of one row, the first of which is at `from`: four at a time, those that are not 0 to the front. */
// @ts-ignore: decorator
@inline
function listRow(from: usize, ldb: i32, begin: i32, end: i32, entry: usize): usize {
  const at = constantsAt()
  const zero = constant(at, ZERO)
  const step = i32x4.splat(ldb << 2)
  let k = begin
  let places = i32x4.add(i32x4.splat(begin * ldb), i32x4.mul(i32x4.splat(ldb), i32x4(0, 1, 2, 3)))
  for (; k + 4 <= end; k += 4, from += 16) {
    const x = v128.load(from)
    const set = i32x4.bitmask(f32x4.ne(x, zero))
    const front = frontOf(at, set)
    const values = i8x16.swizzle(x, front)
    const rows = i8x16.swizzle(places, front)
    v128.store(entry, v128.shuffle<i32>(rows, values, 0, 4, 1, 5))
    v128.store(entry, v128.shuffle<i32>(rows, values, 2, 6, 3, 7), 16)
    entry += <usize>popcnt(set) << 3
    places = i32x4.add(places, step)
  }
  for (; k < end; k++, from += 4) entry = put(entry, k * ldb, load<f32>(from))
  return entry
}

/** Lists the columns of a from the first on, one list a column, 16 at most. Returns how many. */
export function listColumns(a: usize, lda: i32, ldb: i32, columns: i32, depth: i32): i32 {
  const count = min(columns, COLUMNS)
  openColumns(count, depth)
  const whole = count & ~3
  let row: u32 = 0
  for (let k = 0; k < depth; k++, a += lda, row += <u32>ldb) {
    for (let c = 0; c < whole; c += 4) {
      const from = a + floats(c)
      if (!anyNonZero(v128.load(from))) continue
      append(c, row, load<f32>(from))
      append(c + 1, row, load<f32>(from, 4))
      append(c + 2, row, load<f32>(from, 8))
      append(c + 3, row, load<f32>(from, 12))
    }
    for (let c = whole; c < count; c++) append(c, row, load<f32>(a + floats(c)))
  }
  return count
}

// — from the bytes of images: a[r, k] = table[images[order[r], k]], where a byte of 0 means 0 —

/** 64 bytes, one bit each: 1 where they are not 0. */
// @ts-ignore: decorator
@inline
function brightOf(a: v128, b: v128, c: v128, d: v128): u64 {
  return brightSixteen(a) | (brightSixteen(b) << 16) | (brightSixteen(c) << 32) | (brightSixteen(d) << 48)
}

// @ts-ignore: decorator
@inline
function brightSixteen(bytes: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.ne(bytes, i8x16.splat(0))))
}

// @ts-ignore: decorator
@inline
function imageAt(order: usize, index: i32, images: usize, pixels: i32): usize {
  return images + <usize>load<u32>(order + floats(index)) * <usize>pixels
}

/** As listRows: one list an image. */
export function listImages(
  order: usize,
  images: usize,
  pixels: i32,
  table: usize,
  ldb: i32,
  rows: i32,
  depth: i32,
): i32 {
  const sections = sectionsOf(depth)
  const lastBegin = scratchEnd() - longest(depth)
  let entry = roomBegin(sections)
  let count = 0
  touch(order, min(rows, LISTS), images, pixels)
  for (; count < rows && count < LISTS && entry <= lastBegin; count++) {
    setBound(count, 0, entry)
    const from = imageAt(order, count, images, pixels)
    for (let section = 1; section <= sections; section++) {
      const begin = (section - 1) * SECTION
      entry = listImage(from + <usize>begin, table, ldb, begin, min(depth, begin + SECTION), entry)
      setBound(count, section, entry)
    }
  }
  return count
}

/** Pixels [begin, end) of one image, the first of which is at `from`. */
// @ts-ignore: decorator
@inline
function listImage(from: usize, table: usize, ldb: i32, begin: i32, end: i32, entry: usize): usize {
  if (end - begin < SECTION) {
    for (let k = begin; k < end; k++, from++) entry = put(entry, k * ldb, lookUp(table, from))
    return entry
  }
  let bright = brightOf(v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48))
  for (; bright != 0; bright &= bright - 1) {
    const i = <i32>ctz(bright)
    store<u32>(entry, (begin + i) * ldb)
    store<f32>(entry, lookUp(table, from + <usize>i), 4)
    entry += 8
  }
  return entry
}

/** As listColumns: one list a pixel, from those that `images` begins with. */
export function listPixels(
  order: usize,
  images: usize,
  pixels: i32,
  table: usize,
  ldb: i32,
  columns: i32,
  depth: i32,
): i32 {
  const count = min(columns, COLUMNS)
  openColumns(count, depth)
  let k = 0
  if (count == COLUMNS) {
    for (; k + 4 <= depth; k += 4) {
      const a = v128.load(imageAt(order, k, images, pixels))
      const b = v128.load(imageAt(order, k + 1, images, pixels))
      const c = v128.load(imageAt(order, k + 2, images, pixels))
      const d = v128.load(imageAt(order, k + 3, images, pixels))
      appendFourImages(a, b, c, d, table, ldb, k * ldb)
    }
  }
  for (; k < depth; k++) {
    const from = imageAt(order, k, images, pixels)
    for (let c = 0; c < count; c++) append(c, k * ldb, lookUp(table, from + <usize>c))
  }
  return count
}

/** Sixteen pixels of four images at a time: few loops, so that few of their ends are guessed wrongly. */
function appendFourImages(a: v128, b: v128, c: v128, d: v128, table: usize, ldb: i32, row: i32): void {
  let bright = brightOf(a, b, c, d)
  if (bright == 0) return
  const bytes = scratchBegin() + floats(COLUMNS) // bounds that no column has
  v128.store(bytes, a)
  v128.store(bytes, b, 16)
  v128.store(bytes, c, 32)
  v128.store(bytes, d, 48)
  for (; bright != 0; bright &= bright - 1) {
    const i = <i32>ctz(bright)
    const column = i & (COLUMNS - 1)
    const entry = bound(column, 1)
    store<u32>(entry, row + (i / COLUMNS) * ldb)
    store<f32>(entry, lookUp(table, bytes + <usize>i), 4)
    setBound(column, 1, entry + 8)
  }
}
