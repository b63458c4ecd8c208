/**
 * A text cut into numbers, names and marks.
 */
import { ExpressionError } from './expression-error'
import type { Language } from './language'

export interface Token {
  kind: 'number' | 'name' | 'mark' | 'end'
  /** A mark's own sign where the text has another one for it. */
  text: string
  at: number
  end: number
}

/** The last one is the end. */
export function tokensOf(text: string, language: Language): Token[] {
  const { limits, words, aliases } = language
  if (text.length > limits.length) {
    throw wrong(language, limits.length, `at most ${limits.length} characters`, `${text.length}`)
  }
  const tokens: Token[] = []
  const end = text.trimEnd().length
  for (let at = 0; at < end; at = language.token.lastIndex) {
    language.token.lastIndex = at
    const found = language.token.exec(text)
    if (!found?.groups) {
      const bad = text.length - text.slice(at).trimStart().length
      throw wrong(language, bad, words.token, JSON.stringify(String.fromCodePoint(text.codePointAt(bad) ?? 0)))
    }
    const { number, name, mark = '' } = found.groups
    const token = number ?? name ?? mark
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'mark'
    const last = language.token.lastIndex
    tokens.push({ kind, text: aliases.get(token) ?? token, at: last - token.length, end: last })
  }
  return [...tokens, { kind: 'end', text: '', at: end, end }]
}

export function wrong({ words }: Language, at: number, expected: string, got: string): ExpressionError {
  return new ExpressionError({ code: words.code, subject: words.subject, at, expected, got })
}
