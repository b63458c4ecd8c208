import { describe, expect, it } from 'vitest'
import { seededRandom } from '#engine/random'
import { correlationOf, distanceTo, FAR, momentsOf, unevennessOf, UNLIKELY } from './distribution'

const random = seededRandom(5, 77)
const uniform = Float32Array.from({ length: 20_000 }, () => random.uniform())

describe('the measures of random numbers', () => {
  it('let numbers of the right distribution through', () => {
    expect(distanceTo(uniform, (x) => x)).toBeLessThan(FAR)
    expect(Math.abs(correlationOf(uniform.subarray(1), uniform.subarray(0, -1)))).toBeLessThan(UNLIKELY)
    const { mean, variance } = momentsOf(uniform)
    expect([mean, variance]).toEqual([expect.closeTo(1 / 2, 2), expect.closeTo(1 / 12, 2)])
  })

  it('notice a distribution that is 3 % off, or narrower, or has a gap', () => {
    expect(distanceTo(uniform, (x) => Math.min(1, x * 1.03))).toBeGreaterThan(FAR)
    expect(distanceTo(uniform, (x) => x ** 1.1)).toBeGreaterThan(FAR)
    expect(
      distanceTo(
        uniform.filter((x) => x < 0.4 || x > 0.44),
        (x) => x,
      ),
    ).toBeGreaterThan(FAR)
  })

  it('notice numbers that depend on their neighbours', () => {
    const smoothed = uniform.map((x, i) => x + 0.05 * (uniform[i - 1] ?? 0))
    expect(correlationOf(smoothed.subarray(1), smoothed.subarray(0, -1))).toBeGreaterThan(UNLIKELY)
  })

  it('notice counts that are uneven, and counts that are too even', () => {
    const counts = new Array<number>(10).fill(0)
    for (const x of uniform) counts[Math.floor(x * 10)]++
    expect(Math.abs(unevennessOf(counts))).toBeLessThan(UNLIKELY)
    expect(unevennessOf(counts.map((count, i) => (i === 3 ? count + 300 : count)))).toBeGreaterThan(UNLIKELY)
    expect(unevennessOf(new Array<number>(10).fill(2000))).toBeLessThan(-UNLIKELY)
  })
})
