/**
 * The pages of a PDF report: a place to write that moves down and turns the page when it is full. Sizes in points.
 */
import { POINTS_PER_CM } from '#lab/figures/pdf'
import type { Page } from '#lab/figures/svg-painter'
import type { Inline, TableAlign } from '#shared/report/document'
import { drawLine, lineHeight, linesOf, longestWord, type Line, type Style } from './pdf-lines'

const A4 = { width: 21 * POINTS_PER_CM, height: 29.7 * POINTS_PER_CM }
const MARGIN = { side: 2.4 * POINTS_PER_CM, top: 2.2 * POINTS_PER_CM, bottom: 2.4 * POINTS_PER_CM }
export const TEXT_WIDTH = A4.width - 2 * MARGIN.side
export const PAGE_SIZE: [number, number] = [A4.width, A4.height]
export const INK = '#1d1e22'
export const MUTED = '#5b5d64'
export const BODY: Style = { size: 10.2, weight: 400, color: INK }

export interface Placing {
  style?: Style
  indent?: number
  align?: TableAlign
  after?: number
  /** Points that must be free below it on the same page. */
  keep?: number
}

export class Writer {
  private y = MARGIN.top
  pages = 1

  constructor(readonly page: Page) {}

  get left(): number {
    return MARGIN.side
  }

  get top(): number {
    return this.y
  }

  space(points: number): void {
    this.y += points
  }

  /** Turns the page unless so much is free; what is taller than a page begins on a new one all the same. */
  need(points: number): void {
    if (this.y + points > A4.height - MARGIN.bottom && this.y > MARGIN.top) this.turn()
  }

  turn(): void {
    this.page.addPage()
    this.pages += 1
    this.y = MARGIN.top
  }

  text(
    inlines: readonly Inline[],
    { style = BODY, indent = 0, align = 'left', after = 6, keep = 0 }: Placing = {},
  ): void {
    const width = TEXT_WIDTH - indent
    const lines = linesOf(this.page, inlines, style, width)
    this.need(Math.min(2, lines.length) * style.size * 1.3 + keep)
    for (const line of lines) this.line(line, this.left + indent, width, align)
    this.space(after)
  }

  line(line: Line, x: number, width: number, align: TableAlign): void {
    const height = lineHeight(line)
    this.need(height)
    const free = width - line.width
    const shift = align === 'left' ? 0 : align === 'right' ? free : free / 2
    drawLine(line, x + shift, this.y + line.ascent + (height - line.ascent - line.descent) / 2)
    this.y += height
  }

  rule(x: number, width: number, thickness: number, color = INK): void {
    this.page
      .lineWidth(thickness)
      .moveTo(x, this.y)
      .lineTo(x + width, this.y)
      .stroke(color)
    this.page.strokeColor('#000000')
  }

  /** Rows with rules as in a book; the head is repeated on every page. Set smaller where words would be cut. */
  table(header: Row, rows: readonly Row[], align: readonly TableAlign[], size = 9): void {
    if (header.length === 0) return
    const sizes = [size, size * 0.9, size * 0.8, size * 0.7]
    const wanted = sizes.map((each) => this.columnsAt(header, rows, each))
    const columns = wanted.find(({ least }) => total(least) <= TEXT_WIDTH) ?? wanted.at(-1)
    if (!columns) return
    const widths = fitted(columns, TEXT_WIDTH)
    const { head, body } = columns
    const drawHead = () => {
      this.rule(this.left, total(widths), 1.1)
      this.row(header, head, widths, align)
      this.rule(this.left, total(widths), 0.5)
    }
    this.need(size * 5)
    drawHead()
    for (const row of rows) {
      const pages = this.pages
      this.need(this.rowHeight(row, body, widths))
      if (this.pages > pages) drawHead()
      this.row(row, body, widths, align)
    }
    this.rule(this.left, total(widths), 1.1)
    this.space(6)
  }

  private columnsAt(header: Row, rows: readonly Row[], size: number): Columns {
    const head: Style = { ...BODY, size, weight: 600 }
    const body: Style = { ...BODY, size }
    const all = [[header, head] as const, ...rows.map((row) => [row, body] as const)]
    const widest = (c: number, measure: (cell: readonly Inline[], style: Style) => number) =>
      Math.max(18, ...all.map(([row, style]) => measure(row[c] ?? [], style))) + GUTTER
    const unbroken = (cell: readonly Inline[], style: Style) =>
      Math.max(...linesOf(this.page, cell, style, 1e5).map(({ width }) => width))
    return {
      head,
      body,
      natural: header.map((_, c) => widest(c, unbroken)),
      least: header.map((_, c) => widest(c, (cell, style) => longestWord(this.page, cell, style))),
    }
  }

  private cells(row: Row, style: Style, widths: readonly number[]): Line[][] {
    return widths.map((width, c) => linesOf(this.page, row[c] ?? [], style, width - GUTTER))
  }

  private rowHeight(row: Row, style: Style, widths: readonly number[]): number {
    return Math.max(...this.cells(row, style, widths).map(heightOf)) + 4
  }

  private row(
    row: readonly (readonly Inline[])[],
    style: Style,
    widths: readonly number[],
    align: readonly TableAlign[],
  ): void {
    const begin = this.y + 2
    const cells = this.cells(row, style, widths)
    let x = this.left
    cells.forEach((lines, c) => {
      this.y = begin
      for (const line of lines)
        this.line(line, x + (align[c] === 'right' ? GUTTER : 0), (widths[c] ?? 0) - GUTTER, align[c] ?? 'left')
      x += widths[c] ?? 0
    })
    this.y = begin + Math.max(...cells.map(heightOf)) + 2
  }
}

const GUTTER = 10
type Row = readonly (readonly Inline[])[]

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((total, line) => total + lineHeight(line), 0)
}

interface Columns {
  head: Style
  body: Style
  /** Widths without any break, and with one behind every word. */
  natural: readonly number[]
  least: readonly number[]
}

/** Each column has room for its longest word; what is left is shared out by how much more it would like. */
function fitted({ natural, least }: Columns, width: number): number[] {
  if (total(natural) <= width) return [...natural]
  const free = width - total(least)
  if (free < 0) return least.map((each) => (each / total(least)) * width)
  const wish = natural.map((each, c) => each - (least[c] ?? 0))
  return least.map((each, c) => each + (free * (wish[c] ?? 0)) / Math.max(1, total(wish)))
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
