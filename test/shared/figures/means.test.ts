import { describe, expect, test } from 'vitest'
import { meanLine, spreadOf, type Sample } from '#shared/figures/means'
import { smoothed } from '#shared/figures/smoothing'
import { thinned } from '#shared/figures/thinning'
import type { Point } from '#shared/figures/panels'

function seed(...values: number[]): Sample[] {
  return values.map((y, i) => ({ key: i + 1, x: i + 1, y }))
}

describe('the mean over seeds', () => {
  test('is there at each evaluation, with the smallest and largest as its band', () => {
    const line = meanLine([seed(1, 2), seed(3, 6), seed(5, 1)], 'range')
    expect(line).toEqual({
      points: [
        [1, 3],
        [2, 3],
      ],
      counts: [3, 3],
      tailFrom: 2,
      band: [
        [1, 1, 5],
        [2, 1, 6],
      ],
    })
  })

  test('behind the end of the shortest seed it is one of those that are left, and has no band', () => {
    const line = meanLine([seed(1, 1, 1), seed(3), seed(5, 7)], 'range')
    expect(line.points).toEqual([
      [1, 3],
      [2, 4],
      [3, 1],
    ])
    expect(line.counts).toEqual([3, 2, 1])
    expect(line.tailFrom).toBe(1)
    expect(line.band).toEqual([[1, 1, 5]])
  })

  test('evaluations that only some seeds have are left out where all are there', () => {
    const dense = [1, 1.5, 2].map((key) => ({ key, x: key, y: key }))
    expect(meanLine([dense, seed(3, 4)], 'none').points).toEqual([
      [1, 2],
      [2, 3],
    ])
  })

  test('a seed that has diverged makes a gap and no flattering mean', () => {
    const line = meanLine([seed(1, Infinity), seed(3, 3)], 'sd')
    expect(line.points[1]).toEqual([2, null])
    expect(line.band).toHaveLength(1)
  })

  test('seeds that have measured nothing yet are not counted', () => {
    expect(meanLine([seed(2, 4), []], 'range')).toMatchObject({ counts: [1, 1], tailFrom: 2, band: [] })
  })

  test.each([
    // of 2.70, 2.65, 2.39 %: mean 2.58, deviation 0.17 (presets.md, S1); t with 2 degrees of freedom is 4.302653
    ['sd', 0.1664331698],
    ['se', 0.1664331698 / Math.sqrt(3)],
    ['ci95', (4.3026527297 * 0.1664331698) / Math.sqrt(3)],
  ] as const)('a band of %s reaches as far as statistics say', (band, reach) => {
    const spread = spreadOf([2.7, 2.65, 2.39], band)
    expect(spread?.low).toBeCloseTo(2.58 - reach, 6)
    expect(spread?.high).toBeCloseTo(2.58 + reach, 6)
  })

  test('one value has no spread', () => {
    expect(spreadOf([1], 'range')).toBeNull()
  })
})

describe('smoothing', () => {
  const points = [4, 2, 6].map((y, i): Point => [i, y])

  test('a moving average starts at the first value and not at zero', () => {
    const [first, second, third] = smoothed(points, { kind: 'ema', amount: 0.5 })
    expect(first?.[1]).toBeCloseTo(4, 12)
    expect(second?.[1]).toBeCloseTo((0.25 * 4 + 0.5 * 2) / 0.75, 12)
    expect(third?.[1]).toBeCloseTo((0.125 * 4 + 0.25 * 2 + 0.5 * 6) / 0.875, 12)
  })

  test('a mean of neighbors takes as many on both sides', () => {
    expect(smoothed(points, { kind: 'mean', amount: 3 })).toEqual([
      [0, 4],
      [1, 4],
      [2, 6],
    ])
  })

  test('gaps stay gaps and change nothing', () => {
    const gapped: Point[] = [
      [0, 4],
      [1, null],
      [2, 2],
    ]
    expect(smoothed(gapped, { kind: 'ema', amount: 0.5 })[1]).toEqual([1, null])
    expect(smoothed(gapped, { kind: 'ema', amount: 0.5 })[2]?.[1]).toBeCloseTo(2 / 0.75, 12)
  })

  test('on a log axis it is the logarithms that are averaged', () => {
    const decades: Point[] = [1e-2, 1e-4, 1e-6].map((y, i) => [i, y])
    expect(smoothed(decades, { kind: 'mean', amount: 3 }, true)[1]?.[1]).toBeCloseTo(1e-4, 12)
  })
})

describe('fewer points for drawing', () => {
  const noisy = Array.from({ length: 10_000 }, (_, i): Point => [i, Math.sin(i * 12.9898) * 0.5])
  const spiky = noisy.map(([x, y], i): Point => [x, i === 4321 ? 99 : i === 8765 ? -99 : y])

  test('keep the ends and the extremes, in their order', () => {
    const kept = thinned(spiky, { from: 0, to: 9999, columns: 100 })
    expect(kept.length).toBeLessThanOrEqual(400)
    expect(kept[0]).toEqual(spiky[0])
    expect(kept.at(-1)).toEqual(spiky.at(-1))
    expect(kept).toContainEqual([4321, 99])
    expect(kept).toContainEqual([8765, -99])
    expect(kept.every(([x], i) => i === 0 || x > (kept[i - 1]?.[0] ?? Infinity))).toBe(true)
  })

  test('a zoom brings back what lies in it', () => {
    expect(thinned(spiky, { from: 4300, to: 4330, columns: 100 })).toEqual(spiky.slice(4299, 4332))
  })

  test('gaps stay', () => {
    const gapped = spiky.map(([x, y], i): Point => [x, i === 5000 ? null : y])
    expect(thinned(gapped, { from: 0, to: 9999, columns: 100 })).toContainEqual([5000, null])
  })

  test('a line that is short enough is not touched', () => {
    const short = spiky.slice(0, 300)
    expect(thinned(short, { from: 0, to: 299, columns: 100 })).toBe(short)
  })
})
