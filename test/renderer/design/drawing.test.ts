import { expect, test } from 'vitest'
import { DRAWING, drawNetwork } from '../../../src/renderer/features/design/drawing'

test('a layer with few units shows each of them, one with many some of them and dots', () => {
  const { columns } = drawNetwork([784, 3, 10])
  expect(columns.map((column) => [column.units.length, column.dots.length, column.label])).toEqual([
    [6, 3, '784'],
    [3, 0, '3'],
    [6, 3, '10'],
  ])
})

test('every drawn unit is joined to every drawn unit of the next layer', () => {
  const { edges } = drawNetwork([784, 3, 10])
  expect(edges.map((path) => path.split('M').length - 1)).toEqual([18, 18])
})

test('all of it is inside the drawing, for one layer and for sixty', () => {
  for (const sizes of [[784, 10], Array.from({ length: 66 }, () => 500)]) {
    for (const { x, units } of drawNetwork(sizes).columns) {
      expect(x).toBeGreaterThanOrEqual(DRAWING.radius)
      expect(x).toBeLessThanOrEqual(DRAWING.width - DRAWING.radius)
      expect(Math.min(...units)).toBeGreaterThanOrEqual(DRAWING.radius)
      expect(Math.max(...units)).toBeLessThanOrEqual(DRAWING.height - DRAWING.radius)
    }
  }
})

test('labels are left out where they would touch', () => {
  expect(drawNetwork([784, 64, 10]).labelled).toBe(true)
  expect(drawNetwork(Array.from({ length: 30 }, () => 64)).labelled).toBe(false)
})

test('a size that is no size yet is one unit with a question mark', () => {
  expect(drawNetwork([784, 'abc', 10]).columns[1]).toMatchObject({ units: [expect.any(Number)], dots: [], label: '?' })
})
