/**
 * The drawing of a graph as an SVG file: text stays text, and both colors can be told apart in gray as well.
 */
import { FIGURE_FONT } from '../figures/chart-look'
import { SIZES, type Drawing, type EdgeShape, type NodeShape } from './drawing'

export interface SvgText {
  title: string
  description: string
}

/** Values dark, gradients lighter and bold: they differ in gray, by weight and by place. */
export const PRINT_INK = {
  value: '#0a3d75',
  gradient: '#b85c00',
  line: '#333333',
  quiet: '#555555',
  text: '#000000',
} as const

const CSS_PIXELS_PER_CM = 96 / 2.54

export function drawingSizeCm({ width, height }: Drawing): { widthCm: number; heightCm: number } {
  return { widthCm: cm(width), heightCm: cm(height + LEGEND_HEIGHT) }
}

function cm(pixels: number): number {
  return Math.round((pixels / CSS_PIXELS_PER_CM) * 100) / 100
}

const LEGEND_HEIGHT = 24

export function graphSvg(drawing: Drawing, { title, description }: SvgText): string {
  const { widthCm, heightCm } = drawingSizeCm(drawing)
  const height = drawing.height + LEGEND_HEIGHT
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthCm}cm" height="${heightCm}cm" viewBox="0 0 ${drawing.width} ${height}" role="img" font-family="${FIGURE_FONT}" font-size="${SIZES.text}">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(description)}</desc>`,
    `<defs><marker id="arrow" viewBox="0 0 6 6" refX="0" refY="3" markerWidth="${SIZES.arrow}" markerHeight="${SIZES.arrow}" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L6 3L0 6Z" fill="${PRINT_INK.line}"/></marker></defs>`,
    ...drawing.edges.map(edgeSvg),
    ...drawing.nodes.map(nodeSvg),
    legendSvg(drawing),
    '</svg>\n',
  ].join('\n')
}

function edgeSvg({ path, x, y, value, gradient }: EdgeShape): string {
  return [
    `<path d="${path}" fill="none" stroke="${PRINT_INK.line}" stroke-width="1.2" marker-end="url(#arrow)"/>`,
    text(x, y - 5, value, `fill="${PRINT_INK.value}"`),
    gradient === null ? '' : text(x, y + 15, gradient, `fill="${PRINT_INK.gradient}" font-weight="600"`),
  ].join('')
}

function nodeSvg({ node, x, y, width, height, text: inside, caption, total }: NodeShape): string {
  const isOperation = node.kind === 'operation'
  const [left, top] = [short(x - width / 2), short(y - height / 2)]
  const look =
    node.kind === 'constant' ? `stroke="${PRINT_INK.quiet}" stroke-dasharray="3 2"` : `stroke="${PRINT_INK.line}"`
  const size = isOperation ? SIZES.symbol : SIZES.text
  return [
    `<rect x="${left}" y="${top}" width="${short(width)}" height="${height}" rx="${isOperation ? height / 2 : 4}" fill="#ffffff" ${look} stroke-width="1.2"/>`,
    text(x, y + size * 0.36, inside, `fill="${PRINT_INK.text}" font-size="${size}"`),
    caption === ''
      ? ''
      : text(x, y + height / 2 + 13, caption, `fill="${PRINT_INK.quiet}" font-size="${SIZES.caption}"`),
    total === null
      ? ''
      : text(
          x,
          totalY({ y, height, caption }),
          `Σ ${total}`,
          `fill="${PRINT_INK.gradient}" font-weight="600" font-size="${SIZES.caption}"`,
        ),
  ].join('')
}

/** Under the node; above it where its caption is there already. */
export function totalY({ y, height, caption }: Pick<NodeShape, 'y' | 'height' | 'caption'>): number {
  return caption === '' ? y + height / 2 + 13 : y - height / 2 - 5
}

function legendSvg({ height }: Drawing): string {
  const y = height + LEGEND_HEIGHT - 10
  const size = `font-size="${SIZES.caption}"`
  return [
    `<text x="8" y="${y}" ${size}>`,
    `<tspan fill="${PRINT_INK.value}">above: value</tspan>`,
    `<tspan dx="12" fill="${PRINT_INK.gradient}" font-weight="600">below: gradient</tspan>`,
    '</text>',
  ].join('')
}

function text(x: number, y: number, content: string, look: string): string {
  return `<text x="${short(x)}" y="${short(y)}" text-anchor="middle" ${look}>${escapeXml(content)}</text>`
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** XML has no way to say control signs, not even as entities. */
function escapeXml(content: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return content.replace(/\p{Cc}/gu, ' ').replace(/[&<>"]/g, (sign) => entities[sign] ?? '')
}
