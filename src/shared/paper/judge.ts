/**
 * Judges a value that somebody worked out by hand: right, or wrong with the reason.
 *
 * The exercise says what is right and which wrong values its usual mistakes lead to (`Mistake`); a mistake that can be
 * made anywhere (sign, decimal point, rounding, a factor of two) is found here. How near is near enough follows the
 * digits that were typed: 0.221 is right for 0.22096, and 0.22 too, but 0.220 is not.
 */

export type MistakeKind =
  | 'sign'
  | 'decimal-slip'
  | 'rounded-early'
  | 'factor-missing'
  | 'forward-value'
  | 'routing'
  | 'transposed'
  | 'learning-rate'
  | 'mask'
  | 'direction'
  /** Follows rightly from an earlier value of the same person that is wrong. */
  | 'carried-over'
  /** Right, but in another place of the matrix. */
  | 'place'
  | 'other-quantity'
  /** Another function or operation than the one that is asked for. */
  | 'operation'
  /** Not all uses of a value were added up. */
  | 'use-missing'

/** A wrong value and the mistake that leads to it. `reason` is a sentence to the person who made it. */
export interface Mistake {
  kind: MistakeKind
  value: number
  reason: string
}

export type Verdict =
  | { kind: 'blank' }
  /** Not a number, or one with too few digits to tell. */
  | { kind: 'unreadable'; reason: string }
  | { kind: 'right' }
  /** `mistake` is null where no usual mistake leads to the value. */
  | { kind: 'wrong'; mistake: MistakeKind | null; reason: string }

/** The first of `mistakes` that fits is named, so the more telling ones come first. */
export function judgeAnswer(typed: string, expected: number, mistakes: readonly Mistake[] = []): Verdict {
  if (typed.trim() === '') return { kind: 'blank' }
  const answer = readAnswer(typed)
  if (!answer) return { kind: 'unreadable', reason: NOT_A_NUMBER }
  const isCoarse = isTooCoarse(answer, expected)
  if (fits(answer, expected) && !isCoarse) return { kind: 'right' }
  const found = [...mistakes, ...generalMistakes(expected)].find(
    ({ value }) => !isSame(value, expected) && fits(answer, value) && !isTooCoarse(answer, value),
  )
  if (fits(answer, expected) && !found) return TOO_COARSE
  if (found) return { kind: 'wrong', mistake: found.kind, reason: found.reason }
  if (isNear(answer, expected)) return { kind: 'wrong', mistake: 'rounded-early', reason: roundingReason(answer) }
  return { kind: 'wrong', mistake: null, reason: 'Not right, and none of the usual mistakes leads to this value.' }
}

const NOT_A_NUMBER = 'Expected a number such as −0.331, 1.5e-3 or 2/3, with a point for the decimals.'
const TOO_COARSE: Verdict = { kind: 'unreadable', reason: 'Too few digits to tell: give at least two that count.' }

export interface Answer {
  value: number
  /** What one more of the last digit would add; 0 for a fraction, which is meant exactly. */
  unit: number
  /** Digits that count: 3 for 0.0210. */
  digits: number
}

const DECIMAL = /^([+-]?)(\d+\.?\d*|\.\d+)(?:e([+-]?\d{1,3}))?$/i
const FRACTION = /^([+-]?\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/

/** Null for what is not a finite number. Takes the typographic minus, and a fraction as one. */
export function readAnswer(typed: string): Answer | null {
  const text = typed.replace(/[−–]/g, '-').replace(/\s+/g, '')
  const fraction = FRACTION.exec(text)
  if (fraction) {
    const value = Number(fraction[1]) / Number(fraction[2])
    return Number.isFinite(value) ? { value, unit: 0, digits: Infinity } : null
  }
  const decimal = DECIMAL.exec(text)
  if (!decimal || !Number.isFinite(Number(text))) return null
  const [, , mantissa = '', exponent = '0'] = decimal
  const decimals = (mantissa.split('.')[1] ?? '').length
  const digits = mantissa.replace('.', '').replace(/^0+/, '').length
  return { value: Number(text), unit: 10 ** (Number(exponent) - decimals), digits }
}

/** Differences of binary fractions: far below any digit that somebody types. */
const DUST = 1e-9

function fits({ value, unit }: Answer, wanted: number): boolean {
  return Math.abs(value - wanted) <= (unit / 2) * (1 + DUST) + DUST * Math.max(1e-3, Math.abs(wanted))
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= DUST * Math.max(1, Math.abs(a), Math.abs(b))
}

/** One digit says enough only of a number that has no more: 5 of 5, but not 0 or 0.2 of 0.22. */
function isTooCoarse({ value, digits }: Answer, wanted: number): boolean {
  return digits < 2 && !isSame(value, wanted)
}

/** What can go wrong in any exercise. */
function generalMistakes(expected: number): Mistake[] {
  return [
    { kind: 'sign', value: -expected, reason: 'The size is right, the sign is wrong.' },
    ...[10, 0.1, 100, 0.01].map((factor) => slip(expected * factor)),
    ...[10, 0.1].map((factor) => ({
      ...slip(-expected * factor),
      reason: 'The digits are right, but the decimal point has slipped and the sign is wrong.',
    })),
    { kind: 'factor-missing', value: 2 * expected, reason: 'Twice as large as it should be: a factor ½ is missing.' },
    { kind: 'factor-missing', value: expected / 2, reason: 'Half as large as it should be: a factor 2 is missing.' },
  ]
}

function slip(value: number): Mistake {
  return { kind: 'decimal-slip', value, reason: 'The digits are right, but the decimal point has slipped.' }
}

/** How far off a value may be and still look like the right one, rounded on the way: 2 %. */
const NEAR = 0.02

function isNear({ value, digits }: Answer, wanted: number): boolean {
  return digits >= 2 && Math.abs(value - wanted) <= NEAR * Math.abs(wanted)
}

function roundingReason({ digits }: Answer): string {
  const typed = digits === Infinity ? 'the fraction' : `the last of its ${digits} digits`
  return `Nearly right, but ${typed} is off: a value was rounded too early on the way, or cut off at the end.`
}
