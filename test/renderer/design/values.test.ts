import { describe, expect, test } from 'vitest'
import { REFERENCE_SPEED } from '#shared/cost/speed'
import type { Cost } from '#shared/cost/estimate'
import { costDetails, costText, countText } from '../../../src/renderer/features/design/cost-text'
import { saturatedAtStart } from '../../../src/renderer/features/design/saturation'
import { readRange } from '../../../src/renderer/features/design/value-range'

describe('a range of values', () => {
  const range = { from: 1, to: 2, count: 5, spacing: 'even', whole: false } as const

  test('is spaced evenly, or by equal ratios, and keeps its ends', () => {
    expect(readRange(range)).toEqual({ ok: true, values: [1, 1.25, 1.5, 1.75, 2] })
    const rates = readRange({ ...range, from: 0.0001, to: 0.1, count: 4, spacing: 'ratio' })
    expect(rates).toEqual({ ok: true, values: [0.0001, 0.001, 0.01, 0.1] })
  })

  test('of whole numbers has none twice', () => {
    expect(readRange({ ...range, from: 1, to: 4, count: 7, whole: true })).toEqual({ ok: true, values: [1, 2, 3, 4] })
  })

  test.each([
    { change: { from: '' }, message: 'A number at both ends' },
    { change: { count: 1 }, message: '2 … 1000 values' },
    { change: { to: 1 }, message: 'Two different ends' },
    { change: { from: -1, spacing: 'ratio' as const }, message: 'Equal ratios need both ends above 0' },
  ])('$change: $message', ({ change, message }) => {
    expect(readRange({ ...range, ...change })).toEqual({ ok: false, message })
  })
})

describe('units that begin saturated', () => {
  test('U(−1, 1), 784 standardized inputs, sigmoid: 79 %, as in the source reports', () => {
    const start = saturatedAtStart('sigmoid', { kind: 'uniform', range: 1 }, 784, 64, 1)
    expect(start?.share).toBeCloseTo(0.788, 3)
  })

  test('N(0, 1/√fan-in): next to none; ReLU: no such thing', () => {
    expect(saturatedAtStart('sigmoid', { kind: 'lecun-normal' }, 784, 64, 1)?.share).toBeLessThan(1e-4)
    expect(saturatedAtStart('relu', { kind: 'uniform', range: 1 }, 784, 64, 1)).toBeNull()
    expect(saturatedAtStart('tanh', { kind: 'zeros' }, 784, 64, 1)?.share).toBe(0)
  })
})

describe('what a design costs', () => {
  const cost: Cost = {
    runs: 36,
    configurations: 12,
    seconds: 840,
    longestSeconds: 100,
    evaluationShare: 0.4,
    bytes: 40e6,
    checkpointBytes: 3e6,
    mayEndEarly: false,
    threads: 2,
    atOnce: 2,
  }

  test('in the words of the bar', () => {
    expect(countText(cost, 3)).toEqual({ sum: '12 configurations × 3 seeds = ', runs: '36 runs' })
    expect(costText(cost)).toBe('about 14 min on 2 threads · 40 MB')
    expect(costText({ ...cost, mayEndEarly: true })).toBe('at most 14 min on 2 threads · 40 MB')
    expect(costText({ ...cost, seconds: null })).toBe('40 MB')
  })

  test('says what it rests on, and where the time goes', () => {
    expect(costDetails(cost, { ...REFERENCE_SPEED, basis: 'runs' })).toMatch(
      /trained on this machine.*\n.*40 % of the time/s,
    )
  })
})
