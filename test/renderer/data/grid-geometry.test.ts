import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  gridOf,
  moved,
  offsetAt,
  placeOf,
  positionAt,
  positionsInView,
  revealing,
  scrollTopFor,
  scrolledHeight,
} from '../../../src/renderer/data/grid/grid-geometry'

const square = { height: 28, width: 28 }
const mnist = gridOf({ width: 900, height: 600, count: 70_000, size: 56, picture: square })

const anyGrid = fc
  .record({
    width: fc.integer({ min: 1, max: 3000 }),
    height: fc.integer({ min: 1, max: 2000 }),
    count: fc.integer({ min: 1, max: 10_000_000 }),
    size: fc.integer({ min: 16, max: 160 }),
    picture: fc.record({ height: fc.integer({ min: 1, max: 100 }), width: fc.integer({ min: 1, max: 100 }) }),
    caption: fc.constantFrom(0, 28),
  })
  .map(gridOf)

describe('the grid of pictures', () => {
  it('has as many columns as fit between its margins', () => {
    expect(mnist.columns).toBe(14) // 14 · 56 + 13 · 4 = 836 of the 852 between the margins
    expect(mnist.rows).toBe(5000)
    expect(mnist.total).toBe(5000 * 60 - 4 + 16)
  })

  it('keeps the proportions of the pictures', () => {
    const wide = gridOf({ width: 900, height: 600, count: 10, size: 60, picture: { height: 10, width: 30 } })
    expect(wide.cell).toEqual({ width: 60, height: 20 })
  })

  it('finds the picture under every place where it or its caption is drawn, and none between two', () => {
    fc.assert(
      fc.property(anyGrid, fc.nat(), (grid, seed) => {
        const position = seed % grid.count
        const { x, y } = placeOf(grid, position)
        expect(positionAt(grid, x, y)).toBe(position)
        expect(positionAt(grid, x + grid.cell.width - 1, y + grid.cell.height - 1)).toBe(position)
        expect(positionAt(grid, x + grid.cell.width, y)).toBeNull()
        expect(positionAt(grid, x, y + grid.cell.height + grid.caption)).toBeNull()
      }),
    )
  })

  it('draws every picture of which a part is in view, and none that is not', () => {
    fc.assert(
      fc.property(anyGrid, fc.double({ min: 0, max: 1, noNaN: true }), (grid, share) => {
        const offset = share * Math.max(0, grid.total - grid.view.height)
        const { first, end } = positionsInView(grid, offset)
        const isSeen = (position: number) => {
          const { y } = placeOf(grid, position)
          return y < offset + grid.view.height && y + grid.cell.height > offset
        }
        if (first > 0) expect(isSeen(first - 1)).toBe(false)
        if (end < grid.count) expect(isSeen(end)).toBe(false)
        // a view of a few pixels may lie between two rows
        if (end > first && grid.view.height > grid.gap + grid.margin.y) expect(isSeen(end - 1)).toBe(true)
      }),
    )
  })

  it('leads to the last picture however many there are: the scrolled element is never too tall for a browser', () => {
    const huge = gridOf({ width: 400, height: 600, count: 10_000_000, size: 160, picture: square })
    expect(huge.total).toBeGreaterThan(100_000_000)
    expect(scrolledHeight(huge)).toBe(12_000_000)
    const bottom = offsetAt(huge, scrolledHeight(huge) - huge.view.height)
    expect(positionsInView(huge, bottom).end).toBe(10_000_000)
    expect(scrollTopFor(huge, offsetAt(huge, 1234.5))).toBeCloseTo(1234.5)
  })

  it('shows a picture whole, and does not move when it is in view already', () => {
    expect(revealing(mnist, 0, 0)).toBe(0)
    expect(revealing(mnist, 14, 0)).toBe(0)
    const last = revealing(mnist, 69_999, 0)
    expect(last).toBe(mnist.total - mnist.view.height)
    expect(revealing(mnist, 0, last)).toBe(0)
  })
})

describe('keys in the grid', () => {
  it.each([
    ['ArrowRight', 20, 21],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 20, 34],
    ['ArrowUp', 20, 6],
    ['ArrowUp', 5, 5], // there is no row above: it stays, and does not slide to the first
    ['ArrowDown', 69_999, 69_999],
    ['PageDown', 0, 140],
    ['PageUp', 50, 0],
    ['Home', 500, 0],
    ['End', 500, 69_999],
  ])('%s leads from %i to %i', (key, from, to) => {
    expect(moved(mnist, from, key)).toBe(to)
  })

  it('other keys lead nowhere', () => {
    expect(moved(mnist, 3, 'a')).toBeNull()
    expect(moved(gridOf({ width: 100, height: 100, count: 0, size: 20, picture: square }), 0, 'End')).toBeNull()
  })
})
