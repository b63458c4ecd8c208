import { describe, expect, it } from 'vitest'
import { calibrationOf, type Answer } from '#shared/inspect/calibration'

function answer(confidence: number, isRight: boolean): Answer {
  return { confidence, isRight, loss: -Math.log(isRight ? confidence : 1 - confidence) }
}

function answers(count: number, confidence: number, isRight: boolean): Answer[] {
  return Array.from({ length: count }, () => answer(confidence, isRight))
}

describe('calibration', () => {
  it('finds no gap where confidence is the share that is right', () => {
    const { expectedError, largestError, bins } = calibrationOf([...answers(8, 0.8, true), ...answers(2, 0.8, false)])
    expect(expectedError).toBeCloseTo(0, 12)
    expect(largestError).toBeCloseTo(0, 12)
    expect(bins.filter(({ count }) => count > 0)).toEqual([
      { low: 0.8, high: 0.9, count: 10, confidence: expect.closeTo(0.8, 12) as number, accuracy: 0.8 },
    ])
  })

  it('weighs each bin’s gap by its samples', () => {
    const { expectedError, largestError } = calibrationOf([
      ...answers(6, 0.95, true), // gap 0.05
      ...answers(1, 0.65, true),
      ...answers(3, 0.65, false), // gap 0.40
    ])
    expect(expectedError).toBeCloseTo(0.6 * 0.05 + 0.4 * 0.4, 12)
    expect(largestError).toBeCloseTo(0.4, 12)
  })

  it('puts full confidence into the last bin', () => {
    expect(calibrationOf([{ confidence: 1, isRight: true, loss: 0 }]).bins.at(-1)?.count).toBe(1)
  })

  it('splits the loss into that of right and of wrong samples', () => {
    const { right, wrong, all } = calibrationOf([...answers(9, 0.9, true), ...answers(1, 0.9, false)])
    expect(right).toEqual({
      count: 9,
      loss: expect.closeTo(-Math.log(0.9), 12) as number,
      confidence: expect.closeTo(0.9, 12) as number,
    })
    expect(wrong.loss).toBeCloseTo(-Math.log(0.1), 12)
    expect(all.loss).toBeCloseTo((-9 * Math.log(0.9) - Math.log(0.1)) / 10, 12)
    expect(calibrationOf([])).toMatchObject({ expectedError: 0, right: { count: 0, loss: null } })
  })

  it('refuses what is no probability', () => {
    expect(() => calibrationOf([{ confidence: 1.2, isRight: true, loss: 0 }])).toThrow('got 1.2')
    expect(() => calibrationOf([{ confidence: NaN, isRight: true, loss: 0 }])).toThrow('got NaN')
  })
})
