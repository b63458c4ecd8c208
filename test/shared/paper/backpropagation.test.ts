import { describe, expect, test } from 'vitest'
import {
  batchGradients,
  CHECKED,
  checkGradients,
  gradientsSampleBySample,
  PARAMETER_NAMES,
  randomProblem,
} from '#shared/paper/backpropagation'

const SEEDS = [0, 1, 2, 3, 42, 4_294_967_295]

describe('backpropagation on a 5-4-3 network', () => {
  test.each(SEEDS)('S3-1: agrees with central differences to 10⁻⁶, seed %d', (seed) => {
    const check = checkGradients(randomProblem(seed, 'sigmoid', 0))
    expect(check.groups.map((group) => group.entries.length)).toEqual([20, 4, 12, 3])
    expect(check.largestError).toBeLessThan(1e-6)
    expect(check.loss).toBeGreaterThan(0)
  })

  test.each(['tanh', 'relu', 'improved-sigmoid', 'elu', 'gelu'] as const)('does so with %s too', (activation) => {
    expect(checkGradients(randomProblem(7, activation, 0.5)).largestError).toBeLessThan(1e-6)
  })

  test.each(SEEDS)('S4-2: is the same with matrices as sample by sample, seed %d', (seed) => {
    const problem = randomProblem(seed, 'sigmoid', 0)
    const [matrices, sums] = [batchGradients(problem), gradientsSampleBySample(problem)]
    for (const name of PARAMETER_NAMES) {
      const flat = (values: unknown) => [values].flat(2) as number[]
      flat(matrices[name]).forEach((value, i) => expect(value).toBeCloseTo(flat(sums[name])[i] ?? NaN, 14))
    }
  })

  test('would be found out if it were wrong: a gradient that is not a mean fails the check', () => {
    const problem = randomProblem(1, 'sigmoid', 0)
    const check = checkGradients(problem)
    const entry = check.groups[0]?.entries[0]
    const summed = (entry?.analytic ?? NaN) * CHECKED.samples
    expect(Math.abs(summed - (entry?.numeric ?? NaN)) / Math.abs(summed)).toBeGreaterThan(0.5)
  })

  test('is made anew from its seed', () => {
    expect(randomProblem(5, 'sigmoid', 0)).toEqual(randomProblem(5, 'sigmoid', 0))
    expect(randomProblem(5, 'sigmoid', 0).x).not.toEqual(randomProblem(6, 'sigmoid', 0).x)
    const { x, t, parameters } = randomProblem(5, 'sigmoid', 0)
    expect([x.length, x[0]?.length, parameters.w1.length, parameters.w2.length]).toEqual([6, 5, 4, 3])
    expect(t.every((row) => row.reduce((a, b) => a + b, 0) === 1)).toBe(true)
    expect(x.flat().every((value) => value >= -1 && value < 1)).toBe(true)
  })
})
