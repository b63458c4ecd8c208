/**
 * Texts and formulas as LaTeX that compiles with pdflatex and amsmath, whatever somebody wrote.
 */
import { mathTree, type MathNode } from '#shared/paper/math-tree'

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '[': '{[}', // behind a line's end LaTeX would take it for a distance
  '"': "''",
  '\u00a0': '~',
  '\u2009': '\\,',
  '–': '--',
  '—': '---',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  '…': '\\ldots{}',
  '·': '\\textperiodcentered{}',
  '°': '\\textdegree{}',
}

/** Signs that LaTeX has in formulas only. */
const MATH: Readonly<Record<string, string>> = {
  α: '\\alpha',
  β: '\\beta',
  γ: '\\gamma',
  Γ: '\\Gamma',
  δ: '\\delta',
  Δ: '\\Delta',
  ε: '\\varepsilon',
  η: '\\eta',
  θ: '\\theta',
  Θ: '\\Theta',
  κ: '\\kappa',
  λ: '\\lambda',
  Λ: '\\Lambda',
  μ: '\\mu',
  µ: '\\mu',
  ν: '\\nu',
  ξ: '\\xi',
  π: '\\pi',
  ρ: '\\rho',
  σ: '\\sigma',
  Σ: '\\Sigma',
  τ: '\\tau',
  φ: '\\varphi',
  Φ: '\\Phi',
  ψ: '\\psi',
  ω: '\\omega',
  Ω: '\\Omega',
  ℓ: '\\ell',
  '∂': '\\partial',
  '∞': '\\infty',
  '⊤': '\\top',
  '⋅': '\\cdot',
  '⊙': '\\odot',
  '←': '\\leftarrow',
  '→': '\\rightarrow',
  '⇒': '\\Rightarrow',
  '≤': '\\le',
  '≥': '\\ge',
  '≠': '\\ne',
  '≈': '\\approx',
  '∼': '\\sim',
  '∈': '\\in',
  '×': '\\times',
  '±': '\\pm',
  '−': '-',
  '′': '\\prime',
  '√': '\\surd',
  '½': '\\tfrac{1}{2}',
  '²': '{}^{2}',
  '³': '{}^{3}',
  '∑': '\\sum',
  '…': '\\ldots',
}

/** Latin letters with accents are what T1 fonts have; the rest is named by its code, so that nothing is lost unseen. */
export function latexOf(text: string): string {
  return Array.from(text.normalize('NFC'))
    .map((sign) => {
      const known = SPECIAL[sign]
      if (known !== undefined) return known
      if (/^[\x20-\x7e\n\t]$/.test(sign) || /^[\u00a1-\u017f]$/.test(sign))
        return MATH[sign] === undefined ? sign : math(sign)
      if (MATH[sign] !== undefined) return math(sign)
      return /^\p{Cc}$/u.test(sign) ? '' : `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}]`
    })
    .join('')
}

function math(sign: string): string {
  return `$${MATH[sign] ?? sign}$`
}

/** From the tree, not from the source: what the tree took for a sign is one, and all braces close. */
export function latexMath(latex: string): string {
  return mathOf(mathTree(latex)).trim()
}

const FUNCTION_WORDS = ['tanh', 'ln', 'exp', 'max', 'min', 'log', 'sin', 'cos']

function mathOf({ tag, text = '', attributes = {}, children = [] }: MathNode): string {
  const [a = '', b = '', c = ''] = children.map(mathOf)
  switch (tag) {
    case 'mi':
    case 'mn':
      return signsOf(text)
    case 'mo':
      return operatorOf(text, attributes['fence'] === 'true')
    case 'mtext':
      return text === '′' ? "'" : `\\text{${latexOf(text)}}`
    case 'mstyle':
      return attributes['class'] === 'math-bold' ? `\\mathbf{${a}}` : `{\\textstyle ${a}}`
    case 'mfrac':
      return `\\frac{${a}}{${b}}`
    case 'msqrt':
      return `\\sqrt{${a}}`
    case 'msub':
    case 'munder':
      return `${based(children[0], a)}_{${b}}`
    case 'msup':
      return `${based(children[0], a)}^{${b}}`
    case 'msubsup':
    case 'munderover':
      return `${based(children[0], a)}_{${b}}^{${c}}`
    case 'mover':
      if (attributes['accent'] !== 'true') return `${based(children[0], a)}^{${b}}`
      return `\\${children[1]?.text === '¯' ? 'bar' : 'hat'}{${a}}`
    case 'mtable':
      return `\\begin{matrix}${children.map(mathOf).join(' \\\\ ')}\\end{matrix}`
    case 'mtr':
      return children.map(mathOf).join(' & ')
    default: {
      const inner = children.map(mathOf).join(' ')
      // the only brace that is opened and not closed: of cases
      return children[0]?.text === '{' && children[0].attributes?.['fence'] === 'true' ? `${inner}\\right.` : inner
    }
  }
}

/** A sum keeps its limits; anything else is held together. */
function based(node: MathNode | undefined, latex: string): string {
  return node?.text === '∑' ? latex : `{${latex}}`
}

function operatorOf(text: string, isFence: boolean): string {
  if (isFence) {
    if (text === '{' || text === '(') return `\\left${text === '{' ? '\\{' : '('}`
    return text === ')' ? '\\right)' : ''
  }
  if (FUNCTION_WORDS.includes(text)) return `\\${text} `
  if (text === '\u2003') return '\\quad '
  if (text === '\u2009' || text === '\u2005') return '\\, '
  return signsOf(text)
}

function signsOf(text: string): string {
  return Array.from(text)
    .map((sign) => {
      if (/^[{}%#&_$]$/.test(sign)) return `\\${sign}`
      if (sign === '\\' || sign === '~' || sign === '^') return `\\text{${latexOf(sign)}}`
      const known = MATH[sign]
      if (known !== undefined) return `${known} `
      return /^[\x20-\x7e]$/.test(sign) ? sign : `\\text{${latexOf(sign)}}`
    })
    .join('')
}
