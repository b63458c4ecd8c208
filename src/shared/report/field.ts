/**
 * The small language of live fields: what may stand between {{ and }}.
 *
 *   field      = value | verdict
 *   value      = alias { "." word } [ "±" ( "sd" | "se" ) ] [ ":" digits ]
 *   verdict    = ( "verdict" | "difference" ) "(" alias "," alias [ "," part ] ")"
 *
 *   a.testError              one run: 3.27 %; several seeds: 3.20 ± 0.12 %
 *   a.testError.mean ± sd    the same, said outright; also median, min, max, sd, se
 *   a.best.validationLoss    at the epoch with the lowest validation loss; a.last is what is meant without it
 *   a.testError.interval     95 %: Wilson's of one run's share, Student's over seeds
 *   a.testError:1            one digit behind the point
 *   verdict(a, b)            one sentence on two configurations, by their test errors
 *
 * docs/reports.md has the list of words. Reading never throws anything but a FieldError, and takes time that grows
 * with the length alone.
 */
import { LabError } from '../errors'

export class FieldError extends LabError {
  constructor(message: string) {
    super('report/bad-field', message)
  }
}

export const PARTS = ['train', 'validation', 'test'] as const
export type Part = (typeof PARTS)[number]
export const MEASURES = ['loss', 'accuracy', 'error'] as const
export type Measure = (typeof MEASURES)[number]
export const STATISTICS = ['mean', 'median', 'min', 'max', 'sd', 'se', 'interval'] as const
export type Statistic = (typeof STATISTICS)[number]

/** Numbers that are not a score. */
export const COUNTS = ['epochs', 'seconds', 'secondsPerEpoch', 'parameters', 'learningRate', 'batchSize'] as const
/** Words and whole numbers that a configuration has once. */
export const FACTS = ['n', 'name', 'size', 'dataset', 'optimizer', 'activation', 'testLooks'] as const

export type Quantity =
  | { kind: 'score'; part: Part; measure: Measure; at: 'last' | 'best' }
  | { kind: 'count'; name: (typeof COUNTS)[number]; at: 'last' | 'best' }
  | { kind: 'fact'; name: (typeof FACTS)[number] }

export interface ValueField {
  kind: 'value'
  alias: string
  quantity: Quantity
  statistic: Statistic | null
  /** Written behind a mean. */
  spread: 'sd' | 'se' | null
  digits: number | null
}

export interface PairField {
  kind: 'verdict' | 'difference'
  a: string
  b: string
  part: 'test' | 'validation'
}

export type Field = ValueField | PairField

export const LONGEST_FIELD = 200
export const MOST_DIGITS = 8

/** "trainLoss", "validationError" … */
export const SCORES: readonly string[] = PARTS.flatMap((part) =>
  MEASURES.map((measure) => `${part}${capital(measure)}`),
)

export const QUANTITY_WORDS: readonly string[] = [...SCORES, ...COUNTS, ...FACTS]

export function parseField(source: string): Field {
  if (source.length > LONGEST_FIELD) {
    throw new FieldError(`A field has at most ${LONGEST_FIELD} signs; this one has ${source.length}`)
  }
  return new Reader(source).field()
}

/** What a column of a table says: the same without an alias. */
export function parseColumn(source: string): ValueField {
  const field = parseField(`x.${source}`)
  if (field.kind === 'value') return field
  throw new FieldError(`A column is a value such as testError, got "${source}"`)
}

type Token = { kind: 'word' | 'number' | 'sign'; text: string }

class Reader {
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(private readonly source: string) {
    this.tokens = tokensOf(source)
  }

  field(): Field {
    const first = this.word('the name of a choice of runs, such as a')
    const field = (first === 'verdict' || first === 'difference') && this.is('(') ? this.pair(first) : this.value(first)
    const rest = this.tokens[this.at]
    if (rest) throw this.unexpected('the end of the field')
    return field
  }

  private pair(kind: PairField['kind']): PairField {
    this.sign('(')
    const a = this.word('the name of a choice of runs')
    this.sign(',')
    const b = this.word('the name of another choice of runs')
    let part: PairField['part'] = 'test'
    if (this.is(',')) {
      this.at++
      const word = this.word('test or validation')
      if (word !== 'test' && word !== 'validation') throw new FieldError(`Expected test or validation, got "${word}"`)
      part = word
    }
    this.sign(')')
    return { kind, a, b, part }
  }

  private value(alias: string): ValueField {
    this.sign('.')
    let word = this.word('what to say of it, such as testError')
    let at: 'last' | 'best' = 'last'
    if (word === 'best' || word === 'last') {
      at = word
      this.sign('.')
      word = this.word(`what to say of the ${at} epoch, such as validationLoss`)
    }
    const quantity = quantityOf(word, at)
    const statistic = this.statistic(quantity)
    const spread = this.spread(statistic)
    const digits = this.digits()
    return { kind: 'value', alias, quantity, statistic, spread, digits }
  }

  private statistic(quantity: Quantity): Statistic | null {
    if (!this.is('.')) return null
    this.at++
    const word = this.word(STATISTICS.join(', '))
    const statistic = STATISTICS.find((each) => each === word)
    if (!statistic) throw new FieldError(`Expected one of ${STATISTICS.join(', ')}, got "${word}"`)
    if (quantity.kind === 'fact') throw new FieldError(`${quantity.name} is one thing: it has no ${statistic}`)
    return statistic
  }

  private spread(statistic: Statistic | null): 'sd' | 'se' | null {
    if (!this.is('±')) return null
    this.at++
    const word = this.word('sd or se')
    if (word !== 'sd' && word !== 'se') throw new FieldError(`Behind ± expected sd or se, got "${word}"`)
    if (statistic !== null && statistic !== 'mean')
      throw new FieldError(`± stands behind mean, not behind ${statistic}`)
    return word
  }

  private digits(): number | null {
    if (!this.is(':')) return null
    this.at++
    const token = this.tokens[this.at]
    if (token?.kind !== 'number' || !/^\d$/.test(token.text) || Number(token.text) > MOST_DIGITS) {
      throw this.unexpected(`a number of digits from 0 to ${MOST_DIGITS}`)
    }
    this.at++
    return Number(token.text)
  }

  private is(sign: string): boolean {
    const token = this.tokens[this.at]
    return token?.kind === 'sign' && token.text === sign
  }

  private sign(sign: string): void {
    if (!this.is(sign)) throw this.unexpected(`"${sign}"`)
    this.at++
  }

  private word(expected: string): string {
    const token = this.tokens[this.at]
    if (token?.kind !== 'word') throw this.unexpected(expected)
    this.at++
    return token.text
  }

  private unexpected(expected: string): FieldError {
    const token = this.tokens[this.at]
    return new FieldError(
      `Expected ${expected}, got ${token ? `"${token.text}"` : 'the end'} in "${this.source.trim()}"`,
    )
  }
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  let rest = source.trim()
  while (rest !== '') {
    const [text = '', word, number] = /^(?:([A-Za-z][A-Za-z0-9]*)|(\d+)|(\+\/-|[.,():±]))/.exec(rest) ?? []
    if (text === '')
      throw new FieldError(`"${String.fromCodePoint(rest.codePointAt(0) ?? 0)}" has no meaning in "${source.trim()}"`)
    const kind = word !== undefined ? 'word' : number !== undefined ? 'number' : 'sign'
    tokens.push({ kind, text: text === '+/-' ? '±' : text })
    rest = rest.slice(text.length).trimStart()
  }
  return tokens
}

function quantityOf(word: string, at: 'last' | 'best'): Quantity {
  const [, part, measure] = /^(train|validation|test)(Loss|Accuracy|Error)$/.exec(word) ?? []
  if (part !== undefined && measure !== undefined) {
    return { kind: 'score', part: part as Part, measure: measure.toLowerCase() as Measure, at }
  }
  const count = COUNTS.find((each) => each === word)
  if (count) return { kind: 'count', name: count, at }
  const fact = FACTS.find((each) => each === word)
  if (fact) return { kind: 'fact', name: fact }
  throw new FieldError(`There is no "${word}"; there are ${QUANTITY_WORDS.join(', ')}`)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
