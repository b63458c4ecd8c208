/**
 * From Markdown to the tree of shared/report/document: CommonMark with tables, as marked reads it, and two things of
 * our own, $math$ and {{fields}}. HTML in the source is text; links lead to pages and mail only; pictures are not loaded.
 */
import { Marked, type Token, type Tokens } from 'marked'
import { mathTree } from '#shared/paper/math-tree'
import type { Inline, TableAlign, TextNode } from '#shared/report/document'

/** What a live field comes to. */
export type ResolveField = (source: string) => Inline

/** Deeper nesting than anybody writes: below it the source is shown as it is. */
const DEEPEST = 24

const marked = new Marked({
  gfm: true,
  extensions: [
    {
      name: 'field',
      level: 'inline',
      start: (text) => indexOrNone(text, '{{'),
      tokenizer: (text) => {
        const [raw, source] = /^\{\{([^{}\n]{0,400})\}\}/.exec(text) ?? []
        return raw === undefined ? undefined : { type: 'field', raw, source: source ?? '' }
      },
    },
    {
      name: 'math',
      level: 'inline',
      start: (text) => indexOrNone(text, '$'),
      tokenizer: (text) => {
        // as in other tools: no space behind the first sign, none and no digit around the second ("$5 and $6")
        const [raw, latex] = /^\$(?![\s$])((?:\\.|[^$\\\n]){1,2000}?)(?<!\s)\$(?!\d)/.exec(text) ?? []
        return raw === undefined ? undefined : { type: 'math', raw, latex: latex ?? '' }
      },
    },
    {
      name: 'mathBlock',
      level: 'block',
      start: (text) => indexOrNone(text, '$$'),
      tokenizer: (text) => {
        const [raw, latex] = /^\$\$([^$]{1,4000})\$\$[ \t]*(?:\n|$)/.exec(text) ?? []
        return raw === undefined ? undefined : { type: 'mathBlock', raw, latex: (latex ?? '').trim() }
      },
    },
  ],
})

function indexOrNone(text: string, sign: string): number | undefined {
  const at = text.indexOf(sign)
  return at < 0 ? undefined : at
}

/** Never throws on what somebody may write. */
export function readMarkdown(source: string, resolve: ResolveField): TextNode[] {
  if (nestsTooDeep(source)) return [{ kind: 'code', text: source }]
  return blocksOf(marked.lexer(source), resolve, 0)
}

/** One line, such as a caption. */
export function readLine(source: string, resolve: ResolveField): Inline[] {
  const [first] = readMarkdown(source.replace(/\s+/g, ' ').trim(), resolve)
  return first?.kind === 'paragraph' ? [...first.children] : source === '' ? [] : [{ kind: 'text', text: source }]
}

/** Quotes within quotes and lists within lists are read by recursion. */
function nestsTooDeep(source: string): boolean {
  return source.split('\n').some((line) => {
    const [marks = ''] = /^(?:\s*(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s)))+/.exec(line) ?? []
    return marks.replace(/\s|\d/g, '').length > DEEPEST
  })
}

function blocksOf(tokens: readonly Token[], resolve: ResolveField, depth: number): TextNode[] {
  return tokens.flatMap((token): TextNode[] => blockOf(token as Tokens.Generic, resolve, depth))
}

function blockOf(token: Tokens.Generic, resolve: ResolveField, depth: number): TextNode[] {
  if (depth > DEEPEST) return [{ kind: 'code', text: token.raw }]
  const inlines = () => inlinesOf(token.tokens ?? [], resolve)
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return [
        {
          kind: 'paragraph',
          children: token.tokens ? inlines() : [{ kind: 'text', text: decoded(String(token['text'])) }],
        },
      ]
    case 'heading':
      return [{ kind: 'subheading', children: inlines() }]
    case 'blockquote':
      return [{ kind: 'quote', children: blocksOf(token.tokens ?? [], resolve, depth + 1) }]
    case 'list':
      return [listOf(token as unknown as Tokens.List, resolve, depth)]
    case 'table':
      return [tableOf(token as unknown as Tokens.Table, resolve)]
    case 'code':
      return [{ kind: 'code', text: String(token['text']) }]
    case 'mathBlock':
      return [displayed(String(token['latex']))]
    case 'hr':
      return [{ kind: 'rule' }]
    case 'html':
      return [{ kind: 'paragraph', children: [{ kind: 'text', text: token.raw.trim() }] }]
    default: // blank lines, definitions of links
      return []
  }
}

function listOf({ ordered, start, items }: Tokens.List, resolve: ResolveField, depth: number): TextNode {
  return {
    kind: 'list',
    ordered,
    start: start === '' ? 1 : start,
    items: items.map((item) => blocksOf(item.tokens, resolve, depth + 1)),
  }
}

function tableOf({ align, header, rows }: Tokens.Table, resolve: ResolveField): TextNode {
  const cell = ({ tokens }: Tokens.TableCell) => inlinesOf(tokens, resolve)
  return {
    kind: 'table',
    align: align.map((each): TableAlign => each ?? 'left'),
    header: header.map(cell),
    rows: rows.map((row) => row.map(cell)),
  }
}

function inlinesOf(tokens: readonly Token[], resolve: ResolveField): Inline[] {
  return tokens.flatMap((token): Inline[] => inlineOf(token as Tokens.Generic, resolve))
}

function inlineOf(token: Tokens.Generic, resolve: ResolveField): Inline[] {
  const children = () => inlinesOf(token.tokens ?? [], resolve)
  switch (token.type) {
    case 'strong':
      return [{ kind: 'strong', children: children() }]
    case 'em':
      return [{ kind: 'emphasis', children: children() }]
    case 'del':
      return [{ kind: 'struck', children: children() }]
    case 'codespan':
      return [{ kind: 'code', text: String(token['text']) }]
    case 'br':
      return [{ kind: 'break' }]
    case 'link':
      return linkOf(String(token['href']), children())
    case 'image':
      return [{ kind: 'text', text: `[picture: ${String(token['text']) || String(token['href'])}]` }]
    case 'field':
      return [resolve(String(token['source']))]
    case 'math':
      return [written(String(token['latex']))]
    case 'escape':
      return [{ kind: 'text', text: String(token['text']) }]
    case 'text':
      return token.tokens ? children() : [{ kind: 'text', text: decoded(String(token['text'])).replace(/\n/g, ' ') }]
    default: // HTML and what marked may learn: as it was written
      return [{ kind: 'text', text: token.raw }]
  }
}

function linkOf(href: string, children: Inline[]): Inline[] {
  return /^(?:https?:\/\/|mailto:)[^\s<>"]+$/i.test(href) ? [{ kind: 'link', href, children }] : children
}

/** What cannot be drawn says why, where it stands. */
function written(latex: string): Inline {
  const problem = formulaProblem(latex)
  return problem === null ? { kind: 'math', latex } : { kind: 'problem', source: `$${latex}$`, message: problem }
}

function displayed(latex: string): TextNode {
  const problem = formulaProblem(latex)
  if (problem === null) return { kind: 'math', latex }
  return { kind: 'paragraph', children: [{ kind: 'problem', source: `$$${latex}$$`, message: problem }] }
}

/** Null for a formula that can be drawn. */
export function formulaProblem(latex: string): string | null {
  if (braceDepth(latex) > DEEPEST * 2) return 'The braces of this formula are nested too deeply'
  try {
    mathTree(latex)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function braceDepth(latex: string): number {
  let [depth, deepest] = [0, 0]
  for (const sign of latex) {
    if (sign === '{') deepest = Math.max(deepest, ++depth)
    else if (sign === '}') depth--
  }
  return deepest
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** marked leaves the entities of HTML to the browser; our texts have none. */
function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,6})|#x([\da-f]{1,6})|(\w{2,6}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole
      const point = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal)
      return point > 0x1f && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
        ? String.fromCodePoint(point)
        : whole
    },
  )
}
