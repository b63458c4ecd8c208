import { describe, expect, it } from 'vitest'
import { expectClose } from './compare'

describe('the comparer of the engine tests', () => {
  it.each([
    ['0 for 1', [0], [1]],
    ['1.9 for 1', [1.9], [1]],
    ['1 for 0', [1], [0]],
    ['NaN for a number', [NaN], [1]],
    ['a number for NaN', [1], [NaN]],
    ['NaN for NaN', [NaN], [NaN]],
    ['Infinity for a number', [Infinity], [1]],
    ['the wrong sign', [-1], [1]],
    ['one bad number among good ones', [1, 1, 2], [1, 1, 1]],
    ['too few numbers', [1], [1, 1]],
    ['too many numbers', [1, 1], [1]],
  ])('refuses %s', (_, actual, expected) => {
    expect(() => expectClose(actual, expected, { absolute: 1e-3, relative: 0.5 })).toThrow()
  })

  it('accepts numbers within the absolute or the relative tolerance', () => {
    expectClose([1.0005, 0.0005, -2], [1, 0, -2], { absolute: 1e-3 })
    expectClose([1010, -99], [1000, -100], { relative: 0.0101 })
  })
})
