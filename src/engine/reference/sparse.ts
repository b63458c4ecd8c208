/**
 * The same products for inputs of mostly zeros (81 % of MNIST's pixels): gather what is not zero, then walk that.
 *
 * Why the bits are those of dense.ts: a zero times a finite number is +0 or −0, and adding either to a sum that
 * is not −0 leaves the sum as it is. Sums begin at initial + 0, which is never −0, and a sum of two numbers is −0
 * only if both are.
 */
import type { ImageProduct, Kernels, MatrixProduct } from '../kernels'
import type { Views } from '../memory'

type Products = Pick<Kernels, 'sparseForward' | 'sparseBackwardWeights' | 'imageForward' | 'imageBackwardWeights'>

export function sparseKernels({ f32, u32, u8 }: Views): Products {
  /** What is not zero in one row of the output's a: its value, and where the row of b begins that it goes with. */
  let values = new Float64Array(1024)
  let places = new Int32Array(1024)

  /** Room for so many. */
  function makeRoom(depth: number): void {
    if (values.length >= depth) return
    values = new Float64Array(depth)
    places = new Int32Array(depth)
  }

  function collect(a: number, nextDepth: number, b: number, ldb: number, depth: number): number {
    const f = f32
    let found = 0
    for (let k = 0; k < depth; k++) {
      const value = f[a]
      if (value !== 0) {
        values[found] = value
        places[found] = b + k * ldb
        found++
      }
      a += nextDepth
    }
    return found
  }

  /** out = initial + Σ values · rows of b, eight columns at a time (into the padding if need be). */
  function walk(found: number, initial: number, out: number, columns: number): void {
    const f = f32
    const v = values
    const p = places
    for (let n = 0; n < columns; n += 8) {
      const i = initial + n
      let s0 = f[i] + 0
      let s1 = f[i + 1] + 0
      let s2 = f[i + 2] + 0
      let s3 = f[i + 3] + 0
      let s4 = f[i + 4] + 0
      let s5 = f[i + 5] + 0
      let s6 = f[i + 6] + 0
      let s7 = f[i + 7] + 0
      for (let j = 0; j < found; j++) {
        const x = v[j]
        const at = p[j] + n
        s0 += x * f[at]
        s1 += x * f[at + 1]
        s2 += x * f[at + 2]
        s3 += x * f[at + 3]
        s4 += x * f[at + 4]
        s5 += x * f[at + 5]
        s6 += x * f[at + 6]
        s7 += x * f[at + 7]
      }
      const o = out + n
      f[o] = s0
      f[o + 1] = s1
      f[o + 2] = s2
      f[o + 3] = s3
      f[o + 4] = s4
      f[o + 5] = s5
      f[o + 6] = s6
      f[o + 7] = s7
    }
  }

  /** The next row of the output begins `nextRow` floats further on in a. All in floats. */
  function product(
    a: number,
    nextRow: number,
    nextDepth: number,
    b: number,
    ldb: number,
    initial: number,
    ldi: number,
    out: number,
    ldo: number,
    rows: number,
    columns: number,
    depth: number,
  ): void {
    makeRoom(depth)
    for (let r = 0; r < rows; r++) {
      const found = collect(a + r * nextRow, nextDepth, b, ldb, depth)
      walk(found, initial + r * ldi, out + r * ldo, columns)
    }
  }

  const sparseForward: MatrixProduct = (a, lda, b, ldb, initial, ldi, out, ldo, rows, columns, depth) =>
    product(
      a >>> 2,
      lda >>> 2,
      1,
      b >>> 2,
      ldb >>> 2,
      initial >>> 2,
      ldi >>> 2,
      out >>> 2,
      ldo >>> 2,
      rows,
      columns,
      depth,
    )
  const sparseBackwardWeights: MatrixProduct = (a, lda, b, ldb, initial, ldi, out, ldo, rows, columns, depth) =>
    product(
      a >>> 2,
      1,
      lda >>> 2,
      b >>> 2,
      ldb >>> 2,
      initial >>> 2,
      ldi >>> 2,
      out >>> 2,
      ldo >>> 2,
      rows,
      columns,
      depth,
    )

  /** The same from bytes: `byteAt` says where the byte of one row of the output at one depth is. */
  function imageProduct(
    byteAt: (order: number, images: number, pixels: number, r: number, k: number) => number,
  ): ImageProduct {
    return (order, images, pixels, table, b, ldb, initial, ldi, out, ldo, rows, columns, depth) => {
      makeRoom(depth)
      for (let r = 0; r < rows; r++) {
        let found = 0
        for (let k = 0; k < depth; k++) {
          const byte = u8[byteAt(order >>> 2, images, pixels, r, k)]
          if (byte === 0) continue
          values[found] = f32[(table >>> 2) + byte]
          places[found] = (b + k * ldb) >>> 2
          found++
        }
        walk(found, (initial + r * ldi) >>> 2, (out + r * ldo) >>> 2, columns)
      }
    }
  }
  const imageForward = imageProduct((order, images, pixels, r, k) => images + u32[order + r] * pixels + k)
  const imageBackwardWeights = imageProduct((order, images, pixels, r, k) => images + u32[order + k] * pixels + r)

  return { sparseForward, sparseBackwardWeights, imageForward, imageBackwardWeights }
}
