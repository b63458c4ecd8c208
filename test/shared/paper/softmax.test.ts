import { describe, expect, test } from 'vitest'
import {
  crossEntropy,
  crossEntropySlopes,
  demonstrateShift,
  lossSlopesByChain,
  naiveSoftmax,
  shiftedSoftmax,
  softmaxJacobian,
} from '#shared/paper/softmax'

const Z = [2, 1, -0.5, 0.25]

describe('softmax', () => {
  test('S1-4: has a Jacobian whose rows sum to 0, equal to finite differences', () => {
    const jacobian = softmaxJacobian(shiftedSoftmax(Z))
    const h = 1e-6
    jacobian.forEach((row, i) => {
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 15)
      row.forEach((value, j) => {
        const at = (by: number) => shiftedSoftmax(Z.map((z, k) => (k === j ? z + by : z)))[i] ?? NaN
        expect(value).toBeCloseTo((at(h) - at(-h)) / (2 * h), 9) // 10⁻¹⁶/h
      })
    })
  })

  test.each([-1e4, -90, -1, 0, 3, 89, 1e4])('S1-6: is the same in float32 after a shift of %d', (c) => {
    const { stable, stableError } = demonstrateShift(Z, c)
    expect(stable.every(Number.isFinite)).toBe(true)
    // z + c is rounded to float32: by at most half a unit in the last place of |z + c|, 2⁻²⁴ of it. A softmax moves
    // by at most ½ · 2 · max |Δz|, and its own float32 sums add a few 10⁻⁷.
    const rounding = (Math.abs(c) + 2) * 2 ** -24
    expect(stableError).toBeLessThan(rounding + 1e-6)
  })

  test('overflows when it is computed as it is written', () => {
    expect(demonstrateShift(Z, 1e4)).toMatchObject({ naiveFailure: 'overflow', sum: Infinity })
    expect(demonstrateShift(Z, 1e4).naive.every(Number.isNaN)).toBe(true)
    expect(demonstrateShift(Z, -1e4)).toMatchObject({ naiveFailure: 'underflow', sum: 0 })
    expect(demonstrateShift(Z, 5).naiveFailure).toBeNull()
    expect(naiveSoftmax(Z).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 15)
  })
})

describe('cross-entropy', () => {
  test('S1-5: has the slopes −yᵢ/pᵢ', () => {
    const p = [0.7, 0.2, 0.1]
    expect(crossEntropySlopes([1, 0, 0], p)).toEqual([-1 / 0.7, 0, 0])
    const h = 1e-6
    const at = (by: number) => crossEntropy([0.5, 0.5, 0], [0.7, 0.2 + by, 0.1])
    expect(crossEntropySlopes([0.5, 0.5, 0], p)[1]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 8)
  })

  test('behind a softmax has the slopes p − y', () => {
    const p = shiftedSoftmax(Z)
    lossSlopesByChain([0, 1, 0, 0], p).forEach((value, j) => {
      expect(value).toBeCloseTo((p[j] ?? NaN) - (j === 1 ? 1 : 0), 14)
    })
  })

  test('of a class that cannot be adds nothing', () => {
    expect(crossEntropy([1, 0], [1, 0])).toBeCloseTo(0, 15)
    expect(crossEntropySlopes([1, 0], [1, 0])).toEqual([-1, 0])
  })
})
