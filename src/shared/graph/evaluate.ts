/**
 * Values forward and gradients backward through a graph, in float64.
 */
import { LabError } from '../errors'
import type { Graph, GraphEdge, GraphNode } from './graph'
import { numberText } from './notation'
import { OPERATIONS, type Operation } from './operations'

/** A value for each input, by its name. */
export type Point = Readonly<Record<string, number>>

export interface EdgeGradient {
  edge: GraphEdge
  /** Of the node that the edge leads to, as it is when its turn comes: whole. */
  upstream: number
  /** ∂(value of `to`) / ∂(this argument). */
  local: number
  /** upstream × local: what this use adds to the gradient of `from`. */
  product: number
}

export interface Evaluation {
  graph: Graph
  upstream: number
  values: ReadonlyMap<GraphNode, number>
  /** Without those that have none (constants). */
  gradients: ReadonlyMap<GraphNode, number>
  /** Edges that gradients flow through, in the order of the backward pass. */
  backward: readonly EdgeGradient[]
  /** Where a convention decides on a derivative, and which one. */
  kinks: ReadonlyMap<GraphNode, string>
}

export function operationOf({ operation }: GraphNode): Operation | null {
  return operation === null ? null : OPERATIONS[operation]
}

/**
 * `upstream` is the gradient that arrives at the output from outside. Throws a LabError: `graph/no-value` for an
 * input without one, `graph/undefined` where a value or a derivative does not exist or is too large.
 */
export function evaluateGraph(graph: Graph, point: Point, upstream = 1): Evaluation {
  const values = forwardValues(graph, point)
  return { graph, upstream, values, ...backwardGradients(graph, values, upstream), kinks: kinksOf(graph, values) }
}

/** `held` keeps nodes at values of their own, whatever their arguments say. */
export function forwardValues(
  graph: Graph,
  point: Point,
  held: ReadonlyMap<GraphNode, number> = new Map(),
): Map<GraphNode, number> {
  const values = new Map<GraphNode, number>()
  for (const node of graph.nodes) values.set(node, held.get(node) ?? valueOf(node, point, values))
  return values
}

/** What an input is given: by the point, else by the text. Undefined: nobody has said. */
export function givenValue({ name, value }: GraphNode, point: Point): number | undefined {
  return Object.hasOwn(point, name) ? point[name] : (value ?? undefined)
}

function valueOf(node: GraphNode, point: Point, values: ReadonlyMap<GraphNode, number>): number {
  const operation = operationOf(node)
  if (!operation) return node.kind === 'constant' ? (node.value ?? NaN) : inputValue(node, point)
  const args = argumentsOf(node, values)
  const value = operation.valueOf(args)
  if (!Number.isFinite(value)) throw notFinite(node, args, 'a finite value')
  return value
}

function inputValue(node: GraphNode, point: Point): number {
  const value = givenValue(node, point)
  if (value !== undefined && Number.isFinite(value)) return value
  const got = value === undefined ? 'nothing' : String(value)
  throw new LabError('graph/no-value', `${node.name}: expected a value for this input, got ${got}`)
}

export function argumentsOf({ args }: GraphNode, values: ReadonlyMap<GraphNode, number>): number[] {
  return args.map((arg) => values.get(arg) ?? NaN)
}

/** `held` keeps the gradients of nodes at numbers of their own, whatever arrives there. */
export function backwardGradients(
  graph: Graph,
  values: ReadonlyMap<GraphNode, number>,
  upstream: number,
  held: ReadonlyMap<GraphNode, number> = new Map(),
): Pick<Evaluation, 'gradients' | 'backward'> {
  const gradients = new Map(graph.nodes.filter(({ hasGradient }) => hasGradient).map((node) => [node, 0]))
  if (gradients.has(graph.output)) gradients.set(graph.output, upstream)
  const backward: EdgeGradient[] = []
  for (const node of [...graph.nodes].reverse()) {
    const own = gradients.has(node) ? (held.get(node) ?? gradients.get(node)) : undefined
    const operation = operationOf(node)
    if (own === undefined || !operation) continue
    const locals = operation.localsOf(argumentsOf(node, values), values.get(node) ?? NaN)
    for (const edge of graph.edges.filter(({ to, from }) => to === node && from.hasGradient)) {
      const local = locals[edge.place] ?? NaN
      const product = own * local
      if (!Number.isFinite(product)) throw notFinite(node, argumentsOf(node, values), 'a finite derivative')
      backward.push({ edge, upstream: own, local, product })
      gradients.set(edge.from, (gradients.get(edge.from) ?? 0) + product)
    }
  }
  return { gradients, backward }
}

function kinksOf(graph: Graph, values: ReadonlyMap<GraphNode, number>): Map<GraphNode, string> {
  const kinks = new Map<GraphNode, string>()
  for (const node of graph.nodes.filter(({ hasGradient }) => hasGradient)) {
    const kink = operationOf(node)?.kinkAt(argumentsOf(node, values))
    if (kink) kinks.set(node, kink)
  }
  return kinks
}

function notFinite(node: GraphNode, args: readonly number[], expected: string): LabError {
  const where = node.args.map(({ name, kind }, k) =>
    kind === 'constant' ? '' : `${name} = ${numberText(args[k] ?? NaN)}`,
  )
  const at = where.filter((each) => each !== '').join(', ')
  return new LabError(
    'graph/undefined',
    `${node.expression}: expected ${expected}, and there is none${at === '' ? '' : ` at ${at}`}. Change the inputs that lead to it`,
  )
}

/** The cube root of float64's spacing: where rounding and curvature disturb a central difference equally little. */
export const STEP = Math.cbrt(Number.EPSILON)

/**
 * ∂output/∂node by central differences: the node is held a little above and a little below its value, while everything
 * behind it follows. Null where the graph has no value on one of the sides.
 */
export function numericGradient({ graph, values, upstream }: Evaluation, node: GraphNode, step = STEP): number | null {
  const value = values.get(node) ?? NaN
  const h = step * Math.max(1, Math.abs(value))
  const output = (at: number): number | null => {
    try {
      return heldOutput(graph, values, node, at)
    } catch (error) {
      if (error instanceof LabError && error.code === 'graph/undefined') return null
      throw error
    }
  }
  const [above, below] = [output(value + h), output(value - h)]
  return above === null || below === null ? null : (upstream * (above - below)) / (value + h - (value - h))
}

function heldOutput(graph: Graph, values: ReadonlyMap<GraphNode, number>, node: GraphNode, at: number): number {
  const point = Object.fromEntries(graph.inputs.map((input) => [input.name, values.get(input) ?? NaN]))
  return forwardValues(graph, point, new Map([[node, at]])).get(graph.output) ?? NaN
}
