import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareShares, mcNemar, wilsonInterval, type Agreement } from '#shared/statistics/proportions'
import { variance } from '#shared/statistics/samples'
import { holm, rankSum, seedsNeeded, signedRank, welch } from '#shared/statistics/seeds'

const share = fc
  .integer({ min: 1, max: 20_000 })
  .chain((total) => fc.record({ total: fc.constant(total), count: fc.integer({ min: 0, max: total }) }))
const cell = fc.integer({ min: 0, max: 3000 })
const agreement: fc.Arbitrary<Agreement> = fc
  .record({ both: cell, onlyFirst: cell, onlySecond: cell, neither: cell })
  .filter(({ both, onlyFirst, onlySecond, neither }) => both + onlyFirst + onlySecond + neither > 0)
/** Wrong samples of a seed: whole numbers near each other, so that there are ties. */
const group = fc.array(fc.integer({ min: 300, max: 320 }), { minLength: 2, maxLength: 12 })

describe('two shares', () => {
  it('swap their signs when they are swapped, and nothing else', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [there, back] = [compareShares(a, b), compareShares(b, a)]
        expect(back.p).toBeCloseTo(there.p, 12)
        expect(back.difference).toBeCloseTo(-there.difference, 12)
        expect(back.interval.low).toBeCloseTo(-there.interval.high, 12)
      }),
    )
  })

  it('have an interval around what was seen, within −1 and 1, and a p that is a share', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const { difference, interval, p } = compareShares(a, b)
        expect(interval.low).toBeLessThanOrEqual(difference)
        expect(interval.high).toBeGreaterThanOrEqual(difference)
        expect(interval.low).toBeGreaterThanOrEqual(-1 - 1e-12)
        expect(interval.high).toBeLessThanOrEqual(1 + 1e-12)
        expect(p >= 0 && p <= 1).toBe(true)
      }),
    )
  })

  it('of one share: Wilson’s interval holds it and stays within 0 and 1', () => {
    fc.assert(
      fc.property(share, ({ count, total }) => {
        const { low, high } = wilsonInterval({ count, total })
        expect(low >= 0 && low <= count / total + 1e-12 && high >= count / total - 1e-12 && high <= 1).toBe(true)
      }),
    )
  })
})

describe('two models on the same samples', () => {
  it('swap their signs when they are swapped', () => {
    fc.assert(
      fc.property(agreement, (first) => {
        const second = { ...first, onlyFirst: first.onlySecond, onlySecond: first.onlyFirst }
        const [there, back] = [mcNemar(first), mcNemar(second)]
        expect(back.p).toBeCloseTo(there.p, 12)
        expect(back.difference).toBeCloseTo(-there.difference, 12)
        expect(back.interval.low).toBeCloseTo(-there.interval.high, 10)
      }),
    )
  })

  it('are judged by the samples on which they disagree alone', () => {
    fc.assert(
      fc.property(agreement, cell, cell, (seen, both, neither) => {
        expect(mcNemar({ ...seen, both: seen.both + both, neither: seen.neither + neither }).p).toBe(mcNemar(seen).p)
      }),
    )
  })

  it('show nothing where they never disagree, or as often either way', () => {
    fc.assert(
      fc.property(agreement, (seen) => {
        for (const disagreed of [0, seen.onlyFirst]) {
          const { difference, interval, p } = mcNemar({ ...seen, both: 1, onlyFirst: disagreed, onlySecond: disagreed })
          expect([Math.abs(difference), p]).toEqual([0, 1])
          expect(interval.low).toBeLessThanOrEqual(0)
          expect(interval.high).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('have an interval around what was seen', () => {
    fc.assert(
      fc.property(agreement, (seen) => {
        const { difference, interval } = mcNemar(seen)
        expect(interval.low).toBeLessThanOrEqual(difference + 1e-12)
        expect(interval.high).toBeGreaterThanOrEqual(difference - 1e-12)
      }),
    )
  })
})

describe('replicates', () => {
  it('that are all the same have no variance at all, whatever their value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 2, max: 40 }), (wrong, n) => {
        const errors = Array.from({ length: n }, () => (100 * wrong) / 10_000)
        expect(variance(errors)).toBe(0)
        expect(welch(errors, [...errors, ...errors])).toBeNull()
      }),
    )
  })

  it('count as different just where 0 lies outside of the interval', () => {
    fc.assert(
      fc.property(group, group, (a, b) => {
        const found = welch(a, b)
        if (!found || Math.abs(found.p - 0.05) < 1e-9) return
        expect(found.p < 0.05).toBe(found.interval.low > 0 || found.interval.high < 0)
      }),
    )
  })

  it('say the same in points as in samples', () => {
    fc.assert(
      fc.property(group, group, (a, b) => {
        const points = (counts: number[]) => counts.map((count) => count / 100)
        const [counts, percents] = [welch(a, b), welch(points(a), points(b))]
        if (counts === null) expect(percents).toBeNull()
        else expect(percents?.p).toBeCloseTo(counts.p, 6)
      }),
    )
  })

  it('are ranked the same on any rising scale, either way around, and never below what so few can show', () => {
    fc.assert(
      fc.property(group, group, (a, b) => {
        const p = rankSum(a, b)?.p ?? NaN
        const curved = (values: number[]) => values.map((value) => value ** 3 - 7)
        expect(rankSum(curved(a), curved(b))?.p).toBe(p)
        expect(rankSum(b, a)?.p).toBeCloseTo(p, 10)
        let ways = 1
        for (let i = 1; i <= a.length; i++) ways = (ways * (b.length + i)) / i
        expect(p).toBeGreaterThanOrEqual(2 / ways - 1e-12)
        expect(p).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('that never differ in pairs show nothing by signed ranks', () => {
    fc.assert(
      fc.property(group, (a) => {
        expect(signedRank(a, a)?.p).toBe(1)
      }),
    )
  })
})

describe('several p values', () => {
  it('only rise by Holm’s correction, at most as Bonferroni’s would, and keep their order', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(values, (p) => {
        const corrected = holm(p)
        p.forEach((value, i) => {
          const now = corrected[i] ?? NaN
          expect(now >= value && now <= Math.min(1, p.length * value) + 1e-15).toBe(true)
          p.forEach((other, j) => other > value && expect(corrected[j] ?? NaN).toBeGreaterThanOrEqual(now))
        })
      }),
    )
  })
})

it('a larger difference never needs more seeds, a wider spread never fewer, and two are the least', () => {
  const positive = fc.double({ min: 0.01, max: 5, noNaN: true })
  fc.assert(
    fc.property(positive, positive, fc.double({ min: 1, max: 4, noNaN: true }), (difference, deviation, factor) => {
      const seeds = (d: number, s: number) => seedsNeeded(d, s) ?? Infinity
      const asked = seeds(difference, deviation)
      expect(asked).toBeGreaterThanOrEqual(2)
      expect(seeds(factor * difference, deviation)).toBeLessThanOrEqual(asked)
      expect(seeds(difference, factor * deviation)).toBeGreaterThanOrEqual(asked)
    }),
  )
})
