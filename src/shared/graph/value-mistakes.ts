/**
 * What usually goes wrong with the value of a node, and where it leads.
 */
import type { Mistake } from '../paper/judge'
import { carriedOn, type OwnAnswers } from './carried-on'
import { argumentsOf, type Evaluation } from './evaluate'
import type { GraphNode } from './graph'
import type { OperationName } from './operations'

/** The more telling ones first. */
export function valueMistakes(node: GraphNode, evaluation: Evaluation, own: OwnAnswers): Mistake[] {
  const value = evaluation.values.get(node) ?? NaN
  const args = argumentsOf(node, evaluation.values)
  return [
    { kind: 'sign' as const, value: -value, reason: `The size is right, the sign is wrong: ${signOf(node, value)}.` },
    ...operationMistakes(node, args),
    ...carriedOn({ node, of: 'value' }, evaluation, own),
    ...others(node, evaluation),
  ].filter((mistake) => Number.isFinite(mistake.value))
}

function signOf({ name }: GraphNode, value: number): string {
  return value > 0 ? `${name} is above 0` : `${name} is below 0`
}

type Slip = readonly [number, string]

/** What else people calculate in place of an operation. */
const SLIPS: Partial<Record<OperationName, (a: number, b: number) => Slip[]>> = {
  add: (a, b) => [
    [a * b, 'The two were multiplied; they should be added.'],
    [a - b, 'The second one was subtracted; it should be added.'],
  ],
  subtract: (a, b) => [
    [a + b, 'The second one was added; it should be subtracted.'],
    [a * b, 'The two were multiplied; the second one should be subtracted.'],
  ],
  multiply: (a, b) => [[a + b, 'The two were added; they should be multiplied.']],
  divide: (a, b) => [
    [b / a, 'The fraction is upside down.'],
    [a * b, 'The two were multiplied; the first one should be divided by the second.'],
  ],
  power: (a, b) => [
    [a * b, 'The base was multiplied by the exponent; it should be raised to it.'],
    [b ** a, 'Base and exponent have changed places.'],
  ],
  square: (a) => [[2 * a, 'This is twice the argument; it should be multiplied by itself.']],
  sigmoid: (a) => [
    [1 / (1 + Math.exp(a)), 'The sign of the exponent is missing: σ(z) is 1/(1 + e^(−z)), not 1/(1 + e^z).'],
    [Math.exp(-a), 'This is e^(−z) only: σ(z) is 1/(1 + e^(−z)).'],
    [1 + Math.exp(-a), 'This is 1 + e^(−z): σ(z) is 1 divided by that.'],
    [Math.tanh(a), 'This is the tanh, not the sigmoid.'],
  ],
  tanh: (a) => [[1 / (1 + Math.exp(-a)), 'This is the sigmoid, not the tanh.']],
  exp: (a) => [[Math.exp(-a), 'The sign of the exponent is wrong.']],
  log: (a) => [
    [Math.log10(a), 'This is the logarithm to base 10; log is the natural one here.'],
    [Math.log2(a), 'This is the logarithm to base 2; log is the natural one here.'],
  ],
  sqrt: (a) => [[a / 2, 'This is half of the argument, not its root.']],
  sin: (a) => [[Math.sin((a * Math.PI) / 180), 'The angle is in radians here, not in degrees.']],
  cos: (a) => [[Math.cos((a * Math.PI) / 180), 'The angle is in radians here, not in degrees.']],
}

function operationMistakes({ operation, args: nodes, name }: GraphNode, args: readonly number[]): Mistake[] {
  if (operation === null) return []
  if (operation === 'max' || operation === 'min') {
    const which = operation === 'max' ? 'largest' : 'smallest'
    return nodes.map(({ name: arg }, k) => ({
      kind: 'routing',
      value: args[k] ?? NaN,
      reason: `This is ${arg}; ${operation} takes the ${which} of its arguments.`,
    }))
  }
  const [a = NaN, b = NaN] = args
  const slips = SLIPS[operation]?.(a, b) ?? []
  const unchanged: Slip[] =
    nodes.length === 1 ? [[a, `This is ${nodes[0]?.name ?? 'the argument'}: ${operation} was not applied to it.`]] : []
  const kind = operation === 'relu' ? 'mask' : 'operation'
  return [...slips, ...unchanged].map(([value, reason]) => ({ kind, value, reason: `${name}: ${reason}` }))
}

function others(node: GraphNode, { graph, values, gradients }: Evaluation): Mistake[] {
  const gradient = gradients.get(node) ?? NaN
  return [
    { kind: 'other-quantity', value: gradient, reason: `This is the gradient of ${node.name}, not its value.` },
    ...graph.nodes
      .filter((each) => each !== node && each.kind === 'operation')
      .map((each): Mistake => ({
        kind: 'other-quantity',
        value: values.get(each) ?? NaN,
        reason: `This is the value of ${each.name}, not of ${node.name}.`,
      })),
  ]
}
