import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFormula } from '#engine/points/formula'
import { LabError } from '#shared/errors'

function problemOf(text: string): string {
  try {
    parseFormula(text)
  } catch (error) {
    if (error instanceof LabError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('the formula was accepted')
}

describe('parseFormula', () => {
  it.each<[string, number]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ^ 3 ^ 2', 512],
    ['2 ** 3', 8],
    ['-2 ^ 2', -4],
    ['2 ^ -1', 0.5],
    ['10 - 4 - 3', 3],
    ['8 / 4 / 2', 1],
    ['-7 % 3', 2],
    ['.5 + 1. + 2e-1', 1.7],
    ['x * 10 + y', 34],
    ['!x + !0', 1],
    ['1 < 2 && 2 <= 2 && 3 != 4 || 0', 1],
    ['1 == 1 > 0', 1],
    ['x > y ? 1 : y > x ? 2 : 3', 2],
    ['max(1, x, 2) + min(y, 9)', 7],
    ['mod(-1, 4) + abs(-2) + sign(-3)', 4],
    ['hypot(3, 4) + atan2(0, 1)', 5],
    ['sqrt(4) + cbrt(8) + floor(2.7) + ceil(0.2) + round(0.4)', 7],
    ['sin(pi) ^ 2 + cos(pi) ^ 2', 1],
    ['log(e) + log2(8) + log10(100) + exp(0)', 7],
  ])('%s is %d', (text, value) => {
    expect(parseFormula(text)(3, 4)).toBeCloseTo(value, 12)
  })

  it.each([
    ['', 'character 1: expected a number, x, y, a function or "(", got the end'],
    ['x +', 'character 4: expected a number, x, y, a function or "(", got the end'],
    ['x y', 'character 3: expected an operator or the end, got "y"'],
    ['(x', 'character 3: expected ")", got the end'],
    ['x > 0 ? 1', 'expected ":", got the end'],
    ['  $', 'character 3: expected a number, x, y, a function or an operator, got "$"'],
    ['x = 1', 'character 3: expected a number, x, y, a function or an operator, got "="'],
    ['sin x', 'character 5: expected "(", got "x"'],
    ['atan2(x)', 'expected 2 values for the function, got 1'],
    ['min(1)', 'expected 2 … 8 values for the function, got 1'],
    ['z', 'expected x, y, pi, e or a function (sin, cos,'],
    ['constructor', 'got "constructor"'],
    ['__proto__(x)', 'got "__proto__"'],
    ['x.constructor', 'character 2: expected a number'],
    ['sin.call(x)', 'character 4: expected a number'],
    ['"x"', 'character 1: expected a number'],
    ['('.repeat(200) + 'x' + ')'.repeat(200), 'at most 50 brackets in each other'],
    ['-'.repeat(400) + 'x', 'at most 50 brackets in each other'],
    ['2^'.repeat(200) + 'x', 'at most 50 brackets in each other'],
    ['x' + ' '.repeat(500), 'expected at most 500 characters, got 501'],
  ])('%s is refused', (text, message) => {
    expect(problemOf(text)).toMatch(/^points\/bad-formula formula, character \d+: expected/)
    expect(problemOf(text)).toContain(message)
  })

  it('takes a long sum, which needs no depth', () => {
    expect(parseFormula('1+'.repeat(249) + '1')(0, 0)).toBe(250)
  })

  it('agrees with JavaScript on sums, products and brackets of any kind', () => {
    const { formula } = fc.letrec<{ formula: [string, number] }>((tie) => ({
      formula: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 0, max: 99 }).map((n): [string, number] => [String(n), n]),
        fc
          .tuple(tie('formula'), tie('formula'))
          .map(([a, b]): [string, number] => [`(${a[0]} + ${b[0]})`, a[1] + b[1]]),
        fc.tuple(tie('formula'), tie('formula')).map(([a, b]): [string, number] => [`${a[0]} * ${b[0]}`, a[1] * b[1]]),
        tie('formula').map((a): [string, number] => [`(-${a[0]})`, -a[1]]),
      ),
    }))
    fc.assert(
      fc.property(formula, ([text, value]) => {
        fc.pre(text.length <= 500)
        expect(parseFormula(text)(0, 0)).toBeCloseTo(value, 6)
      }),
    )
  })

  it('answers any text with a formula or a typed error', () => {
    const words = fc.constantFrom(
      'x',
      'y',
      '+',
      '-',
      '^',
      '(',
      ')',
      ',',
      'sin(',
      'max(',
      '?',
      ':',
      '<',
      '&&',
      '1e9',
      '!',
      ' ',
      '𝑥',
      '\0',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join('')),
        ),
        (text) => {
          try {
            expect(typeof parseFormula(text)(0.5, -0.5)).toBe('number')
          } catch (error) {
            expect(error).toBeInstanceOf(LabError)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
