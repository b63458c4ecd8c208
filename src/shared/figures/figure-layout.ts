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
import type { BarPanel, Figure, LinePanel, Panel } from './figure-data'
import { decimalsFor, formatNumber, linearScale, logScale, ticksWithin, type Scale } from './axis-scale'
import type { Look } from './chart-look'
import type { AxisRange } from './style'
import {
  endLabelWidth,
  endLabels,
  legendColumn,
  legendInside,
  legendRows,
  placeOfLegend,
  type EndLabel,
  type LegendIcon,
  type LegendRow,
} from './legend-layout'
import {
  boxAxes,
  factorAxes,
  heatAxes,
  parallelAxes,
  type BoxAxes,
  type FactorAxes,
  type HeatAxes,
  type ParallelAxes,
} from './panel-axes'
import { textWidth, wrapText } from './text-width'
import { extentOf, scaleOf, shownDecimals, valueLabelOf } from './value-scale'

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
  /** Above that: of small multiples, which one it is. */
  heading: TextBlock | null
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

function textBlock(lines: readonly string[], x: number, y: number, fontSize: number, lineHeight: number): TextBlock {
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

/** Panels in a grid with as many columns as bring the plots nearest to a pleasant 3 : 2. */
interface PanelOptions {
  window: XWindow | undefined
  /** The axes of values say what they show, not only their unit. */
  named: boolean
  /** Lines carry their names at their ends. */
  endNames: boolean
  /** Of the values, panel by panel, where a person has chosen them. */
  ranges: readonly (AxisRange | null)[]
}

function layoutPanels(panels: readonly Panel[], area: Box, f: number, options: PanelOptions): PanelLayout[] {
  const { named, ranges } = options
  if (panels.length === 0) return []
  const columns = bestColumns(panels, area, f)
  const rows = Math.ceil(panels.length / columns)
  const between = f * 1.8
  const height = (area.height - (rows - 1) * f) / rows
  const cells = panels.map((panel, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    // the panels of a last row that is not full share its width
    const inRow = Math.min(columns, panels.length - row * columns)
    const width = (area.width - (inRow - 1) * between) / inRow
    const place = { x: area.x + column * (width + between), y: area.y + row * (height + f), width, height }
    const heading = panel.facet === undefined ? [] : wrapText(panel.facet, width, f, 600)
    return { panel, column, cell: place, heading, lines: wrapText(valueLabel(panel, named), width, f, 500) }
  })
  const headingLines = Math.max(...cells.map(({ heading }) => heading.length))
  const labelLines = Math.max(...cells.map(({ lines }) => lines.length))
  const scaled = cells.map((each, i) => ({
    ...each,
    axes: axesOf(each.panel, panels, each.cell, f, options, ranges[i]),
  }))
  return scaled.map(({ panel, cell, column, heading, lines, axes }) => {
    // plots that stand on each other begin at the same place
    const peers = scaled.filter((each) => each.column === column && each.panel.kind === panel.kind)
    const left = Math.max(...peers.map((each) => each.axes.left))
    const lineHeight = f * 1.3
    const below = headingLines * lineHeight
    const label = textBlock(lines, cell.x, cell.y + below, f, lineHeight)
    const plotTop = cell.y + below + labelLines * lineHeight + f * 0.8
    const plot = {
      x: cell.x + left,
      y: plotTop,
      width: Math.max(f, cell.width - left - axes.right),
      height: Math.max(f, cell.y + cell.height - axes.below - plotTop),
    }
    const block = heading.length > 0 ? textBlock(heading, cell.x, cell.y, f, lineHeight) : null
    return { ...axes.layout, plot, label, heading: block }
  })
}

function valueLabel(panel: Panel, named: boolean): string {
  const { label, unit } = panel.kind === 'lines' || panel.kind === 'factor' ? panel.y : panel.value
  return named ? label : unit
}

/** Small multiples of one metric stand in rows that are full, or under each other. */
function bestColumns(panels: readonly Panel[], area: Box, f: number): number {
  const count = panels.length
  const levels = new Set(panels.map(({ facet }) => facet)).size
  const distance = (columns: number) => {
    const rows = Math.ceil(count / columns)
    const width = area.width / columns - f * 4
    const height = area.height / rows - f * 6
    if (width < f * 12 || height <= 0) return Infinity
    const empty = rows * columns - count
    const broken = levels > 1 && levels % columns !== 0 && columns % levels !== 0 ? 1 : 0
    return Math.abs(Math.log(width / height / 1.5)) + 0.3 * empty + broken
  }
  const choices = Array.from({ length: count }, (_, i) => i + 1)
  return choices.reduce((best, columns) => (distance(columns) < distance(best) ? columns : best), 1)
}

/** Those that differ in their facet only: their values have one scale. */
function multiplesOf<P extends Panel>(panel: P, panels: readonly Panel[]): P[] {
  const alike = panels.filter((each): each is P => each.kind === panel.kind && each.title === panel.title)
  return panel.facet === undefined ? [panel] : alike
}

/** Scales and the room that their labels need: `left` of the plot, to its `right` and `below`. */
function axesOf(
  panel: Panel,
  panels: readonly Panel[],
  cell: Box,
  f: number,
  options: PanelOptions,
  range?: AxisRange | null,
) {
  switch (panel.kind) {
    case 'lines':
      return lineAxes(panel, multiplesOf(panel, panels), cell, f, options, range)
    case 'bars':
      return barAxes(panel, cell, f)
    case 'factor':
      return factorAxes(panel, multiplesOf(panel, panels), cell, f, range)
    case 'box':
      return boxAxes(panel, multiplesOf(panel, panels), cell, f, range)
    case 'heat':
      return heatAxes(panel, multiplesOf(panel, panels), cell, f, range)
    case 'parallel':
      return parallelAxes(panel, cell, f, range)
  }
  return panel satisfies never
}

function lineAxes(
  panel: LinePanel,
  multiples: readonly LinePanel[],
  cell: Box,
  f: number,
  { window, endNames }: PanelOptions,
  range?: AxisRange | null,
) {
  const extent = extentOf(visibleValues(multiples, window), panel.y)
  const y = scaleOf(extent, panel.y, cell.height / (f * 4.2), range)
  const decimals = shownDecimals(panel.y, y.step)
  const widest = Math.max(...y.ticks.map((tick) => textWidth(yLabel(panel, tick, decimals), f)))
  const { min, max, kind, log } = panel.x
  const room = Math.max(2, Math.min(8, cell.width / (f * 5)))
  const xTicks = log
    ? logScale(min, max, room).ticks.filter((tick) => tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9))
    : ticksWithin(min, max, room, { whole: kind !== 'seconds' })
  const names = endNames ? endLabelWidth(panel, cell.width, f) : 0
  const right = Math.max(f * 0.5, textWidth(formatNumber(xTicks.at(-1) ?? max), f) / 2, names)
  return { layout: { panel, y, decimals, xTicks, endRoom: names }, left: widest + f * 0.6, right, below: f * 3.1 }
}

/** Of lines and their bands, within the part of the x axis that is shown. */
function* visibleValues(panels: readonly LinePanel[], window?: XWindow): Generator<number | null> {
  const isInside = (x: number) => !window || (x >= window.from && x <= window.to)
  for (const { points, measured = [], seeds } of panels.flatMap(({ series }) => series)) {
    for (const [x, y] of points) if (isInside(x)) yield y
    for (const [x, y] of measured) if (isInside(x)) yield y
    for (const [x, low, high] of seeds?.band ?? []) if (isInside(x)) yield* [low, high]
  }
}

export function yLabel(panel: LinePanel, value: number, decimals?: number): string {
  return valueLabelOf(panel.y, value, decimals)
}

function barAxes(panel: BarPanel, cell: Box, f: number) {
  const longest = Math.max(0, ...panel.bars.map((bar) => bar.max))
  const value = linearScale(0, longest || 1, Math.max(2, Math.min(8, cell.width / (f * 8))), { floor: 0 })
  const names = panel.bars.map((bar) => textWidth(bar.name, f))
  // a little more than they need: a browser's font may be wider, and a name should not break for that
  const categoryWidth = Math.min(Math.max(0, ...names) * 1.06, cell.width * 0.4)
  const decimals = decimalsFor(value.step)
  // the median is written behind each whisker
  const right = f * 3.6
  return { layout: { panel, value, decimals, categoryWidth }, left: categoryWidth + f * 0.8, right, below: f * 1.7 }
}
