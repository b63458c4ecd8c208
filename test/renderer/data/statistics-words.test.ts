import { describe, expect, it } from 'vitest'
import { balanceText, shareText } from '../../../src/renderer/features/data/statistics/counts'
import { duplicateWarnings, worstFirst } from '../../../src/renderer/features/data/statistics/duplicates'
import {
  barsOf,
  binText,
  countTicks,
  heightOf,
  histogramText,
} from '../../../src/renderer/features/data/statistics/histogram-text'

describe('class counts in words', () => {
  it('say what a guess without looking is worth', () => {
    expect(balanceText([10, 10], ['a', 'b'])).toBe('Each class has 10 training samples')
    expect(balanceText([30, 10], ['a', 'b'])).toBe('From 10 (b) to 30 (a); always guessing a is right for 75.00 %')
    expect(balanceText([0, 0], ['a', 'b'])).toBe('No training samples')
    expect(shareText(0, 0)).toBe('–')
  })
})

describe('a histogram', () => {
  const bytes = { low: 0, high: 4, counts: [1000, 0, 10, 1] }
  it('in words names its range, its fullest bins and the empty ones', () => {
    expect(histogramText(bytes, true)).toBe(
      'Histogram of the values from 0 to 3. Most: 0: 1,000; 2: 10; 3: 1. 1 of 4 bins are empty.',
    )
    expect(binText({ low: -1, high: 1, counts: [5, 6] }, 1, false)).toBe('0 to 1: 6')
  })
  it('has no bar for none, and one of a pixel at least for one', () => {
    expect(heightOf(0, 1000, true)).toBe(0)
    expect(heightOf(1000, 1000, true)).toBe(1)
    expect(heightOf(1, 1000, true)).toBeGreaterThan(0)
    expect(barsOf([0, 0], 100, 50, true)).toBe('')
    expect(barsOf([1, 0, 1_000_000], 30, 50, false)).toContain('v-1h')
  })
  it('has ticks within its height, on either scale', () => {
    for (const log of [true, false]) {
      const ticks = countTicks(bytes.counts, log)
      expect(ticks.length).toBeGreaterThan(2)
      for (const { at } of ticks) expect(at).toBeLessThanOrEqual(1)
    }
    expect(countTicks([0, 0], true)).toEqual([])
  })
})

describe('equal samples', () => {
  const group = { samples: [1, 2], count: 2, acrossParts: false, labelsDiffer: false }
  it('come with the worst first', () => {
    const big = { ...group, count: 9 }
    const across = { ...group, acrossParts: true }
    const differing = { ...group, labelsDiffer: true }
    expect(worstFirst([group, big, across, differing])).toEqual([differing, across, big, group])
  })
  it('are warned of where they spoil the test or cannot be learned', () => {
    expect(duplicateWarnings([group])).toEqual([])
    const warnings = duplicateWarnings([{ ...group, acrossParts: true, labelsDiffer: true }])
    expect(warnings).toEqual([
      '1 group is in both the training and the test part: the test is not all unseen.',
      '1 group has different labels: no model can be right about all of them.',
    ])
  })
})
