/**
 * How the values and gradients of a graph are called where people name them: `z`, `dz`, `d(z)`, `dy/dz`, `∂y/∂z`.
 */
import type { Graph, GraphNode } from './graph'

export interface Quantity {
  node: GraphNode
  of: 'value' | 'gradient'
}

/** Null for what is not in the graph. A node that is called dx comes before the gradient of x, which is then d(x). */
export function findQuantity(graph: Graph, label: string): Quantity | null {
  const text = label.replace(/\s+/g, '').replaceAll('∂', 'd')
  const named = nodeCalled(graph, text)
  if (named) return { node: named, of: 'value' }
  const [output, by] = text.includes('/') ? text.split('/', 2) : [null, text]
  if (output !== null && nodeCalled(graph, nameBehindD(output ?? '')) !== graph.output) return null
  const node = nodeCalled(graph, nameBehindD(by ?? ''))
  return node?.hasGradient === true ? { node, of: 'gradient' } : null
}

/** As text for people: "z" or "∂y/∂z". */
export function quantityLabel({ node, of }: Quantity, derived: string): string {
  return of === 'value' ? node.name : `∂${derived}/∂${node.name}`
}

/** The names that may be asked for, as `findQuantity` takes them. */
export function quantityNames({ nodes }: Graph): string[] {
  const operations = nodes.filter(({ kind }) => kind === 'operation').map(({ name }) => name)
  return [...operations, ...nodes.filter(({ hasGradient }) => hasGradient).map(({ name }) => `d${name}`)]
}

function nodeCalled({ nodes }: Graph, name: string): GraphNode | undefined {
  return nodes.find((node) => node.kind !== 'constant' && node.name === name)
}

function nameBehindD(text: string): string {
  return /^d\(([^()]+)\)$/.exec(text)?.[1] ?? /^d(.+)$/.exec(text)?.[1] ?? ''
}
