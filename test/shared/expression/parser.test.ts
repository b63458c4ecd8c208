import { describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import { ExpressionError, pointAt } from '#shared/expression/expression-error'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'

function problemOf(text: string): ExpressionError {
  try {
    parseGraph(text)
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error('the expression was accepted')
}

function valueOf(text: string, at: Record<string, number> = {}): number {
  const { graph, values } = evaluateGraph(parseGraph(text), at)
  return values.get(graph.output) ?? NaN
}

describe('expressions of a graph', () => {
  it.each<[string, number]>([
    ['1 + 2*3', 7],
    ['2^3^2', 512],
    ['2**3', 8],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['-3*-2', 6],
    ['10 - 4 - 3', 3],
    ['8/4/2', 1],
    ['max(1, 5, 3) - min(2, 4)', 3],
    ['3 · 4 − 2 × 5 ÷ 10', 11],
    ['σ(0) + logistic(0) + sigmoid(0)', 1.5],
    ['ln(e) + log(e^2) + cos(π) + cos(pi)', 1],
    ['sqrt(9) + square(3) + abs(-2)', 14],
    ['leaky_relu(-2) + leaky_relu(-2, 0.5) + leaky_relu(3)', 1.98],
    ['elu(-1) - 2*elu(-1, 0.5)', 0],
    ['softplus(0) - log(2)', 0],
    ['improved_sigmoid(1.5) - 1.7159*tanh(1)', 0],
    ['relu(-3) + relu(2) + tanh(0) + sin(0) + tan(0) + exp(0)', 3],
    ['a = 3; b = a*a; b - a;', 6],
  ])('%s is %d', (text, value) => {
    expect(valueOf(text)).toBeCloseTo(value, 12)
  })

  it.each<[string, number, string]>([
    ['', 0, 'expected a number, a name, a function or "(", got the end'],
    ['x1*', 3, 'got the end'],
    ['x1 w1', 3, 'expected an operator or the end, got "w1"'],
    ['sigmoid(x', 9, 'expected ")", got the end'],
    ['sigmod(x)', 0, 'expected a function (max, min, sigmoid,'],
    ['x(2)', 0, 'or an operator behind x'],
    ['sigmoid + 1', 8, 'expected "(", got "+"'],
    ['max(x)', 5, 'expected 2 … 8 values for the function, got 1'],
    ['max(x w)', 6, 'expected "," or ")", got "w"'],
    ['2 + $', 4, 'got "$"'],
    ['x > 1', 2, 'got ">"'],
    ['x ? 1 : 2', 2, 'got "?"'],
    ['a = x; a = 2*x; a', 7, 'expected a name that is not in use yet, got "a"'],
    ['x + 1; x', 0, 'expected a name for this part'],
    ['a = x*x; x + 1', 0, 'expected a use of a in what follows, got none'],
    ['e = 3; e', 0, 'expected a name that is not in use yet, got "e"'],
    ['max = 3', 0, 'expected a name that is free'],
    ['1e999', 0, 'expected numbers that float64 can hold'],
    ['('.repeat(60) + 'x' + ')'.repeat(60), 50, 'at most 50 brackets in each other'],
    ['x+'.repeat(200) + 'x', 121, 'at most 120 parts'],
    ['x' + ' '.repeat(2000), 2000, 'expected at most 2000 characters, got 2001'],
  ])('%.40s is refused at character index %d', (text, at, message) => {
    const problem = problemOf(text)
    expect(problem).toBeInstanceOf(LabError)
    expect(problem.code).toBe('graph/bad-expression')
    expect(problem.message).toContain(message)
    expect(problem.message).toContain(`expression, character ${problem.at + 1}: `)
    expect(problem.at).toBe(at)
  })

  it('knows nothing of JavaScript', () => {
    expect(valueOf('constructor + toString', { constructor: 1, toString: 2 })).toBe(3)
    expect(() => valueOf('constructor')).toThrow('expected a value for this input, got nothing')
    expect(() => valueOf('__proto__ + hasOwnProperty')).toThrow('got nothing')
    expect(() => parseGraph('x.constructor')).toThrow('character 2')
  })
})

describe('pointAt', () => {
  it('puts a caret under the character', () => {
    expect(pointAt('2 + $', 4)).toBe('2 + $\n    ^')
  })

  it('shows what is around the place of a long text, in one line', () => {
    const [line, caret] = pointAt(`${'a+\n'.repeat(100)}$${'+b'.repeat(100)}`, 300).split('\n')
    expect(line.length).toBeLessThan(90)
    expect(line[caret.indexOf('^')]).toBe('$')
  })
})
