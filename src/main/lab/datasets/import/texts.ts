/**
 * Numbers as people and programs write them in text: "7", "-0.5", "1e-3". No hexadecimal, no Infinity, nothing empty.
 */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/
/** No program writes a longer one. */
const MAX_LENGTH = 60

/** NaN for what is none. */
export function numberOf(text: string): number {
  // Most cells of most tables are bytes: one to three digits.
  if (text.length <= 3 && text.length > 0) {
    let value = 0
    for (let i = 0; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48
      if (digit < 0 || digit > 9) return anyNumberOf(text)
      value = 10 * value + digit
    }
    return value
  }
  return anyNumberOf(text)
}

function anyNumberOf(text: string): number {
  if (text.length > MAX_LENGTH) return NaN
  const trimmed = text.trim()
  return NUMBER.test(trimmed) ? Number(trimmed) : NaN
}

/** Texts that are all numbers, as numbers: most class folders and columns of labels are. */
export function numbersIfAll(texts: readonly string[]): readonly string[] | Float64Array {
  const known = new Map<string, number>()
  for (const text of texts) {
    if (known.has(text)) continue
    const number = numberOf(text)
    if (Number.isNaN(number)) return texts
    known.set(text, number)
  }
  return Float64Array.from(texts, (text) => known.get(text) ?? NaN)
}
