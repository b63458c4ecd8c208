/**
 * The numbers of a matrix that are not zero, as lists in the scratch.
 *
 * A list is a row of entries of 8 bytes: u32, where the row of b that goes with the number begins (bytes from b);
 * f32, the number. Entries are in the order of the depth. At the beginning of the room stand the lists' bounds, addresses
 * as u32[sections + 1, LISTS]: where the entries from each SECTION of the depth begin, and where all end.
 */
import { floats, rowsOf } from './arithmetic'
import { lookUp, touch, touchEnds } from './data'
import { constant, constantsAt, frontOf, scratchBegin, scratchEnd, ZERO } from './scratch'

/** Rows at once. */
const LISTS: i32 = 128
/** Columns of floats that are read together: they share a cache line of a. */
const COLUMNS: i32 = 16
/** Columns that are listed together: pixels that share a cache line, or nearly so. */
const MOST_COLUMNS: i32 = 64
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

/** One list for each column, in places of the same size, as many as surely fit. Returns how many: 16 at least, if asked. */
function openColumns(columns: i32, depth: i32): i32 {
  const begin = roomBegin(sectionsOf(depth))
  // an odd number of cache lines, as even ones crowd a few sets of the cache
  const stride = ((longest(depth) + 63) & ~63) | 64
  const room = <i32>((scratchEnd() - begin) / stride)
  const count = min(columns, min(MOST_COLUMNS, room & -COLUMNS))
  for (let c = 0; c < count; c++) setBound(c, 0, begin + <usize>c * stride)
  return count
}

/** From here on entries belong to this section. */
function openSection(count: i32, section: i32): void {
  for (let c = 0; c < count; c++) setBound(c, section, bound(c, section - 1))
}

/** Moves the end of a column's list behind one more entry. */
// @ts-ignore: decorator
@inline
function append(index: i32, section: i32, row: u32, value: f32): void {
  setBound(index, section, put(bound(index, section), row, value))
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

/** Lists the columns of a from the first on, one list a column, as many as surely fit. Returns how many: 16 at least. */
export function listColumns(a: usize, lda: i32, ldb: i32, columns: i32, depth: i32): i32 {
  const count = openColumns(columns, depth)
  const sections = sectionsOf(depth)
  for (let section = 1; section <= sections; section++) {
    const begin = (section - 1) * SECTION
    const end = min(depth, begin + SECTION)
    openSection(count, section)
    for (let c = 0; c < count; c += COLUMNS) {
      listStrip(a + rowsOf(lda, begin) + floats(c), lda, ldb, c, min(COLUMNS, count - c), section, begin, end)
    }
  }
  return count
}

/** Rows [begin, end) of up to 16 columns, the first of which is `column`; a's first row is `begin`. */
function listStrip(
  a: usize,
  lda: i32,
  ldb: i32,
  column: i32,
  count: i32,
  section: i32,
  begin: i32,
  end: i32,
): void {
  const whole = count & ~3
  for (let k = begin; k < end; k++, a += lda) {
    const row = <u32>(k * ldb)
    for (let c = 0; c < whole; c += 4) {
      const from = a + floats(c)
      if (!anyNonZero(v128.load(from))) continue
      append(column + c, section, row, load<f32>(from))
      append(column + c + 1, section, row, load<f32>(from, 4))
      append(column + c + 2, section, row, load<f32>(from, 8))
      append(column + c + 3, section, row, load<f32>(from, 12))
    }
    for (let c = whole; c < count; c++) append(column + c, section, row, load<f32>(a + floats(c)))
  }
}

// — from the bytes of images: a[r, k] = table[images[order[r], k]], where a byte of 0 means 0 —

/** One bit for each of `count` bytes, 64 at most: 1 where they are not 0. */
// @ts-ignore: decorator
@inline
function brightOf(from: usize, count: i32): u64 {
  if (count < 64) return brightOfFew(from, count)
  const first = brightSixteen(from) | (brightSixteen(from + 16) << 16)
  return first | (brightSixteen(from + 32) << 32) | (brightSixteen(from + 48) << 48)
}

function brightOfFew(from: usize, count: i32): u64 {
  let bright: u64 = 0
  let i = 0
  for (; i + 16 <= count; i += 16) bright |= brightSixteen(from + <usize>i) << i
  for (; i < count; i++) bright |= (<u64>(load<u8>(from + <usize>i) != 0)) << i
  return bright
}

// @ts-ignore: decorator
@inline
function brightSixteen(from: usize): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.ne(v128.load(from), i8x16.splat(0))))
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
  touch(order, min(rows, LISTS), images, pixels, depth)
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

/** Pixels [begin, end) of one image, 64 at most; the first of them is at `from`. */
// @ts-ignore: decorator
@inline
function listImage(from: usize, table: usize, ldb: i32, begin: i32, end: i32, entry: usize): usize {
  for (let bright = brightOf(from, end - begin); bright != 0; bright &= bright - 1) {
    const i = <i32>ctz(bright)
    store<u32>(entry, (begin + i) * ldb)
    store<f32>(entry, lookUp(table, from + <usize>i), 4)
    entry += 8
  }
  return entry
}

/** As listColumns: one list a pixel, from those that `images` begins with; what shares a cache line is read at once. */
export function listPixels(
  order: usize,
  images: usize,
  pixels: i32,
  table: usize,
  ldb: i32,
  columns: i32,
  depth: i32,
): i32 {
  const count = openColumns(columns, depth)
  const sections = sectionsOf(depth)
  touchEnds(order, depth, images, pixels, count)
  for (let section = 1; section <= sections; section++) {
    openSection(count, section)
    const ends = scratchBegin() + floats(section * LISTS)
    for (let k = (section - 1) * SECTION, end = min(depth, k + SECTION); k < end; k++) {
      appendPixels(imageAt(order, k, images, pixels), count, table, k * ldb, ends)
    }
  }
  return count
}

/** Pixels of one image, the first of which is at `from`, each to the list whose end is at its place among `ends`. */
// @ts-ignore: decorator
@inline
function appendPixels(from: usize, count: i32, table: usize, row: i32, ends: usize): void {
  for (let bright = brightOf(from, count); bright != 0; bright &= bright - 1) {
    const i = <i32>ctz(bright)
    const end = ends + floats(i)
    const entry = <usize>load<u32>(end)
    store<u32>(entry, row)
    store<f32>(entry, lookUp(table, from + <usize>i), 4)
    store<u32>(end, <u32>(entry + 8))
  }
}
