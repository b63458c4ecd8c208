import { describe, expect, it } from 'vitest'
import { seededRandom } from '#engine/random'
import { drawGraph, type Drawing } from '#shared/graph/drawing'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'
import { graphLatex } from '#shared/graph/latex'
import { layered } from '#shared/graph/layers'
import { GRAPH_PRESETS } from '#shared/graph/presets'
import { graphSvg } from '#shared/graph/svg'
import { LabError } from '#shared/errors'
import { randomExpression, randomPoint } from './random-expressions'

function evaluated(text: string, at: Record<string, number>) {
  return evaluateGraph(parseGraph(text), at)
}

const presets = GRAPH_PRESETS.map(({ id, expression, at }) => [id, evaluated(expression, at)] as const)

/** Boxes of nodes and of the numbers on edges: what must not lie on each other. */
function boxesOf({ nodes, edges }: Drawing) {
  return [
    ...nodes.map(({ x, y, width, height }) => ({ x, y, width, height })),
    ...edges.map(({ x, y }) => ({ x, y, width: 30, height: 36 })),
  ]
}

function overlaps(drawing: Drawing): number {
  const boxes = boxesOf(drawing)
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).filter((b) => {
      return Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2
    }),
  ).length
}

describe('drawGraph', () => {
  it.each(presets)('%s: nothing lies on anything else, all is inside, and time flows to the right', (_, evaluation) => {
    const drawing = drawGraph(evaluation)
    expect(overlaps(drawing)).toBe(0)
    for (const { x, y, width, height } of boxesOf(drawing)) {
      expect(x - width / 2).toBeGreaterThanOrEqual(0)
      expect(x + width / 2).toBeLessThanOrEqual(drawing.width)
      expect(y - height / 2).toBeGreaterThanOrEqual(0)
      expect(y + height / 2).toBeLessThanOrEqual(drawing.height)
    }
    const places = new Map(drawing.nodes.map(({ node, x }) => [node, x]))
    for (const { from, to } of evaluation.graph.edges) {
      expect(places.get(from)).toBeLessThan(places.get(to) ?? -1)
    }
  })

  it('holds for random graphs too', () => {
    const random = seededRandom(5, 72)
    let drawn = 0
    while (drawn < 60) {
      try {
        const drawing = drawGraph(evaluated(randomExpression(random, 4), randomPoint(random)))
        expect(overlaps(drawing)).toBe(0)
        drawn++
      } catch (error) {
        if (!(error instanceof LabError)) throw error // no value at this point: another one
      }
    }
  })

  it('draws the same graph the same way', () => {
    const draw = () => JSON.stringify(drawGraph(evaluated('a = x*w; max(a, x)^2', { x: 1, w: 2 })))
    expect(draw()).toBe(draw())
  })

  it('shows what each use adds on its edge, and the sum at the node', () => {
    const drawing = drawGraph(evaluated('x*w + x', { x: 2, w: 3 }))
    const fromX = drawing.edges.filter(({ node }) => node.name === 'x')
    expect(fromX.map(({ gradient }) => gradient).sort()).toEqual(['1', '3'])
    expect(drawing.nodes.find(({ text }) => text === 'x')?.total).toBe('4')
    expect(drawing.nodes.find(({ text }) => text === 'w')?.total).toBeNull()
  })

  it('puts an input right before what first uses it', () => {
    const { nodeItems } = layered(parseGraph('tanh(tanh(x*w)) + b'))
    const columns = Object.fromEntries([...nodeItems].map(([{ name }, { column }]) => [name, column]))
    expect(columns).toEqual({ x: 0, w: 0, n1: 2, n2: 4, n3: 6, b: 6, y: 8 })
  })

  it('draws one input alone', () => {
    expect(drawGraph(evaluated('x', { x: 2 })).edges).toHaveLength(1)
  })
})

describe('graphSvg', () => {
  const svg = graphSvg(drawGraph(evaluated('sigmoid(x*w)', { x: 1, w: -2 })), {
    title: 'a < b & "c"',
    description: 'd',
  })

  it('keeps text as text, escaped', () => {
    expect(svg).toContain('<title>a &lt; b &amp; &quot;c&quot;</title>')
    expect(svg).toMatch(/>σ<\/text>/)
    expect(svg.match(/<text /g)?.length).toBeGreaterThan(8)
  })

  it('has every tag closed', () => {
    const open: string[] = []
    for (const [, slash, name, end] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name)
      else if (end !== '/') open.push(name)
    }
    expect(open).toEqual([])
  })

  it('has both colors far apart in gray', () => {
    const gray = (color: string) => {
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
      return 0.299 * r + 0.587 * g + 0.114 * b
    }
    const [value = '', gradient = ''] = [...svg.matchAll(/<tspan[^>]* fill="(#\w+)"/g)].map(([, color]) => color)
    expect(gray(gradient) - gray(value)).toBeGreaterThan(0.15)
  })
})

describe('graphLatex', () => {
  it.each(presets)('%s: braces, environments and dollar signs are balanced', (_, evaluation) => {
    const latex = graphLatex(evaluation)
    const body = latex.replace(/^%.*$/gm, '').replace(/\\[%$_#&{}]/g, '')
    let depth = 0
    for (const sign of body) {
      depth += sign === '{' ? 1 : sign === '}' ? -1 : 0
      expect(depth).toBeGreaterThanOrEqual(0)
    }
    expect(depth).toBe(0)
    expect((body.match(/\$/g)?.length ?? 0) % 2).toBe(0)
    expect(body.match(/\\begin\{align\*\}/g)?.length).toBe(body.match(/\\end\{align\*\}/g)?.length)
    expect(body).not.toMatch(/[^\x20-\x7e\n]/)
  })

  it('spells out the chain rule', () => {
    const latex = graphLatex(evaluated('z = x_1*alpha; relu(z)', { x_1: 2, alpha: 0.5 }))
    expect(latex).toContain('z &= x_{1} \\cdot \\alpha = 2 \\cdot 0.5 = 1')
    expect(latex).toContain('\\frac{\\partial z}{\\partial \\alpha} &= x_{1} = 2')
    expect(latex).toContain(
      '\\frac{\\partial y}{\\partial \\alpha} &= \\frac{\\partial y}{\\partial z} \\cdot \\frac{\\partial z}{\\partial \\alpha} = 1 \\cdot 2 = 2',
    )
  })

  it('calls what is derived L where a gradient comes from outside', () => {
    const evaluation = evaluateGraph(parseGraph('w*x'), { w: 1, x: 2 }, 0.5)
    expect(graphLatex(evaluation)).toContain('\\frac{\\partial L}{\\partial y} &= 0.5')
    expect(graphLatex(evaluation)).toContain('\\frac{\\partial L}{\\partial w} &= ')
  })
})
