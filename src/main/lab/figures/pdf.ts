/**
 * From SVG to a PDF of one page, as large as the drawing: lines stay lines, texts stay texts in an embedded font.
 */
import PDFDocument from 'pdfkit'
import { familyOf, readFonts, type ShippedFont } from './fonts'
import { paintSvg } from './svg-painter'
import { readSvg, textOf, type SvgElement } from './svg-reader'

export interface PdfOptions {
  widthCm: number
  heightCm: number
  fontsFolder: string
}

/** A date would make two files of one drawing differ; PDF wants one all the same. */
export const NO_DATE = new Date(0)

export const POINTS_PER_CM = 72 / 2.54

/** Equal drawings give equal bytes. */
export async function pdfFromSvg(svg: string, { widthCm, heightCm, fontsFolder }: PdfOptions): Promise<Uint8Array> {
  const root = readSvg(svg)
  const family = familyOf(root.attributes.get('font-family') ?? '')
  const fonts = (await readFonts(fontsFolder)).filter((font) => font.family === family)
  const [width, height] = [widthCm * POINTS_PER_CM, heightCm * POINTS_PER_CM]
  const page = new PDFDocument({
    size: [width, height],
    margin: 0,
    // else pdfkit loads the metrics of Helvetica; the types do not know that it takes bytes as well
    font: fonts[0]?.bytes as unknown as string,
    info: { Title: titleOf(root), Creator: 'Perceptron Lab', CreationDate: NO_DATE, ModDate: NO_DATE },
  })
  for (const { weight, bytes } of fonts) page.registerFont(String(weight), bytes)
  paintSvg(page, root, { x: 0, y: 0, width, height }, (weight) => String(nearest(fonts, weight).weight))
  return await bytesOf(page)
}

export function nearest(fonts: readonly ShippedFont[], weight: number): ShippedFont {
  return fonts.reduce((best, font) => (Math.abs(font.weight - weight) < Math.abs(best.weight - weight) ? font : best))
}

function titleOf({ children }: SvgElement): string {
  const title = children.find((child) => typeof child !== 'string' && child.name === 'title')
  return typeof title === 'object' ? textOf(title) : ''
}

export async function bytesOf(page: PDFKit.PDFDocument): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  page.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => page.on('end', resolve).on('error', reject))
  page.end()
  await ended
  return new Uint8Array(Buffer.concat(chunks))
}
