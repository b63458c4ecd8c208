/**
 * Checks what somebody worked out by hand for the values and gradients of a graph.
 */
import { LabError } from '../errors'
import { judgeAnswer, readAnswer, type Verdict } from '../paper/judge'
import type { OwnAnswers } from './carried-on'
import type { Evaluation } from './evaluate'
import { gradientMistakes } from './gradient-mistakes'
import type { GraphNode } from './graph'
import { findQuantity, quantityLabel, quantityNames, type Quantity } from './quantities'
import { derivedName } from './steps'
import { valueMistakes } from './value-mistakes'

export interface TypedAnswer {
  quantity: Quantity
  typed: string
}

export interface CheckedAnswer extends TypedAnswer {
  /** "z" or "∂y/∂z" */
  label: string
  expected: number
  verdict: Verdict
}

/** By the names that `findQuantity` knows. Throws `graph/no-such-quantity`. */
export function answersByName(evaluation: Evaluation, answers: Readonly<Record<string, string>>): TypedAnswer[] {
  return Object.entries(answers).map(([name, typed]) => {
    const quantity = findQuantity(evaluation.graph, name)
    if (quantity) return { quantity, typed }
    const known = quantityNames(evaluation.graph).join(', ')
    throw new LabError('graph/no-such-quantity', `${name}: expected one of ${known}`)
  })
}

export function checkAnswers(evaluation: Evaluation, answers: readonly TypedAnswer[]): CheckedAnswer[] {
  const own: OwnAnswers = {
    values: wrongNumbers(evaluation, answers, 'value'),
    gradients: wrongNumbers(evaluation, answers, 'gradient'),
  }
  return answers.map(({ quantity, typed }) => {
    const { node, of } = quantity
    const expected = expectedOf(quantity, evaluation)
    const mistakes = of === 'value' ? valueMistakes(node, evaluation, own) : gradientMistakes(node, evaluation, own)
    const label = quantityLabel(quantity, derivedName(evaluation))
    return { quantity, typed, label, expected, verdict: judgeAnswer(typed, expected, mistakes) }
  })
}

export function expectedOf({ node, of }: Quantity, { values, gradients }: Evaluation): number {
  return (of === 'value' ? values : gradients).get(node) ?? NaN
}

/** Numbers that are not right: later answers may have been calculated from them. */
function wrongNumbers(
  evaluation: Evaluation,
  answers: readonly TypedAnswer[],
  of: Quantity['of'],
): Map<GraphNode, number> {
  const wrong = answers.filter(({ quantity, typed }) => {
    return quantity.of === of && judgeAnswer(typed, expectedOf(quantity, evaluation)).kind === 'wrong'
  })
  return new Map(wrong.map(({ quantity, typed }) => [quantity.node, readAnswer(typed)?.value ?? NaN]))
}
