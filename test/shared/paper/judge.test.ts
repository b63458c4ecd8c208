import { describe, expect, test } from 'vitest'
import { judgeAnswer, readAnswer } from '#shared/paper/judge'

/** ∂y/∂z of row S0-2. */
const EXPECTED = 0.22096344

describe('a value worked out by hand', () => {
  test.each(['0.22096344', '0.2210', '0.221', '0.22', '2.21e-1', '.22096', ' 0.221 ', '+0.221'])(
    'is right to the digits that were given: %s',
    (typed) => expect(judgeAnswer(typed, EXPECTED)).toEqual({ kind: 'right' }),
  )

  test.each(['0.220', '0.2209', '0.223', '0.2200'])('is rounded too early: %s', (typed) =>
    expect(judgeAnswer(typed, EXPECTED)).toMatchObject({ kind: 'wrong', mistake: 'rounded-early' }),
  )

  test.each([
    ['-0.2210', 'sign'],
    ['−0.22', 'sign'],
    ['2.21', 'decimal-slip'],
    ['0.0221', 'decimal-slip'],
    ['0.4419', 'factor-missing'],
    ['0.1105', 'factor-missing'],
    ['0.5', null],
    ['0.34', null],
  ])('%s is wrong: %s', (typed, mistake) =>
    expect(judgeAnswer(typed, EXPECTED)).toMatchObject(
      typed === '0.5' ? { kind: 'wrong' } : { kind: 'wrong', mistake },
    ),
  )

  test('is named after the mistake that the exercise knows, before a general one', () => {
    const mistake = { kind: 'forward-value', value: 0.34, reason: 'The forward value.' } as const
    expect(judgeAnswer('0.34', EXPECTED, [mistake])).toEqual({
      kind: 'wrong',
      mistake: 'forward-value',
      reason: 'The forward value.',
    })
  })

  test('is not blamed for a mistake whose value is the right one', () => {
    const mistake = { kind: 'mask', value: 0.5, reason: 'A mask.' } as const
    expect(judgeAnswer('0.5', 0.5, [mistake])).toEqual({ kind: 'right' })
  })

  test('needs two digits that count, unless it is exact', () => {
    expect(judgeAnswer('0.2', EXPECTED)).toMatchObject({ kind: 'unreadable' })
    expect(judgeAnswer('0', EXPECTED)).toMatchObject({ kind: 'unreadable' })
    expect(judgeAnswer('5', 5)).toEqual({ kind: 'right' })
    expect(judgeAnswer('0', 0)).toEqual({ kind: 'right' })
    expect(judgeAnswer('0.1', 0)).toMatchObject({ kind: 'wrong' })
  })

  test('may be a fraction, which is meant exactly', () => {
    expect(judgeAnswer('-2/3', -2 / 3)).toEqual({ kind: 'right' })
    expect(judgeAnswer('1/3', 0.33)).toMatchObject({ kind: 'wrong', mistake: 'rounded-early' })
  })

  test.each(['abc', '1,5', '1/0', '--1', '1e999', '0x10', 'Infinity', '٣', '1.2.3', '.'])(
    'is no number: %s',
    (typed) => {
      expect(readAnswer(typed)).toBeNull()
      expect(judgeAnswer(typed, 1)).toMatchObject({ kind: 'unreadable' })
    },
  )

  test('is blank where nothing stands', () => expect(judgeAnswer('  ', 1)).toEqual({ kind: 'blank' }))
})
