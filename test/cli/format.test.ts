import { describe, expect, it } from 'vitest'
import { formatAccuracy } from '../../src/cli/format'

describe('an accuracy on the terminal', () => {
  it.each([
    [22, 24, '91.67 %'],
    [869, 9988, '8.70 %'],
    [9784, 10_000, '97.84 %'],
    [0, 7, '0.00 %'],
    [0, 0, '0.00 %'],
    [7, 7, '100.00 %'],
    [99_999, 100_000, '99.99 %'],
  ])('%d of %d is %s: rounded once, and never to a perfect score that was not reached', (correct, count, text) => {
    expect(formatAccuracy({ loss: 0, correct, count })).toBe(text)
  })
})
