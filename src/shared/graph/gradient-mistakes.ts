/**
 * What usually goes wrong with the gradient of a node, and where it leads.
 */
import type { Mistake, MistakeKind } from '../paper/judge'
import { carriedOn, type OwnAnswers } from './carried-on'
import { argumentsOf, type EdgeGradient, type Evaluation } from './evaluate'
import type { GraphNode } from './graph'
import { numberText, TEXT } from './notation'
import type { OperationName } from './operations'
import { derivedName, usesOf, writeLocal } from './steps'

/** The more telling ones first. */
export function gradientMistakes(node: GraphNode, evaluation: Evaluation, own: OwnAnswers): Mistake[] {
  const uses = usesOf(node, evaluation)
  const found: Mistake[] = [
    signMistake(node, uses, evaluation),
    ...forwardValue(node, uses, evaluation),
    ...routing(uses, evaluation),
    ...missingUses(node, uses),
    ...missingFactors(uses, evaluation),
    ...localSlips(uses, evaluation),
    ...forwardUpstream(uses, evaluation),
    ...carriedOn({ node, of: 'gradient' }, evaluation, own),
    ...otherNodes(node, evaluation),
  ]
  return [...found, ...found.slice(1).map(withSign)].filter(({ value }) => Number.isFinite(value))
}

/** A mistake on top of a mistake. */
function withSign(mistake: Mistake): Mistake {
  return { ...mistake, value: -mistake.value, reason: `${mistake.reason} And the sign is wrong.` }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0)
}

function signMistake(node: GraphNode, uses: readonly EdgeGradient[], { gradients }: Evaluation): Mistake {
  const value = gradients.get(node) ?? NaN
  const [only] = uses
  const sizes = only && uses.length === 1 ? `: ${factors(only)} is ${value > 0 ? 'above' : 'below'} 0` : ''
  return { kind: 'sign', value: -value, reason: `The size is right, the sign is wrong${sizes}.` }
}

function factors({ upstream, local }: EdgeGradient): string {
  return `${numberText(upstream)} × ${local < 0 ? `(${numberText(local)})` : numberText(local)}`
}

function forwardValue(node: GraphNode, uses: readonly EdgeGradient[], evaluation: Evaluation): Mistake[] {
  const chooser = uses.map(({ edge }) => edge.to).find(isChooser)
  const routed = chooser ? ` ${routingRule(chooser, evaluation)}` : ''

  return [
    {
      kind: 'forward-value',
      value: evaluation.values.get(node) ?? NaN,
      reason: `This is the forward value of ${node.name}. Its gradient is what arrives times the local derivative.${routed}`,
    },
  ]
}

function isChooser({ operation }: GraphNode): boolean {
  return operation === 'max' || operation === 'min'
}

/** Who gets the gradient of a max or min, in words. */
export function routingRule(node: GraphNode, { values }: Evaluation): string {
  const value = values.get(node)
  const chosen = [...new Set(node.args.filter((arg) => values.get(arg) === value).map(({ name }) => name))]
  const which = node.operation === 'max' ? 'largest' : 'smallest'
  if (chosen.length > 1)
    return `${node.operation ?? ''} shares the gradient equally among ${chosen.join(' and ')}, which tie.`
  return `${node.operation ?? ''} routes the whole gradient to its ${which} argument, ${chosen.join('')}, and 0 to the others.`
}

function routing(uses: readonly EdgeGradient[], evaluation: Evaluation): Mistake[] {
  return uses
    .filter(({ edge }) => isChooser(edge.to))
    .flatMap((use) => {
      const rest = sum(uses.filter((each) => each !== use).map(({ product }) => product))
      const reason = routingRule(use.edge.to, evaluation)
      const shares = [0, 1, 1 / use.edge.to.args.length]
      return shares.map((share): Mistake => ({ kind: 'routing', value: rest + share * use.upstream, reason }))
    })
}

function missingUses({ name }: GraphNode, uses: readonly EdgeGradient[]): Mistake[] {
  if (uses.length < 2) return []
  const all = sum(uses.map(({ product }) => product))
  const reason = `${name} is used ${uses.length} times, and the gradients of all uses are added.`
  return uses.flatMap(({ product, edge }): Mistake[] => [
    { kind: 'use-missing', value: product, reason: `${reason} This is the one through ${edge.to.name} alone.` },
    { kind: 'use-missing', value: all - product, reason: `${reason} The one through ${edge.to.name} is missing.` },
  ])
}

function missingFactors(uses: readonly EdgeGradient[], evaluation: Evaluation): Mistake[] {
  const derived = derivedName(evaluation)
  const locals = uses.map((use) => writeLocal(use, evaluation, TEXT)).join('; ')
  const arriving = uses.map(({ edge, upstream }) => `∂${derived}/∂${edge.to.name} = ${numberText(upstream)}`).join('; ')
  return [
    {
      kind: 'factor-missing',
      value: sum(uses.map(({ upstream }) => upstream)),
      reason: `The local derivative is forgotten: multiply by ${locals}.`,
    },
    {
      kind: 'factor-missing',
      value: sum(uses.map(({ local }) => local)),
      reason: `This is the local derivative only: the gradient that arrives is forgotten, ${arriving}.`,
    },
  ]
}

type LocalSlip = readonly [number, string]

/** Wrong local derivatives that people know by heart: of the k-th argument, with value y. */
const LOCAL_SLIPS: Partial<Record<OperationName, (args: readonly number[], y: number, k: number) => LocalSlip[]>> = {
  multiply: (args, _, k) => [
    [args[k] ?? NaN, 'The derivative of a product by one factor is the other factor, not the factor itself.'],
    [(args[0] ?? NaN) + (args[1] ?? NaN), 'The derivative of a product by one factor is the other factor alone.'],
  ],
  divide: ([a = NaN, b = NaN], _, k) =>
    k === 0
      ? [[b, 'The derivative of a/b by a is 1/b, not b.']]
      : [
          [a / b, 'The derivative of a/b by b is −a/b².'],
          [1 / b, 'The derivative of a/b by b is −a/b²; 1/b is the one by a.'],
          [-1 / (b * b), 'The derivative of a/b by b is −a/b²: the factor a is missing.'],
        ],
  power: ([a = NaN, b = NaN], _, k) =>
    k === 0
      ? [
          [a ** (b - 1), `The exponent ${numberText(b)} is missing as a factor.`],
          [b * a ** b, 'The exponent must be lowered by 1.'],
        ]
      : [],
  square: ([x = NaN]) => [[x, 'The derivative of x² is 2x: the factor 2 is missing.']],
  sigmoid: ([z = NaN], y) => [
    [y, 'The derivative of σ is σ(1 − σ), not σ.'],
    [1 - y, 'The derivative of σ is σ(1 − σ): the factor σ is missing.'],
    [z * (1 - z), 'The derivative of σ is σ(1 − σ), made of its value, not of its argument.'],
    [1 - y * y, 'This uses the derivative of tanh, 1 − y²; that of σ is y(1 − y).'],
  ],
  tanh: ([z = NaN], y) => [
    [1 - z * z, 'The derivative of tanh is 1 − tanh², made of its value, not of its argument.'],
    [1 - y, 'The derivative of tanh is 1 − tanh²: the square is missing.'],
    [y * (1 - y), 'This uses the derivative of σ, y(1 − y); that of tanh is 1 − y².'],
  ],
  exp: ([x = NaN], y) => [
    [x * y, 'The derivative of eˣ is eˣ itself.'],
    [x, 'The derivative of eˣ is eˣ, not x.'],
  ],
  log: ([x = NaN], y) => [
    [x, 'The derivative of log x is 1/x, not x.'],
    [y, 'The derivative of log x is 1/x, not log x.'],
  ],
  sqrt: ([x = NaN], y) => [
    [1 / y, 'The derivative of √x is 1/(2√x): the factor ½ is missing.'],
    [1 / (2 * x), 'The derivative of √x is 1/(2√x): the root is missing.'],
  ],
  sin: ([x = NaN]) => [[Math.sin(x), 'The derivative of sin is cos.']],
  cos: ([x = NaN]) => [[Math.cos(x), 'The derivative of cos is −sin.']],
  abs: ([x = NaN]) => [[x, 'The derivative of |x| is the sign of x.']],
  softplus: (_, y) => [[y, 'The derivative of softplus is the sigmoid of its argument.']],
}

function localSlips(uses: readonly EdgeGradient[], { values }: Evaluation): Mistake[] {
  return uses.flatMap((use) => {
    const { to, place } = use.edge
    const rest = sum(uses.filter((each) => each !== use).map(({ product }) => product))
    const slips =
      to.operation === null ? [] : LOCAL_SLIPS[to.operation]?.(argumentsOf(to, values), values.get(to) ?? NaN, place)
    return (slips ?? []).map(([local, reason]): Mistake => {
      const kind: MistakeKind = /missing/.test(reason) ? 'factor-missing' : 'operation'
      return { kind, value: rest + use.upstream * local, reason }
    })
  })
}

function forwardUpstream(uses: readonly EdgeGradient[], { values }: Evaluation): Mistake[] {
  const names = [...new Set(uses.map(({ edge }) => edge.to.name))].join(' and ')
  return [
    {
      kind: 'forward-value',
      value: sum(uses.map(({ edge, local }) => (values.get(edge.to) ?? NaN) * local)),
      reason: `The forward value of ${names} was used in place of its gradient.`,
    },
  ]
}

function otherNodes(node: GraphNode, { graph, values, gradients }: Evaluation): Mistake[] {
  return graph.nodes
    .filter((each) => each !== node && each.kind !== 'constant')
    .flatMap((each): Mistake[] => [
      {
        kind: 'other-quantity',
        value: gradients.get(each) ?? NaN,
        reason: `This is the gradient of ${each.name}, not of ${node.name}.`,
      },
      {
        kind: 'forward-value',
        value: values.get(each) ?? NaN,
        reason: `This is the forward value of ${each.name}, not a gradient.`,
      },
    ])
}
