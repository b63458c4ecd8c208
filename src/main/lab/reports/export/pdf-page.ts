/**
 * The pages of a PDF report: a place to write that moves down and turns the page when it is full. Sizes in points.
 */
import { POINTS_PER_CM } from '#lab/figures/pdf'
import type { Page } from '#lab/figures/svg-painter'
import type { Inline, TableAlign } from '#shared/report/document'
import { drawLine, lineHeight, linesOf, type Line, type Style } from './pdf-lines'

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

  /** Rows with rules as in a book; the head is repeated on every page. */
  table(
    header: readonly (readonly Inline[])[],
    rows: readonly (readonly (readonly Inline[])[])[],
    align: readonly TableAlign[],
    size = 9,
  ): void {
    if (header.length === 0) return
    const head: Style = { ...BODY, size, weight: 600 }
    const body: Style = { ...BODY, size }
    const widths = this.columnWidths([[header, head] as const, ...rows.map((row) => [row, body] as const)])
    const whole = widths.reduce((a, b) => a + b, 0)
    const drawHead = () => {
      this.rule(this.left, whole, 1.1)
      this.row(header, head, widths, align)
      this.rule(this.left, whole, 0.5)
    }
    this.need(size * 5)
    drawHead()
    for (const row of rows) {
      const pages = this.pages
      this.need(this.rowHeight(row, body, widths))
      if (this.pages > pages) drawHead()
      this.row(row, body, widths, align)
    }
    this.rule(this.left, whole, 1.1)
    this.space(6)
  }

  private columnWidths(rows: readonly (readonly [readonly (readonly Inline[])[], Style])[]): number[] {
    const count = rows[0]?.[0].length ?? 0
    const natural = Array.from({ length: count }, (_, c) =>
      Math.max(
        24,
        ...rows.map(([row, style]) => (linesOf(this.page, row[c] ?? [], style, 1e5)[0]?.width ?? 0) + GUTTER),
      ),
    )
    return fitted(natural, TEXT_WIDTH)
  }

  private cells(row: readonly (readonly Inline[])[], style: Style, widths: readonly number[]): Line[][] {
    return widths.map((width, c) => linesOf(this.page, row[c] ?? [], style, width - GUTTER))
  }

  private rowHeight(row: readonly (readonly Inline[])[], style: Style, widths: readonly number[]): number {
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

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((total, line) => total + lineHeight(line), 0)
}

/** Columns that are wider than their share give way; narrow ones keep what they need. */
function fitted(natural: readonly number[], width: number): number[] {
  if (natural.reduce((a, b) => a + b, 0) <= width) return [...natural]
  let open = natural.map((_, i) => i)
  let free = width
  const widths = natural.map(() => 0)
  for (;;) {
    const share = free / Math.max(1, open.length)
    const small = open.filter((i) => (natural[i] ?? 0) <= share)
    if (small.length === 0 || small.length === open.length) {
      for (const i of open) widths[i] = small.length === 0 ? share : (natural[i] ?? 0)
      return widths
    }
    for (const i of small) {
      widths[i] = natural[i] ?? 0
      free -= widths[i]
    }
    open = open.filter((i) => !small.includes(i))
  }
}
