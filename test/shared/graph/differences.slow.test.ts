import { expect, test } from 'vitest'
import { seededRandom } from '#engine/random'
import { LabError } from '#shared/errors'
import { evaluateGraph, numericGradient, STEP, type Evaluation } from '#shared/graph/evaluate'
import { parseGraph, type GraphNode } from '#shared/graph/graph'
import { randomExpression, randomPoint } from './random-expressions'

const COUNT = 10_000
const STREAM = 71

/** Gradients and values beyond this are drawn again: what is left of 52 bits would say nothing. */
const LARGEST = 100

/**
 * How near the arguments of max, min, relu and the like may come to their kink. A difference moves an input by 1e-5,
 * and an argument by that times its slope, below 100: 1e-3. Nearer points are drawn again.
 */
const FAR_FROM_KINKS = 1e-2

function isNearKink({ graph, values }: Evaluation): boolean {
  return graph.nodes.some(({ operation, args }) => {
    const [a, b] = args.map((arg) => values.get(arg) ?? NaN)
    if (operation === 'max' || operation === 'min') return args.length > 0 && Math.abs(a - b) < FAR_FROM_KINKS
    return ['relu', 'leaky_relu', 'abs', 'elu'].includes(operation ?? '') && Math.abs(a) < FAR_FROM_KINKS
  })
}

/** Null where there is no value, or where one is too large. */
function evaluated(text: string, at: Record<string, number>): Evaluation | null {
  try {
    const evaluation = evaluateGraph(parseGraph(text), at)
    const numbers = [...evaluation.values.values(), ...evaluation.gradients.values()]
    return numbers.every((each) => Math.abs(each) < LARGEST) && !isNearKink(evaluation) ? evaluation : null
  } catch (error) {
    if (error instanceof LabError && error.code === 'graph/undefined') return null
    throw error
  }
}

/**
 * What a central difference may be off by. Truncation: it falls with h², so the difference of the ones with 2h and h is
 * three times what the one with h is off by, and stands for it with room to spare. Rounding: a few last bits of the
 * largest value on the way, divided by h.
 */
function toleranceFor(evaluation: Evaluation, node: GraphNode, numeric: number): number {
  const wider = numericGradient(evaluation, node, 2 * STEP) ?? Infinity
  const largest = Math.max(1, ...[...evaluation.values.values()].map(Math.abs))
  const largestGradient = Math.max(1, ...[...evaluation.gradients.values()].map(Math.abs))
  return Math.abs(wider - numeric) + (16 * Number.EPSILON * largest * largestGradient) / STEP
}

test('gradients of 10,000 random expressions equal central differences', () => {
  const random = seededRandom(20261121, STREAM)
  let [count, gradients, loose] = [0, 0, 0]
  while (count < COUNT) {
    const text = randomExpression(random, 2 + random.below(3))
    const evaluation = evaluated(text, randomPoint(random))
    if (!evaluation || evaluation.graph.inputs.length === 0) continue
    count++
    for (const node of evaluation.graph.inputs) {
      const numeric = numericGradient(evaluation, node)
      if (numeric === null) continue
      const analytic: number = evaluation.gradients.get(node) ?? NaN
      const tolerance = toleranceFor(evaluation, node, numeric)
      gradients++
      if (tolerance > 1e-5 * Math.max(1, Math.abs(analytic))) loose++
      if (!(Math.abs(analytic - numeric) <= tolerance)) {
        expect.fail(`${text}: by ${node.name} ${analytic}, by differences ${numeric} ± ${tolerance}`)
      }
    }
  }
  expect(gradients).toBeGreaterThan(COUNT)
  expect(loose / gradients).toBeLessThan(0.01) // else the tolerance would let anything pass
})

test('a gradient that is off by a thousandth is found', () => {
  const evaluation = evaluateGraph(parseGraph('sigmoid(x*w)'), { x: 0.7, w: -1.5 })
  const x = evaluation.graph.inputs[0]
  const numeric = numericGradient(evaluation, x) ?? NaN
  const wrong = (evaluation.gradients.get(x) ?? NaN) * 1.001
  expect(Math.abs(wrong - numeric)).toBeGreaterThan(toleranceFor(evaluation, x, numeric))
})
