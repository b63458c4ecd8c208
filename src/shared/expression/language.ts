/**
 * What may stand in an expression: which operators, functions and names there are, and how large it may be.
 */

export interface Operator {
  /** Higher binds tighter. */
  power: number
  /** Whether a^b^c is a^(b^c). */
  isRight?: true
}

export interface Limits {
  /** UTF-16 units of the text. */
  length: number
  /** Brackets, signs and powers in each other: far more than a person writes, far less than a stack holds. */
  depth: number
  /** Numbers, names, signs, operations and calls in all. */
  nodes: number
}

/** Parts of messages: they follow "expected", and `subject` comes first. */
export interface Words {
  code: string
  subject: string
  /** For a character that begins nothing. */
  token: string
  /** Where something should be calculated with. */
  operand: string
  /** For a name that is not known. */
  name: string
}

export interface Language {
  limits: Limits
  words: Words
  operators: ReadonlyMap<string, Operator>
  /** They bind tighter than any operator below `prefixPower`. */
  prefixes: readonly string[]
  prefixPower: number
  /** With how many values each takes: at least, at most. */
  functions: ReadonlyMap<string, readonly [number, number]>
  isName: (name: string) => boolean
  /** c ? a : b */
  hasChoice: boolean
  /** Other signs for a mark: "**" for "^". */
  aliases: ReadonlyMap<string, string>
  /** Finds the next token from `lastIndex` on: groups `number`, `name`, `mark`. */
  token: RegExp
}

export type LanguageParts = Omit<Language, 'token'> & {
  /** A character class: what a name may begin with. Digits may follow. */
  letters: string
  /** Punctuation besides operators and prefixes. */
  marks: readonly string[]
}

export function makeLanguage({ letters, marks, ...language }: LanguageParts): Language {
  const all = [...language.operators.keys(), ...language.prefixes, ...language.aliases.keys(), ...marks]
  const longestFirst = [...new Set(all)].sort((a, b) => b.length - a.length)
  const mark = longestFirst.map((each) => each.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')
  const number = String.raw`(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`
  const name = `[${letters}][${letters}0-9]*`
  return { ...language, token: new RegExp(`\\s*(?:(?<number>${number})|(?<name>${name})|(?<mark>${mark}))`, 'uy') }
}
