/**
 * Against SciPy (scripts/fixtures/scipy-statistics.py), and against the figures that presets are checked by.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { normalQuantile, studentQuantile, studentTwoSided } from '#shared/statistics/distributions'
import { agreementOf, compareShares, mcNemar, wilsonInterval } from '#shared/statistics/proportions'
import { meanInterval, holm, pairedT, rankSum, seedsNeeded, signedRank, welch } from '#shared/statistics/seeds'
import { mean, percentile, standardDeviation, standardError } from '#shared/statistics/samples'
import { complementaryError, incompleteBeta, logGamma } from '#shared/statistics/special'

interface Group {
  a: number[]
  b: number[]
  welch: Record<'t' | 'df' | 'p' | 'low' | 'high', number>
  paired: Record<'t' | 'p' | 'low' | 'high', number> | null
  signedRank: { statistic: number; p: number }
  rankSum: { statistic: number; p: number }
  percentiles: number[]
}

type Rows = number[][]
const scipy = JSON.parse(readFileSync(resolve('test/shared/statistics/scipy.json'), 'utf8')) as Record<
  | 'logGamma'
  | 'incompleteBeta'
  | 'complementaryError'
  | 'normalQuantile'
  | 'studentTwoSided'
  | 'studentQuantile'
  | 'wilson'
  | 'mcNemar'
  | 'seedsNeeded',
  Rows
> & {
  groups: Group[]
  scipyRankSum: [number[], number[], number][]
  holm: { p: number[]; corrected: number[] }
}

/** Both sides round in float64; Lanczos' series and the continued fraction keep about 13 digits. */
const CLOSE = 1e-11

function expectClose(got: number, wanted: number, what: string): void {
  const error = Math.abs(got - wanted) / Math.max(Math.abs(wanted), 1e-300)
  const isClose = got === wanted || error < CLOSE || Math.abs(got - wanted) < 1e-14
  expect(isClose, `${what}: ${got}, SciPy has ${wanted}`).toBe(true)
}

/** A row is what goes in and, last, what comes out. */
function agreeOnRows(rows: Rows, of: (...values: number[]) => number): void {
  expect(rows.length).toBeGreaterThan(5)
  for (const row of rows) expectClose(of(...row.slice(0, -1)), row.at(-1) ?? NaN, row.slice(0, -1).join(', '))
}

describe('special functions', () => {
  it('log-gamma is SciPy’s', () => agreeOnRows(scipy.logGamma, logGamma))
  it('the incomplete beta function is SciPy’s', () => agreeOnRows(scipy.incompleteBeta, incompleteBeta))
  it('the complementary error function is SciPy’s, far out too', () =>
    agreeOnRows(scipy.complementaryError, complementaryError))
  it('refuses what they are not defined for', () => {
    expect(() => logGamma(0)).toThrow('expected x > 0, got 0')
    expect(() => incompleteBeta(0.5, -1, 2)).toThrow('expected a, b > 0')
  })
})

describe('distributions', () => {
  it('the normal quantile is SciPy’s', () => agreeOnRows(scipy.normalQuantile, normalQuantile))
  it('Student’s tails are SciPy’s', () => agreeOnRows(scipy.studentTwoSided, studentTwoSided))
  it('Student’s quantile is SciPy’s', () => agreeOnRows(scipy.studentQuantile, studentQuantile))
  it('refuses a share that is none', () => expect(() => normalQuantile(1)).toThrow('between 0 and 1, got 1'))
})

describe('shares', () => {
  it('Wilson’s interval is SciPy’s', () => {
    for (const [count = 0, total = 0, confidence = 0, low = 0, high = 0] of scipy.wilson) {
      const interval = wilsonInterval({ count, total }, confidence)
      expectClose(interval.low, low, `low of ${count} of ${total}`)
      expectClose(interval.high, high, `high of ${count} of ${total}`)
    }
  })

  it.each([
    [327, 2.94, 3.64],
    [315, 2.83, 3.51],
    [270, 2.4, 3.04],
    [239, 2.11, 2.71],
    [215, 1.88, 2.45],
  ])('%d wrong of 10,000 lie between %d and %d percent (row S1-28)', (count, low, high) => {
    const interval = wilsonInterval({ count, total: 10_000 })
    expect([interval.low, interval.high].map((end) => (100 * end).toFixed(2))).toEqual([
      low.toFixed(2),
      high.toFixed(2),
    ])
  })

  it.each([
    ['sigmoid against tanh', 327, 315, '0.63'],
    ['64 against 128 units', 239, 215, '0.25'],
    ['one configuration twice', 270, 239, '0.16'],
    ['ReLU against leaky ReLU', 270, 224, '0.04'],
    ['momentum against none', 848, 809, '0.32'],
  ])('two shares have the p value of the reports: %s', (_, first, second, p) => {
    const found = compareShares({ count: first, total: 10_000 }, { count: second, total: 10_000 })
    expect(found.p.toFixed(2)).toBe(p)
  })

  it('gives the difference with an interval that holds 0 where nothing is shown', () => {
    const { difference, interval } = compareShares({ count: 327, total: 10_000 }, { count: 315, total: 10_000 })
    const percent = [difference, interval.low, interval.high].map((each) => (100 * each).toFixed(2))
    expect(percent).toEqual(['0.12', '-0.37', '0.61'])
  })

  it('gives Newcombe’s published interval of two shares (56 of 70 and 48 of 80)', () => {
    const { interval } = compareShares({ count: 56, total: 70 }, { count: 48, total: 80 })
    expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual(['0.0524', '0.3339'])
  })

  it('finds nothing where all are right', () => {
    const all = { count: 10, total: 10 }
    expect(compareShares(all, all)).toMatchObject({ difference: 0, p: 1 })
  })

  it('refuses what is no share', () => {
    expect(() => wilsonInterval({ count: 11, total: 10 })).toThrow('got 11 of 10')
    expect(() => wilsonInterval({ count: 0, total: 0 })).toThrow('got 0 of 0')
    expect(() => wilsonInterval({ count: 1.5, total: 10 })).toThrow('got 1.5 of 10')
  })
})

describe('two models on the same samples', () => {
  it('McNemar’s exact p is that of the sign test in SciPy', () => {
    agreeOnRows(scipy.mcNemar, (both, onlyFirst, onlySecond, neither) => {
      return mcNemar({ both: both ?? 0, onlyFirst: onlyFirst ?? 0, onlySecond: onlySecond ?? 0, neither: neither ?? 0 })
        .p
    })
  })

  it('gives Newcombe’s published interval of a paired difference (36, 12, 2, 0 of 50)', () => {
    const { difference, interval } = mcNemar({ both: 36, onlyFirst: 12, onlySecond: 2, neither: 0 })
    expect(difference).toBeCloseTo(0.2, 12)
    expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual(['0.0569', '0.3404'])
  })

  it('counts agreement from the answers', () => {
    const agreement = agreementOf([true, true, false, false, true], [true, false, true, false, true])
    expect(agreement).toEqual({ both: 2, onlyFirst: 1, onlySecond: 1, neither: 1 })
    expect(() => agreementOf([true], [])).toThrow('got 1 and 0')
  })

  it('finds nothing where they never disagree', () => {
    expect(mcNemar({ both: 9, onlyFirst: 0, onlySecond: 0, neither: 1 })).toMatchObject({ difference: 0, p: 1 })
  })
})

describe('replicates', () => {
  it.each(scipy.groups.map((group, i) => [i, group] as const))('tests group %d as SciPy does', (_, group) => {
    const { a, b } = group
    const { t, df, p, interval } = welch(a, b) ?? expect.fail('no result')
    for (const [name, got] of Object.entries({ t, df, p, ...interval })) {
      expectClose(got, group.welch[name as keyof typeof group.welch], `Welch ${name}`)
    }
    const pairs = pairedT(a, b)
    if (group.paired === null) expect(pairs).toBeNull()
    else expectClose(pairs?.p ?? NaN, group.paired.p, 'paired p')
    if (group.paired) expectClose(pairs?.interval.high ?? NaN, group.paired.high, 'paired high')
    expect(signedRank(a, b)?.statistic).toBe(group.signedRank.statistic)
    expectClose(signedRank(a, b)?.p ?? NaN, group.signedRank.p, 'signed rank')
    expect(rankSum(a, b)?.statistic).toBe(group.rankSum.statistic)
    expectClose(rankSum(a, b)?.p ?? NaN, group.rankSum.p, 'rank sum')
    const shares = [0, 0.25, 0.5, 0.9, 1].map((share) => percentile(a, share))
    shares.forEach((value, i) => expectClose(value, group.percentiles[i] ?? NaN, 'percentile'))
  })

  it('without ties, the rank-sum test is SciPy’s exact one', () => {
    expect(scipy.scipyRankSum.length).toBeGreaterThan(3)
    for (const [a, b, p] of scipy.scipyRankSum) expectClose(rankSum(a, b)?.p ?? NaN, p, 'Mann-Whitney')
  })

  it('the three runs of one configuration spread by 0.17 points (rows S1-17, S1-19, S1-24)', () => {
    const errors = [2.7, 2.65, 2.39]
    expect([mean(errors).toFixed(2), standardDeviation(errors).toFixed(2)]).toEqual(['2.58', '0.17'])
    expect(standardError(errors)).toBeCloseTo(standardDeviation(errors) / Math.sqrt(3), 12)
    const interval = meanInterval(errors) ?? expect.fail('no interval')
    expect([interval.low.toFixed(2), interval.high.toFixed(2)]).toEqual(['2.17', '2.99'])
  })

  it('says nothing where there is no spread to judge by', () => {
    expect([welch([1], [2, 3]), welch([1, 1], [2, 2]), pairedT([1, 2], [2, 3]), meanInterval([1])]).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect(() => pairedT([1, 2], [1])).toThrow('got 2 and 1')
  })

  it('corrects several p values after Holm', () => {
    holm(scipy.holm.p).forEach((value, i) => expectClose(value, scipy.holm.corrected[i] ?? NaN, 'Holm'))
    expect(holm([])).toEqual([])
  })

  it('asks for as many seeds as the noncentral t distribution does, or one fewer', () => {
    for (const [effect = 0, seeds = 0] of scipy.seedsNeeded) {
      const asked = seedsNeeded(effect, 1) ?? NaN
      expect([seeds - 1, seeds], `effect ${effect}`).toContain(asked)
    }
    expect(seedsNeeded(0, 1)).toBeNull()
    expect(seedsNeeded(1e-6, 1)).toBeNull()
  })
})
