import { describe, expect, it } from 'vitest'
import { evaluateGraph, numericGradient, type Point } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'
import { GRAPH_PRESETS } from '#shared/graph/presets'
import { reportOf, type GraphReport } from '#shared/graph/report'

function reported(text: string, at: Point, upstream = 1): GraphReport {
  return reportOf(evaluateGraph(parseGraph(text), at, upstream))
}

function node(report: GraphReport, name: string) {
  const found = report.nodes.find((each) => each.name === name)
  if (!found) throw new Error(`no node ${name}`)
  return found
}

/** The oracles of the rows have eight digits. */
const near = (value: number) => expect.closeTo(value, 8) as number

describe('the graph of rows S0-1 and S0-2', () => {
  const at = { x1: 0.7, w1: -1.5, x2: 0.34, w2: -0.35 }
  const report = reported('sigmoid(x1*w1 + max(x2, w2))', at)

  it('has the values of S0-1', () => {
    expect(report.value).toEqual(near(0.32959884))
    expect(node(report, 'n1').value).toEqual(near(-1.05))
    expect(node(report, 'n2').value).toBe(0.34)
    expect(node(report, 'n3').value).toEqual(near(-0.71))
  })

  it('has the gradients of S0-2', () => {
    expect(node(report, 'n3').gradient).toEqual(near(0.22096344))
    expect(report.gradients).toEqual({ x1: near(-0.33144517), w1: near(0.15467441), x2: near(0.22096344), w2: 0 })
  })

  it('scales all gradients with the one that arrives', () => {
    const { gradients } = reported('sigmoid(x1*w1 + max(x2, w2))', at, -2)
    expect(gradients['x1']).toBeCloseTo(2 * 0.33144517, 7)
    expect(gradients['w2']).toBe(0)
  })
})

describe('the graph of rows S2-1 and S2-2', () => {
  const [, preset] = GRAPH_PRESETS
  const report = reported(preset.expression, preset.at)

  it('has the values of S2-1', () => {
    const values = Object.fromEntries(report.nodes.map(({ name, value }) => [name, value]))
    expect(values).toMatchObject({ p: near(-1.05), q: near(-0.119), r: near(-0.05), s: near(-0.18) })
    expect(values).toMatchObject({ a: near(-1.169), b: near(-0.23), f: near(0.26887) })
  })

  it('has the gradients of S2-2', () => {
    expect(report.gradients).toEqual({
      ...{ x1: near(0.345), x2: near(0.0805), x3: near(0.29225), x4: near(-0.2338) },
      ...{ w1: near(-0.161), w2: near(-0.0782), w3: near(-0.2338), w4: near(1.0521) },
    })
    expect(node(report, 'a').gradient).toEqual(near(-0.23))
    expect(node(report, 'b').gradient).toEqual(near(-1.169))
  })
})

describe('a graph', () => {
  it('has one node for a name, whose gradients add up', () => {
    const report = reported('x*x + x', { x: 3 })
    expect(report.nodes.filter(({ name }) => name === 'x')).toHaveLength(1)
    expect(report.gradients).toEqual({ x: 7 })
  })

  it('has one node for a named part, and one each for parts that are only written alike', () => {
    expect(reported('a = x*w; a*a', { x: 2, w: 3 }).nodes).toHaveLength(4)
    expect(reported('(x*w)*(x*w)', { x: 2, w: 3 }).nodes).toHaveLength(5)
    expect(reported('(x*w)*(x*w)', { x: 2, w: 3 }).gradients).toEqual({ x: 36, w: 24 })
  })

  it('takes values from its text, and from the point before them', () => {
    expect(reported('x = 2; w = -3; x*w', {}).value).toBe(-6)
    expect(reported('x = 2; w = -3; x*w', { x: 5 }).value).toBe(-15)
  })

  it('has no gradient by constants', () => {
    const report = reported('2*x + 3*4', { x: 1 })
    expect(report.nodes.filter(({ gradient }) => gradient === null).map(({ expression }) => expression)).toEqual([
      ...['2', '3', '4', '3*4'],
    ])
    expect(reported('2 + 3', {})).toMatchObject({ value: 5, gradients: {} })
  })

  it('gives its output a name that is free', () => {
    expect(reported('y + f', { y: 1, f: 2 }).output).toBe('out')
    expect(reported('n1*w + b', { n1: 1, w: 1, b: 1 }).nodes.map(({ name }) => name)).toContain('n2')
  })

  it.each([
    ['x', {}, 'graph/no-value', 'x: expected a value for this input, got nothing'],
    ['x', { x: NaN }, 'graph/no-value', 'got NaN'],
    ['log(x)', { x: -1 }, 'graph/undefined', 'log(x): expected a finite value, and there is none at x = −1'],
    ['1/x', { x: 0 }, 'graph/undefined', 'expected a finite value'],
    ['exp(exp(x))', { x: 10 }, 'graph/undefined', 'exp(exp(x))'],
    ['sqrt(x)', { x: 0 }, 'graph/undefined', 'expected a finite derivative, and there is none at x = 0'],
    ['x^w', { x: -8, w: 2 }, 'graph/undefined', 'expected a finite derivative'],
  ])('%s at %o is refused', (text, at, code, message) => {
    const wrong = () => reported(text, at)
    expect(wrong).toThrow(message)
    expect(wrong).toThrow(expect.objectContaining({ code }) as Error)
  })
})

describe('conventions', () => {
  it.each<[string, Point, Record<string, number>, RegExp]>([
    ['max(a, b)', { a: 2, b: 2 }, { a: 0.5, b: 0.5 }, /2 arguments tie.*1\/2 each, as in PyTorch/],
    ['min(a, b, c)', { a: 2, b: 2, c: 2 }, { a: 1 / 3, b: 1 / 3, c: 1 / 3 }, /3 arguments tie/],
    ['relu(a)', { a: 0 }, { a: 0 }, /relu has a kink at 0.*derivative is 0/],
    ['abs(a)', { a: 0 }, { a: 0 }, /abs has a kink at 0/],
    ['leaky_relu(a, 0.1)', { a: 0 }, { a: 0.1 }, /the slope there, 0.1/],
    ['elu(a, 2)', { a: 0 }, { a: 2 }, /derivative is c there, 2/],
  ])('%s says which one applies', (text, at, gradients, convention) => {
    const report = reported(text, at)
    expect(report.gradients).toEqual(gradients)
    expect(report.conventions).toEqual([{ node: 'y', convention: expect.stringMatching(convention) as string }])
  })

  it.each([
    ['max(a, b)', { a: 2, b: 1 }],
    ['elu(a)', { a: 0 }],
    ['relu(a)', { a: 1e-300 }],
    ['x + relu(0)', { x: 1 }],
  ])('%s needs none', (text, at) => {
    expect(reported(text, at).conventions).toEqual([])
  })
})

describe('numericGradient', () => {
  it('is taken by any node, not by inputs alone', () => {
    const evaluation = evaluateGraph(parseGraph('z = x*w; sigmoid(z)'), { x: 0.5, w: -2 })
    const z = evaluation.graph.nodes.find(({ name }) => name === 'z')
    expect(z && numericGradient(evaluation, z)).toBeCloseTo(0.19661193, 8)
  })

  it('is null where one side has no value', () => {
    const evaluation = evaluateGraph(parseGraph('sqrt(x)'), { x: 1e-9 })
    expect(numericGradient(evaluation, evaluation.graph.output.args[0])).toBeNull()
  })
})
