import { describe, expect, it } from 'vitest'
import { fusedMultiplyAdd, multiplyThenAdd } from './chain'

const EPSILON = 2 ** -23 // of float32

describe('the model of a fused multiply-add', () => {
  it('keeps what rounding the product would lose', () => {
    const x = 1 + EPSILON
    expect(fusedMultiplyAdd(x, x, -(1 + 2 * EPSILON))).toBe(EPSILON ** 2)
    expect(multiplyThenAdd(x, x, -(1 + 2 * EPSILON))).toBe(0)
  })

  it('is not fooled by a tie that float64 sees and the exact sum is not', () => {
    // 1 + ε/2 lies between two float32 numbers; the tiny product decides, and float64 cannot hold it
    const tiny = 2 ** -40
    const half = Math.fround(EPSILON / 2)
    const c = Math.fround(2 ** 30)
    const ulp = 2 ** (30 - 23)
    expect(fusedMultiplyAdd(tiny, tiny, c)).toBe(c)
    expect(fusedMultiplyAdd(Math.fround(1 + 2 ** -12), Math.fround(ulp / 2), c)).toBe(c + ulp)
    expect(fusedMultiplyAdd(Math.fround(1 - 2 ** -12), Math.fround(ulp / 2), c)).toBe(c)
    expect(fusedMultiplyAdd(1, half, 1)).toBe(1) // a real tie goes to the even one
    expect(fusedMultiplyAdd(1, half, 1 + EPSILON)).toBe(1 + 2 * EPSILON)
  })

  it('rounds the right way when a loss below float64 breaks the tie', () => {
    // (1 + 2⁻²³)·(2⁻²⁴ − 2⁻⁴⁷) = 2⁻²⁴ − 2⁻⁷⁰: a hair below half a unit of 1, which float64 rounds to the half
    const a = 1 + EPSILON
    const b = Math.fround(2 ** -24 - 2 ** -47)
    expect(1 + a * b).toBe(1 + 2 ** -24)
    expect(fusedMultiplyAdd(a, b, 1)).toBe(1)
    expect(fusedMultiplyAdd(a, b, 1 + EPSILON)).toBe(1 + EPSILON)
    expect(fusedMultiplyAdd(-a, b, -1 - EPSILON)).toBe(-1 - EPSILON)
  })
})
