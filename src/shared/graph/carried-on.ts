/**
 * Answers that follow rightly from an earlier one of the same person that is wrong: one mistake, not two.
 */
import { LabError } from '../errors'
import type { Mistake } from '../paper/judge'
import { backwardGradients, forwardValues, type Evaluation } from './evaluate'
import type { GraphNode } from './graph'
import { quantityLabel, type Quantity } from './quantities'
import { derivedName } from './steps'

type OwnNumbers = ReadonlyMap<GraphNode, number>

/** What somebody typed and got wrong. */
export interface OwnAnswers {
  values: OwnNumbers
  gradients: OwnNumbers
}

/** Only one wrong answer at a time, then all of them together. */
export function carriedOn(quantity: Quantity, evaluation: Evaluation, own: OwnAnswers): Mistake[] {
  const wrong = [
    ...[...own.values.keys()].map((node): Quantity => ({ node, of: 'value' })),
    ...[...own.gradients.keys()].map((node): Quantity => ({ node, of: 'gradient' })),
  ].filter(({ node, of }) => node !== quantity.node || of !== quantity.of)
  const right = heldTo([], quantity, evaluation, own)
  const alone = wrong.map((each) => ({ each, value: heldTo([each], quantity, evaluation, own) }))
  const telling = alone.filter(({ value }) => value !== null && value !== right)
  const together = telling.length > 1 ? heldTo(wrong, quantity, evaluation, own) : null
  const label = ({ each }: { each: Quantity }) => quantityLabel(each, derivedName(evaluation))
  return [
    ...telling.map((one) => carried(one.value, `your ${label(one)}, which is wrong: mend that one`)),
    ...(together === null
      ? []
      : [carried(together, `your ${telling.map(label).join(' and ')}, which are wrong: mend those`)]),
  ]
}

function carried(value: number | null, from: string): Mistake {
  return { kind: 'carried-over', value: value ?? NaN, reason: `Rightly calculated from ${from}.` }
}

/** What comes out if these answers were right. Null where there is no such value. */
function heldTo(
  held: readonly Quantity[],
  { node, of }: Quantity,
  evaluation: Evaluation,
  own: OwnAnswers,
): number | null {
  const pick = (kind: Quantity['of'], numbers: OwnNumbers) =>
    new Map(held.flatMap((each) => (each.of === kind ? [[each.node, numbers.get(each.node) ?? NaN] as const] : [])))
  const { graph, upstream } = evaluation
  const point = Object.fromEntries(graph.inputs.map((input) => [input.name, evaluation.values.get(input) ?? NaN]))
  try {
    const values = forwardValues(graph, point, pick('value', own.values))
    if (of === 'value') return values.get(node) ?? null
    return backwardGradients(graph, values, upstream, pick('gradient', own.gradients)).gradients.get(node) ?? null
  } catch (error) {
    if (error instanceof LabError) return null // a wrong value may lead to where there is none
    throw error
  }
}
