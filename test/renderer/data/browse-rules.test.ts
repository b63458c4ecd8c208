import { describe, expect, it } from 'vitest'
import { countsIn, firstOfEach, orderOf, positionOf } from '../../../src/renderer/features/data/browse/filter'
import { widthInCm, wholeNumber } from '../../../src/renderer/data/sample-figure'
import { figureSamples } from '../../../src/renderer/features/data/browse/figure-samples'
import { markRange, toggleMark } from '../../../src/renderer/data/grid/marks'
import {
  boundsOf,
  drawnPositions,
  frameOf,
  nearest,
  toX,
  toY,
} from '../../../src/renderer/features/data/browse/scatter'
import { summaryOfValues } from '../../../src/renderer/features/data/browse/sample-summary'
import { factsText, lookOf, sampleText, shapeText, valueText } from '../../../src/renderer/data/dataset-words'
import { anOwnSet } from './datasets'

const set = { train: 4, test: 3, classes: ['a', 'b', 'c'] }
const labels = Uint8Array.of(0, 1, 2, 0, 1, 1, 2)
const all = new Set<number>()

describe('what a filter shows', () => {
  it('is all of a part, or of some classes in it, in the order of their numbers', () => {
    expect([...orderOf(set, labels, { part: 'all', classes: all })]).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect([...orderOf(set, labels, { part: 'train', classes: all })]).toEqual([0, 1, 2, 3])
    expect([...orderOf(set, labels, { part: 'test', classes: all })]).toEqual([4, 5, 6])
    expect([...orderOf(set, labels, { part: 'all', classes: new Set([1, 2]) })]).toEqual([1, 2, 4, 5, 6])
    expect([...orderOf(set, labels, { part: 'test', classes: new Set([0]) })]).toEqual([])
  })

  it('counts the classes of a part', () => {
    expect(countsIn(set, labels, 'all')).toEqual([2, 3, 2])
    expect(countsIn(set, labels, 'test')).toEqual([0, 2, 1])
  })

  it('knows where a sample is, and that another is not there', () => {
    const order = Uint32Array.of(1, 4, 5, 60)
    expect([1, 4, 5, 60].map((sample) => positionOf(order, sample))).toEqual([0, 1, 2, 3])
    expect([0, 2, 61].map((sample) => positionOf(order, sample))).toEqual([null, null, null])
    expect(positionOf(new Uint32Array(), 0)).toBeNull()
  })
})

describe('chosen samples', () => {
  it('are taken and left out again', () => {
    const one = toggleMark(new Set([3]), 5)
    expect([...one]).toEqual([3, 5])
    expect([...toggleMark(one, 3)]).toEqual([5])
  })

  it('are a range in the order that is shown, in either direction', () => {
    const order = Uint32Array.of(2, 5, 9, 11)
    expect([...markRange(new Set(), order, 1, 3)]).toEqual([5, 9, 11])
    expect([...markRange(new Set([2]), order, 2, 1)]).toEqual([2, 5, 9])
  })
})

describe('the samples of a figure', () => {
  const order = Uint32Array.of(0, 1, 2, 3, 4, 5, 6)
  const choice = { set, order, labels, marked: new Set([5, 0]), seen: [0, 1], each: 2 }
  it('are the first of each class, class by class', () => {
    expect(firstOfEach(order, labels, 3, 2)).toEqual([0, 3, 1, 4, 2, 6])
    expect(figureSamples('each-class', choice)).toEqual([0, 3, 1, 4, 2, 6])
  })
  it('are those in view, or the chosen ones by their numbers', () => {
    expect(figureSamples('seen', choice)).toEqual([0, 1])
    expect(figureSamples('chosen', choice)).toEqual([0, 5])
  })
  it('are none while the number of each class is not one', () => {
    expect(figureSamples('each-class', { ...choice, each: 'many' })).toEqual([])
    expect(wholeNumber('many', 1, 100)).toBe('Expected a whole number, 1 … 100')
    expect(wholeNumber(2.5, 1, 100)).toBeDefined()
    expect(wholeNumber(100, 1, 100)).toBeUndefined()
    expect(widthInCm(1)).toBe('Expected 2 … 50')
    expect(widthInCm(8.5)).toBeUndefined()
  })
})

describe('points on paper', () => {
  it('one unit is as long in both directions', () => {
    const frame = frameOf({ minX: -1, maxX: 3, minY: 0, maxY: 1 }, 800, 600)
    expect(frame).not.toBeNull()
    if (!frame) return
    expect(toX(frame, 1) - toX(frame, 0)).toBeCloseTo(toY(frame, 0) - toY(frame, 1))
    expect(toY(frame, 1)).toBeLessThan(toY(frame, 0)) // up is up
  })
  it('directions of quite another kind fill the paper', () => {
    const frame = frameOf({ minX: 0, maxX: 1, minY: 0, maxY: 5000 }, 800, 600)
    expect(frame?.width).toBeGreaterThan(600)
  })
  it('has no frame where there is no room, and one even without points', () => {
    expect(frameOf(boundsOf([]), 60, 60)).toBeNull()
    expect(frameOf(boundsOf([2, 2]), 400, 400)).not.toBeNull()
    expect(boundsOf([NaN, 1, 0, 5, -2, 3])).toEqual({ minX: -2, maxX: 0, minY: 3, maxY: 5 })
  })
  it('finds the nearest point within reach', () => {
    const points = [
      { atX: 0, atY: 0 },
      { atX: 10, atY: 0 },
    ]
    expect(nearest(points, 7, 1, 12)).toBe(1)
    expect(nearest(points, 50, 50, 12)).toBe(-1)
  })
  it('picks evenly when there are too many to draw', () => {
    expect(drawnPositions(5, 10)).toEqual([0, 1, 2, 3, 4])
    expect(drawnPositions(10, 4)).toEqual([0, 2, 5, 7])
  })
})

describe('words for a set', () => {
  it('say how its samples are looked at', () => {
    expect(lookOf({ height: 28, width: 28 })).toBe('pictures')
    expect(lookOf({ height: 1, width: 2 })).toBe('points')
    expect(lookOf({ height: 1, width: 4 })).toBe('table')
    expect(shapeText({ height: 32, width: 32, channels: 3 })).toBe('32 × 32 × 3')
    expect(shapeText({ height: 1, width: 1 })).toBe('1 feature')
  })
  it('number samples over the whole set, and say which part they are in', () => {
    expect(sampleText(set, 3, 0)).toBe('No. 3, class a, training part')
    expect(sampleText(set, 4, 1)).toBe('No. 4, class b, test part')
    expect(factsText(anOwnSet())).toBe('12 to train, 6 to test, 3 classes, 8 × 8')
  })
  it('write values without the dust of 32-bit floats', () => {
    expect(valueText(Math.fround(0.1))).toBe('0.1')
    expect(valueText(-2.5)).toBe('−2.5')
    expect(valueText(NaN)).toBe('not a number')
    expect(summaryOfValues(Uint8Array.of(0, 0, 6)).map(({ text }) => text)).toEqual(['3', '0', '6', '2', '2'])
  })
})
