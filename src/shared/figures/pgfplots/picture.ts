/**
 * A figure as a picture of pgfplots, to be put into a document with \input: set in the document's own font, as large
 * as the figure, with everything where the lab draws it.
 */
import { printLook, paletteOf, seriesColor, type Look } from '../chart-look'
import {
  BADGE_TEXT,
  isLineLayout,
  layoutFigure,
  type FigureLayout,
  type PanelLayout,
  type TextBlock,
} from '../figure-layout'
import type { LegendRow, LegendSeries } from '../legend-layout'
import { lineLook, type LineLook } from '../line-look'
import type { Figure, Panel } from '../panels'
import type { FigureStyle } from '../style'
import { lineAxisOptions, linePlots, markOptions, strokeOptions, commentText } from './line-axis'
import { factorLook, otherAxis } from './other-axes'
import { CM_PER_PIXEL, cm, colorName, defineColors, pt, texText } from './tex'

export interface PgfplotsOptions {
  widthCm: number
  heightCm: number
  style?: FigureStyle | undefined
}

export function pgfplotsPicture(figure: Figure, { widthCm, heightCm, style }: PgfplotsOptions): string {
  const look = printLook(widthCm, heightCm, style)
  const layout = layoutFigure(figure, look)
  const panels = figure.panels
  const picture = { look, layout, panels }
  return [
    `% ${commentText(figure.description)}`,
    '% needs \\usepackage{pgfplots} and \\pgfplotsset{compat=1.16}',
    ...figure.footnotes.map((note) => `% ${commentText(note)}`),
    `\\begin{tikzpicture}[x=1cm, y=1cm, font=${fontOf(look)}, every node/.style={inner sep=0pt}]`,
    ...defineColors(colorsOf(look)),
    `\\useasboundingbox (0,0) rectangle (${widthCm},${heightCm});`,
    ...textNodes(layout.title, look, '\\bfseries '),
    ...badgeNodes(layout.badge, look),
    ...layout.panels.flatMap((panel) => panelAxis(panel, picture)),
    ...legend(picture),
    ...endLabels(picture),
    ...textNodes(figure.footnotes.length > 0 ? layout.notes : null, look, ''),
    '\\end{tikzpicture}',
    '',
  ].join('\n')
}

interface Picture {
  look: Look
  layout: FigureLayout
  panels: readonly Panel[]
}

function fontOf({ fontSize }: Look): string {
  return `\\fontsize{${pt(fontSize)}}{${pt(fontSize * 1.25)}}\\selectfont`
}

function colorsOf(look: Look): string[] {
  const palette = paletteOf(look)
  return [...palette.series, palette.text, palette.quiet, palette.grid, palette.axis]
}

/** From pixels below the top left corner to centimeters above the lower left one. */
export function placeOf(x: number, y: number, { height }: Look): string {
  const short = (pixels: number) => Number((pixels * CM_PER_PIXEL).toFixed(4))
  return `(${short(x)},${short(height - y)})`
}

/** Each line by itself, as the layout has broken it. */
function textNodes(block: TextBlock | null, look: Look, command: string): string[] {
  if (!block) return []
  const { x, y, fontSize, lineHeight } = block
  const font = `\\fontsize{${pt(fontSize)}}{${pt(lineHeight)}}\\selectfont`
  return block.lines.map(
    (line, i) =>
      `\\node[anchor=base west, font=${font}] at ${placeOf(x, y + lineHeight * i + fontSize, look)} {${command}${texText(line)}};`,
  )
}

function badgeNodes(badge: TextBlock | null, look: Look): string[] {
  if (!badge) return []
  const at = placeOf(badge.x + badge.width / 2, badge.y + badge.height / 2, look)
  return [
    `\\node[draw, rounded corners=2pt, minimum width=${cm(badge.width)}, minimum height=${cm(badge.height)}] at ${at} {${BADGE_TEXT}};`,
  ]
}

function panelAxis(panel: PanelLayout, picture: Picture): string[] {
  const { look } = picture
  const { plot, label } = panel
  const axis = isLineLayout(panel)
    ? { options: lineAxisOptions(panel), plots: linePlots(panel.panel, picture.panels, look) }
    : otherAxis(panel.panel, look)
  const options = [
    `at={(${cm(plot.x)},${cm(look.height - plot.y - plot.height)})}, anchor=south west`,
    `scale only axis, width=${cm(plot.width)}, height=${cm(plot.height)}`,
    ...commonOptions(look),
    ...axis.options,
  ]
  return [
    ...textNodes(panel.heading, look, '\\bfseries '),
    ...textNodes(label, look, ''),
    `\\begin{axis}[${options.join(',\n  ')}]`,
    ...axis.plots,
    '\\end{axis}',
  ]
}

function commonOptions(look: Look): string[] {
  const palette = paletteOf(look)
  const grid = look.grid !== false
  return [
    'axis x line*=bottom, axis y line*=left',
    grid
      ? `y axis line style={draw=none}, ymajorgrids, major grid style={${colorName(palette.grid)}, line width=0.5pt}`
      : '',
    `tick align=outside, major tick length=2pt${grid ? ', ytick style={draw=none}' : ''}`,
    'scaled ticks=false, clip=true, clip mode=individual',
    'xlabel style={yshift=-2pt}',
  ].filter((option) => option !== '')
}

function legend({ look, layout, panels }: Picture): string[] {
  const { legendBox: box } = layout
  const backing = box
    ? [
        `\\fill[white, opacity=0.85] ${placeOf(box.x, box.y, look)} rectangle ${placeOf(box.x + box.width, box.y + box.height, look)};`,
      ]
    : []
  return [...backing, ...layout.legend.flatMap((row) => legendRow(row, { look, layout, panels }))]
}

/** The names begin where the layout has measured them, in a font that may be narrower. */
function legendRow(row: LegendRow, { look, layout: { legendIcon: icon }, panels }: Picture): string[] {
  const y = row.y + icon.height / 2
  let x = row.x
  return row.entries.flatMap(({ label, series, width }) => {
    const from = x
    x += width + icon.between
    const line = entryLook(series, panels, look)
    return [
      `\\draw[${strokeOptions(line).join(', ')}] ${placeOf(from, y, look)} -- ${placeOf(from + icon.width, y, look)};`,
      ...(line.marker === null ? [] : [markPath(line, placeOf(from + icon.width / 2, y, look))]),
      `\\node[anchor=mid west] at ${placeOf(from + icon.width + icon.gap, y, look)} {${texText(label)}};`,
    ]
  })
}

function markPath(line: LineLook, at: string): string {
  const mark = markOptions({ ...line, marked: { every: 1, shift: 0 } })
  const stroke = strokeOptions({ ...line, dash: [] })
  return `\\draw[${stroke.join(', ')}] plot[only marks, ${mark.join(', ')}] coordinates {${at}};`
}

/** Points against a factor have one look each; curves are told apart by more. */
function entryLook(series: LegendSeries, panels: readonly Panel[], look: Look): LineLook {
  return 'metric' in series ? lineLook(series, panels, look) : factorLook(series.colorIndex, look)
}

function endLabels({ look, layout }: Picture): string[] {
  const palette = paletteOf(look)
  return layout.endLabels.flatMap(({ x, y, from, label, series }) => {
    const color = colorName(seriesColor(palette, series.colorIndex))
    const gap = look.fontSize * 0.3
    return [
      `\\draw[${color}, line width=0.4pt] ${placeOf(from.x + gap, from.y, look)} -- ${placeOf(x - gap, y, look)};`,
      `\\node[anchor=mid west, text=${look.palette ? 'black' : color}] at ${placeOf(x, y, look)} {${texText(label)}};`,
    ]
  })
}
