import { describe, expect, it } from 'vitest'
import { pText, verdictOf, type Contestant } from '#shared/compare/verdict'

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
    expect(verdict.sentence).toContain('wide is better (p < 0.001).')
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

  it('refuses a side without results', () => {
    expect(() => verdictOf(contestant('a'), contestant('b', 3))).toThrow('a: expected the errors of at least one seed')
  })

  it('writes p so that it is never 0', () => {
    expect([0, 0.0004, 0.00123, 0.036, 0.63].map(pText)).toEqual([
      '< 0.001',
      '< 0.001',
      '= 0.0012',
      '= 0.036',
      '= 0.63',
    ])
  })
})
