/**
 * Formulas over x and y, such as "x^2 + y^2 < 0.5 && y > 0": an own parser after Pratt. Text never becomes code: it
 * becomes a tree of the few things that are known here, and the tree is followed for each point. Functions are those
 * of Math, whose last bit may differ from machine to machine: it only decides on which side of a line a point lies.
 */
import { LabError } from '#shared/errors'
import { POINT_LIMITS } from '#shared/points'

/** A number for each point; truths are 1 and 0. */
export type Formula = (x: number, y: number) => number

/** Brackets, signs and powers in each other: far more than a person writes, far less than a stack holds. */
const MAX_DEPTH = 50

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
  /** Higher binds tighter. */
  power: number
  /** Whether a^b^c is a^(b^c). */
  isRight?: true
  of: (a: number, b: number) => number
}

const UNARY_POWER = 7
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

/** With the sign of the divisor, so that stripes go on below 0. */
function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b)
}

interface Token {
  kind: 'number' | 'name' | 'mark' | 'end'
  text: string
  at: number
}

const TOKEN =
  /\s*(?:(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<mark>\|\||&&|[=!<>]=|\*\*|[-+*/%^<>!?:(),]))/uy

/** Throws `points/bad-formula`, which names the character where it went wrong, counted from 1. */
export function parseFormula(text: string): Formula {
  if (text.length > POINT_LIMITS.formula) {
    throw wrong(POINT_LIMITS.formula, `at most ${POINT_LIMITS.formula} characters`, `${text.length}`)
  }
  return new Parser(tokensOf(text)).parse()
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    if (!found?.groups) {
      const bad = text.length - text.slice(at).trimStart().length
      throw wrong(
        bad,
        'a number, x, y, a function or an operator',
        JSON.stringify(String.fromCodePoint(text.codePointAt(bad) ?? 0)),
      )
    }
    const { number, name, mark } = found.groups
    const token = number ?? name ?? mark
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'mark'
    tokens.push({ kind, text: token === '**' ? '^' : token, at: TOKEN.lastIndex - token.length })
  }
  return [...tokens, { kind: 'end', text: '', at: end }]
}

class Parser {
  private next = 0
  private depth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Formula {
    const formula = this.choice()
    if (this.token.kind !== 'end') throw this.unexpected('an operator or the end')
    return formula
  }

  /** a ? b : c, which binds less than anything else and groups to the right. */
  private choice(): Formula {
    return this.deeper(() => {
      const condition = this.operation(0)
      if (!this.take('?')) return condition
      const yes = this.choice()
      this.mustTake(':')
      const no = this.choice()
      return (x, y) => (condition(x, y) !== 0 ? yes(x, y) : no(x, y))
    })
  }

  /** Operators that bind tighter than `power`. */
  private operation(power: number): Formula {
    return this.deeper(() => {
      let left = this.operand()
      for (;;) {
        const operator = this.token.kind === 'mark' ? OPERATORS.get(this.token.text) : undefined
        if (!operator || operator.power <= power) return left
        this.next += 1
        const right = this.operation(operator.isRight ? operator.power - 1 : operator.power)
        left = joined(operator, left, right)
      }
    })
  }

  private operand(): Formula {
    if (this.take('-')) {
      const of = this.operation(UNARY_POWER)
      return (x, y) => -of(x, y)
    }
    if (this.take('+')) return this.operation(UNARY_POWER)
    if (this.take('!')) {
      const of = this.operation(UNARY_POWER)
      return (x, y) => (of(x, y) === 0 ? 1 : 0)
    }
    if (this.take('(')) {
      const inside = this.choice()
      this.mustTake(')')
      return inside
    }
    const { kind, text } = this.token
    if (kind === 'number') return this.constant(Number(text))
    if (kind === 'name') return this.named(text)
    throw this.unexpected('a number, x, y, a function or "("')
  }

  private named(name: string): Formula {
    if (name === 'x') return this.used((x) => x)
    if (name === 'y') return this.used((_x, y) => y)
    const constant = CONSTANTS.get(name)
    if (constant !== undefined) return this.constant(constant)
    const found = FUNCTIONS.get(name)
    if (!found) throw this.unexpected(`x, y, pi, e or a function (${[...FUNCTIONS.keys()].join(', ')})`)
    return this.call(found)
  }

  private call([of, least, most]: readonly [Function, number, number]): Formula {
    this.next += 1
    this.mustTake('(')
    const values = [this.choice()]
    while (this.take(',')) values.push(this.choice())
    if (values.length < least || values.length > most) {
      const wanted = least === most ? `${least}` : `${least} … ${most}`
      throw wrong(this.token.at, `${wanted} values for the function`, `${values.length}`)
    }
    this.mustTake(')')
    return (x, y) => of(...values.map((value) => value(x, y)))
  }

  private constant(value: number): Formula {
    return this.used(() => value)
  }

  private used(formula: Formula): Formula {
    this.next += 1
    return formula
  }

  private deeper<T>(work: () => T): T {
    if (++this.depth > 2 * MAX_DEPTH) throw wrong(this.token.at, `at most ${MAX_DEPTH} brackets in each other`, 'more')
    const result = work()
    this.depth -= 1
    return result
  }

  private get token(): Token {
    return this.tokens[this.next]
  }

  private take(mark: string): boolean {
    if (this.token.kind !== 'mark' || this.token.text !== mark) return false
    this.next += 1
    return true
  }

  private mustTake(mark: string): void {
    if (!this.take(mark)) throw this.unexpected(`"${mark}"`)
  }

  private unexpected(expected: string): LabError {
    const { kind, text, at } = this.token
    return wrong(at, expected, kind === 'end' ? 'the end' : JSON.stringify(text))
  }
}

function joined({ of }: Operator, left: Formula, right: Formula): Formula {
  return (x, y) => of(left(x, y), right(x, y))
}

function wrong(at: number, expected: string, got: string): LabError {
  return new LabError('points/bad-formula', `formula, character ${at + 1}: expected ${expected}, got ${got}`)
}
