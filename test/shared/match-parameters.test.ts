import { describe, expect, test } from 'vitest'
import { matchParameters } from '#shared/match-parameters'

const mnist = { inputs: 784, outputs: 10 }

describe('S4-14: two equal hidden layers with the 50,880 parameters of 784-64-10', () => {
  test('with the bias trick: x² + 795x − 50,880 = 0, 59.54, and 60 is nearer with 420 too many', () => {
    const match = matchParameters({ ...mnist, hiddenLayers: 2, bias: 'input-trick', parameters: 50_880 })
    expect(match?.equation).toEqual({ a: 1, b: 795, c: -50_880 })
    expect(match?.exact).toBeCloseTo(59.5408, 4)
    expect(match?.nearest).toEqual({ width: 60, sizes: [784, 60, 60, 10], parameters: 51_300, error: 420 })
    expect(match?.other).toEqual({ width: 59, sizes: [784, 59, 59, 10], parameters: 50_386, error: -494 })
  })

  test('with a bias for every unit: x² + 796x − 50,880 = 0, 59.476, and 59 is nearer', () => {
    const match = matchParameters({ ...mnist, hiddenLayers: 2, bias: 'each-layer', parameters: 50_890 })
    expect(match?.equation).toEqual({ a: 1, b: 796, c: -50_880 })
    expect(match?.exact).toBeCloseTo(59.476, 3)
    expect(match?.nearest).toMatchObject({ width: 59, error: -435 })
    expect(match?.other).toMatchObject({ width: 60, error: 480 })
  })
})

test('one hidden layer of the same parameters is the reference itself', () => {
  const match = matchParameters({ ...mnist, hiddenLayers: 1, bias: 'each-layer', parameters: 50_890 })
  expect(match?.exact).toBe(64)
  expect(match?.nearest).toMatchObject({ width: 64, error: 0 })
  expect(match?.other).toBeNull()
})

test('without biases the equation has neither of their terms', () => {
  const match = matchParameters({ ...mnist, hiddenLayers: 2, bias: 'none', parameters: 50_816 })
  expect(match?.equation).toEqual({ a: 1, b: 794, c: -50_816 })
})

test.each([2, 3, 5, 10])('%i layers: the count at the exact width is the one asked for', (hiddenLayers) => {
  for (const bias of ['each-layer', 'input-trick', 'none'] as const) {
    const match = matchParameters({ ...mnist, hiddenLayers, bias, parameters: 137_080 })
    const { a, b, c } = match?.equation ?? { a: 0, b: 0, c: 0 }
    const x = match?.exact ?? 0
    expect((a * x * x + b * x + c) / 137_080).toBeCloseTo(0, 12)
    expect(Math.abs(match?.nearest.error ?? Infinity)).toBeLessThanOrEqual(Math.abs(match?.other?.error ?? Infinity))
  }
})

test('fewer parameters than one unit a layer needs: one unit is the nearest', () => {
  const match = matchParameters({ ...mnist, hiddenLayers: 2, bias: 'each-layer', parameters: 100 })
  expect(match?.exact).toBeLessThan(1)
  expect(match?.nearest.width).toBe(1)
})

test('no width at all for no more parameters than the output biases', () => {
  expect(matchParameters({ ...mnist, hiddenLayers: 2, bias: 'each-layer', parameters: 10 })).toBeNull()
  expect(matchParameters({ ...mnist, hiddenLayers: 2, bias: 'none', parameters: 0 })).toBeNull()
})
