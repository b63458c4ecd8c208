import { describe, expect, test } from 'vitest'
import { activationCurve, ACTIVATION_CURVES } from '#shared/paper/activation-curves'
import { countParameters, matchWidth } from '#shared/paper/count'
import { judgeCount } from '#shared/paper/count-check'
import { countLatex } from '#shared/paper/count-latex'
import { derivationLatex, DERIVATIONS, formulasOf, shapeWords, SYMBOLS } from '#shared/paper/derivation'
import { functionsLatex } from '#shared/paper/functions-latex'
import { scaledFacts } from '#shared/paper/input-scaling'
import { latexDocument, latexMatrix, latexNumber, latexText } from '#shared/paper/latex'
import { layerLatex } from '#shared/paper/layer-latex'
import { LAYER_PRESETS } from '#shared/paper/layer-presets'
import { mathTree, plainLatex, symbolsOf, type MathNode } from '#shared/paper/math-tree'
import { layoutPlot, sampled, type Plot } from '#shared/paper/plot'
import { plotCsv, plotSvg } from '#shared/paper/plot-files'
import { LINEAR } from './samples'

/** Braces, environments and \left … \right close in the order in which they open. Null, or what is wrong. */
function unbalanced(latex: string): string | null {
  const open: string[] = []
  for (const [token] of latex.matchAll(
    /\\begin\{(\w+\*?)\}|\\end\{(\w+\*?)\}|\\left(?!arrow)|\\right|\\[^a-zA-Z]|[{}$]/g,
  )) {
    const begin = /^\\begin\{(.*)\}$/.exec(token)?.[1]
    const end = /^\\end\{(.*)\}$/.exec(token)?.[1]
    if (begin) open.push(begin)
    else if (token === '{' || token === '\\left') open.push(token)
    else if (token === '$' && open.at(-1) !== '$') open.push('$')
    else if (token === '$') open.pop()
    else if (end || token === '}' || token === '\\right') {
      const wanted = end ?? (token === '}' ? '{' : '\\left')
      if (open.pop() !== wanted) return `${token} closes nothing in ${latex}`
    }
  }
  return open.length === 0 ? null : `${open.join(' ')} is not closed in ${latex}`
}

describe('the checker of LaTeX', () => {
  test.each(['{', '}', '\\begin{a}{\\end{a}}', '\\left(x', '\\begin{a}\\end{b}', '$x'])('finds %s', (latex) => {
    expect(unbalanced(latex)).not.toBeNull()
  })
  test('passes what is in order', () => {
    expect(unbalanced('\\begin{align*} \\left( \\{ {x} \\leftarrow y \\right) \\end{align*} $a$')).toBeNull()
  })
})

describe('LaTeX of the exercises', () => {
  const exercises = LAYER_PRESETS.map(({ id, exercise }) => [id, layerLatex(exercise)] as const)
  const counts = (['each-layer', 'input-trick'] as const).map((convention) => {
    const count = countParameters([784, 64, 10], convention)
    const match = matchWidth({ inputs: 784, outputs: 10, hiddenLayers: 2, parameters: count.parameters, convention })
    return { count, match }
  })
  test.each<readonly [string, string]>([
    ...exercises,
    ['derivation by samples', derivationLatex('sample')],
    ['derivation by matrices', derivationLatex('batch')],
    [
      'activations',
      functionsLatex(
        'activations',
        ACTIVATION_CURVES.map((curve) => ({ curve, parameter: 0.5 })),
      ),
    ],
    ['softmax', functionsLatex('softmax', [])],
    ['count', countLatex(counts)],
  ])('is balanced, and has one & in each aligned line: %s', (title, latex) => {
    expect(unbalanced(latexDocument(title, latex))).toBeNull()
    expect(latex).not.toContain('\\sym')
    expect(latex).not.toMatch(/NaN|undefined|[^\x20-\x7e\n]/)
    for (const [, body = ''] of latex.matchAll(/\\begin\{align\*\}\n([\s\S]*?)\n\\end\{align\*\}/g)) {
      for (const line of body.split('\n')) {
        const outside = line.replace(/\\begin\{(pmatrix|cases)\}.*?\\end\{\1\}/g, '')
        expect(outside.match(/(?<!\\)&/g)?.length ?? 0, line).toBeLessThanOrEqual(2)
        expect(outside, line).toContain('&')
      }
    }
  })

  test('has the numbers of S1-7', () => {
    const latex = layerLatex(LINEAR)
    expect(latex).toContain('\\delta X^{\\top} = \\begin{pmatrix} -2 & 4 \\end{pmatrix}')
    expect(latex).toContain("L' &= 120.5")
    expect(latex).toContain('\\frac{2}{\\lambda_{\\max}} = 0.0900108')
  })

  test('writes numbers as formulas have them', () => {
    expect([0, -0.5, 1.23456789, 1e-7, 2.5e12, Infinity, -Infinity, NaN].map((value) => latexNumber(value))).toEqual([
      '0',
      '-0.5',
      '1.23457',
      '1 \\cdot 10^{-7}',
      '2.5 \\cdot 10^{12}',
      '\\infty',
      '-\\infty',
      '\\text{NaN}',
    ])
    expect(
      latexMatrix([
        [1, 2],
        [3, 4],
      ]),
    ).toBe('\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}')
    expect(latexText('50 % of {x_1} & \\a')).toBe('50 \\% of \\{x\\_1\\} \\& \\textbackslash{}a')
  })
})

describe('formulas as MathML', () => {
  function texts(node: MathNode): string {
    return (node.text ?? '') + (node.children ?? []).map(texts).join('')
  }

  test('are those of the LaTeX', () => {
    expect(mathTree('\\frac{1}{1 + e^{-z}}')).toEqual({
      tag: 'mfrac',
      children: [
        { tag: 'mn', text: '1' },
        {
          tag: 'mrow',
          children: [
            { tag: 'mn', text: '1' },
            { tag: 'mo', text: '+' },
            {
              tag: 'msup',
              children: [
                { tag: 'mi', text: 'e' },
                {
                  tag: 'mrow',
                  children: [
                    { tag: 'mo', text: '−' },
                    { tag: 'mi', text: 'z' },
                  ],
                },
              ],
            },
          ],
        },
      ],
    })
    expect(mathTree('\\sum_{i}^{N} x').tag).toBe('mrow')
    expect(mathTree('\\sum_i^N').tag).toBe('munderover')
    expect(mathTree('x_i^2').tag).toBe('msubsup')
  })

  test.each(ACTIVATION_CURVES.map((curve) => [curve.kind, curve] as const))('can be drawn for %s', (_, { formula }) => {
    expect(texts(mathTree(`f(z) = ${formula.value}`))).toContain('f(z)=')
    expect(texts(mathTree(`f'(z) = ${formula.slope}`))).toContain('f′(z)=')
  })

  test.each(['sample', 'batch'] as const)(
    'of the derivation can be drawn, and name only symbols that are explained: %s',
    (kind) => {
      for (const formula of DERIVATIONS[kind].flatMap(formulasOf)) {
        const symbols = symbolsOf(mathTree(formula))
        expect(symbols.length).toBeGreaterThan(0)
        for (const symbol of symbols) expect(SYMBOLS).toHaveProperty(symbol)
        expect(unbalanced(plainLatex(formula))).toBeNull()
      }
    },
  )

  test.each(['\\unknown', '{x', 'x}', 'x_', '\\frac{1}', '\\begin{array}x\\end{array}', '\\left<x', '&'])(
    'that cannot be read are refused, not drawn by halves: %s',
    (latex) => expect(() => mathTree(latex)).toThrow(/formula/),
  )

  test('have shapes in letters and in numbers', () => {
    const sizes = { N: 6, I: 5, H: 4, K: 3 }
    expect(shapeWords(SYMBOLS.W1, sizes)).toBe('H × I (4 × 5)')
    expect(shapeWords(SYMBOLS.D1, sizes)).toBe('N × H (6 × 4)')
    expect(shapeWords(SYMBOLS.alpha, sizes)).toBe('a number')
  })
})

describe('a plot of a function', () => {
  const plot: Plot = {
    title: 'f < g & "h"',
    x: { label: 'z', from: -6, to: 6 },
    y: { label: 'f(z)', from: -1.5, to: 1.5 },
    curves: [
      {
        key: 'f',
        name: 'tanh',
        color: 0,
        style: 'solid',
        points: sampled(activationCurve('tanh').value as (z: number) => number, -6, 6, 12),
      },
      {
        key: 'n',
        name: 'numeric',
        color: 1,
        style: 'dots',
        points: [
          [0, 1],
          [1, NaN],
        ],
      },
    ],
    bands: [{ from: 4, to: 9 }],
    bandName: 'saturated',
    marks: [
      { x: 0, y: 0, label: 'here', color: 2 },
      { x: 50, label: 'far', color: 2 },
    ],
  }

  test('maps values to places and back', () => {
    const layout = layoutPlot(plot, { width: 400, height: 300, fontSize: 12 })
    expect(layout.fromX(layout.toX(2.5))).toBeCloseTo(2.5, 10)
    expect(layout.toX(-6)).toBe(layout.area.x)
    expect(layout.toY(1.5)).toBeCloseTo(layout.area.y, 10)
    expect(layout.xTicks.map((tick) => tick.label)).toContain('0')
    expect(layout.bands[0]?.at).toBeCloseTo(layout.toX(4), 10)
    expect((layout.bands[0]?.at ?? 0) + (layout.bands[0]?.width ?? 0)).toBeCloseTo(layout.toX(6), 10)
    expect(layout.marks.map((mark) => mark.label)).toEqual(['here'])
  })

  test('breaks its line where there is no value', () => {
    const broken = {
      ...plot,
      curves: [
        {
          key: 'b',
          name: 'b',
          color: 0,
          style: 'solid' as const,
          points: [
            [0, 1],
            [1, NaN],
            [2, 1],
            [3, 1],
          ] as const,
        },
      ],
    }
    const path = layoutPlot(broken, { width: 400, height: 300, fontSize: 12 }).curves[0]?.path ?? ''
    expect(path.match(/M/g)).toHaveLength(2)
    expect(path.match(/L/g)).toHaveLength(1)
    expect(path).not.toContain('NaN')
  })

  test('is SVG with real text, at its print size, without what XML forbids', () => {
    const svg = plotSvg(plot, { widthCm: 12, heightCm: 8 })
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="12cm" height="8cm"/)
    expect(svg).toContain('<title>f &lt; g &amp; &quot;h&quot;</title>')
    expect(svg).toContain('>tanh</text>')
    expect(svg).toContain('>saturated</text>')
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    expect(svg.match(/<svg/g)?.length).toBe(svg.match(/<\/svg>/g)?.length)
  })

  test('is a CSV of its very points', () => {
    const lines = plotCsv(plot).split('\r\n')
    expect(lines[0]).toBe('curve,z,f(z)')
    expect(lines[1]).toBe(`tanh,-6,${Math.tanh(-6)}`)
    expect(lines.at(-2)).toBe('numeric,1,')
    expect(lines).toHaveLength(1 + 13 + 2 + 1)
  })
})

describe('a count that was made by hand', () => {
  test.each([
    ['50890', 'good', 'a bias for every unit'],
    ['50,880', 'good', 'bias trick'],
    ['50816', 'other', 'the biases are missing'],
    ['50 818', 'bad', 'One bias for each layer'],
    ['858', 'bad', 'counts units'],
    ['51674', 'bad', 'inputs were given biases'],
    ['60000', 'bad', '9,110 more'],
    ['many', 'bad', 'Expected a whole number'],
    ['-5', 'bad', 'Expected a whole number'],
  ])('%s is %s: %s', (typed, tone, text) => {
    const verdict = judgeCount(typed, [784, 64, 10])
    expect(verdict?.tone).toBe(tone)
    expect(verdict?.text).toContain(text)
  })
  test('is not judged while it is blank', () => expect(judgeCount(' ', [784, 64, 10])).toBeNull())
})

test('S3-2: inputs ten times as large make the stability limit a hundred times smaller, and the condition stays', () => {
  const [one, ten] = [scaledFacts(LINEAR, 1), scaledFacts(LINEAR, 10)]
  expect(one.stabilityLimit).toBeCloseTo(0.0900108, 7)
  expect(ten.stabilityLimit).toBeCloseTo(one.stabilityLimit / 100, 12)
  expect(ten.condition).toBeCloseTo(one.condition, 9)
})
