import { describe, expect, it } from 'vitest'
import { divergingColor, divergingPixels, largestSize } from '../../../src/renderer/charts/diverging'
import { mostMovingUnits } from '../../../src/renderer/features/inspect/boundary/moving-units'
import { unitMap } from '../../../src/renderer/features/inspect/boundary/unit-map'
import { historyOf, stretchesOf } from '../../../src/renderer/features/inspect/drawer/over-epochs'
import { areShares, classShares, largestOf, shareText } from '../../../src/renderer/features/inspect/parts/class-shares'
import { variedRuns } from '../../../src/renderer/stores/inspect-sample'
import { idOf, runOf } from '../runs/fixture'
import { rowsInView, unitOrder, weightNorms } from '../../../src/renderer/features/inspect/units/weight-order'

describe('colors around zero', () => {
  it('are the ground at 0, and blue below and orange above, the stronger the further', () => {
    expect(divergingColor('light', 0, 2)).toEqual([255, 255, 255])
    const [below, above] = [divergingColor('light', -2, 2), divergingColor('light', 2, 2)]
    expect(below[2]).toBeGreaterThan(below[0])
    expect(above[0]).toBeGreaterThan(above[2])
    expect(divergingColor('light', -9, 2)).toEqual(below)
    expect(divergingColor('light', NaN, 2)).toEqual([128, 128, 128])
    expect(divergingColor('light', 1, 0)).toEqual([255, 255, 255])
  })

  it('fill a picture from any value on, and scale by numbers only', () => {
    const pixels = divergingPixels('dark', [9, 0, 1], { from: 1, count: 2, most: 1 })
    expect([...pixels.subarray(4)]).toEqual([...divergingColor('dark', 1, 1), 255])
    expect(largestSize([1, -3, NaN, Infinity])).toBe(3)
  })
})

describe('one unit of a layer over the plane', () => {
  it('has its highest row first', () => {
    const values = Float32Array.from([0, 10, 1, 11, 2, 12, 3, 13])
    const map = unitMap(values, 2, 1, { columns: 2, rows: 2 })
    expect([...map.values]).toEqual([12, 13, 10, 11])
    expect([map.low, map.high]).toEqual([10, 13])
  })

  it('is chosen by how much it moves', () => {
    expect(mostMovingUnits({ units: 3, values: Float32Array.from([5, 0, 0, 5, 1, 9, 5, 2, 0]) })).toEqual([1, 2])
    expect(mostMovingUnits({ units: 1, values: Float32Array.from([1, 2]) })).toEqual([0])
  })
})

describe('the units of a layer', () => {
  it('come by the length of their weights, or as they are', () => {
    const norms = weightNorms(Float32Array.from([3, 4, 0, 1, 6, 8]), 2)
    expect([...norms]).toEqual([5, 1, 10])
    expect(unitOrder(norms, 'norm')).toEqual([2, 0, 1])
    expect(unitOrder(norms, 'as-is')).toEqual([0, 1, 2])
  })

  it('are drawn only where they are in view', () => {
    expect(rowsInView({ top: 0, height: 100 }, 50, 20)).toEqual({ first: 0, last: 3 })
    expect(rowsInView({ top: 520, height: 100 }, 50, 20)).toEqual({ first: 9, last: 14 })
    expect(rowsInView({ top: 950, height: 100 }, 50, 20)).toEqual({ first: 18, last: 20 })
  })
})

describe('what a model gives each class', () => {
  it('is two shares of one output unit', () => {
    expect(classShares([0.25], 2)).toEqual([0.75, 0.25])
    expect(largestOf([0.1, 0.6, 0.3])).toBe(1)
    expect(largestOf([])).toBe(-1)
  })

  it('is written so that little is not nothing, and much is not all', () => {
    expect([0, 0.0004, 0.0006, 0.5, 0.9994, 0.9996, 1].map(shareText)).toEqual([
      '0.0 %',
      '< 0.1 %',
      '0.1 %',
      '50.0 %',
      '99.9 %',
      '> 99.9 %',
      '100.0 %',
    ])
    expect(areShares([0, 0.2, 1])).toBe(true)
    expect(areShares([-0.1, 0.5])).toBe(false)
  })

  it('is told in stretches of epochs with the same answer', () => {
    const said = [1, 1, 2, 1].map((predicted, i) => ({ epoch: i + 1, shares: [], predicted }))
    expect(stretchesOf(said)).toEqual([
      { from: 1, to: 2, predicted: 1 },
      { from: 3, to: 3, predicted: 2 },
      { from: 4, to: 4, predicted: 1 },
    ])
  })

  it('is followed over the epochs for the true class, its rival and all that were ever predicted', () => {
    const moments = [
      { epoch: 1, shares: [0.5, 0.3, 0.1, 0.1], predicted: 0 },
      { epoch: 3, shares: [0, 0.25, 0.75, 0], predicted: 2 },
    ]
    const { lines, rival } = historyOf(moments, 1, { width: 100, height: 102 })
    expect(rival).toBe(2)
    expect(lines.map(({ label }) => label)).toEqual([1, 2, 0])
    expect(lines[1]?.path).toBe('M0 91L100 26')
  })
})

describe('the runs that are asked about a sample', () => {
  it('are the newest of each configuration before second seeds of any', () => {
    const run = (n: number, index: number) => runOf(n, { configuration: { index, levels: {} }, experimentId: 'a' })
    const newestFirst = [run(9, 1), run(8, 1), run(7, 1), run(6, 2), run(5, 3), run(4, 2)]
    expect(variedRuns(newestFirst, 4).map(({ id }) => id)).toEqual([9, 8, 6, 5].map(idOf))
    expect(variedRuns(newestFirst, 3).map(({ id }) => id)).toEqual([9, 6, 5].map(idOf))
    expect(variedRuns(newestFirst, 99)).toHaveLength(6)
  })
})
