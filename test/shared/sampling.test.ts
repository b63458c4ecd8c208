import { describe, expect, test } from 'vitest'
import { checkExperiment, parseExperiment } from '#shared/experiment-check'
import { expandExperiment } from '#shared/experiment-expand'
import { combinationCount, combinationsOf, type Combination } from '#shared/sampling'

const base = {
  version: 1,
  title: 'Widths',
  dataset: { name: 'mnist' },
  network: { layers: [{ units: 64, activation: 'relu' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 2 },
}
const widths = (...units: number[]) => ({
  name: 'Width',
  levels: units.map((each) => ({ label: `${each}`, set: { 'network.layers[0].units': each } })),
})
const rates = (...all: number[]) => ({
  name: 'Rate',
  levels: all.map((each) => ({ label: `${each}`, set: { 'training.optimizer.learningRate': each } })),
})

function distinct(combinations: readonly Combination[]): number {
  return new Set(combinations.map((each) => each.join())).size
}

function uses(combinations: readonly Combination[], factor: number, levels: number): number[] {
  return Array.from({ length: levels }, (_, level) => combinations.filter((each) => each[factor] === level).length)
}

test('a file that says nothing of sampling makes every combination, and is read as a grid', () => {
  const experiment = parseExperiment({ ...base, factors: [widths(16, 32), rates(0.1, 0.01, 0.001)] })
  expect(experiment.sampling).toEqual({ kind: 'grid' })
  expect(expandExperiment(experiment)).toHaveLength(6)
})

describe('paired', () => {
  test('the first levels go together, then the second ones', () => {
    const experiment = parseExperiment({
      ...base,
      factors: [widths(16, 32), rates(0.1, 0.01)],
      sampling: { kind: 'paired' },
    })
    expect(expandExperiment(experiment).map((plan) => plan.configuration.label)).toEqual(['16 · 0.1', '32 · 0.01'])
  })

  test('lists of different lengths are refused at the factors, with both lengths', () => {
    const result = checkExperiment({ ...base, factors: [widths(16, 32), rates(0.1)], sampling: { kind: 'paired' } })
    expect(result.ok).toBe(false)
    expect(!result.ok && result.problems.map((each) => each.path)).toEqual(['factors'])
    expect(!result.ok && result.problems[0]?.message).toContain('2, 1')
  })
})

describe('random', () => {
  const sampling = (n: number, seed = 1) => ({ kind: 'random' as const, n, seed })

  test('n different combinations, the same for the same seed and others for another one', () => {
    const once = combinationsOf([5, 6, 7], sampling(20))
    expect(distinct(once)).toBe(20)
    expect(combinationsOf([5, 6, 7], sampling(20))).toEqual(once)
    expect(combinationsOf([5, 6, 7], sampling(20, 2))).not.toEqual(once)
  })

  test('a draw of more begins with those of a draw of fewer', () => {
    expect(combinationsOf([5, 6, 7], sampling(40)).slice(0, 20)).toEqual(combinationsOf([5, 6, 7], sampling(20)))
  })

  test('where there are fewer combinations than asked for, all of them', () => {
    expect(distinct(combinationsOf([2, 3], sampling(50)))).toBe(6)
    expect(combinationCount([2, 3], sampling(50))).toBe(6)
  })

  test('a grid too large to be made is still drawn from', () => {
    const sizes = Array.from({ length: 20 }, () => 1000)
    expect(distinct(combinationsOf(sizes, sampling(30)))).toBe(30)
  })

  test('over many seeds every combination comes about equally often', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 600; seed++) {
      for (const each of combinationsOf([2, 3], sampling(2, seed))) {
        counts.set(each.join(), (counts.get(each.join()) ?? 0) + 1)
      }
    }
    // 600 draws of 2 of 6: 200 each, deviation √(600 · ⅓ · ⅔) ≈ 11.5; five of them
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(58)
    expect(counts.size).toBe(6)
  })
})

describe('latin hypercube', () => {
  const sampling = (n: number, seed = 1) => ({ kind: 'latin-hypercube' as const, n, seed })

  test('with as many levels as combinations, every level of every factor is used once', () => {
    const found = combinationsOf([8, 8, 8], sampling(8))
    for (const factor of [0, 1, 2]) expect(uses(found, factor, 8)).toEqual(Array.from({ length: 8 }, () => 1))
  })

  test.each([
    { sizes: [4, 3], n: 6 },
    { sizes: [2, 2, 2], n: 5 },
    { sizes: [10, 3], n: 7 },
  ])('$n of $sizes: no combination twice, levels as even as they can be', ({ sizes, n }) => {
    for (let seed = 0; seed < 40; seed++) {
      const found = combinationsOf(sizes, sampling(n, seed))
      expect(distinct(found)).toBe(n)
      sizes.forEach((levels, factor) => {
        const counts = uses(found, factor, levels)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      })
    }
  })

  test('nearly the whole grid still has no combination twice', () => {
    for (let seed = 0; seed < 20; seed++) expect(distinct(combinationsOf([4, 4], sampling(15, seed)))).toBe(15)
  })

  test('the whole grid where n is as large', () => {
    expect(distinct(combinationsOf([2, 3], sampling(6)))).toBe(6)
  })
})

test('a factor may not set how factors are combined', () => {
  const factors = [{ name: 'Odd', levels: [{ label: 'x', set: { 'sampling.kind': 'paired' } }] }]
  expect(() => expandExperiment({ ...parseExperiment(base), factors })).toThrow(/may not set sampling/)
})

test('each run carries no sampling of its own but the default', () => {
  const experiment = parseExperiment({
    ...base,
    factors: [widths(16, 32, 64)],
    sampling: { kind: 'random', n: 2, seed: 3 },
  })
  expect(expandExperiment(experiment).map((plan) => plan.experiment.sampling)).toEqual([
    { kind: 'grid' },
    { kind: 'grid' },
  ])
})

test.each([
  { sampling: { kind: 'random' }, path: 'sampling.n' },
  { sampling: { kind: 'random', n: 0 }, path: 'sampling.n' },
  { sampling: { kind: 'latin-hypercube', n: 3, seed: -1 }, path: 'sampling.seed' },
  { sampling: { kind: 'sobol', n: 3 }, path: 'sampling.kind' },
])('$sampling is refused at $path', ({ sampling, path }) => {
  const result = checkExperiment({ ...base, sampling })
  expect(!result.ok && result.problems.map((each) => each.path)).toEqual([path])
})
