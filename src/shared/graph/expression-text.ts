/**
 * An expression written out again, with no more brackets than it needs.
 */
import type { Expression } from '../expression/expression'
import { GRAPHS } from './language'

export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value)
    case 'name':
      return expression.name
    case 'prefix':
      return `${expression.operator}${bracketed(expression.of, powerOf(expression))}`
    case 'call':
      return `${expression.name}(${expression.values.map(expressionText).join(', ')})`
    case 'operation':
      return operationText(expression)
    case 'choice':
      return `${expressionText(expression.condition)} ? ${expressionText(expression.yes)} : ${expressionText(expression.no)}`
    default:
      return expression satisfies never
  }
}

function operationText({ operator, left, right }: Extract<Expression, { kind: 'operation' }>): string {
  const { power = 0, isRight = false } = GRAPHS.operators.get(operator) ?? {}
  const sign = power === 1 ? ` ${operator} ` : operator
  return `${bracketed(left, isRight ? power + 0.5 : power)}${sign}${bracketed(right, isRight ? power : power + 0.5)}`
}

/** A sign within an operation always gets its brackets: a*(-b). */
function powerOf(expression: Expression): number {
  if (expression.kind === 'operation') return GRAPHS.operators.get(expression.operator)?.power ?? 0
  return expression.kind === 'prefix' ? GRAPHS.prefixPower : Infinity
}

function bracketed(expression: Expression, atLeast: number): string {
  const text = expressionText(expression)
  return powerOf(expression) < atLeast || expression.kind === 'prefix' ? `(${text})` : text
}
