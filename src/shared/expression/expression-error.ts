/**
 * What is wrong with an expression, and where: the message names the character, counted from 1.
 */
import { LabError } from '../errors'

export interface Wrong {
  /** `points/bad-formula`, for programs. */
  code: string
  /** What the text is called in messages: "formula". */
  subject: string
  at: number
  expected: string
  got: string
}

export class ExpressionError extends LabError {
  /** From 0; the length of the text where something is missing at its end. */
  readonly at: number
  /** Without the place, for a screen that points at it. */
  readonly reason: string

  constructor({ code, subject, at, expected, got }: Wrong) {
    const reason = `expected ${expected}, got ${got}`
    super(code, `${subject}, character ${at + 1}: ${reason}`)
    this.at = at
    this.reason = reason
  }
}

/** How much of the text is shown on either side of the place. */
const BEFORE = 50
const AFTER = 20

/** The text around a place and a caret under it: two lines for a terminal or a fixed-width font. */
export function pointAt(text: string, at: number): string {
  const from = Math.max(0, at - BEFORE)
  const to = Math.min(text.length, at + AFTER)
  const before = (from > 0 ? '…' : '') + singleLine(text.slice(from, at))
  const line = before + singleLine(text.slice(at, to)) + (to < text.length ? '…' : '')
  return `${line}\n${' '.repeat(Array.from(before).length)}^`
}

function singleLine(text: string): string {
  return text.replace(/\s/g, ' ').replace(/\p{Cc}/gu, '·')
}
