/**
 * A report as PDF: A4, text in the fonts that ship with the lab, figures as vectors, formulas set from their trees.
 * Equal reports give equal bytes.
 */
import PDFDocument from 'pdfkit'
import { familyOf, readFonts, type FontFamily, type ShippedFont } from '#lab/figures/fonts'
import { bytesOf, NO_DATE, nearest, POINTS_PER_CM } from '#lab/figures/pdf'
import { paintSvg, type Page } from '#lab/figures/svg-painter'
import { readSvg } from '#lab/figures/svg-reader'
import type { Inline, RenderedBlock, RenderedOf, RenderedReport, TextNode } from '#shared/report/document'
import { APPENDIX_TITLE, appendixIntro, freshnessNote, hashLines, runLines } from './parts'
import { linesOf, type Style } from './pdf-lines'
import { mathBox } from './pdf-math'
import { BODY, INK, MUTED, PAGE_SIZE, TEXT_WIDTH, Writer } from './pdf-page'

const SMALL: Style = { size: 8.6, weight: 400, color: MUTED }
const ALERT: Style = { size: 8.6, weight: 500, color: '#a5322b' }
const HEADINGS: readonly Style[] = [
  { size: 15, weight: 600, color: INK },
  { size: 12.4, weight: 600, color: INK },
  { size: 10.8, weight: 600, color: INK },
]

export async function reportPdf(report: RenderedReport, fontsFolder: string): Promise<Uint8Array> {
  const fonts = await readFonts(fontsFolder)
  const inter = fonts.filter(({ family }) => family === 'Inter')
  const page = new PDFDocument({
    size: PAGE_SIZE,
    margin: 0,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    // else pdfkit loads the metrics of Helvetica; the types do not know that it takes bytes as well
    font: inter[0]?.bytes as unknown as string,
    info: {
      Title: report.title,
      Author: report.author,
      Creator: 'Perceptron Lab',
      CreationDate: NO_DATE,
      ModDate: NO_DATE,
    },
  })
  for (const font of fonts) page.registerFont(fontName(font), font.bytes)
  const writer = new Writer(page)
  const fontsOf: FontsOf = (family) => {
    const own = fonts.filter((font) => font.family === family)
    return (weight) => fontName(nearest(own, weight))
  }
  titleOf(report, writer)
  report.blocks.forEach((block, i) => writeBlock(block, report.blocks[i + 1], writer, fontsOf))
  writeAppendix(report, writer)
  numberPages(page, report.title)
  return await bytesOf(page)
}

/** Texts are set in Inter, which is named by its weights alone; a figure in the family that it asks for. */
function fontName({ family, weight }: ShippedFont): string {
  return family === 'Inter' ? String(weight) : `${family} ${weight}`
}

type FontsOf = (family: FontFamily) => (weight: number) => string

function titleOf({ title, author, changedAt }: RenderedReport, writer: Writer): void {
  writer.text(plain(title), { style: { size: 21, weight: 600, color: INK }, after: 4 })
  const byline = [author, changedAt.slice(0, 10)].filter((part) => part !== '').join(', ')
  if (byline !== '') writer.text(plain(byline), { style: { ...BODY, color: MUTED } })
  writer.space(10)
}

function writeBlock(block: RenderedBlock, next: RenderedBlock | undefined, writer: Writer, fontsOf: FontsOf): void {
  switch (block.kind) {
    case 'heading':
      heading(block.text, block.level, writer, leastOf(next))
      return
    case 'text':
      writeNodes(block.nodes, writer, 0)
      return
    case 'question':
      writeQuestion(block, writer)
      return
    case 'figure':
      writeFigure(block, writer, fontsOf)
      return
    case 'table':
      writeTable(block, writer)
      return
    case 'equation':
      if (block.problem === null) displayed(block.latex, writer)
      else writer.text([{ kind: 'problem', source: block.latex, message: block.problem }])
      return
    case 'run':
      if (block.problem !== null) writer.text([{ kind: 'problem', source: block.title, message: block.problem }])
      else card(block.title, block.rows, writer)
      return
  }
  block satisfies never
}

/** How much of a block has to stand on one page with the heading above it. */
function leastOf(block: RenderedBlock | undefined): number {
  if (block?.kind === 'figure' && block.svg !== '') return figureSize(block).height + 50
  if (block?.kind === 'table' || block?.kind === 'run') return 110
  return 60
}

function heading(text: string, level: number, writer: Writer, keep = 60): void {
  const style = HEADINGS[level - 1] ?? BODY
  writer.space(level === 1 ? 12 : 8)
  writer.text(plain(text), { style, after: 4, keep })
  writer.page.outline.addItem(text)
}

function writeQuestion({ label, prompt, answer }: RenderedOf<'question'>, writer: Writer): void {
  writer.space(3)
  const [first, ...rest] = prompt
  const style: Style = { ...BODY, weight: 500 }
  const begin: Inline[] = label === '' ? [] : [{ kind: 'strong', children: plain(`${label}) `) }]
  if (first?.kind === 'paragraph') writer.text([...begin, ...first.children], { style, after: 4, keep: 16 })
  else if (first) writeNodes([first], writer, 0)
  writeNodes(rest, writer, 0)
  if (answer.length === 0)
    writer.text(plain('No answer yet.'), { style: { ...BODY, color: MUTED, oblique: true }, indent: 12 })
  else writeNodes(answer, writer, 12)
}

/** In points: as it was made, unless the page is smaller. */
function figureSize({ widthCm, heightCm }: RenderedOf<'figure'>): { width: number; height: number } {
  const scale = Math.min(1, TEXT_WIDTH / (widthCm * POINTS_PER_CM), 620 / (heightCm * POINTS_PER_CM))
  return { width: widthCm * POINTS_PER_CM * scale, height: heightCm * POINTS_PER_CM * scale }
}

function writeFigure(block: RenderedOf<'figure'>, writer: Writer, fontsOf: FontsOf): void {
  const { number, svg, freshness, caption } = block
  const { width, height } = figureSize(block)
  writer.space(6)
  if (svg === '') writer.text(plain('No picture.'), { style: SMALL })
  else {
    writer.need(height + 34)
    const box = { x: writer.left + (TEXT_WIDTH - width) / 2, y: writer.top, width, height }
    writer.page.save()
    const drawing = readSvg(svg)
    paintSvg(writer.page, drawing, box, fontsOf(familyOf(drawing.attributes.get('font-family') ?? '')))
    writer.page.restore()
    writer.page.fillColor('#000000').strokeColor('#000000').undash()
    writer.space(height + 6)
  }
  captionText(`Figure ${number}. `, caption, freshness, writer, 12)
}

function captionText(
  name: string,
  caption: readonly Inline[],
  freshness: RenderedOf<'figure'>['freshness'],
  writer: Writer,
  after: number,
): void {
  const note = freshnessNote(freshness)
  writer.text([{ kind: 'strong', children: plain(name) }, ...caption], {
    style: { ...SMALL, color: INK },
    after: note === null ? after : 1,
  })
  if (note !== null) writer.text(plain(note), { style: ALERT, after })
}

function writeTable({ number, table, freshness, caption }: RenderedOf<'table'>, writer: Writer): void {
  writer.space(6)
  writer.need(80)
  captionText(`Table ${number}. `, caption, freshness, writer, 4)
  const cells = table.rows.map((row) =>
    row.map((cell): Inline[] =>
      cell.problem === undefined ? plain(cell.text) : [{ kind: 'problem', source: '–', message: cell.problem }],
    ),
  )
  writer.table(table.header.map(plain), cells, table.align)
  for (const note of table.notes) writer.text(plain(note), { style: SMALL, after: 2 })
  writer.space(8)
}

function card(title: string, rows: readonly (readonly [string, string])[], writer: Writer, size = 9): void {
  writer.need(60)
  writer.table(
    [plain(title), []],
    rows.map((row) => row.map(plain)),
    ['left', 'left'],
    size,
  )
  writer.space(6)
}

function displayed(latex: string, writer: Writer): void {
  const box = mathBox(writer.page, latex, 11)
  const height = box.ascent + box.descent
  writer.need(height + 16)
  const scale = Math.min(1, TEXT_WIDTH / box.width)
  writer.page.save()
  writer.page.translate(writer.left + (TEXT_WIDTH - box.width * scale) / 2, writer.top + 6 + box.ascent)
  writer.page.scale(scale)
  box.draw(0, 0)
  writer.page.restore()
  writer.space(height + 16)
}

function writeNodes(nodes: readonly TextNode[], writer: Writer, indent: number): void {
  for (const node of nodes) writeNode(node, writer, indent)
}

const STEP = 14

function writeNode(node: TextNode, writer: Writer, indent: number): void {
  switch (node.kind) {
    case 'paragraph':
      writer.text(node.children, { indent })
      return
    case 'subheading':
      writer.text(node.children, { indent, style: { ...BODY, weight: 600 }, after: 3, keep: 24 })
      return
    case 'list':
      node.items.forEach((item, i) => writeItem(node.ordered ? `${node.start + i}.` : '•', item, writer, indent))
      return
    case 'quote':
      writeNodes(node.children, writer, indent + STEP)
      return
    case 'code':
      writer.text(plain(unbroken(node.text)), { indent: indent + 6, style: { ...BODY, size: 8.4 } })
      return
    case 'math':
      displayed(node.latex, writer)
      return
    case 'table':
      writer.table(node.header, node.rows, node.align)
      return
    case 'rule':
      writer.space(4)
      writer.rule(writer.left, TEXT_WIDTH, 0.5, MUTED)
      writer.space(8)
      return
  }
  node satisfies never
}

function writeItem(mark: string, item: readonly TextNode[], writer: Writer, indent: number): void {
  writer.need(BODY.size * 1.5)
  const [line] = linesOf(writer.page, plain(mark), BODY, STEP * 2)
  const before = writer.top
  if (line) writer.line(line, writer.left + indent, STEP, 'left')
  writer.space(before - writer.top)
  writeNodes(item, writer, indent + STEP + (mark.length > 2 ? 6 : 0))
}

/** Spaces at the beginning of a line stay. */
function unbroken(code: string): string {
  return code.replace(/^ +/gm, (spaces) => '\u00a0'.repeat(spaces.length))
}

function writeAppendix(report: RenderedReport, writer: Writer): void {
  const { appendix } = report
  writer.turn()
  heading(APPENDIX_TITLE, 1, writer)
  writer.text(plain(appendixIntro(appendix)))
  for (const { title, rows } of runLines(appendix)) card(title, rows, writer, 7.6)
  for (const line of appendix.missing) writer.text(plain(`Not to be had any more: ${line}`), { style: ALERT })
  const hashes = hashLines(report)
  if (hashes.length > 0) heading('Data of figures and tables, SHA-256', 2, writer)
  for (const { what, sha256 } of hashes)
    writer.text(plain(`${what}: ${sha256}`), { style: { ...SMALL, color: INK }, after: 1 })
  for (const { alias, title, json } of appendix.configurations) {
    heading(`Configuration ${alias}: ${title}`, 2, writer)
    writer.text(plain(unbroken(json)), { style: { ...BODY, size: 7.4 } })
  }
}

function numberPages(page: Page, title: string): void {
  const { start, count } = page.bufferedPageRange()
  for (let i = start; i < start + count; i++) {
    page.switchToPage(i)
    page.font('400').fontSize(8).fillColor(MUTED)
    const y = PAGE_SIZE[1] - 40
    page.text(title.length > 70 ? `${title.slice(0, 69)}…` : title, 68, y, { lineBreak: false })
    const number = `${i + 1} of ${count}`
    page.text(number, PAGE_SIZE[0] - 68 - page.widthOfString(number), y, { lineBreak: false })
  }
}

function plain(text: string): Inline[] {
  return text === '' ? [] : [{ kind: 'text', text }]
}
