/** What is exported as LaTeX is given to pdflatex, where a machine has one: a document with everything in it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'
import { graphLatex } from '#shared/graph/latex'
import { ACTIVATION_CURVES } from '#shared/paper/activation-curves'
import { countParameters, matchWidth } from '#shared/paper/count'
import { countLatex } from '#shared/paper/count-latex'
import { derivationLatex } from '#shared/paper/derivation'
import { functionsLatex } from '#shared/paper/functions-latex'
import { latexDocument } from '#shared/paper/latex'
import { layerLatex } from '#shared/paper/layer-latex'
import { LAYER_PRESETS } from '#shared/paper/layer-presets'

function hasLatex(): boolean {
  try {
    execFileSync('pdflatex', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.log('LaTeX is not compiled: there is no pdflatex here')
    return false
  }
}

/** With a tie and a kink, whose conventions are words between the formulas. */
const GRAPHS: [string, Record<string, number>][] = [
  ['sigmoid(x1*w1 + max(x2, w2))', { x1: 0.7, w1: -1.5, x2: 0.34, w2: -0.35 }],
  [
    '(x1*w1 + x2*w2)*(x3*w3 + x4*w4)',
    { x1: 0.7, x2: 0.34, x3: 0.2, x4: -0.9, w1: -1.5, w2: -0.35, w3: -0.25, w4: 0.2 },
  ],
  ['z = w*x + b_1; relu(z) + max(x, x^2) + log(abs(q))/exp(b_1)', { w: 0, x: 1, b_1: 0, q: -2.5e-7 }],
]

function everything(): [string, string][] {
  const counts = (['each-layer', 'input-trick'] as const).map((convention) => {
    const count = countParameters([784, 64, 10], convention)
    return {
      count,
      match: matchWidth({ inputs: 784, outputs: 10, hiddenLayers: 2, parameters: count.parameters, convention }),
    }
  })
  return [
    ...GRAPHS.map(([text, point]): [string, string] => [text, graphLatex(evaluateGraph(parseGraph(text), point))]),
    ...LAYER_PRESETS.map(({ id, exercise }): [string, string] => [id, layerLatex(exercise)]),
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
  ]
}

describe.skipIf(!hasLatex())('pdflatex', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latex-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(everything())('compiles without an error: %s', (title, latex) => {
    const file = join(folder, 'page.tex')
    writeFileSync(file, latexDocument(title, latex))
    try {
      execFileSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', `-output-directory=${folder}`, file], {
        stdio: 'ignore',
      })
    } catch {
      expect.fail(
        readFileSync(join(folder, 'page.log'), 'utf8')
          .split('\n')
          .filter((line) => /^!|^l\./.test(line))
          .join('\n'),
      )
    }
    expect(readFileSync(join(folder, 'page.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
  })
})
