import { describe, expect, test } from 'vitest'
import { LabError } from '#shared/errors'
import { countParameters, matchWidth, readSizes } from '#shared/paper/count'

const REFERENCE = { inputs: 784, outputs: 10, hiddenLayers: 2 }

describe('parameters on paper', () => {
  test('S4-4: 784-64-10 has 50,890 with biases everywhere and 50,880 with the bias trick', () => {
    const everywhere = countParameters(readSizes('784-64-10'), 'each-layer')
    expect(everywhere).toMatchObject({ weights: 50_816, biases: 74, parameters: 50_890 })
    expect(countParameters(readSizes('784-64-10'), 'input-trick')).toMatchObject({
      weights: 50_816,
      biases: 64,
      parameters: 50_880,
    })
    expect(everywhere.layers.map((layer) => layer.name)).toEqual(['Hidden 1', 'Output'])
  })

  test.each([
    ['784-64-10', [784, 64, 10]],
    [' [784, 64, 10] ', [784, 64, 10]],
    ['784 × 64 × 10', [784, 64, 10]],
    ['784–64–10', [784, 64, 10]],
    ['2 16 1', [2, 16, 1]],
  ])('sizes are read from "%s"', (text, sizes) => expect(readSizes(text)).toEqual(sizes))

  test.each([
    '',
    '784',
    '784-',
    '784--10',
    '784-0-10',
    '784-x-10',
    '784-1.5-10',
    '99999999999-1',
    '784-64-10-',
    `1${'-1'.repeat(66)}`,
    '<b>',
  ])('what is no size string is refused in words: "%s"', (text) => {
    expect(() => readSizes(text)).toThrow(LabError)
    expect(() => readSizes(text)).toThrow('expected units by layer such as 784-64-10')
  })
})

describe('the width of equal hidden layers with as many parameters', () => {
  test('S4-14: with the bias trick x² + 795x − 50,880 = 0, and 60 is nearer', () => {
    const match = matchWidth({ ...REFERENCE, parameters: 50_880, convention: 'input-trick' })
    expect(match.equation).toEqual({ a: 1, b: 795, c: -50_880 })
    expect(match.roots[0]).toBeCloseTo(59.5408, 4)
    expect(match.roots[1]).toBeCloseTo(-854.5408, 4)
    expect(match.roots[0]).toBeCloseTo((-795 + Math.sqrt(795 ** 2 + 4 * 50_880)) / 2, 9)
    expect(match.candidates).toEqual([
      { width: 59, parameters: 50_386, difference: -494 },
      { width: 60, parameters: 51_300, difference: 420 },
    ])
    expect(match.best?.width).toBe(60)
  })

  test('S4-14: with biases everywhere x² + 796x − 50,880 = 0, and 59 is nearer', () => {
    const match = matchWidth({ ...REFERENCE, parameters: 50_890, convention: 'each-layer' })
    expect(match.equation).toEqual({ a: 1, b: 796, c: -50_880 })
    expect(match.roots[0]?.toFixed(3)).toBe('59.476')
    expect(match.candidates.map(({ width, difference }) => [width, difference])).toEqual([
      [59, -435],
      [60, 480],
    ])
    expect(match.best?.width).toBe(59)
  })

  test.each(['each-layer', 'input-trick', 'none'] as const)(
    'is found again, to the unit, for any depth: %s',
    (convention) => {
      for (const hiddenLayers of [1, 2, 3, 7, 10]) {
        for (const width of [1, 2, 59, 512]) {
          const sizes = [784, ...Array.from({ length: hiddenLayers }, () => width), 10]
          const { parameters } = countParameters(sizes, convention)
          const match = matchWidth({ inputs: 784, outputs: 10, hiddenLayers, parameters, convention })
          expect(match.best).toEqual({ width, parameters, difference: 0 })
          expect(match.candidates).toHaveLength(1)
        }
      }
    },
  )

  test('is nothing where even one unit has too many', () => {
    expect(matchWidth({ ...REFERENCE, parameters: 100, convention: 'none' }).best).toBeNull()
  })

  test.each([0, -1, 1.5, NaN, 65])('needs a number of hidden layers: %d', (hiddenLayers) => {
    expect(() => matchWidth({ ...REFERENCE, hiddenLayers, parameters: 100, convention: 'none' })).toThrow(LabError)
  })
})
