import { expect, test } from 'vitest'
import { histogramBars } from '../../../src/renderer/charts/histogram-bars'

test('the highest bar is as high as there is room, the others in proportion', () => {
  expect(histogramBars([2, 4], 20, 10)).toBe('M0 10v-5h9v5zM10 10v-10h9v10z')
})

test('few is not none: a bar is a pixel high at least, and an empty bin has none', () => {
  expect(histogramBars([1000, 1, 0], 30, 10)).toBe('M0 10v-10h9v10zM10 10v-1h9v1z')
})

test('without any counts there is nothing to draw', () => {
  expect(histogramBars([0, 0], 20, 10)).toBe('')
  expect(histogramBars([], 20, 10)).toBe('')
})
