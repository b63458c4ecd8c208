/**
 * Formulas over x and y, such as "x^2 + y^2 < 0.5 && y > 0". Text never becomes code: it becomes a tree of the few
 * things that are known here, and the tree is followed for each point. Functions are those of Math, whose last bit
 * may differ from machine to machine: it only decides on which side of a line a point lies.
 */
import type { Expression } from '#shared/expression/expression'
import { makeLanguage } from '#shared/expression/language'
import { parseExpression } from '#shared/expression/parser'
import { POINT_LIMITS } from '#shared/points'

/** A number for each point; truths are 1 and 0. */
export type Formula = (x: number, y: number) => number

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
])

type Function = (...values: number[]) => number
/** Each with how many values it takes: at least, at most. */
const FUNCTIONS: ReadonlyMap<string, readonly [Function, number, number]> = new Map([
  ...(
    ['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'exp', 'log', 'log2', 'log10'] as const
  ).map(one),
  ...(['sqrt', 'cbrt', 'abs', 'sign', 'floor', 'ceil', 'round'] as const).map(one),
  ['atan2', [Math.atan2, 2, 2]],
  ['hypot', [Math.hypot, 2, 2]],
  ['min', [Math.min, 2, 8]],
  ['max', [Math.max, 2, 8]],
  ['mod', [modulo, 2, 2]],
])

type OneValue =
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'exp'
  | 'log'
  | 'log2'
  | 'log10'
  | 'sqrt'
  | 'cbrt'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
function one(name: OneValue): [string, readonly [Function, number, number]] {
  return [name, [(value) => Math[name](value), 1, 1]]
}

interface Operator {
  power: number
  isRight?: true
  of: (a: number, b: number) => number
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['||', { power: 1, of: (a, b) => (a !== 0 || b !== 0 ? 1 : 0) }],
  ['&&', { power: 2, of: (a, b) => (a !== 0 && b !== 0 ? 1 : 0) }],
  ['==', { power: 3, of: (a, b) => (a === b ? 1 : 0) }],
  ['!=', { power: 3, of: (a, b) => (a !== b ? 1 : 0) }],
  ['<', { power: 4, of: (a, b) => (a < b ? 1 : 0) }],
  ['<=', { power: 4, of: (a, b) => (a <= b ? 1 : 0) }],
  ['>', { power: 4, of: (a, b) => (a > b ? 1 : 0) }],
  ['>=', { power: 4, of: (a, b) => (a >= b ? 1 : 0) }],
  ['+', { power: 5, of: (a, b) => a + b }],
  ['-', { power: 5, of: (a, b) => a - b }],
  ['*', { power: 6, of: (a, b) => a * b }],
  ['/', { power: 6, of: (a, b) => a / b }],
  ['%', { power: 6, of: modulo }],
  ['^', { power: 8, isRight: true, of: (a, b) => a ** b }],
])

const VARIABLES: ReadonlyMap<string, Formula> = new Map<string, Formula>([
  ['x', (x) => x],
  ['y', (_x, y) => y],
])

const FORMULAS = makeLanguage({
  limits: { length: POINT_LIMITS.formula, depth: 50, nodes: POINT_LIMITS.formula },
  words: {
    code: 'points/bad-formula',
    subject: 'formula',
    token: 'a number, x, y, a function or an operator',
    operand: 'a number, x, y, a function or "("',
    name: `x, y, pi, e or a function (${[...FUNCTIONS.keys()].join(', ')})`,
  },
  operators: OPERATORS,
  prefixes: ['-', '+', '!'],
  prefixPower: 7,
  functions: new Map([...FUNCTIONS].map(([name, [, least, most]]) => [name, [least, most] as const])),
  isName: (name) => VARIABLES.has(name) || CONSTANTS.has(name),
  hasChoice: true,
  letters: 'A-Za-z_',
  marks: ['(', ')', ',', '?', ':'],
  aliases: new Map([['**', '^']]),
})

/** Throws `points/bad-formula`, which names the character where it went wrong, counted from 1. */
export function parseFormula(text: string): Formula {
  return formulaOf(parseExpression(text, FORMULAS))
}

/** The parser has let pass only what is in the tables above. */
function formulaOf(expression: Expression): Formula {
  switch (expression.kind) {
    case 'number':
      return constant(expression.value)
    case 'name':
      return VARIABLES.get(expression.name) ?? constant(CONSTANTS.get(expression.name) ?? NaN)
    case 'prefix':
      return prefixed(expression.operator, formulaOf(expression.of))
    case 'operation': {
      const { of = () => NaN } = OPERATORS.get(expression.operator) ?? {}
      const [left, right] = [formulaOf(expression.left), formulaOf(expression.right)]
      return (x, y) => of(left(x, y), right(x, y))
    }
    case 'call': {
      const [of] = FUNCTIONS.get(expression.name) ?? [() => NaN]
      const values = expression.values.map(formulaOf)
      return (x, y) => of(...values.map((value) => value(x, y)))
    }
    case 'choice': {
      const [condition, yes, no] = [expression.condition, expression.yes, expression.no].map(formulaOf)
      return (x, y) => (condition(x, y) !== 0 ? yes(x, y) : no(x, y))
    }
    default:
      return expression satisfies never
  }
}

function constant(value: number): Formula {
  return () => value
}

function prefixed(operator: string, of: Formula): Formula {
  if (operator === '-') return (x, y) => -of(x, y)
  if (operator === '!') return (x, y) => (of(x, y) === 0 ? 1 : 0)
  return of
}

/** With the sign of the divisor, so that stripes go on below 0. */
function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b)
}
