/**
 * The product's one parser of expressions, after Pratt: each operator has a power, and what binds tighter is gathered
 * first. The language says what may stand in the text.
 */
import type { Definition, Expression } from './expression'
import type { ExpressionError } from './expression-error'
import type { Language } from './language'
import { tokensOf, wrong, type Token } from './tokens'

/** Throws an ExpressionError. */
export function parseExpression(text: string, language: Language): Expression {
  return new Parser(text, language).whole()
}

/** `a = …; b = …; a + b`: names for parts, and at the end what is wanted. Throws an ExpressionError. */
export function parseDefinitions(text: string, language: Language): Definition[] {
  return new Parser(text, language).definitions()
}

class Parser {
  private readonly tokens: readonly Token[]
  private next = 0
  private depth = 0
  private nodes = 0

  constructor(
    text: string,
    private readonly language: Language,
  ) {
    this.tokens = tokensOf(text, language)
  }

  whole(): Expression {
    const expression = this.choice()
    this.mustEnd()
    return expression
  }

  definitions(): Definition[] {
    const all = [this.definition()]
    while (this.take(';')) {
      if (this.token.kind === 'end') return all // a last ";" ends nothing
      all.push(this.definition())
    }
    this.mustEnd()
    return all
  }

  private definition(): Definition {
    const { at } = this.token
    const name = this.nameBeforeEquals()
    const of = this.choice()
    return { name, of, at, end: of.end }
  }

  private nameBeforeEquals(): string | null {
    const [name, equals] = [this.token, this.tokens[this.next + 1]]
    if (name.kind !== 'name' || equals?.kind !== 'mark' || equals.text !== '=') return null
    if (!this.language.isName(name.text)) throw this.unexpected('a name that is free')
    this.next += 2
    return name.text
  }

  /** a ? b : c, which binds less than anything else and groups to the right. */
  private choice(): Expression {
    return this.deeper(() => {
      const condition = this.operation(0)
      if (!this.language.hasChoice || !this.take('?')) return condition
      const yes = this.choice()
      this.mustTake(':')
      const no = this.choice()
      return this.made({ kind: 'choice', condition, yes, no, at: condition.at, end: no.end })
    })
  }

  /** Operators that bind tighter than `power`. */
  private operation(power: number): Expression {
    return this.deeper(() => {
      let left = this.operand()
      for (;;) {
        const { kind, text } = this.token
        const operator = kind === 'mark' ? this.language.operators.get(text) : undefined
        if (!operator || operator.power <= power) return left
        this.next += 1
        const right = this.operation(operator.isRight ? operator.power - 1 : operator.power)
        left = this.made({ kind: 'operation', operator: text, left, right, at: left.at, end: right.end })
      }
    })
  }

  private operand(): Expression {
    const { kind, text, at, end } = this.token
    if (kind === 'number') return this.used({ kind: 'number', value: Number(text), at, end })
    if (kind === 'name') return this.named(text, at, end)
    if (kind === 'mark' && this.language.prefixes.includes(text)) {
      this.next += 1
      const of = this.operation(this.language.prefixPower)
      return this.made({ kind: 'prefix', operator: text, of, at, end: of.end })
    }
    if (!this.take('(')) throw this.unexpected(this.language.words.operand)
    const inside = this.choice()
    this.mustTake(')')
    return { ...inside, at, end: this.lastEnd }
  }

  private named(name: string, at: number, end: number): Expression {
    const count = this.language.functions.get(name)
    if (count) return this.call(name, count, at)
    if (!this.language.isName(name)) throw this.unexpected(this.language.words.name)
    const after = this.tokens[this.next + 1]
    if (after?.kind === 'mark' && after.text === '(') throw this.notCallable(name)
    return this.used({ kind: 'name', name, at, end })
  }

  /** x(…): a function that is not there, or a factor without its operator. */
  private notCallable(name: string): ExpressionError {
    const known = [...this.language.functions.keys()].join(', ')
    return this.unexpected(`a function (${known}), or an operator behind ${name}`)
  }

  private call(name: string, [least, most]: readonly [number, number], at: number): Expression {
    this.next += 1
    this.mustTake('(')
    const values = [this.choice()]
    while (this.take(',')) values.push(this.choice())
    if (this.token.kind !== 'mark' || this.token.text !== ')') {
      throw this.unexpected(values.length < most ? '"," or ")"' : '")"')
    }
    if (values.length < least || values.length > most) {
      const wanted = least === most ? `${least}` : `${least} … ${most}`
      throw wrong(this.language, this.token.at, `${wanted} values for the function`, `${values.length}`)
    }
    this.next += 1
    return this.made({ kind: 'call', name, values, at, end: this.lastEnd })
  }

  private used(expression: Expression): Expression {
    this.next += 1
    return this.made(expression)
  }

  private made(expression: Expression): Expression {
    const { nodes } = this.language.limits
    if (++this.nodes > nodes) throw wrong(this.language, this.token.at, `at most ${nodes} parts`, 'more')
    return expression
  }

  /** A bracket is a choice and an operation: two calls for one level. */
  private deeper<T>(work: () => T): T {
    const { depth } = this.language.limits
    if (++this.depth > 2 * depth) {
      throw wrong(this.language, this.token.at, `at most ${depth} brackets in each other`, 'more')
    }
    const result = work()
    this.depth -= 1
    return result
  }

  private get token(): Token {
    return this.tokens[this.next] ?? { kind: 'end', text: '', at: 0, end: 0 } // never beyond the end, which stays
  }

  private get lastEnd(): number {
    return this.tokens[this.next - 1]?.end ?? 0
  }

  private take(mark: string): boolean {
    if (this.token.kind !== 'mark' || this.token.text !== mark) return false
    this.next += 1
    return true
  }

  private mustTake(mark: string): void {
    if (!this.take(mark)) throw this.unexpected(`"${mark}"`)
  }

  private mustEnd(): void {
    if (this.token.kind !== 'end') throw this.unexpected('an operator or the end')
  }

  private unexpected(expected: string): ExpressionError {
    const { kind, text, at } = this.token
    return wrong(this.language, at, expected, kind === 'end' ? 'the end' : JSON.stringify(text))
  }
}
