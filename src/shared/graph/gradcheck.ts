/**
 * Gradients against central differences: those of the graph, or those that somebody brings.
 */
import { z } from 'zod'
import { LabError } from '../errors'
import { evaluateGraph, numericGradient, type Evaluation } from './evaluate'
import { parseGraph, type GraphNode } from './graph'
import { GRAPH_LIMITS } from './language'
import { findQuantity } from './quantities'

const point = z.record(z.string(), z.number({ error: 'a number for each input' }), {
  error: 'a point such as { "x": 1 }',
})

const gradcheckCase = z.strictObject({
  expression: z.string({ error: 'an expression such as "sigmoid(w*x)"' }).max(GRAPH_LIMITS.length),
  at: z.union([point, z.array(point).min(1).max(1000)], { error: 'a point such as { "x": 1 }, or a list of points' }),
  /** By quantity (`dx`), of one's own making; without it those of the graph are checked. */
  gradients: z.record(z.string(), z.number()).optional(),
})

/** The file that `perceptron-lab gradcheck` reads. */
export const gradcheckSchema = z.strictObject({
  tolerance: z.number().positive().max(1).default(1e-6),
  cases: z.array(gradcheckCase, { error: 'a list of cases' }).min(1).max(1000),
})
export type GradcheckInput = z.input<typeof gradcheckSchema>

export interface GradcheckRow {
  /** From 0. */
  case: number
  point: number
  expression: string
  by: string
  analytic: number
  numeric: number | null
  /** |analytic − numeric|, divided by the larger of both where that is above 1. */
  error: number | null
  /** `kink`: a convention decides there, and a difference of both sides says nothing. */
  verdict: 'equal' | 'different' | 'kink' | 'no difference to be had'
}

/** Throws `gradcheck/invalid`, which says where. */
export function gradcheck(input: unknown): GradcheckRow[] {
  const parsed = gradcheckSchema.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = issue?.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('') ?? ''
    throw new LabError(
      'gradcheck/invalid',
      `${path.replace(/^\./, '') || 'the file'}: expected ${issue?.message ?? 'cases'}`,
    )
  }
  const { tolerance, cases } = parsed.data
  return cases.flatMap(({ expression, at, gradients }, i) => {
    const points = Array.isArray(at) ? at : [at]
    if (gradients && points.length > 1) {
      throw new LabError(
        'gradcheck/invalid',
        `cases[${i}].gradients: expected one point to go with them, got ${points.length}`,
      )
    }
    return within(`cases[${i}]`, () =>
      points.flatMap((each, k) => {
        const evaluation = evaluateGraph(parseGraph(expression), each)
        const wanted = gradients ? givenGradients(evaluation, gradients) : ownGradients(evaluation)
        return wanted.map(([node, analytic]): GradcheckRow => {
          return { case: i, point: k, expression, by: node.name, ...compared(evaluation, node, analytic, tolerance) }
        })
      }),
    )
  })
}

function within<T>(place: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof LabError) throw new LabError('gradcheck/invalid', `${place}: ${cause.message}`, { cause })
    throw cause
  }
}

function ownGradients({ graph, gradients }: Evaluation): [GraphNode, number][] {
  return graph.inputs.map((node) => [node, gradients.get(node) ?? NaN])
}

function givenGradients({ graph }: Evaluation, gradients: Readonly<Record<string, number>>): [GraphNode, number][] {
  return Object.entries(gradients).map(([name, value]) => {
    const quantity = findQuantity(graph, name)
    if (quantity?.of === 'gradient') return [quantity.node, value]
    const known = graph.nodes.filter(({ hasGradient }) => hasGradient).map((node) => `d${node.name}`)
    throw new LabError('gradcheck/invalid', `gradients.${name}: expected one of ${known.join(', ')}`)
  })
}

function compared(evaluation: Evaluation, node: GraphNode, analytic: number, tolerance: number) {
  const numeric = numericGradient(evaluation, node)
  if (numeric === null) return { analytic, numeric, error: null, verdict: 'no difference to be had' as const }
  const error = Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic), Math.abs(numeric))
  const different = evaluation.kinks.size > 0 ? ('kink' as const) : ('different' as const)
  return { analytic, numeric, error, verdict: error <= tolerance ? ('equal' as const) : different }
}
