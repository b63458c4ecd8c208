/** A plot as a file: SVG in print colours with its legend, and CSV of the very points. */
import { FIGURE_FONT, PALETTES, printLook, seriesColor } from '../figures/chart-look'
import { csvCell } from '../figures/figure-csv'
import { textWidth } from '../figures/text-width'
import { layoutPlot, type Plot, type PlotLayout } from './plot'

export interface PrintSize {
  widthCm: number
  heightCm: number
}

const PALETTE = PALETTES.print
const BAND = '#ececec'
export const DASHES = { solid: '', dashed: '5 3.5', dots: '' } as const

/** Printed lines differ in their strokes too: colours may all come out grey. */
const PRINTED = ['', '6 2.5', '1.5 2.5', '8 2.5 1.5 2.5']

export function plotSvg(plot: Plot, { widthCm, heightCm }: PrintSize): string {
  const { width, height, fontSize } = printLook(widthCm, heightCm)
  const legend = legendOf(plot, width, fontSize)
  const layout = layoutPlot(plot, { width, height: height - legend.height, fontSize })
  const { area } = layout
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthCm}cm" height="${heightCm}cm" viewBox="0 0 ${width} ${height}" role="img" font-family="${FIGURE_FONT}" font-size="${fontSize}">`,
    `<title>${escapeXml(plot.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${PALETTE.background}"/>`,
    ...layout.bands.map((band) => rect(band.at, area.y, band.width, area.height, BAND)),
    ...gridLines(layout),
    `<svg x="${area.x}" y="${area.y}" width="${area.width}" height="${area.height}" viewBox="${area.x} ${area.y} ${area.width} ${area.height}" overflow="hidden">`,
    ...layout.curves.map(curveOf),
    '</svg>',
    ...layout.marks.flatMap((mark) => markOf(mark, layout)),
    text(area.x + area.width / 2, layout.height - fontSize * 0.6, plot.x.label, 'middle'),
    `<text transform="translate(${fontSize} ${area.y + area.height / 2}) rotate(-90)" text-anchor="middle" fill="${PALETTE.text}">${escapeXml(plot.y.label)}</text>`,
    ...legend.parts.map((part) => part(layout.height)),
    '</svg>\n',
  ].join('\n')
}

function gridLines({ area, xTicks, yTicks, fontSize }: PlotLayout): string[] {
  const bottom = area.y + area.height
  return [
    ...yTicks.flatMap(({ at, label }) => [
      line(area.x, at, area.x + area.width, at, PALETTE.grid),
      text(area.x - fontSize * 0.5, at + fontSize * 0.36, label, 'end'),
    ]),
    line(area.x, bottom, area.x + area.width, bottom, PALETTE.axis),
    ...xTicks.flatMap(({ at, label }) => [
      line(at, bottom, at, bottom + 3, PALETTE.axis),
      text(at, bottom + fontSize * 1.35, label, 'middle'),
    ]),
  ]
}

function curveOf({ color, style, path, dots }: PlotLayout['curves'][number]): string {
  const stroke = seriesColor(PALETTE, color)
  if (style === 'dots') {
    return dots
      .map(([x, y]) => `<circle cx="${short(x)}" cy="${short(y)}" r="2" fill="${PALETTE.paper}" stroke="${stroke}"/>`)
      .join('')
  }
  const pattern = style === 'solid' ? (PRINTED[color % PRINTED.length] ?? '') : DASHES[style]
  const dash = pattern && ` stroke-dasharray="${pattern}"`
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="1.5"${dash}/>`
}

function markOf(mark: PlotLayout['marks'][number], { area }: PlotLayout): string[] {
  const color = seriesColor(PALETTE, mark.color)
  return [
    line(mark.at, mark.labelAt[1], mark.at, area.y + area.height, color, '3 2'),
    ...(mark.dot === null ? [] : [`<circle cx="${short(mark.at)}" cy="${short(mark.dot)}" r="3" fill="${color}"/>`]),
    text(mark.labelAt[0], mark.labelAt[1], mark.label, mark.anchor),
  ]
}

/** Names in their colours under the plot, in as many rows as they need. */
function legendOf(plot: Plot, width: number, fontSize: number) {
  const [gap, icon] = [fontSize, fontSize * 2]
  const entries = [
    ...plot.curves.map((curve) => ({ name: curve.name, curve })),
    ...(plot.bandName && plot.bands.length > 0 ? [{ name: plot.bandName, curve: null }] : []),
  ]
  let [x, row] = [gap, 0]
  const parts = entries.map(({ name, curve }) => {
    const needed = icon + gap / 2 + textWidth(name, fontSize)
    if (x > gap && x + needed > width) [x, row] = [gap, row + 1]
    const [atX, atRow] = [x, row]
    x += needed + gap * 1.5
    return (top: number) => {
      const y = top + fontSize * (1 + 1.5 * atRow)
      const middle = y - fontSize * 0.36
      const sign = !curve
        ? rect(atX, middle - fontSize / 2, icon, fontSize, BAND)
        : curveOf({
            ...curve,
            path: `M${short(atX)} ${short(middle)}h${short(icon)}`,
            dots: [[atX + icon / 2, middle]],
          })
      return sign + text(atX + icon + gap / 2, y, name, 'start')
    }
  })
  return { parts, height: entries.length === 0 ? 0 : fontSize * (1.5 * (row + 1) + 0.3) }
}

/** One row for each point; the columns are named after the axes. */
export function plotCsv(plot: Plot): string {
  const rows = plot.curves.flatMap(({ name, points }) =>
    points.map(([x, y]) => [name, x, Number.isFinite(y) ? y : null]),
  )
  return [['curve', plot.x.label, plot.y.label], ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string, dash = ''): string {
  const dashed = dash && ` stroke-dasharray="${dash}"`
  return `<path d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}" stroke="${stroke}"${dashed}/>`
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${fill}"/>`
}

function text(x: number, y: number, what: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}" fill="${PALETTE.text}">${escapeXml(what)}</text>`
}

function short(value: number): string {
  return String(Number(value.toFixed(2)))
}

export function escapeXml(what: string): string {
  return what.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
