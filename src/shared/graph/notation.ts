/**
 * How the graph's mathematics is written: as text for the screen and the drawing, and as LaTeX. Whoever has something
 * to say says it once, in terms of a Notation.
 */

/** A name or a number: `plain` by itself, `atom` where an operator follows or comes before. */
export interface Term {
  plain: string
  atom: string
}

export interface Notation {
  name(name: string): string
  number(value: number): string
  times: string
  minus: string
  fraction(above: Term, below: Term): string
  power(base: string, exponent: Term): string
  call(name: string, values: readonly string[]): string
  /** ∂of/∂by, both already written. */
  partial(of: string, by: string): string
  /** Behind what the k-th of several uses of a node adds to its gradient. */
  use(k: number, uses: number, name: string): string
}

/** Digits that count in what people read; what is calculated with keeps them all. */
const DIGITS = 6

/** 0.32959884 → "0.329599", −1.0499999999999998 → "−1.05": no dust of binary fractions. */
export function numberText(value: number, digits = DIGITS): string {
  return shortNumber(value, digits).replaceAll('-', '−')
}

function shortNumber(value: number, digits: number): string {
  if (value === 0) return '0' // and −0
  const rounded = Number(value.toPrecision(digits))
  const size = Math.abs(rounded)
  return size >= 1e-4 && size < 1e7 ? String(rounded) : rounded.toExponential().replace('e+', 'e')
}

export function termOf(notation: Notation, value: number): Term {
  const plain = notation.number(value)
  return { plain, atom: /^[-−]|e|\\cdot/.test(plain) ? `(${plain})` : plain }
}

export function nameTerm(notation: Notation, name: string): Term {
  const plain = notation.name(name)
  return { plain, atom: plain }
}

export const TEXT: Notation = {
  name: (name) => name,
  number: numberText,
  times: ' · ',
  minus: ' − ',
  fraction: (above, below) => `${above.atom} / ${below.atom}`,
  power: (base, exponent) => `${base}^${exponent.atom}`,
  call: (name, values) => `${TEXT_NAMES.get(name) ?? name}(${values.join(', ')})`,
  partial: (of, by) => `∂${of}/∂${by}`,
  use: (k, uses, name) => ` (use ${k} of ${uses} of ${name})`,
}

const TEXT_NAMES: ReadonlyMap<string, string> = new Map([['sigmoid', 'σ']])

/** Numbers keep the plain hyphen, which LaTeX sets as a minus. */
export const LATEX: Notation = {
  name: latexName,
  number: latexNumber,
  times: ' \\cdot ',
  minus: ' - ',
  fraction: (above, below) => `\\frac{${above.plain}}{${below.plain}}`,
  power: (base, exponent) => `${base}^{${exponent.plain}}`,
  call: (name, values) => `${latexFunction(name)}(${values.join(', ')})`,
  partial: (of, by) => `\\frac{\\partial ${of}}{\\partial ${by}}`,
  use: (k, uses, name) => `\\quad \\text{(use ${k} of ${uses} of $${name}$)}`,
}

const LATEX_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['sigmoid', '\\sigma'],
  ...['tanh', 'exp', 'sin', 'cos', 'tan', 'max', 'min'].map((name): [string, string] => [name, `\\${name}`]),
  ['log', '\\ln'],
])

function latexFunction(name: string): string {
  return LATEX_FUNCTIONS.get(name) ?? `\\operatorname{${name.replaceAll('_', '\\_')}}`
}

function latexNumber(value: number): string {
  const [mantissa = '', exponent] = shortNumber(value, DIGITS).split('e')
  return exponent === undefined ? mantissa : `${mantissa} \\cdot 10^{${exponent}}`
}

const GREEK_LETTERS = Array.from('αβγδεζηθικλμνξπρστυφχψω')
const GREEK_NAMES =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega'.split(
    ' ',
  )

/** x1 → x_{1}, w_kj → w_{kj}, alpha → \alpha, total → \mathit{total}. */
function latexName(name: string): string {
  const [, stem = name, digits = ''] = /^([^\d_]+)_?(\w*)$/u.exec(name) ?? []
  const index = digits.replaceAll('_', ',')
  return index === '' ? latexStem(stem) : `${latexStem(stem)}_{${index}}`
}

function latexStem(stem: string): string {
  const greek = GREEK_NAMES.includes(stem) ? stem : GREEK_NAMES[GREEK_LETTERS.indexOf(stem)]
  if (greek !== undefined) return `\\${greek}`
  return stem.length === 1 ? stem : `\\mathit{${stem.replaceAll('_', '\\_')}}`
}
