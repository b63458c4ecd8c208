/**
 * Which numbers of the drawing are there after so many steps, and what the last step was about.
 */
import type { GraphEdge, GraphNode } from '#shared/graph/graph'
import type { Step } from '#shared/graph/steps'

/** What a person pointed at in the drawing. */
export type Chosen = { kind: 'node'; node: GraphNode } | { kind: 'edge'; edge: GraphEdge }

export interface Revealed {
  values: ReadonlySet<GraphNode>
  gradients: ReadonlySet<GraphEdge>
  /** Whether the gradient that arrives at the output is there. */
  started: boolean
  /** Nodes whose gradient is whole. */
  totals: ReadonlySet<GraphNode>
  current: Step | null
}

/** Inputs and constants are given: they are there from the beginning. */
export function revealedAfter(steps: readonly Step[], shown: number, nodes: readonly GraphNode[]): Revealed {
  const done = steps.slice(0, shown)
  const values = done.flatMap((step) => (step.kind === 'forward' ? [step.node] : []))
  const backward = done.flatMap((step) => (step.kind === 'backward' ? [step] : []))
  return {
    values: new Set([...nodes.filter(({ operation }) => operation === null), ...values]),
    gradients: new Set(backward.map(({ gradient }) => gradient.edge)),
    started: done.some(({ kind }) => kind === 'start'),
    totals: new Set(backward.filter(({ isLast }) => isLast).map(({ gradient }) => gradient.edge.from)),
    current: done.at(-1) ?? null,
  }
}
