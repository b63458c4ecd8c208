import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'

interface Case {
  expression: string
  at: Record<string, number>
  value: number
  gradients: Record<string, number>
}

const { cases } = JSON.parse(readFileSync('test/shared/graph/fixtures/pytorch-graphs.json', 'utf8')) as {
  cases: Case[]
}

/**
 * Both calculate in float64, but not with the same last bits of exp, tan and their like; a few operations in each
 * other, with gradients up to 1000, lose some ten bits of the 52.
 */
const TOLERANCE = 1e-11

test('values and gradients are those of PyTorch, at ties and kinks too', () => {
  expect(cases.length).toBeGreaterThan(400)
  for (const { expression, at, value, gradients } of cases) {
    const { graph, values, gradients: own } = evaluateGraph(parseGraph(expression), at)
    const near = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b))
    expect([expression, near(values.get(graph.output) ?? NaN, value)]).toEqual([expression, true])
    for (const input of graph.inputs) {
      const by = [expression, input.name, own.get(input), gradients[input.name]]
      expect([by, near(own.get(input) ?? NaN, gradients[input.name])]).toEqual([by, true])
    }
  }
})
