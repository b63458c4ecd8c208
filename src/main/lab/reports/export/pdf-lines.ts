/**
 * Texts as lines for a PDF: words with their looks and formulas with their boxes, filled one after the other.
 */
import { numberSetting } from '#lab/figures/pdf-numbers'
import type { Page } from '#lab/figures/svg-painter'
import type { Inline } from '#shared/report/document'
import { mathBox, type MathBox } from './pdf-math'

export interface Style {
  size: number
  weight: 400 | 500 | 600
  color: string
  oblique?: boolean
  ground?: string
  link?: string
  strike?: boolean
}

/** Something that stands on a line; `space`: it is one, and a line may end there. */
interface Piece extends MathBox {
  space: boolean
  /** A line ends here, whatever comes. */
  ends?: boolean
}

export interface Line {
  pieces: readonly Piece[]
  width: number
  ascent: number
  descent: number
}

const PROBLEM = '#a5322b'
const LINK = '#0b6e75'

/** A column as wide as its longest word holds it, whatever sums of widths round to. */
const SLACK = 0.01

/** `width` in points. At least one line, also for nothing. */
export function linesOf(page: Page, inlines: readonly Inline[], style: Style, width: number): Line[] {
  const pieces = inlines.flatMap((inline) => piecesOf(page, inline, style))
  const lines: Piece[][] = [[]]
  let filled = 0
  for (const piece of pieces.flatMap((each) => fitting(page, each, width))) {
    const line = lines.at(-1) ?? []
    const isFull = filled + piece.width > width + SLACK && !piece.space && line.length > 0
    if (isFull) {
      lines.push([piece])
      filled = piece.width
    } else if (!(piece.space && line.length === 0 && !piece.ends)) {
      line.push(piece)
      filled += piece.width
    }
    if (piece.ends) {
      lines.push([])
      filled = 0
    }
  }
  return lines.map((line) => lineOf(joined(page, withoutEnd(line)), style.size))
}

/** The width that a column needs so that no word is cut. */
export function longestWord(page: Page, inlines: readonly Inline[], style: Style): number {
  let [longest, current] = [0, 0]
  for (const piece of inlines.flatMap((inline) => piecesOf(page, inline, style))) {
    current = piece.space ? 0 : current + piece.width
    longest = Math.max(longest, current)
  }
  return longest
}

export function drawLine(line: Line, x: number, baseline: number): void {
  let at = x
  for (const piece of line.pieces) {
    piece.draw(at, baseline)
    at += piece.width
  }
}

export function lineHeight({ ascent, descent }: Line): number {
  return (ascent + descent) * 1.28
}

function withoutEnd(line: readonly Piece[]): readonly Piece[] {
  const last = line.findLastIndex((piece) => !piece.space)
  return line.slice(0, last + 1)
}

/** Words of one look that follow each other are one text: drawn at once, and found as one by a search. */
function joined(page: Page, pieces: readonly Piece[]): Piece[] {
  return pieces.reduce<Piece[]>((all, piece) => {
    const before = all.at(-1)
    const isOne = before && isWord(before) && isWord(piece) && before[WORD].style === piece[WORD].style
    if (!isOne) return [...all, piece]
    const { style } = piece[WORD]
    const whole = drawnWord(page, before[WORD].text + piece[WORD].text, style, before.width + piece.width, false)
    return [...all.slice(0, -1), whole]
  }, [])
}

function lineOf(pieces: readonly Piece[], size: number): Line {
  return {
    pieces,
    width: pieces.reduce((total, piece) => total + piece.width, 0),
    ascent: Math.max(size * 0.76, ...pieces.map((piece) => piece.ascent)),
    descent: Math.max(size * 0.22, ...pieces.map((piece) => piece.descent)),
  }
}

function piecesOf(page: Page, inline: Inline, style: Style): Piece[] {
  const inner = (children: readonly Inline[], change: Partial<Style>) =>
    children.flatMap((child) => piecesOf(page, child, { ...style, ...change }))
  switch (inline.kind) {
    case 'text':
    case 'field':
      return words(page, inline.text, style)
    case 'strong':
      return inner(inline.children, { weight: 600 })
    case 'emphasis':
      return inner(inline.children, { oblique: true })
    case 'struck':
      return inner(inline.children, { strike: true })
    case 'code':
      return words(page, inline.text, { ...style, size: style.size * 0.94, ground: '#f1efea' })
    case 'link':
      return inner(inline.children, { color: LINK, link: inline.href })
    case 'math':
      return [{ ...mathBox(page, inline.latex, style.size), space: false }]
    case 'problem':
      return words(page, `${inline.source} (${inline.message})`, { ...style, color: PROBLEM })
    case 'break':
      return [{ width: 0, ascent: 0, descent: 0, draw: () => undefined, space: true, ends: true }]
  }
  return inline satisfies never
}

function words(page: Page, text: string, style: Style): Piece[] {
  const parts = text.replace(/(?!\n)\p{Cc}/gu, '').match(/\n|[^\S\n\u00a0]+|[^\s]+(?:\u00a0[^\s]*)*|\u00a0/gu) ?? []
  return parts.map((part): Piece => {
    if (part === '\n') return { width: 0, ascent: 0, descent: 0, draw: () => undefined, space: true, ends: true }
    return wordPiece(page, part, style, /^[^\S\u00a0]/.test(part))
  })
}

const WORD = Symbol('the text of a piece')
interface WordPiece extends Piece {
  [WORD]: { text: string; style: Style }
}

function wordPiece(page: Page, text: string, style: Style, space: boolean): WordPiece {
  return drawnWord(page, text, style, widthOf(page, text, style), space)
}

function drawnWord(page: Page, text: string, style: Style, width: number, space: boolean): WordPiece {
  const { size } = style
  return {
    [WORD]: { text, style },
    width,
    ascent: size * 0.76,
    descent: size * 0.22,
    space,
    draw: (x, y) => {
      if (style.ground) page.rect(x, y - size * 0.82, width, size * 1.1).fill(style.ground)
      useFont(page, style)
      page.fillColor(style.color)
      const more = {
        ...numberSetting(text),
        ...(style.oblique && { oblique: 12 }),
        ...(style.strike && { strike: true }),
      }
      page.text(text, x, y, { lineBreak: false, baseline: 'alphabetic', ...more })
      if (style.link) page.link(x, y - size * 0.8, width, size, style.link)
      page.fillColor('#000000').strokeColor('#000000')
    },
  }
}

function isWord(piece: Piece): piece is WordPiece {
  return WORD in piece
}

/** A word that is longer than a line is cut where it must be. */
function fitting(page: Page, piece: Piece, width: number): Piece[] {
  if (piece.width <= width + SLACK || !isWord(piece)) return [piece]
  const { text, style } = piece[WORD]
  const parts: string[] = ['']
  for (const sign of text) {
    const longer = `${parts.at(-1) ?? ''}${sign}`
    if (widthOf(page, longer, style) > width && parts.at(-1) !== '') parts.push(sign)
    else parts[parts.length - 1] = longer
  }
  return parts.map((part) => wordPiece(page, part, style, false))
}

/** Widths at 1000 points by weight and text: to shape a text is dear, and words come again. */
const known = new WeakMap<Page, Map<string, number>>()

function widthOf(page: Page, text: string, { weight, size }: Style): number {
  const widths = known.get(page) ?? new Map<string, number>()
  known.set(page, widths)
  const key = `${weight}${text}`
  let width = widths.get(key)
  if (width === undefined) {
    width = page.font(String(weight)).fontSize(1000).widthOfString(text, numberSetting(text))
    widths.set(key, width)
  }
  return (width * size) / 1000
}

function useFont(page: Page, { weight, size }: Style): void {
  page.font(String(weight)).fontSize(size)
}
