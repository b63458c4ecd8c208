/**
 * The whole calculation as steps that one would write on paper: forward node by node, backward edge by edge.
 */
import { argumentsOf, operationOf, type EdgeGradient, type Evaluation } from './evaluate'
import type { GraphNode } from './graph'
import { nameTerm, termOf, type Notation, type Term } from './notation'

export type Step =
  | { kind: 'forward'; node: GraphNode }
  /** The gradient that arrives at the output. */
  | { kind: 'start'; node: GraphNode }
  | { kind: 'backward'; gradient: EdgeGradient; isLast: boolean }

export function stepsOf({ graph, gradients, backward }: Evaluation): Step[] {
  const forward = graph.nodes.flatMap((node): Step[] => (node.operation === null ? [] : [{ kind: 'forward', node }]))
  if (!gradients.has(graph.output)) return forward
  const steps = backward.map((gradient, i): Step => {
    const { from } = gradient.edge
    const isLast = !backward.slice(i + 1).some(({ edge }) => edge.from === from)
    return { kind: 'backward', gradient, isLast }
  })
  return [...forward, { kind: 'start', node: graph.output }, ...steps]
}

/** One line for each equation; the last one of several sums up what the uses of a node add. */
export function writeStep(step: Step, evaluation: Evaluation, notation: Notation): string[] {
  switch (step.kind) {
    case 'forward':
      return [writeForward(step.node, evaluation, notation)]
    case 'start':
      return [writeStart(step.node, evaluation, notation)]
    case 'backward': {
      const { edge } = step.gradient
      const local = writeLocal(step.gradient, evaluation, notation)
      const isWhole = edge.to.name === derivedName(evaluation) && usesOf(edge.from, evaluation).length === 1
      const lines = isWhole ? [local] : [local, writeProduct(step.gradient, evaluation, notation)]
      return step.isLast ? [...lines, ...writeSum(edge.from, evaluation, notation)] : lines
    }
    default:
      return step satisfies never
  }
}

/** n1 = x1 · w1 = 0.7 · (−1.5) = −1.05 */
export function writeForward(node: GraphNode, { values }: Evaluation, notation: Notation): string {
  const operation = operationOf(node)
  const numbers = argumentsOf(node, values).map((value) => termOf(notation, value))
  return equation([
    notation.name(node.name),
    ...(operation ? [operation.write(notation, namesOf(node, notation)), operation.write(notation, numbers)] : []),
    notation.number(values.get(node) ?? NaN),
  ])
}

function writeStart(node: GraphNode, evaluation: Evaluation, notation: Notation): string {
  const left = notation.partial(notation.name(derivedName(evaluation)), notation.name(node.name))
  return equation([left, notation.number(evaluation.upstream)])
}

/** What is derived: the output; with a gradient from outside something behind it, such as a loss. */
export function derivedName({ graph, upstream }: Evaluation): string {
  if (upstream === 1) return graph.output.name
  const taken = new Set(graph.nodes.map(({ name }) => name))
  return ['L', 'E', 'loss'].find((name) => !taken.has(name)) ?? 'outside'
}

/** ∂y/∂n3 = y · (1 − y) = 0.329599 · (1 − 0.329599) = 0.220963 */
export function writeLocal({ edge, local }: EdgeGradient, { values }: Evaluation, notation: Notation): string {
  const { from, to, place } = edge
  const operation = operationOf(to)
  const numbers = argumentsOf(to, values).map((value) => termOf(notation, value))
  const value = termOf(notation, values.get(to) ?? NaN)
  const formulas = [
    operation?.writeLocal(notation, namesOf(to, notation), nameTerm(notation, to.name), place),
    operation?.writeLocal(notation, numbers, value, place),
  ]
  return equation([
    notation.partial(notation.name(to.name), notation.name(from.name)),
    ...formulas.flatMap((formula) => formula ?? []),
    notation.number(local),
  ])
}

/** ∂y/∂x1 = ∂y/∂n1 · ∂n1/∂x1 = 0.220963 · (−1.5) = −0.331445 */
export function writeProduct(
  { edge, upstream, local, product }: EdgeGradient,
  evaluation: Evaluation,
  notation: Notation,
): string {
  const derived = notation.name(derivedName(evaluation))
  const [from, to] = [notation.name(edge.from.name), notation.name(edge.to.name)]
  const uses = usesOf(edge.from, evaluation)
  const place = uses.findIndex((each) => each.edge === edge)
  const rule = [notation.partial(derived, to), notation.partial(to, from)].join(notation.times)
  const numbers = [termOf(notation, upstream).plain, termOf(notation, local).atom].join(notation.times)
  const parts = [rule, numbers, notation.number(product)]
  if (uses.length > 1) return `${equation(parts)}${notation.use(place + 1, uses.length, from)}`
  return equation([notation.partial(derived, from), ...parts])
}

/** ∂y/∂x = 0.3 + (−0.1) = 0.2, of a node that is used more than once. */
function writeSum(node: GraphNode, evaluation: Evaluation, notation: Notation): string[] {
  const uses = usesOf(node, evaluation)
  if (uses.length < 2) return []
  const [first, ...more] = uses.map(({ product }) => termOf(notation, product))
  const sum = [first?.plain ?? '', ...more.map(({ atom }) => atom)].join(' + ')
  const left = notation.partial(notation.name(derivedName(evaluation)), notation.name(node.name))
  return [equation([left, sum, notation.number(evaluation.gradients.get(node) ?? NaN)])]
}

export function usesOf(node: GraphNode, { backward }: Evaluation): EdgeGradient[] {
  return backward.filter(({ edge }) => edge.from === node)
}

function namesOf({ args }: GraphNode, notation: Notation): Term[] {
  return args.map(({ kind, name, value }) =>
    kind === 'constant' && value !== null ? termOf(notation, value) : nameTerm(notation, name),
  )
}

/** Parts that say the same as the one before are left out. */
function equation(parts: readonly string[]): string {
  return parts.filter((part, i) => part !== parts[i - 1]).join(' = ')
}
