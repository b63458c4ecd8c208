import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import {
  decimalsFor,
  formatNumber,
  formatSeconds,
  formatShare,
  linearScale,
  logScale,
  ticksWithin,
} from '#shared/figures/axis-scale'

describe('a linear scale', () => {
  test.each([
    [0.083, 0.386, 5, [0, 0.1, 0.2, 0.3, 0.4]],
    [0.906, 0.975, 5, [0.9, 0.92, 0.94, 0.96, 0.98]],
    [2.1, 2.4, 4, [2.1, 2.2, 2.3, 2.4]],
    [0, 0, 2, [0, 0.5, 1]],
  ])('from %d to %d has the ticks that a person would choose', (lo, hi, count, ticks) => {
    expect(linearScale(lo, hi, count, { floor: 0 }).ticks).toEqual(ticks)
  })

  test('never goes beyond what can be', () => {
    expect(linearScale(0.97, 0.999, 5, { floor: 0, ceiling: 1 }).max).toBe(1)
    expect(linearScale(1, 1, 5, { floor: 0, ceiling: 1 }).max).toBe(1)
  })

  test('holds all of the data between ticks that are whole steps', () => {
    const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.integer({ min: 2, max: 8 }), (a, b, count) => {
        const [lo, hi] = [Math.min(a, b), Math.max(a, b)]
        const { min, max, step, ticks } = linearScale(lo, hi, count)
        expect(min).toBeLessThanOrEqual(lo * (1 + 1e-9))
        expect(max).toBeGreaterThanOrEqual(hi * (1 - 1e-9))
        expect(ticks.length).toBeGreaterThan(1)
        expect(ticks.length).toBeLessThanOrEqual(count + 2)
        for (const tick of ticks) expect(Math.abs(tick / step - Math.round(tick / step))).toBeLessThan(1e-6)
      }),
    )
  })
})

describe('a logarithmic scale', () => {
  test('has ticks at 1, 2 and 5 where there is room, else at powers of ten', () => {
    expect(logScale(0.03, 0.4, 5).ticks).toEqual([0.02, 0.05, 0.1, 0.2, 0.5])
    expect(logScale(2e-6, 0.9, 5).ticks).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1])
  })

  test('holds all of the data and has at least two ticks', () => {
    const value = fc.double({ min: 1e-12, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.integer({ min: 2, max: 8 }), (a, b, count) => {
        const [lo, hi] = [Math.min(a, b), Math.max(a, b)]
        const { min, max, ticks } = logScale(lo, hi, count)
        expect(min).toBeLessThanOrEqual(lo * (1 + 1e-8))
        expect(max).toBeGreaterThanOrEqual(hi * (1 - 1e-8))
        expect(ticks.length).toBeGreaterThan(1)
        expect(ticks.length).toBeLessThanOrEqual(count * 2 + 2)
      }),
    )
  })
})

test('ticks of an axis that ends with the data are whole where it counts epochs', () => {
  expect(ticksWithin(0, 47, 6, { whole: true })).toEqual([0, 10, 20, 30, 40])
  expect(ticksWithin(0, 2, 6, { whole: true })).toEqual([0, 1, 2])
  expect(ticksWithin(0, 2, 6, { whole: false })).toEqual([0, 0.5, 1, 1.5, 2])
})

describe('a tick label', () => {
  test.each([
    [0.00009999999999999999, '0.0001'],
    [0.0001, '0.0001'],
    [0.1 + 0.2, '0.3'],
    [1e-5, '10⁻⁵'],
    [5e-7, '5×10⁻⁷'],
    [20000, '20,000'],
    [-1234567, '−1,234,567'],
    [1e7, '10⁷'],
    [0, '0'],
  ])('%d reads %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  test('has as many decimals as its neighbours', () => {
    expect([0, 0.05, 0.1].map((tick) => formatNumber(tick, decimalsFor(0.05)))).toEqual(['0.00', '0.05', '0.10'])
    expect([0.95, 0.975].map((tick) => formatShare(tick, decimalsFor(2.5 / 5)))).toEqual(['95.0', '97.5'])
  })

  test('is free of the noise of binary fractions at every power of ten', () => {
    for (let power = -12; power <= 12; power++) expect(formatNumber(10 ** power)).not.toMatch(/9999|0000001/)
  })
})

test.each([
  [2.314, '2.31'],
  [13.07, '13.1'],
  [6533.15, '6,533'],
  [0.04521, '0.0452'],
  [0, '0'],
])('%d seconds are told with three digits that count', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})
