/**
 * The levels of a factor as a reader wants them: "sgd, momentum 0.9", "none", and not the bit of JSON by which designs
 * are told apart. What is switched off is left out, unless it is what tells two levels apart.
 */

/** One for each level, in their order; equal levels have equal words, and different ones have different words. */
export function levelWords(levels: readonly string[]): string[] {
  const short = levels.map((level) => wordsOf(parsed(level), isSwitchedOff) || 'none')
  return new Set(short).size === new Set(levels).size ? short : levels.map((level) => wordsOf(parsed(level), never))
}

function parsed(level: string): unknown {
  if (!/^[[{]|^null$/.test(level)) return level
  try {
    return JSON.parse(level) as unknown
  } catch {
    return level // the name of an own data set may begin like this
  }
}

function isSwitchedOff(value: unknown): boolean {
  return value === null || value === false || value === 0 || value === 'constant'
}

function never(): boolean {
  return false
}

function wordsOf(value: unknown, isLeftOut: (value: unknown) => boolean): string {
  if (isLeftOut(value)) return ''
  if (Array.isArray(value)) return joined(value.map((each) => wordsOf(each, isLeftOut)))
  if (value === null) return 'none'
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return JSON.stringify(value)
  return joined(
    Object.entries(value).map(([name, field]: [string, unknown]) => {
      const words = wordsOf(field, isLeftOut)
      if (words === '' || NAMELESS.has(name)) return words
      return field === true ? spaced(name) : `${spaced(name)} ${words}`
    }),
  )
}

/** Fields whose value says it all. */
const NAMELESS = new Set(['kind', 'metric', 'activation'])

function joined(words: readonly string[]): string {
  return words.filter((each) => each !== '').join(', ')
}

/** `restoreBest` → "restore best" */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
