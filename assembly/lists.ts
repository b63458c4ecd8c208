/**
 * The numbers of a matrix that are not zero, as lists in the scratch.
 *
 * A list is a row of entries of 8 bytes: u32, where the row of b that goes with the number begins (bytes from b);
 * f32, the number. Its bounds, two addresses, stand in the heads: u32[LISTS, 2] at the beginning of the room.
 * Entries are in the order of the depth. They are written without a branch for each: a zero's entry is overwritten
 * by the next.
 */
import { floats, rowsOf } from './arithmetic'
import { scratchBegin, scratchEnd } from './scratch'

/** Rows at once: more would find the columns of b no longer in the cache. */
const LISTS: i32 = 128
const HEAD_BYTES: usize = 8
/** Columns that are listed together: they share a cache line of a. */
const COLUMNS: i32 = 16

// @ts-ignore: decorator
@inline
export function listBegin(index: i32): usize {
  return <usize>load<u32>(scratchBegin() + <usize>index * HEAD_BYTES)
}

// @ts-ignore: decorator
@inline
export function listEnd(index: i32): usize {
  return <usize>load<u32>(scratchBegin() + <usize>index * HEAD_BYTES, 4)
}

// @ts-ignore: decorator
@inline
function setList(index: i32, begin: usize, end: usize): void {
  const head = scratchBegin() + <usize>index * HEAD_BYTES
  store<u32>(head, <u32>begin)
  store<u32>(head, <u32>end, 4)
}

/** Writes an entry, and returns where the next one goes: right there if the number is zero. */
// @ts-ignore: decorator
@inline
function put(list: usize, row: u32, value: f32): usize {
  store<u32>(list, row)
  store<f32>(list, value, 4)
  return list + (<usize>(value != 0) << 3)
}

// @ts-ignore: decorator
@inline
function anyNonZero(x: v128): bool {
  return v128.any_true(f32x4.ne(x, f32x4.splat(0)))
}

/** Lists the rows of a from the first on, one list a row, as many as surely fit. Returns how many: 1 at least. */
export function listRows(a: usize, lda: i32, ldb: i32, rows: i32, depth: i32): i32 {
  const end = scratchEnd()
  const longest = <usize>depth * 8 + 8 // and the entry that a last zero writes
  let list = scratchBegin() + LISTS * HEAD_BYTES
  let count = 0
  while (count < rows && count < LISTS && list + longest <= end) {
    const begin = list
    list = listRow(a + rowsOf(lda, count), ldb, depth, list)
    setList(count++, begin, list)
  }
  return count
}

function listRow(from: usize, ldb: i32, depth: i32, list: usize): usize {
  let row: u32 = 0
  let k = 0
  for (; k + 4 <= depth; k += 4, from += 16, row += <u32>ldb << 2) {
    if (!anyNonZero(v128.load(from))) continue
    list = put(list, row, load<f32>(from))
    list = put(list, row + <u32>ldb, load<f32>(from, 4))
    list = put(list, row + (<u32>ldb << 1), load<f32>(from, 8))
    list = put(list, row + <u32>ldb * 3, load<f32>(from, 12))
  }
  for (; k < depth; k++, from += 4, row += <u32>ldb) list = put(list, row, load<f32>(from))
  return list
}

/** Lists the columns of a from the first on, one list a column, 16 at most. Returns how many. */
export function listColumns(a: usize, lda: i32, ldb: i32, columns: i32, depth: i32): i32 {
  const count = min(columns, COLUMNS)
  // an odd number of cache lines, as even ones crowd a few sets of the cache
  const stride = ((<usize>depth * 8 + 8 + 63) & ~63) | 64
  const room = scratchBegin() + LISTS * HEAD_BYTES
  for (let c = 0; c < count; c++) setList(c, room + <usize>c * stride, room + <usize>c * stride)

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

// @ts-ignore: decorator
@inline
function append(index: i32, row: u32, value: f32): void {
  const head = scratchBegin() + <usize>index * HEAD_BYTES
  store<u32>(head, <u32>put(<usize>load<u32>(head, 4), row, value), 4)
}
