/**
 * Numbers as people type them. What is not a number stays the text that it is, so that whoever checks the value
 * can say what came; nothing is guessed, rounded or clamped.
 */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

export function readNumber(text: string): number | string {
  const trimmed = text.trim()
  return NUMBER.test(trimmed) && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed
}

export function writeNumber(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : ''
}

/** The next multiple of `by` in a direction, without the dust of binary fractions. */
export function stepped(value: number, by: number): number {
  return Number((value + by).toPrecision(12))
}
