// Writes the AssemblyScript of the matrix products: a tile is a block of the output that stays in registers, so its
// sums are as many local variables, and AssemblyScript has no arrays of those.
//
// Every sum is one chain of multiplyAdd in the order of the depth, in whichever tile it lies. That is why all sets of
// tiles, and any way to share out rows, give the same bits.

/**
 * Sets of tiles; which one is fastest depends on how the engine that compiles them uses its registers.
 *
 *   rows, columns  of the tiles, largest first; the smaller ones do the edges
 *   walk           how a sparse product shares out the vectors of an output row, to keep some in registers at a time
 */
export const TILE_SETS = {
  // V8 up to 13.5 loads early, and spills beyond nine sums
  '3x12': { rows: [3, 2, 1], columns: [12, 8, 4], walk: 'singles' },
  // V8 from 13.6 on keeps the order of the program
  '6x8': { rows: [6, 4, 2, 1], columns: [8, 4], walk: 'singles' },
  // two vectors fused into one of 256 bits
  '6x16': { rows: [6, 4, 2, 1], columns: [16, 8, 4], walk: 'pairs' },
}

/** Sums of a sparse product that fit the registers, besides the number and the row that they are made of. */
const MOST_SUMS = 13
/**
 * Rows of b that a dense product goes through at a time. They stay in the first cache, and their pages known to the
 * processor, for all tiles beside each other.
 */
const DEPTH = 160
/**
 * Of b, that a sparse product goes over again and again: to stay in the first cache, beside what is written. Of dark
 * images the edges are never lit, so that only half of so many rows or little more is read. Vectors of 256 bits gain more
 * by longer walks through few numbers than they lose by a row from the second cache.
 */
const CACHED_BYTES = { singles: 28 * 1024, pairs: 56 * 1024, brightImages: 28 * 1024, darkImages: 56 * 1024 }
/** Images are dark where so many bytes of entries (8 of them each) or less come on a pixel: a quarter is lit. */
const DARK_BYTES = 2

export function productsSource() {
  const sets = Object.entries(TILE_SETS)
  return [
    `import { floats, multiplyAdd, rowsOf, sumFrom } from './arithmetic'`,
    `import { bound, listColumns, listImages, listPixels, listRows, SECTION, sectionsOf } from './lists'`,
    ...tilesOf(sets).flatMap(([rows, columns]) => [tile(rows, columns, 'Rows'), tile(rows, columns, 'Columns')]),
    ...walksOf().map(walk),
    ...sets.flatMap(([name, set]) => [
      denseProduct(`denseForward${name}`, set, 'Rows'),
      denseProduct(`denseBackwardWeights${name}`, set, 'Columns'),
      sparseBlocks(`walkBlocks${name}`, set.walk),
      sparseProduct(`sparseForward${name}`, name, set, 'Rows'),
      sparseProduct(`sparseBackwardWeights${name}`, name, set, 'Columns'),
      imageProduct(`imageForward${name}`, name, set, 'Images'),
      imageProduct(`imageBackwardWeights${name}`, name, set, 'Pixels'),
    ]),
  ].join('\n\n')
}

// — dense —

function tilesOf(sets) {
  const names = sets.flatMap(([, set]) =>
    set.rows.flatMap((rows) => set.columns.map((columns) => `${rows}x${columns}`)),
  )
  return [...new Set(names)].map((name) => name.split('x').map(Number))
}

/**
 * One tile of the output. `from` says what of a makes a row of the output: its rows (then the sum goes along the
 * row), or its columns (then it goes down).
 */
function tile(rows, columns, from) {
  const vectors = columns / 4
  const alongRows = from === 'Rows'
  return `
function tile${rows}x${columns}Of${from}(a: usize, lda: i32, b: usize, ldb: i32, initial: usize, ldi: i32, out: usize, ldo: i32, depth: i32): void {
  ${each(rows, (r) => each(vectors, (v) => `let s${r}${v} = sumFrom(v128.load(initial + rowsOf(ldi, ${r}), ${16 * v}))`))}
  ${alongRows ? each(rows, (r) => `let a${r} = a + rowsOf(lda, ${r})`) : ''}
  for (let k = 0; k < depth; k++) {
    ${each(vectors, (v) => `const b${v} = v128.load(b, ${16 * v})`)}
    ${each(rows, (r) => [
      `const x${r} = v128.load32_splat(${alongRows ? `a${r}` : `a, ${4 * r}`})`,
      each(vectors, (v) => `s${r}${v} = multiplyAdd(x${r}, b${v}, s${r}${v})`),
      alongRows ? `a${r} += 4` : '',
    ])}
    ${alongRows ? '' : 'a += lda'}
    b += ldb
  }
  ${each(rows, (r) => each(vectors, (v) => `v128.store(out + rowsOf(ldo, ${r}), s${r}${v}, ${16 * v})`))}
}`
}

/** Columns outside: a few columns of b stay in the first cache for all rows. */
function denseProduct(name, set, from) {
  const [largest] = set.rows
  return `
export function ${name}(${PRODUCT_PARAMETERS}): void {
  const blocks = max(1, (depth + ${DEPTH - 1}) / ${DEPTH})
  const step = (depth + blocks - 1) / blocks
  for (let first = 0, k = 0; first < blocks; first++, k += step) {
    const ak = a + ${from === 'Rows' ? 'floats(k)' : 'rowsOf(lda, k)'}
    ${name}Block(ak, lda, b + rowsOf(ldb, k), ldb, initial, ldi, out, ldo, rows, columns, min(step, depth - k))
    initial = out
    ldi = ldo
  }
}

function ${name}Block(${PRODUCT_PARAMETERS}): void {
  let n = 0
  ${each(set.columns, (wide, i) => {
    const last = i === set.columns.length - 1
    // a tile may reach into the padding, but no further than to a multiple of 4
    const while_ = last ? 'n < columns' : `columns - n > ${wide - 4}`
    return `
  for (; ${while_}; n += ${wide}) {
    const bn = b + floats(n)
    const initialN = initial + floats(n)
    const outN = out + floats(n)
    let r = 0
    ${each(set.rows, (high) => {
      // the smallest remainder comes last; better two middle tiles than a large one and the smallest
      const spare = high === largest ? ` && rows - r != ${high + (high === 3 ? 1 : 2)}` : ''
      const at = from === 'Rows' ? 'a + rowsOf(lda, r)' : 'a + floats(r)'
      return `for (; rows - r >= ${high}${spare}; r += ${high}) tile${high}x${wide}Of${from}(${at}, lda, bn, ldb, initialN + rowsOf(ldi, r), ldi, outN + rowsOf(ldo, r), ldo, depth)`
    })}
  }`
  })}
}`
}

// — sparse —

function walksOf() {
  const singles = range(MOST_SUMS).map((i) => i + 1)
  return [...new Set([...singles, ...singles.map((count) => 2 * count)])]
}

/**
 * `vectors` vectors of each of `count` rows of the output: row r is the sum over sections [first, last) of list r.
 */
function walk(vectors) {
  return `
function walk${vectors}(count: i32, first: i32, last: i32, b: usize, initial: usize, ldi: i32, out: usize, ldo: i32): void {
  for (let r = 0; r < count; r++) {
    const from = initial + rowsOf(ldi, r)
    ${each(vectors, (v) => `let s${v} = sumFrom(v128.load(from, ${16 * v}))`)}
    for (let entry = bound(r, first), end = bound(r, last); entry < end; entry += 8) {
      const row = b + <usize>load<u32>(entry)
      const x = v128.load32_splat(entry, 4)
      ${each(vectors, (v) => `s${v} = multiplyAdd(x, v128.load(row, ${16 * v}), s${v})`)}
    }
    const to = out + rowsOf(ldo, r)
    ${each(vectors, (v) => `v128.store(to, s${v}, ${16 * v})`)}
  }
}`
}

/**
 * All columns, in blocks of as many vectors as the set of tiles likes; and for each, the depth in blocks of as many
 * rows of b as `cached` bytes hold. Many rows of the output, with some rows of b each, would else read b from the
 * second cache again and again.
 */
function sparseBlocks(name, kind) {
  const unit = kind === 'pairs' ? 2 : 1
  return `
function ${name}(count: i32, b: usize, initial: usize, ldi: i32, out: usize, ldo: i32, columns: i32, sections: i32, cached: i32): void {
  let left = (columns + ${4 * unit - 1}) / ${4 * unit}
  let at: usize = 0
  while (left > 0) {
    const parts = (left + ${MOST_SUMS - 1}) / ${MOST_SUMS}
    const even = (left + parts - 1) / parts
    const size = ${kind === 'pairs' ? 'even' : ODD_SIZES}
    const step = max(1, cached / (SECTION * size * ${16 * unit}))
    let from = initial + at
    let ld = ldi
    for (let first = 0; first < sections; first += step) {
      const last = min(sections, first + step)
      switch (size) {
        ${each(MOST_SUMS, (i) => [
          `case ${i + 1}:`,
          `  walk${(i + 1) * unit}(count, first, last, b + at, from, ld, out + at, ldo)`,
          '  break',
        ])}
      }
      from = out + at
      ld = ldo
    }
    at += <usize>size * ${16 * unit}
    left -= size
  }
}`
}

/** Vectors at a time: as even as it goes, but for 8 to 11 sums, which spill on old V8s as 12 and 13 do not. */
const ODD_SIZES = 'even < 8 || even > 11 ? even : left == 19 || left == 20 ? left - 7 : left > 13 ? 12 : (left + 1) / 2'

function sparseProduct(name, tiles, { walk }, from) {
  const at = from === 'Rows' ? 'a + rowsOf(lda, r)' : 'a + floats(r)'
  const list = `list${from}(${at}, lda, ldb, rows - r, depth)`
  return product(name, tiles, PRODUCT_PARAMETERS, list, String(CACHED_BYTES[walk]))
}

/** a is made of bytes: its rows are images, or (then the sum goes over the images) pixels. */
function imageProduct(name, tiles, { walk }, from) {
  const at = from === 'Images' ? 'order + floats(r), images' : 'order, images + <usize>r'
  const list = `list${from}(${at}, pixels, table, ldb, rows - r, depth)`
  const entries = '<i32>(bound(count - 1, sections) - bound(0, 0))'
  const isDark = `${entries} <= ${DARK_BYTES} * count * depth`
  const { darkImages, brightImages } = CACHED_BYTES
  const cached = from === 'Images' ? `${isDark} ? ${darkImages} : ${brightImages}` : CACHED_BYTES[walk]
  return product(name, tiles, IMAGE_PARAMETERS, list, String(cached))
}

/** In parts of as many rows as can be listed at a time. */
function product(name, tiles, parameters, list, cached) {
  return `
export function ${name}(${parameters}): void {
  const sections = sectionsOf(depth)
  let r = 0
  while (r < rows) {
    const count = ${list}
    const cached = ${cached}
    walkBlocks${tiles}(count, b, initial + rowsOf(ldi, r), ldi, out + rowsOf(ldo, r), ldo, columns, sections, cached)
    r += count
  }
}`
}

const IMAGE_PARAMETERS =
  'order: usize, images: usize, pixels: i32, table: usize, b: usize, ldb: i32, initial: usize, ldi: i32, out: usize, ldo: i32, rows: i32, columns: i32, depth: i32'
const PRODUCT_PARAMETERS =
  'a: usize, lda: i32, b: usize, ldb: i32, initial: usize, ldi: i32, out: usize, ldo: i32, rows: i32, columns: i32, depth: i32'

// — text —

function range(count) {
  return Array.from({ length: count }, (_, i) => i)
}

/** Lines made for each number below `items`, or for each of the items. */
function each(items, line) {
  const list = typeof items === 'number' ? range(items) : items
  return list
    .flatMap((item, i) => line(item, i))
    .filter((text) => text !== '')
    .join('\n')
}
