/**
 * Dense products in tiles of 4 rows by 4 columns.
 *
 * Sums are kept in float64 and rounded to float32 once, at the end: rounding inside the tile is three times
 * slower and less exact. Columns go in fours, into the padding if need be; rows that fill no tile go one at a
 * time. Adding 0 to `initial` turns −0 into +0, so that no sum is ever −0 and a skipped zero product changes
 * nothing (see sparse.ts).
 *
 * Columns are the outer loop: the four columns of b then stay in the first-level cache for all rows.
 */
import type { Kernels } from '../kernels'
import type { Views } from '../memory'

type Products = Pick<Kernels, 'denseForward' | 'denseBackwardInputs' | 'denseBackwardWeights'>

export function denseKernels({ f32 }: Views): Products {
  /**
   * out = initial + a·b, where going along the depth moves `nextDepth` floats in a, and the next row of the
   * output begins `nextRow` floats further on in a: this reads a as it is, or transposed.
   */
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
    const f = f32
    for (let n = 0; n < columns; n += 4) {
      let r = 0
      for (; r + 4 <= rows; r += 4) {
        const i0 = initial + r * ldi + n
        const i1 = i0 + ldi
        const i2 = i1 + ldi
        const i3 = i2 + ldi
        let s00 = f[i0] + 0
        let s01 = f[i0 + 1] + 0
        let s02 = f[i0 + 2] + 0
        let s03 = f[i0 + 3] + 0
        let s10 = f[i1] + 0
        let s11 = f[i1 + 1] + 0
        let s12 = f[i1 + 2] + 0
        let s13 = f[i1 + 3] + 0
        let s20 = f[i2] + 0
        let s21 = f[i2 + 1] + 0
        let s22 = f[i2 + 2] + 0
        let s23 = f[i2 + 3] + 0
        let s30 = f[i3] + 0
        let s31 = f[i3 + 1] + 0
        let s32 = f[i3 + 2] + 0
        let s33 = f[i3 + 3] + 0
        let a0 = a + r * nextRow
        let a1 = a0 + nextRow
        let a2 = a1 + nextRow
        let a3 = a2 + nextRow
        let at = b + n
        for (let k = 0; k < depth; k++) {
          const x0 = f[a0]
          const x1 = f[a1]
          const x2 = f[a2]
          const x3 = f[a3]
          const y0 = f[at]
          const y1 = f[at + 1]
          const y2 = f[at + 2]
          const y3 = f[at + 3]
          s00 += x0 * y0
          s01 += x0 * y1
          s02 += x0 * y2
          s03 += x0 * y3
          s10 += x1 * y0
          s11 += x1 * y1
          s12 += x1 * y2
          s13 += x1 * y3
          s20 += x2 * y0
          s21 += x2 * y1
          s22 += x2 * y2
          s23 += x2 * y3
          s30 += x3 * y0
          s31 += x3 * y1
          s32 += x3 * y2
          s33 += x3 * y3
          a0 += nextDepth
          a1 += nextDepth
          a2 += nextDepth
          a3 += nextDepth
          at += ldb
        }
        const o0 = out + r * ldo + n
        const o1 = o0 + ldo
        const o2 = o1 + ldo
        const o3 = o2 + ldo
        f[o0] = s00
        f[o0 + 1] = s01
        f[o0 + 2] = s02
        f[o0 + 3] = s03
        f[o1] = s10
        f[o1 + 1] = s11
        f[o1 + 2] = s12
        f[o1 + 3] = s13
        f[o2] = s20
        f[o2 + 1] = s21
        f[o2 + 2] = s22
        f[o2 + 3] = s23
        f[o3] = s30
        f[o3 + 1] = s31
        f[o3 + 2] = s32
        f[o3 + 3] = s33
      }
      for (; r < rows; r++) {
        const i0 = initial + r * ldi + n
        let s0 = f[i0] + 0
        let s1 = f[i0 + 1] + 0
        let s2 = f[i0 + 2] + 0
        let s3 = f[i0 + 3] + 0
        let a0 = a + r * nextRow
        let at = b + n
        for (let k = 0; k < depth; k++) {
          const x = f[a0]
          s0 += x * f[at]
          s1 += x * f[at + 1]
          s2 += x * f[at + 2]
          s3 += x * f[at + 3]
          a0 += nextDepth
          at += ldb
        }
        const o = out + r * ldo + n
        f[o] = s0
        f[o + 1] = s1
        f[o + 2] = s2
        f[o + 3] = s3
      }
    }
  }

  /** Bytes become floats; a's rows are the output's rows. */
  const forward: Kernels['denseForward'] = (a, lda, b, ldb, initial, ldi, out, ldo, rows, columns, depth) =>
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

  return {
    denseForward: forward,
    denseBackwardInputs: forward,
    // a's columns are the output's rows
    denseBackwardWeights: (a, lda, b, ldb, initial, ldi, out, ldo, rows, columns, depth) =>
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
      ),
  }
}
