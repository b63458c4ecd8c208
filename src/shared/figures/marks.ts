/**
 * A drawing as a list of shapes: the same for the screen, which makes elements of it, and for a file, which makes text.
 * Shapes and attributes are those that the lab paints as PDF.
 */
import { FIGURE_FONT } from './chart-look'

export interface Mark {
  tag: 'rect' | 'path' | 'circle' | 'line' | 'text' | 'g'
  attributes: Readonly<Record<string, string | number>>
  /** Of a text. */
  text?: string
  /** Of a group. */
  children?: readonly Mark[]
}

export interface Drawing {
  /** In CSS pixels. */
  width: number
  height: number
  fontSize: number
  /** What is to be seen, in a sentence. */
  title: string
  marks: readonly Mark[]
}

type Attributes = Mark['attributes']

export function rect(x: number, y: number, width: number, height: number, attributes: Attributes = {}): Mark {
  return { tag: 'rect', attributes: { x, y, width, height, ...attributes } }
}
export function circle(cx: number, cy: number, r: number, attributes: Attributes = {}): Mark {
  return { tag: 'circle', attributes: { cx, cy, r, ...attributes } }
}
export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): Mark {
  return { tag: 'line', attributes: { x1, y1, x2, y2, ...attributes } }
}
export function path(d: string, attributes: Attributes = {}): Mark {
  return { tag: 'path', attributes: { d, ...attributes } }
}
export function text(x: number, y: number, what: string, attributes: Attributes = {}): Mark {
  return { tag: 'text', attributes: { x, y, ...attributes }, text: what }
}
export function group(attributes: Attributes, children: readonly Mark[]): Mark {
  return { tag: 'g', attributes, children }
}

const CSS_PIXELS_PER_CM = 96 / 2.54

/** As a file, in print size: 96 CSS pixels are an inch. */
export function svgOf({ width, height, fontSize, title, marks }: Drawing, background: string): string {
  const size = `width="${short(width / CSS_PIXELS_PER_CM)}cm" height="${short(height / CSS_PIXELS_PER_CM)}cm"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" role="img" font-family="${escapeXml(FIGURE_FONT)}" font-size="${short(fontSize)}">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect x="0" y="0" width="${width}" height="${height}" fill="${background}"/>`,
    ...marks.map(markText),
    '</svg>\n',
  ].join('\n')
}

function markText({ tag, attributes, text: what, children = [] }: Mark): string {
  const all = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${typeof value === 'number' ? short(value) : escapeXml(value)}"`,
  )
  const inner = what === undefined ? children.map(markText).join('') : escapeXml(what)
  return inner === '' ? `<${tag}${all.join('')}/>` : `<${tag}${all.join('')}>${inner}</${tag}>`
}

/** Finer than any printer. */
export function short(value: number): string {
  return String(Number(value.toFixed(2)))
}

function escapeXml(what: string): string {
  return what.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
