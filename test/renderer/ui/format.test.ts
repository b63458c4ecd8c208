import { expect, test } from 'vitest'
import { formatCount, formatDuration, formatMoment, formatShort, plural } from '../../../src/renderer/ui/format'

test('counts are grouped, and words follow them', () => {
  expect(formatCount(137_080)).toBe('137,080')
  expect(plural(1, 'run')).toBe('1 run')
  expect(plural(1200, 'run')).toBe('1,200 runs')
})

test.each([
  [0.4, '0 s'],
  [59.6, '1 min 0 s'],
  [95, '1 min 35 s'],
  [7800, '2 h 10 min'],
])('%f seconds are "%s"', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test.each([
  [950, '950'],
  [585_920, '586 k'],
  [999_900, '1 M'],
  [2_400_000, '2.4 M'],
  [3e9, '3 G'],
])('%i is "%s" in short', (value, text) => {
  expect(formatShort(value)).toBe(text)
})

test('a moment of today is a time, another day has its date', () => {
  const now = new Date(2026, 10, 21, 18, 0)
  expect(formatMoment(new Date(2026, 10, 21, 14, 5).toISOString(), now)).toBe('14:05')
  expect(formatMoment(new Date(2026, 10, 3, 14, 5).toISOString(), now)).toBe('3 Nov, 14:05')
})
