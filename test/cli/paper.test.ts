import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Environment } from '../../src/cli/environment'
import { EXIT } from '../../src/cli/exit-codes'
import { runCommandLine } from '../../src/cli/program'
import type { GraphReport } from '#shared/graph/report'

let folder: string
let out: string
let told: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-paper-'))
  out = told = ''
})

function run(...args: string[]): Promise<number> {
  const environment: Environment = {
    version: '1.2.3',
    resources: resolve('resources'),
    renderer: folder,
    workspace: folder,
    openLab: () => Promise.reject(new Error('no workspace is needed')),
    output: {
      write: (text) => (out += text),
      tell: (text) => (told += text),
      isTerminal: false,
      width: 80,
      height: 24,
    },
    onInterrupt: () => () => undefined,
  }
  return runCommandLine(args, environment)
}

interface Answer {
  quantity: string
  verdict: string
  mistake: string | null
}
const printed = () => JSON.parse(out) as GraphReport & { checks?: Answer[] }
const near = (value: number) => expect.closeTo(value, 8) as number

const S0 = ['graph', 'sigmoid(x1*w1 + max(x2, w2))', '--at', 'x1=0.7,w1=-1.5,x2=0.34,w2=-0.35']
const SUMS = 'a = x1*w1 + x2*w2; b = x3*w3 + x4*w4; f = a*b'
const S2 = ['graph', SUMS, '--at', 'x1=0.7,x2=0.34,x3=0.2,x4=-0.9', '--at', 'w1=-1.5,w2=-0.35,w3=-0.25,w4=0.2']

describe('graph', () => {
  test('prints the numbers of rows S0-1 and S0-2 as JSON', async () => {
    expect(await run(...S0, '--json')).toBe(EXIT.ok)
    expect(printed()).toMatchObject({
      value: near(0.32959884),
      gradients: { x1: near(-0.33144517), w1: near(0.15467441), x2: near(0.22096344), w2: 0 },
    })
    const nodes = printed().nodes.map(({ expression, value, gradient }) => [expression, value, gradient])
    expect(nodes).toContainEqual(['x1*w1', near(-1.05), near(0.22096344)])
    expect(nodes).toContainEqual(['max(x2, w2)', 0.34, near(0.22096344)])
    expect(nodes).toContainEqual(['x1*w1 + max(x2, w2)', near(-0.71), near(0.22096344)])
  })

  test('prints the numbers of rows S2-1 and S2-2 as JSON', async () => {
    expect(await run(...S2, '--json')).toBe(EXIT.ok)
    expect(printed().value).toEqual(near(0.26887))
    expect(printed().gradients).toEqual({
      ...{ x1: near(0.345), x2: near(0.0805), x3: near(0.29225), x4: near(-0.2338) },
      ...{ w1: near(-0.161), w2: near(-0.0782), w3: near(-0.2338), w4: near(1.0521) },
    })
  })

  test('says the same in a table', async () => {
    expect(await run(...S0)).toBe(EXIT.ok)
    expect(out).toContain('-0.33144517')
    expect(out).toMatch(/^n2\s+max\(x2, w2\)\s+0\.34\s+0\.22096344\s+0\.22096344$/m)
  })

  test('marks the mistakes of S0-2 and ends with 1', async () => {
    expect(await run(...S0, '--check', 'y=0.3296,dx1=+0.3314,dx2=0.34,dw1=0.1547,dw2=0', '--json')).toBe(EXIT.failed)
    const marks = printed().checks?.map(({ quantity, verdict, mistake }) => [quantity, verdict, mistake])
    expect(marks).toEqual([
      ['y', 'right', null],
      ['∂y/∂x1', 'wrong', 'sign'],
      ['∂y/∂x2', 'wrong', 'forward-value'],
      ['∂y/∂w1', 'right', null],
      ['∂y/∂w2', 'right', null],
    ])
  })

  test('ends with 0 where all answers are right', async () => {
    expect(await run(...S2, '--check', 'a=-1.169,b=-0.23,f=0.26887', '--check', 'dx1=0.345,dw4=1.0521')).toBe(EXIT.ok)
    expect(out).toMatch(/^∂f\/∂w4\s+1\.0521\s+right$/m)
  })

  test('scales with the gradient from outside', async () => {
    await run('graph', 'w*x', '--at', 'w=3,x=2', '--upstream', '-0.5', '--json')
    expect(printed()).toMatchObject({ upstream: -0.5, gradients: { w: -1, x: -1.5 } })
  })

  test('writes LaTeX and the drawing', async () => {
    const path = join(folder, 'graph.svg')
    expect(await run(...S0, '--latex', '--svg', path)).toBe(EXIT.ok)
    expect(out).toContain('\\frac{\\partial y}{\\partial x_{1}}')
    expect(readFileSync(path, 'utf8')).toMatch(/^<svg [^]*>−0\.33145<\/text>[^]*<\/svg>\n$/)
  })

  test('writes the drawing as PDF, beside the SVG', async () => {
    const [svg, pdf] = [join(folder, 'graph.svg'), join(folder, 'graph.pdf')]
    expect(await run(...S0, '--svg', svg, '--pdf', pdf)).toBe(EXIT.ok)
    expect(told).toBe(`Wrote ${svg}\nWrote ${pdf}\n`)
    expect(readFileSync(pdf, 'latin1')).toMatch(/^%PDF-1\.\d\n[^]*%%EOF\n$/)
  })

  test('points at the character that is wrong', async () => {
    expect(await run('graph', 'x1*w1 + sigmod(x2)')).toBe(EXIT.usage)
    const [first, line, caret] = told.split('\n')
    expect(first).toContain('perceptron-lab: expression, character 9: expected a function (max, min, sigmoid')
    expect([line, caret]).toEqual(['x1*w1 + sigmod(x2)', '        ^'])
  })

  test.each([
    [['graph', 'x*w', '--at', 'x=1'], EXIT.usage, 'w: expected a value for this input, got nothing'],
    [['graph', 'x', '--at', 'x=1,y=2'], EXIT.usage, '--at y: expected one of the inputs (x)'],
    [['graph', 'x', '--at', 'x=one'], EXIT.usage, 'Expected a number for x, got one'],
    [['graph', 'x', '--at', 'x'], EXIT.usage, 'Expected pairs such as'],
    [['graph', 'x', '--at', 'x=1', '--upstream', 'all'], EXIT.usage, 'Expected a number'],
    [['graph', 'x', '--at', 'x=1', '--check', 'z=1'], EXIT.usage, 'z: expected one of'],
    [['graph', 'log(x)', '--at', 'x=-1'], EXIT.badData, 'log(x): expected a finite value'],
    [['graph', 'x', '--at', 'x=1', '--json', '--latex'], EXIT.usage, 'cannot be used with'],
    [['graph'], EXIT.usage, "missing required argument 'expression'"],
  ])('%j is refused', async (args, code, message) => {
    expect(await run(...args)).toBe(code)
    expect(told).toContain(message)
    expect(out).toBe('')
  })
})

describe('gradcheck', () => {
  function file(content: unknown): string {
    const path = join(folder, 'cases.json')
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const sigmoid = { expression: 'sigmoid(w*x + b)', at: { w: 0.4, x: -2, b: 0.1 } }

  test('ends with 0 where the gradients agree with differences', async () => {
    const points = [sigmoid.at, { w: -1, x: 0.3, b: 2 }]
    expect(await run('gradcheck', file({ cases: [{ ...sigmoid, at: points }] }))).toBe(EXIT.ok)
    expect(out).toContain('6 gradients, none differs')
  })

  test("ends with 1 where somebody's own gradients do not", async () => {
    const own = { ...sigmoid, gradients: { dw: -0.4434, db: 0.2217 } }
    expect(await run('gradcheck', file({ tolerance: 1e-3, cases: [own] }), '--json')).toBe(EXIT.ok)
    out = ''
    const wrong = { ...sigmoid, gradients: { dw: 0.4434, db: 0.2217 } }
    expect(await run('gradcheck', file({ tolerance: 1e-3, cases: [wrong] }), '--json')).toBe(EXIT.failed)
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      gradients: [
        { by: 'w', verdict: 'different' },
        { by: 'b', verdict: 'equal' },
      ],
    })
  })

  test('does not judge a kink', async () => {
    expect(await run('gradcheck', file({ cases: [{ expression: 'relu(x)', at: { x: 0 } }] }))).toBe(EXIT.ok)
    expect(out).toContain('kink')
  })

  test.each([
    [{ cases: [] }, 'cases: expected'],
    [{ cases: [{ ...sigmoid, points: 3 }] }, 'cases[0]: expected'],
    [{ cases: [{ expression: 'x +', at: {} }] }, 'cases[0]: expression, character 4'],
    [{ cases: [{ expression: 'x', at: { x: 'one' } }] }, 'cases[0].at: expected'],
    [
      { cases: [{ expression: 'x', at: [{ x: 1 }, { x: 2 }], gradients: { dx: 1 } }] },
      'expected one point to go with them',
    ],
    [{ cases: [{ expression: 'x', at: { x: 1 }, gradients: { dz: 1 } }] }, 'gradients.dz: expected one of dx'],
    ['{', 'is not JSON'],
  ])('%j is refused', async (content, message) => {
    expect(await run('gradcheck', file(content))).toBe(EXIT.badData)
    expect(told).toContain(message)
  })
})
