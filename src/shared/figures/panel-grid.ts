/**
 * Panels in a grid: how many columns, and what each panel gets of its cell.
 */
import { decimalsFor, formatNumber, linearScale, logScale, ticksWithin } from './axis-scale'
import { textBlock, yLabel, type Box, type PanelLayout, type XWindow } from './figure-layout'
import { endLabelWidth } from './legend-layout'
import { boxAxes, factorAxes, heatAxes, parallelAxes } from './panel-axes'
import type { BarPanel, LinePanel, Panel } from './panels'
import type { AxisRange } from './style'
import { textWidth, wrapText } from './text-width'
import { extentOf, scaleOf, shownDecimals } from './value-scale'

export interface PanelOptions {
  window: XWindow | undefined
  /** The axes of values say what they show, not only their unit. */
  named: boolean
  /** Lines carry their names at their ends. */
  endNames: boolean
  /** Of the values, panel by panel, where a person has chosen them. */
  ranges: readonly (AxisRange | null)[]
}

/** With as many columns as bring the plots nearest to a pleasant 3 : 2. */
export function layoutPanels(panels: readonly Panel[], area: Box, f: number, options: PanelOptions): PanelLayout[] {
  if (panels.length === 0) return []
  const cells = cellsOf(panels, area, f)
  const lineHeight = f * 1.3
  const worded = cells.map((cell, i) => ({
    ...cell,
    ...wordsOf(cell, cells, f, options.named),
    range: options.ranges[i],
  }))
  const headingLines = Math.max(...worded.map(({ heading }) => heading.length))
  const labelLines = Math.max(...worded.map(({ lines }) => lines.length))
  const above = (headingLines + labelLines) * lineHeight + f * 0.8
  const scaled = worded.map((each) => ({ ...each, axes: axesOf(each.panel, panels, each.box, f, options, each.range) }))
  return scaled.map(({ panel, box, column, heading, lines, axes, namesX }) => {
    // plots that stand on each other begin at the same place
    const peers = scaled.filter((each) => each.column === column && each.panel.kind === panel.kind)
    const left = Math.max(...peers.map((each) => each.axes.left))
    const right = panel.kind === 'heat' ? Math.max(...peers.map((each) => each.axes.right)) : axes.right
    const plot = {
      x: box.x + left,
      y: box.y + above,
      width: Math.max(f, box.width - left - right),
      height: Math.max(f, box.height - (namesX ? axes.below : axes.below - NAME_ROOM * f) - above),
    }
    const label = textBlock(lines, box.x, box.y, f, lineHeight)
    const below = box.y + labelLines * lineHeight
    const block = heading.length > 0 ? textBlock(heading, box.x, below, f, lineHeight) : null
    return { ...axes.layout, plot, label, heading: block, namesX }
  })
}

/** Of the name of an x axis, in font sizes. */
const NAME_ROOM = 1.4

interface GridCell {
  panel: Panel
  row: number
  column: number
  box: Box
  /** None of its kind stands below it. */
  namesX: boolean
}

function cellsOf(panels: readonly Panel[], area: Box, f: number): GridCell[] {
  const columns = bestColumns(panels, area, f)
  const rows = Math.ceil(panels.length / columns)
  const between = f * 1.8
  const shared = sharesNames(panels)
  const placed = panels.map((panel, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    const namesX = !shared || panels[i + columns] === undefined
    return { panel, row, column, namesX }
  })
  // rows whose axes have names are higher by them, so that all plots are equally high
  const extra = Array.from({ length: rows }, (_, row) =>
    placed.some((each) => each.row === row && each.namesX) ? NAME_ROOM * f : 0,
  )
  const height = (area.height - (rows - 1) * f - extra.reduce((sum, each) => sum + each, 0)) / rows
  return placed.map((each) => {
    const { row, column } = each
    // the panels of a last row that is not full share its width, unless they are compared with those above
    const inRow = shared ? columns : Math.min(columns, panels.length - row * columns)
    const width = (area.width - (inRow - 1) * between) / inRow
    const before = extra.slice(0, row).reduce((sum, more) => sum + more, 0)
    const y = area.y + row * (height + f) + before
    return { ...each, box: { x: area.x + column * (width + between), y, width, height: height + (extra[row] ?? 0) } }
  })
}

/** Small multiples of one kind: their axes are alike, and are named once. */
function sharesNames(panels: readonly Panel[]): boolean {
  return panels.every(({ facet, kind }) => facet !== undefined && kind === panels[0]?.kind)
}

/** What stands above a plot. Small multiples of one metric name it once, over the first of a row. */
function wordsOf({ panel, row, column, box }: GridCell, cells: readonly GridCell[], f: number, named: boolean) {
  if (panel.facet === undefined) return { heading: [], lines: wrapText(valueLabel(panel, named), box.width, f, 500) }
  const heading = wrapText(panel.facet, box.width, f, 600)
  const alike = cells.filter((each) => each.row === row && each.panel.title === panel.title)
  const isFirst = alike.every((each) => each.column >= column)
  const end = Math.max(...alike.map((each) => each.box.x + each.box.width))
  return { heading, lines: isFirst ? wrapText(valueLabel(panel, named), end - box.x, f, 500) : [] }
}

function valueLabel(panel: Panel, named: boolean): string {
  const { label, unit } = panel.kind === 'lines' || panel.kind === 'factor' ? panel.y : panel.value
  return named ? label : unit
}

/** Small multiples of one metric stand in rows that are full, or under each other; they can be read when small, too. */
function bestColumns(panels: readonly Panel[], area: Box, f: number): number {
  const count = panels.length
  const levels = new Set(panels.map(({ facet }) => facet)).size
  const narrowest = f * (levels > 1 ? 7 : 12)
  const distance = (columns: number) => {
    const rows = Math.ceil(count / columns)
    const width = area.width / columns - f * 4
    const height = area.height / rows - f * 6
    if (width < narrowest || height <= 0) return Infinity
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
