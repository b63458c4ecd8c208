/**
 * Where everything in a figure goes, in CSS pixels from the top left corner.
 *
 * ECharts can place things by itself, but then legend, axis names and notes may lie on each other, and it cannot
 * measure text in Node. So every box is laid out here, from the widths of Inter, and the option only repeats it.
 *
 *     title                              [badge]
 *     ── legend ── legend ──
 *     y axis label          y axis label
 *     │ plot                │ plot
 *     └──────────           └──────────
 *        x axis label          x axis label
 *     notes
 */
import type { Scale } from './axis-scale'
import type { Look } from './chart-look'
import type { BarPanel, Figure, LinePanel } from './figure-data'
import {
  endLabels,
  legendColumn,
  legendInside,
  legendRows,
  placeOfLegend,
  type EndLabel,
  type LegendIcon,
  type LegendRow,
} from './legend-layout'
import type { BoxAxes, FactorAxes, HeatAxes, ParallelAxes } from './panel-axes'
import { layoutPanels } from './panel-grid'
import { textWidth, wrapText } from './text-width'
import { valueLabelOf } from './value-scale'

export { legendEntries } from './legend-layout'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface TextBlock extends Box {
  lines: readonly string[]
  fontSize: number
  lineHeight: number
}

interface PanelBoxes {
  /** The rectangle between the axes. */
  plot: Box
  /** The label of the values, above the plot. */
  label: TextBlock
  /** Of small multiples, which one it is. */
  heading: TextBlock | null
  /** The x axis says what it is: of small multiples, where no other stands below. */
  namesX: boolean
}
export interface LinePanelLayout extends PanelBoxes {
  panel: LinePanel
  y: Scale
  /** Decimals of the y labels; undefined on a log axis, where each has its own. */
  decimals: number | undefined
  xTicks: readonly number[]
  /** Beside the plot, for the names of the lines. */
  endRoom: number
}
export interface BarPanelLayout extends PanelBoxes {
  panel: BarPanel
  value: Scale
  decimals: number
  categoryWidth: number
}
export type FactorPanelLayout = PanelBoxes & FactorAxes
export type BoxPanelLayout = PanelBoxes & BoxAxes
export type HeatPanelLayout = PanelBoxes & HeatAxes
export type ParallelPanelLayout = PanelBoxes & ParallelAxes
export type PanelLayout =
  LinePanelLayout | BarPanelLayout | FactorPanelLayout | BoxPanelLayout | HeatPanelLayout | ParallelPanelLayout

export function isLineLayout(layout: PanelLayout): layout is LinePanelLayout {
  return layout.panel.kind === 'lines'
}

export interface FigureLayout {
  title: TextBlock | null
  badge: TextBlock | null
  legend: readonly LegendRow[]
  panels: readonly PanelLayout[]
  notes: TextBlock | null
  legendIcon: LegendIcon
  /** Behind a legend that lies on a plot. */
  legendBox: Box | null
  /** In place of a legend. */
  endLabels: readonly EndLabel[]
}

/** The part of the x axis that a zoom shows. */
export interface XWindow {
  from: number
  to: number
}

export const BADGE_TEXT = 'Reduced data'

export function layoutFigure(figure: Figure, look: Look, window?: XWindow): FigureLayout {
  const f = look.fontSize
  const edge = look.theme === 'print' ? f * 0.35 : f * 0.6
  const inner: Box = { x: edge, y: edge, width: look.width - 2 * edge, height: look.height - 2 * edge }
  const show = { title: true, legend: true, notes: true, badge: true, valueName: true, ...look.show }

  const badge = show.badge && figure.reducedData ? badgeBlock(inner, f) : null
  const title = show.title && figure.title ? titleBlock(figure.title, inner, badge, f) : null
  let top = title ? title.y + title.height + f * 0.4 : inner.y

  const legendIcon = { width: f * 2, height: f * 0.8, gap: f * 0.5, between: f * 1.4 }
  const place = show.legend ? placeOfLegend(figure, look.legend) : 'none'
  const besideBadge = badge && !title ? badge.width + f : 0
  let legend = place === 'top' ? legendRows(figure, { ...inner, y: top }, besideBadge, f, legendIcon) : []
  const lastRow = legend.at(-1)
  if (lastRow) top = lastRow.y + lastRow.height + f * 0.4
  if (badge) top = Math.max(top, badge.y + badge.height + f * 0.4)

  const notes = show.notes ? notesBlock(figure.footnotes, inner, f) : null
  let bottom = notes ? notes.y - f * 0.5 : inner.y + inner.height
  if (place === 'below') {
    legend = legendRows(figure, { ...inner, y: 0 }, 0, f, legendIcon)
    const from = bottom - legend.reduce((sum, row) => sum + row.height, 0)
    legend = legend.map((row) => ({ ...row, y: from + row.y }))
    bottom = from - f * 0.4
  }
  const area = { x: inner.x, y: top, width: inner.width, height: Math.max(f * 4, bottom - top) }
  if (place === 'right') {
    legend = legendColumn(figure, area, f, legendIcon)
    area.width -= legend[0] ? legend[0].width + f : 0
  }
  const panels = layoutPanels(figure.panels, area, f, {
    window,
    named: show.valueName,
    endNames: place === 'direct',
    ranges: look.rangesY ?? [],
  })
  const first = panels.find(isLineLayout)
  const inside = place === 'inside' && first ? legendInside(figure, first, f, legendIcon) : null
  return {
    title,
    badge,
    legend: inside?.rows ?? legend,
    panels,
    notes,
    legendIcon,
    legendBox: inside?.box ?? null,
    endLabels: place === 'direct' ? panels.filter(isLineLayout).flatMap((panel) => endLabels(panel, f)) : [],
  }
}

export function textBlock(
  lines: readonly string[],
  x: number,
  y: number,
  fontSize: number,
  lineHeight: number,
): TextBlock {
  const width = Math.max(0, ...lines.map((line) => textWidth(line, fontSize, 600)))
  return { x, y, width, height: lines.length * lineHeight, lines, fontSize, lineHeight }
}

function badgeBlock(inner: Box, f: number): TextBlock {
  const block = textBlock([BADGE_TEXT], 0, inner.y, f * 0.9, f * 1.5)
  const width = block.width + f
  return { ...block, x: inner.x + inner.width - width, width }
}

function titleBlock(title: string, inner: Box, badge: Box | null, f: number): TextBlock {
  const size = f * 1.2
  const width = inner.width - (badge ? badge.width + f : 0)
  return textBlock(wrapText(title, width, size, 600), inner.x, inner.y, size, size * 1.3)
}

function notesBlock(notes: readonly string[], inner: Box, f: number): TextBlock | null {
  if (notes.length === 0) return null
  const size = f * 0.85
  const lines = notes.flatMap((note) => wrapText(note, inner.width, size))
  const height = lines.length * size * 1.3
  return textBlock(lines, inner.x, inner.y + inner.height - height, size, size * 1.3)
}

export function yLabel(panel: LinePanel, value: number, decimals?: number): string {
  return valueLabelOf(panel.y, value, decimals)
}
