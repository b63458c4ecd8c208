import { describe, expect, it } from 'vitest'
import { answersByName, checkAnswers } from '#shared/graph/check'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'
import { GRAPH_PRESETS } from '#shared/graph/presets'
import type { Verdict } from '#shared/paper/judge'

const [S0, S2] = GRAPH_PRESETS

function checked(expression: string, at: Record<string, number>, answers: Record<string, string>): Verdict[] {
  const evaluation = evaluateGraph(parseGraph(expression), at)
  return checkAnswers(evaluation, answersByName(evaluation, answers)).map(({ verdict }) => verdict)
}

function one(expression: string, at: Record<string, number>, name: string, typed: string): string {
  const [verdict] = checked(expression, at, { [name]: typed })
  return verdict.kind === 'wrong' ? `${verdict.mistake}: ${verdict.reason}` : verdict.kind
}

describe('the mistakes of the reports', () => {
  const check = (name: string, typed: string) => one(S0.expression, S0.at, name, typed)

  it('finds the wrong sign of S0-2', () => {
    expect(check('dx1', '+0.3314')).toBe('sign: The size is right, the sign is wrong: 0.220963 × (−1.5) is below 0.')
  })

  it('finds the forward value of S0-2 that was taken for a gradient, and says where max routes', () => {
    expect(check('dx2', '0.34')).toMatch(/^forward-value: This is the forward value of x2\./)
    expect(check('dx2', '0.34')).toContain(
      'max routes the whole gradient to its largest argument, x2, and 0 to the others',
    )
  })

  it('finds the decimal slip of S0-1', () => {
    expect(check('p', '-10.5')).toBe('decimal-slip: The digits are right, but the decimal point has slipped.')
  })

  it('takes what is right in S0', () => {
    const answers = { p: '-1.05', q: '0.34', z: '-0.71', y: '0.3296', dz: '0.2210', dw1: '0.1547', dw2: '0' }
    expect(checked(S0.expression, S0.at, answers).map(({ kind }) => kind)).toEqual(Array(7).fill('right'))
  })

  it('takes all correct answers of S2-1 and S2-2', () => {
    const values = { p: '-1.05', q: '-0.119', r: '-0.05', s: '-0.18', a: '-1.169', b: '-0.23', f: '0.26887' }
    const inputs = { dx1: '0.345', dx2: '0.0805', dx3: '0.29225', dx4: '-0.2338' }
    const weights = { dw1: '-0.161', dw2: '-0.0782', dw3: '-0.2338', dw4: '1.0521' }
    const answers = { ...values, ...inputs, ...weights, da: '-0.23', db: '-1.169' }
    expect(checked(S2.expression, S2.at, answers).map(({ kind }) => kind)).toEqual(Array(17).fill('right'))
  })
})

describe('answers', () => {
  it.each<[string, string, RegExp]>([
    ['dx2', '0.221', /^right$/],
    ['dx2', '0.22', /^right$/],
    ['dx2', '0.2', /^unreadable$/],
    ['dx2', '', /^blank$/],
    ['dx2', '0,221', /^unreadable$/],
    ['dx2', '0.219', /^rounded-early/],
    ['dx2', '0', /^routing: max routes/],
    ['dw2', '0.221', /^routing: max routes/],
    ['dw2', '-0.35', /^forward-value/],
    ['dx1', '0.221', /^factor-missing: The local derivative is forgotten: multiply by ∂p\/∂x1 = w1 = −1.5/],
    ['dx1', '-1.5', /^factor-missing: This is the local derivative only/],
    ['dx1', '0.1547', /^operation: The derivative of a product by one factor is the other factor/],
    ['dx1', '1.575', /^forward-value: The forward value of p was used in place of its gradient/],
    ['dz', '0.3296', /^operation: The derivative of σ is σ\(1 − σ\), not σ/],
    ['dz', '0.8914', /^operation: This uses the derivative of tanh/],
    ['dz', '-1.2141', /^operation: The derivative of σ is σ\(1 − σ\), made of its value/],
    ['y', '0.6704', /^operation: y: The sign of the exponent is missing/],
    ['q', '-0.35', /^routing: This is w2; max takes the largest/],
    ['p', '-0.8', /^operation: p: The two were added/],
    ['z', '-1.39', /^operation: z: The second one was subtracted/],
    ['y', '-0.71', /^operation: y: This is z/],
    ['p', '17', /^null: Not right, and none of the usual mistakes/],
  ])('%s = %s is judged as %s', (name, typed, verdict) => {
    expect(one(S0.expression, S0.at, name, typed)).toMatch(verdict)
  })

  it('finds that uses were not added up', () => {
    const judge = (typed: string) => one('a = x*w; b = x + a; y = a*b', { x: 2, w: 3 }, 'dx', typed)
    expect(judge('48')).toBe('right') // y = xw(x + xw)
    expect(judge('6')).toContain('use-missing: x is used 2 times')
    expect(judge('42')).toContain('use-missing')
  })

  it('finds that a relu that is off passes nothing on', () => {
    expect(one('relu(x)', { x: -2 }, 'dx', '1.0')).toMatch(/^factor-missing: The local derivative is forgotten/)
    expect(one('relu(x)', { x: -2 }, 'y', '-2')).toMatch(/^mask|^sign/)
  })

  it('sees what follows rightly from an earlier answer that is wrong', () => {
    const [dz, dx1, z, y] = checked(S0.expression, S0.at, { dz: '0.5', dx1: '-0.75', z: '0.71', y: '0.67037' })
    expect(dz).toMatchObject({ kind: 'wrong' })
    expect(dx1).toMatchObject({ kind: 'wrong', mistake: 'carried-over' })
    expect(z).toMatchObject({ kind: 'wrong' })
    expect(y).toMatchObject({ kind: 'wrong' })
  })

  it('are called as people call them', () => {
    const evaluation = evaluateGraph(parseGraph('dx = x*w; dx + x'), { x: 2, w: 3 })
    const labels = ['dx', 'd(x)', 'dy/dx', '∂y/∂w', 'dw', 'y', 'dy'].map((name) => {
      const [{ quantity }] = answersByName(evaluation, { [name]: '1' })
      return `${quantity.of} ${quantity.node.name}`
    })
    expect(labels).toEqual([
      ...['value dx', 'gradient x', 'gradient x', 'gradient w', 'gradient w', 'value y', 'gradient y'],
    ])
    expect(() => answersByName(evaluation, { q: '1' })).toThrow('q: expected one of dx, y, dx, dw')
    expect(() => answersByName(evaluation, { 'dw/dx': '1' })).toThrow('expected one of')
  })
})
