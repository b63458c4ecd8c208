/**
 * A graph at a point as plain data, for tables, the command line and tests.
 */
import type { CheckedAnswer } from './check'
import { numericGradient, type Evaluation } from './evaluate'
import type { GraphNode } from './graph'

export interface NodeRow {
  name: string
  kind: GraphNode['kind']
  expression: string
  value: number
  /** Null for constants, and for what is made of constants alone. */
  gradient: number | null
  /** By central differences; null as well where the graph has no value on one of the sides. */
  numeric: number | null
}

export interface GraphReport {
  expression: string
  output: string
  value: number
  upstream: number
  /** Of the inputs. */
  gradients: Record<string, number>
  nodes: NodeRow[]
  /** Nodes where a convention decides on the derivative, and which one. */
  conventions: { node: string; convention: string }[]
}

export function reportOf(evaluation: Evaluation): GraphReport {
  const { graph, values, gradients, upstream, kinks } = evaluation
  return {
    expression: graph.text,
    output: graph.output.name,
    value: values.get(graph.output) ?? NaN,
    upstream,
    gradients: Object.fromEntries(graph.inputs.map((node) => [node.name, plus(gradients.get(node) ?? 0)])),
    nodes: graph.nodes.map((node) => rowOf(node, evaluation)),
    conventions: [...kinks].map(([{ name }, convention]) => ({ node: name, convention })),
  }
}

function rowOf(node: GraphNode, evaluation: Evaluation): NodeRow {
  const { name, kind, expression } = node
  const gradient = evaluation.gradients.get(node)
  return {
    name,
    kind,
    expression,
    value: plus(evaluation.values.get(node) ?? NaN),
    gradient: gradient === undefined ? null : plus(gradient),
    numeric: gradient === undefined ? null : numericGradient(evaluation, node),
  }
}

/** −0 is 0 to people. */
function plus(value: number): number {
  return value === 0 ? 0 : value
}

export interface AnswerRow {
  quantity: string
  answer: string
  verdict: CheckedAnswer['verdict']['kind']
  mistake: string | null
  reason: string | null
  expected: number
}

export function answerRow({ label, typed, verdict, expected }: CheckedAnswer): AnswerRow {
  return {
    quantity: label,
    answer: typed,
    verdict: verdict.kind,
    mistake: verdict.kind === 'wrong' ? verdict.mistake : null,
    reason: 'reason' in verdict ? verdict.reason : null,
    expected: plus(expected),
  }
}
