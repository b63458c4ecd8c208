import { expect, test } from 'vitest'
import { layerCounts, parameterCount, trainingFlopsPerSample } from '#shared/network'

// Counts that the five reports state, or that were recomputed for them by hand.
test.each([
  ['784-10', 7_850],
  ['784-32-10', 25_450],
  ['784-64-10', 50_890],
  ['784-128-10', 101_770],
  ['784-128-200', 126_280],
  ['784-32-24-10', 26_162],
  ['784-150-120-10', 137_080],
  ['784-500-250-100-10', 543_860],
  ['784-64-128-64-10', 67_466],
  ['784-256-512-128-10', 399_498],
])('%s has %i parameters with a bias for every unit', (size, count) => {
  expect(parameterCount(size.split('-').map(Number), 'each-layer')).toBe(count)
})

test('with the input bias trick 784-64-10 has 50,880 parameters', () => {
  expect(parameterCount([784, 64, 10], 'input-trick')).toBe(50_880)
  expect(layerCounts([784, 64, 10], 'input-trick').map((layer) => layer.biases)).toEqual([64, 0])
})

test('the work of one epoch of 784-150-120-10 is 35.14 GFLOP', () => {
  expect((trainingFlopsPerSample([784, 150, 120, 10]) * 60_000) / 1e9).toBeCloseTo(35.14, 1)
})
