import { describe, expect, it } from 'vitest'
import { pText, pointsText, verdictOf, type Contestant } from '#shared/compare/verdict'

function contestant(name: string, ...wrong: number[]): Contestant {
  return { name, errors: wrong.map((count) => ({ count, total: 10_000 })) }
}

describe('the verdict on two configurations', () => {
  it('says that there is no evidence, with the difference and its interval (rows S1-15, S1-16)', () => {
    const verdict = verdictOf(contestant('sigmoid', 327), contestant('tanh', 315))
    expect(verdict.sentence).toBe(
      '3.27 vs 3.15 % error: 0.12 points, 95 % interval −0.37 to +0.61: no evidence of a difference (p = 0.63).',
    )
    expect(verdict).toMatchObject({ test: 'two-proportion', better: null })
    expect(verdict.caveats.join(' ')).toContain('One seed each')
  })

  it('tests pairs exactly where both models saw the same samples', () => {
    const agreement = { both: 9500, onlyFirst: 120, onlySecond: 60, neither: 320 }
    const verdict = verdictOf(contestant('wide', 380), contestant('narrow', 440), { agreement })
    expect(verdict).toMatchObject({ test: 'mcnemar', better: 'wide' })
    expect(verdict.difference).toBeCloseTo(-0.6, 10)
    expect(verdict.interval?.high).toBeLessThan(0)
    expect(verdict.sentence).toContain('wide is better with this one seed (p < 0.001).')
  })

  it('tests seeds where there are several, and says how many would be needed', () => {
    const verdict = verdictOf(contestant('ReLU', 270, 265, 239), contestant('leaky ReLU', 224, 262, 255))
    expect(verdict).toMatchObject({ test: 'welch', better: null })
    expect(verdict.sentence).toMatch(/^2\.58 ± 0\.17 \(n = 3\) vs 2\.47 ± 0\.20 \(n = 3\) % error: 0\.11 points/)
    expect(verdict.caveats[0]).toBe('Only 3 seeds: the spread itself is a guess.')
    expect(verdict.caveats[1]).toBe(
      'By ranks alone (Wilcoxon, exact): p = 0.40; with so few seeds it cannot be below 0.10.',
    )
    expect(verdict.caveats[2]).toMatch(/^About \d+ seeds each would be needed/)
  })

  it('names the better one where the seeds show it', () => {
    const verdict = verdictOf(contestant('a', 200, 205, 198, 203, 201), contestant('b', 300, 310, 290, 305, 299))
    expect(verdict).toMatchObject({ test: 'welch', better: 'a' })
    // 252 ways to choose 5 of 10, of which 2 are as far apart as these
    expect(verdict.caveats).toEqual(['By ranks alone (Wilcoxon, exact): p = 0.0079.'])
  })

  it('does not judge one seed against several', () => {
    const verdict = verdictOf(contestant('a', 200), contestant('b', 300, 310))
    expect(verdict).toMatchObject({ test: 'none', p: null, better: null })
    expect(verdict.sentence).toBe('2.00 vs 3.05 ± 0.07 (n = 2) % error: 1.05 points apart; too few seeds to judge.')
  })

  it('asks more of one among many comparisons', () => {
    const [a, b] = [contestant('a', 270), contestant('b', 224)]
    expect(verdictOf(a, b).better).toBe('b')
    const verdict = verdictOf(a, b, { comparisons: 6 })
    expect(verdict.better).toBeNull()
    expect(verdict.caveats.at(-1)).toBe('One of 6 comparisons: p counts as evidence only below 0.0083.')
  })

  it('has no judgement where no seed moves an error, and takes no rounding for a spread', () => {
    const verdict = verdictOf(contestant('a', 327, 327, 327), contestant('b', 315, 315, 315))
    expect(verdict).toMatchObject({ test: 'none', p: null, interval: null, better: null })
    expect(verdict.sentence).toBe(
      '3.27 ± 0.00 (n = 3) vs 3.15 ± 0.00 (n = 3) % error: 0.12 points apart; no spread to judge by.',
    )
    expect(verdict.caveats).toEqual([
      'No seed moves an error here: without any spread nobody can say what is chance.',
      'By ranks alone (Wilcoxon, exact): p = 0.10; with so few seeds it cannot be below 0.10.',
    ])
    const equal = verdictOf(contestant('a', 327, 327, 327), contestant('b', 327, 327, 327))
    expect(equal).toMatchObject({ p: null, better: null, difference: 0 })
  })

  it('judges two seeds on each side, and says how little they are', () => {
    const verdict = verdictOf(contestant('a', 200, 204), contestant('b', 300, 310))
    expect(verdict).toMatchObject({ test: 'welch', better: 'a' })
    expect(verdict.caveats).toEqual([
      'Only 2 seeds: the spread itself is a guess.',
      'By ranks alone (Wilcoxon, exact): p = 0.33; with so few seeds it cannot be below 0.33.',
    ])
  })

  it('asks for no number of seeds to find a difference that is none', () => {
    const { sentence, caveats } = verdictOf(contestant('a', 300, 310), contestant('b', 310, 300))
    expect(sentence).toContain(': 0.00 points, ')
    expect(caveats.join(' ')).not.toContain('would be needed')
  })

  it('adds the test of pairs where all seeds are the same on both sides, and only there', () => {
    const seeded = (name: string, from: number, ...wrong: number[]): Contestant => ({
      name,
      errors: wrong.map((count, i) => ({ count, total: 10_000, seeds: String(from + i) })),
    })
    const a = seeded('a', 1, 270, 300, 240)
    const pairs = (b: Contestant) => verdictOf(a, b).caveats.filter((caveat) => caveat.includes('paired t'))
    // differences −10, −12, −8 samples: t = 10 / (2 / √3) = 8.66 with 2 degrees of freedom
    expect(pairs(seeded('b', 1, 280, 312, 248))).toEqual([
      'The seeds are the same in both; pair by pair (paired t): p = 0.013.',
    ])
    expect(pairs(seeded('b', 2, 280, 312, 248))).toEqual([])
    expect(pairs(seeded('b', 1, 280, 312))).toEqual([])
    expect(pairs(contestant('b', 280, 312, 248))).toEqual([])
  })

  it('finds nothing between two models that are right on the very same samples', () => {
    const agreement = { both: 9673, onlyFirst: 0, onlySecond: 0, neither: 327 }
    const verdict = verdictOf(contestant('a', 327), contestant('b', 327), { agreement })
    expect(verdict).toMatchObject({ test: 'mcnemar', p: 1, better: null })
    expect(verdict.sentence).toMatch(
      /^3\.27 vs 3\.27 % error: 0\.00 points, 95 % interval .*: no evidence of a difference \(p = 1\.00\)\.$/,
    )
    expect(verdict.caveats[0]).toBe('Both are right on the very same samples.')
  })

  it('calls nobody better on other data', () => {
    const verdict = verdictOf(contestant('digits', 200), contestant('clothes', 1100), { sharesData: false })
    expect(verdict.better).toBeNull()
    expect(verdict.sentence).toContain('the errors differ, and so do the data (p < 0.001)')
    expect(verdict.caveats[0]).toContain('They answer other data sets')
  })

  it('says of one seed that it is one, in the sentence itself', () => {
    expect(verdictOf(contestant('a', 270), contestant('b', 224)).sentence).toContain('b is better with this one seed')
  })

  it('writes differences without a sign where nothing is left of them', () => {
    expect([0.12, -0.37, 0.001, -0.001, 0].map(pointsText)).toEqual(['+0.12', '−0.37', '0.00', '0.00', '0.00'])
  })

  it('refuses a side without results', () => {
    expect(() => verdictOf(contestant('a'), contestant('b', 3))).toThrow('a: expected the errors of at least one seed')
  })

  it('writes p so that it is never 0', () => {
    expect([0, 0.0004, 0.00123, 0.036, 0.0496, 0.0504, 0.05, 0.63].map(pText)).toEqual([
      '< 0.001',
      '< 0.001',
      '= 0.0012',
      '= 0.036',
      '= 0.0496',
      '= 0.0504',
      '= 0.050',
      '= 0.63',
    ])
  })
})
