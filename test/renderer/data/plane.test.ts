import { describe, expect, test } from 'vitest'
import {
  inDisc,
  nearestPoint,
  pixelOf,
  placeAt,
  rangeAround,
  squareFrame,
  withoutDisc,
} from '../../../src/renderer/features/data/points/plane'
import type { PaintedPoint } from '../../../src/renderer/features/data/points/points-draft'

const POINTS: PaintedPoint[] = [
  [0, 0, 0],
  [0.5, 0, 1],
  [0, -3, 1],
]

describe('the plane to paint on', () => {
  test.each([0.1, 0.5, 1, 2, 5, 7.3, 100])('of ±%d ends at its range', (range) => {
    const frame = squareFrame(range, 700, 600)
    expect(frame?.x).toMatchObject({ min: -range, max: range })
    expect(frame?.y).toEqual(frame?.x)
    expect(frame?.width).toBe(frame?.height)
    expect(frame?.x.ticks).toContain(0)
  })

  test('a place on the paper and back is the same place', () => {
    const frame = squareFrame(1, 700, 600)
    if (!frame) throw new Error('There is no room')
    const place = placeAt(frame, pixelOf(frame, { x: 0.25, y: -0.75 }))
    expect(place?.x).toBeCloseTo(0.25, 4)
    expect(place?.y).toBeCloseTo(-0.75, 4)
  })

  test('what is beside the frame is no place', () => {
    const frame = squareFrame(1, 700, 600)
    if (!frame) throw new Error('There is no room')
    expect(placeAt(frame, { x: frame.left - 1, y: frame.top + 10 })).toBeNull()
    expect(placeAt(frame, { x: frame.left + 10, y: frame.top + frame.height + 1 })).toBeNull()
    expect(placeAt(frame, { x: frame.left, y: frame.top })).toEqual({ x: -1, y: 1 })
  })

  test('is wide enough for its points, at 1, 2 or 5 times a power of ten', () => {
    expect(rangeAround([])).toBe(1)
    expect(rangeAround([[0, 0, 0]])).toBe(1)
    expect(rangeAround(POINTS)).toBe(5)
    expect(rangeAround([[0.5, 0, 0]])).toBe(0.5)
    expect(rangeAround([[0.03, 0, 0]])).toBe(0.05)
    expect(rangeAround([[900, 0, 0]])).toBe(1000)
  })
})

test('the nearest point is found within a reach, and only there', () => {
  expect(nearestPoint(POINTS, { x: 0.3, y: 0 }, 1)).toBe(1)
  expect(nearestPoint(POINTS, { x: 0, y: -2 }, 0.5)).toBeNull()
  expect(nearestPoint([], { x: 0, y: 0 }, 1)).toBeNull()
})

test('an eraser takes what is inside of its circle', () => {
  expect(withoutDisc(POINTS, { x: 0.2, y: 0 }, 0.4)).toEqual([[0, -3, 1]])
})

test('a brush leaves points inside of its circle, evenly', () => {
  const numbers = [0.25, 0, 1, 0.5, 0, 0.9]
  const random = () => numbers.shift() ?? 0
  expect(inDisc({ x: 1, y: 1 }, 2, random)).toEqual({ x: 2, y: 1 }) // √0.25 of the radius
  const edge = inDisc({ x: 1, y: 1 }, 2, random)
  expect(edge.x).toBeCloseTo(-1, 5)
  expect(inDisc({ x: 1, y: 1 }, 2, random)).toEqual({ x: 1, y: 1 })
})
