/**
 * From the LaTeX of our own formulas to a tree of MathML elements, which Chromium draws by itself.
 *
 * Reads what the formulas here are written with: letters, numbers, operators, ^ and _, \frac, \sqrt, \sum with limits,
 * cases, matrices, \text, \mathrm, \hat, \left and \right. One command is ours: \sym{key}{…} marks a symbol that the page can explain;
 * `plainLatex` takes it out for files. What is not known throws, so that a formula cannot lose a part unseen.
 */

export interface MathNode {
  tag: string
  text?: string
  attributes?: Readonly<Record<string, string>>
  children?: readonly MathNode[]
  /** Of \sym: what the page can explain. */
  symbol?: string
}

const LETTERS: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  Gamma: 'Γ',
  delta: 'δ',
  Delta: 'Δ',
  epsilon: 'ε',
  eta: 'η',
  theta: 'θ',
  Theta: 'Θ',
  kappa: 'κ',
  lambda: 'λ',
  Lambda: 'Λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  Sigma: 'Σ',
  tau: 'τ',
  psi: 'ψ',
  omega: 'ω',
  Omega: 'Ω',
  varphi: 'φ',
  Phi: 'Φ',
  partial: '∂',
  infty: '∞',
  top: '⊤',
  ell: 'ℓ',
}

const OPERATORS: Readonly<Record<string, string>> = {
  cdot: '⋅',
  odot: '⊙',
  leftarrow: '←',
  Rightarrow: '⇒',
  le: '≤',
  ge: '≥',
  ne: '≠',
  pm: '±',
  approx: '≈',
  sim: '∼',
  to: '→',
  rightarrow: '→',
  in: '∈',
  times: '×',
  quad: '\u2003',
  ',': '\u2009',
  ';': '\u2005',
  '{': '{',
  '}': '}',
  ldots: '…',
  prime: '′',
}

const FUNCTIONS = ['tanh', 'ln', 'exp', 'max', 'min', 'log', 'sin', 'cos']
const ENVIRONMENTS = ['cases', 'pmatrix']

type Token = { kind: 'command' | 'sign' | 'number' | 'letter'; text: string }

function tokensOf(latex: string): Token[] {
  const tokens: Token[] = []
  for (const [text] of latex.matchAll(/\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\p{L}|\S/gu)) {
    if (text.startsWith('\\')) tokens.push({ kind: 'command', text: text.slice(1) })
    else tokens.push({ kind: /^\d/.test(text) ? 'number' : /^\p{L}$/u.test(text) ? 'letter' : 'sign', text })
  }
  return tokens
}

export function mathTree(latex: string): MathNode {
  return new Reader(latex).whole()
}

/** Without our own command: for files and the clipboard. */
export function plainLatex(latex: string): string {
  let plain = latex
  for (let at = plain.indexOf('\\sym{'); at >= 0; at = plain.indexOf('\\sym{')) {
    const open = plain.indexOf('}{', at) + 1
    const close = closingBrace(plain, open)
    plain = plain.slice(0, at) + plain.slice(open + 1, close) + plain.slice(close + 1)
  }
  return plain
}

function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return i
  }
  throw new Error(`A brace is not closed: ${text}`)
}

class Reader {
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(private readonly latex: string) {
    this.tokens = tokensOf(latex)
  }

  whole(): MathNode {
    const row = this.row(() => false)
    if (this.at < this.tokens.length) throw this.unknown(this.tokens[this.at])
    return row
  }

  private peek(): Token | undefined {
    return this.tokens[this.at]
  }

  private is(kind: Token['kind'], text: string): boolean {
    const token = this.peek()
    return token?.kind === kind && token.text === text
  }

  private expect(kind: Token['kind'], text: string): void {
    if (!this.is(kind, text)) throw this.unknown(this.peek())
    this.at++
  }

  private unknown(token: Token | undefined): Error {
    return new Error(`${token ? `“${token.text}”` : 'The end'} is not expected in the formula ${this.latex}`)
  }

  private row(ends: () => boolean): MathNode {
    const children: MathNode[] = []
    while (this.peek() && !ends()) children.push(this.scripted())
    return children.length === 1 && children[0] ? children[0] : { tag: 'mrow', children }
  }

  /** An atom with what stands above and below it. */
  private scripted(): MathNode {
    const atom = this.atom()
    const primed = this.is('sign', "'")
    if (primed) this.at++
    // the sign is raised by itself: as a superscript it would stand too high
    const base: MathNode = primed ? { tag: 'mrow', children: [atom, { tag: 'mtext', text: '′' }] } : atom
    let sub: MathNode | undefined
    let sup: MathNode | undefined
    for (;;) {
      if (this.is('sign', '_')) sub = this.script()
      else if (this.is('sign', '^')) sup = this.script()
      else break
    }
    const limits = base.text === '∑'
    if (sub && sup) return { tag: limits ? 'munderover' : 'msubsup', children: [base, sub, sup] }
    if (sub) return { tag: limits ? 'munder' : 'msub', children: [base, sub] }
    if (sup) return { tag: limits ? 'mover' : 'msup', children: [base, sup] }
    return base
  }

  private script(): MathNode {
    this.at++
    return this.is('sign', '{') ? this.group() : this.atom()
  }

  private group(): MathNode {
    this.expect('sign', '{')
    const row = this.row(() => this.is('sign', '}'))
    this.expect('sign', '}')
    return row
  }

  private atom(): MathNode {
    const token = this.peek()
    if (!token) throw this.unknown(token)
    if (this.is('sign', '{')) return this.group()
    this.at++
    if (token.kind === 'number') return { tag: 'mn', text: token.text }
    if (token.kind === 'letter') return { tag: 'mi', text: token.text }
    if (token.kind === 'command') return this.command(token)
    if (/[{}&_^]/.test(token.text)) throw this.unknown(token)
    return {
      tag: 'mo',
      text: token.text === '-' ? '−' : token.text,
      ...(/[()[\]|]/.test(token.text) && { attributes: { stretchy: 'false' } }),
    }
  }

  private command(token: Token): MathNode {
    const name = token.text
    if (name in LETTERS)
      return {
        tag: 'mi',
        text: LETTERS[name] ?? '',
        ...(name === 'partial' && { attributes: { mathvariant: 'normal' } }),
      }
    if (name in OPERATORS) return { tag: 'mo', text: OPERATORS[name] ?? '' }
    if (FUNCTIONS.includes(name)) return { tag: 'mo', text: name, attributes: { lspace: '0.12em', rspace: '0.12em' } }
    switch (name) {
      case 'sum':
        return { tag: 'mo', text: '∑', attributes: { largeop: 'true', movablelimits: 'false' } }
      case 'frac':
      case 'tfrac':
        return this.fraction(name)
      case 'sqrt':
        return { tag: 'msqrt', children: [this.group()] }
      case 'bar':
        return { tag: 'mover', attributes: { accent: 'true' }, children: [this.group(), { tag: 'mo', text: '¯' }] }
      case 'hat':
        return { tag: 'mover', attributes: { accent: 'true' }, children: [this.group(), { tag: 'mo', text: '^' }] }
      case 'mathbf':
        return { tag: 'mstyle', attributes: { class: 'math-bold' }, children: [this.group()] }
      case 'text':
      case 'mathrm':
      case 'operatorname':
        return { tag: 'mtext', text: this.words() }
      case 'sym':
        return this.symbol()
      case 'left':
      case 'bigl':
      case 'right':
      case 'bigr':
        return { tag: 'mo', text: this.fence(), attributes: { stretchy: 'true' } }
      case 'begin':
        return this.environment()
      default:
        throw this.unknown(token)
    }
  }

  private fraction(name: string): MathNode {
    const children = [this.group(), this.group()]
    const fraction = { tag: 'mfrac', children }
    return name === 'tfrac'
      ? { tag: 'mstyle', attributes: { displaystyle: 'false', scriptlevel: '0' }, children: [fraction] }
      : fraction
  }

  private fence(): string {
    const token = this.peek()
    if (token?.kind !== 'sign' || !/[()[\]|]/.test(token.text)) throw this.unknown(token)
    this.at++
    return token.text
  }

  /** The tokens of a group as words: spaces are lost in reading, so `~` stands for one. */
  private words(): string {
    this.expect('sign', '{')
    let words = ''
    while (this.peek() && !this.is('sign', '}')) words += (this.tokens[this.at++]?.text ?? '').replace('~', '\u00a0')
    this.expect('sign', '}')
    return words
  }

  private symbol(): MathNode {
    const symbol = this.words()
    const inner = this.group()
    return { tag: 'mrow', symbol, children: [inner] }
  }

  private environment(): MathNode {
    const name = this.words()
    if (!ENVIRONMENTS.includes(name))
      throw new Error(`The environment ${name} is not known in the formula ${this.latex}`)
    const rows: MathNode[] = [this.tableRow()]
    while (this.is('command', '\\')) {
      this.at++
      rows.push(this.tableRow())
    }
    this.expect('command', 'end')
    this.words()
    const table: MathNode = {
      tag: 'mtable',
      attributes: name === 'cases' ? { class: 'math-cases' } : {},
      children: rows,
    }
    const [open, close] = name === 'cases' ? ['{', ''] : ['(', ')']
    return { tag: 'mrow', children: [fence(open), table, ...(close ? [fence(close)] : [])] }
  }

  private tableRow(): MathNode {
    const cells: MathNode[] = []
    const ends = () => this.is('sign', '&') || this.is('command', '\\') || this.is('command', 'end')
    for (;;) {
      cells.push({ tag: 'mtd', children: [this.row(ends)] })
      if (!this.is('sign', '&')) return { tag: 'mtr', children: cells }
      this.at++
    }
  }
}

function fence(text: string | undefined): MathNode {
  return { tag: 'mo', text: text ?? '', attributes: { stretchy: 'true', fence: 'true' } }
}

/** Every symbol that a formula marks, in the order of reading. */
export function symbolsOf(node: MathNode): string[] {
  const own = node.symbol === undefined ? [] : [node.symbol]
  return [...own, ...(node.children ?? []).flatMap(symbolsOf)]
}
