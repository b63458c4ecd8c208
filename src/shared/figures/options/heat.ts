/**
 * Values as colours in a grid, with numbers in the cells where they fit, and what the colours mean beside it.
 */
import type { HeatPanelLayout } from '../figure-layout'
import { heatColor, inkOn, shareOf } from '../heat-scale'
import type { HeatCell } from '../panels'
import { textWidth } from '../text-width'
import { shortValue, valueLabelOf } from '../value-scale'
import { levelAxis } from './axes'
import { customSeries, fontOf, group, rect, type Drawing, type RenderApi } from './drawing'

const COLOR_BAR_STEPS = 32
/** Of the font size: smaller numbers nobody can read. */
const SMALLEST = 0.62

export function heatXAxis({ panel, edges, xTicks, namesX }: HeatPanelLayout, index: number, drawing: Drawing) {
  const range = { min: edges[0] ?? 0, max: edges.at(-1) ?? 1 }
  return levelAxis(`x-${index}`, namesX ? panel.x.label : '', xTicks, range, index, drawing)
}

export function heatYAxis({ panel, yTicks }: HeatPanelLayout, index: number, drawing: Drawing) {
  const axis = levelAxis(`y-${index}`, '', yTicks, { min: 0, max: panel.y.levels.length }, index, drawing)
  return { ...axis, inverse: true, axisTick: { show: false } }
}

export function heatSeries(layout: HeatPanelLayout, index: number, drawing: Drawing): object[] {
  const { panel } = layout
  const cells = drawnCells(layout)
  const text = panel.numbers ? cellText(layout, drawing) : null
  return [
    customSeries(
      `heat-${index}`,
      index,
      cells.map(({ cell }) => [placeOf(cell, layout), cell.row + 0.5]),
      (item, api) => {
        const drawn = cells[item]
        return drawn ? cellShape(drawn, layout, text, drawing, api) : null
      },
      { z: 2 },
    ),
  ]
}

interface DrawnCell {
  cell: HeatCell
  /** Columns that it stands for. */
  span: number
}

/** Where columns are narrower than two pixels, every second, third … is drawn, and as much wider. */
function drawnCells({ panel, plot, edges }: HeatPanelLayout): DrawnCell[] {
  const span = Math.max(1, Math.ceil((2 * (edges.length - 1)) / plot.width))
  return panel.cells.filter(({ column }) => column % span === 0).map((cell) => ({ cell, span }))
}

function placeOf({ column }: HeatCell, { edges }: HeatPanelLayout): number {
  return ((edges[column] ?? 0) + (edges[column + 1] ?? 0)) / 2
}

function cellShape(
  { cell, span }: DrawnCell,
  layout: HeatPanelLayout,
  text: CellText | null,
  drawing: Drawing,
  api: RenderApi,
) {
  const { panel, edges, value: scale } = layout
  const { look, palette } = drawing
  const end = Math.min(edges.length - 1, cell.column + span)
  const [x0, y0] = api.coord([edges[cell.column] ?? 0, cell.row])
  const [x1, y1] = api.coord([edges[end] ?? 0, cell.row + 1])
  const color = cell.value === null ? palette.paper : heatColor(shareOf(cell.value, scale, panel.value.log), look)
  // gaps between cells that carry numbers; none between those that are a picture
  const border = panel.numbers ? { stroke: palette.paper, lineWidth: 1.5 } : { stroke: color, lineWidth: 0.5 }
  const lines = text ? text.linesOf(cell) : []
  return group([
    rect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0), { fill: color, ...border }),
    ...lines.map((each, i) => ({
      type: 'text',
      style: {
        text: each,
        x: (x0 + x1) / 2,
        y: (y0 + y1) / 2 + (i - (lines.length - 1) / 2) * (text?.size ?? 0) * 1.25,
        align: 'center',
        verticalAlign: 'middle',
        fill: cell.value === null ? palette.quiet : inkOn(color),
        ...fontOf((text?.size ?? 0) * (i === 0 ? 1 : 0.85), i === 0 ? 500 : 400, look),
      },
    })),
  ])
}

interface CellText {
  size: number
  linesOf(cell: HeatCell): string[]
}

/** One size for all cells; deviations go first where there is no room, then the numbers. */
function cellText({ panel, plot }: HeatPanelLayout, { look }: Drawing): CellText | null {
  const width = (plot.width / Math.max(1, panel.x.levels.length)) * 0.9
  const height = plot.height / Math.max(1, panel.y.levels.length)
  const value = (cell: HeatCell) => (cell.value === null ? '–' : shortValue(panel.value, cell.value))
  const deviation = (cell: HeatCell) =>
    cell.deviation === null ? [] : [`± ${shortValue(panel.value, cell.deviation)}`]
  const choices = [(cell: HeatCell) => [value(cell), ...deviation(cell)], (cell: HeatCell) => [value(cell)]]
  for (const linesOf of choices) {
    const all = panel.cells.map(linesOf)
    const widest = Math.max(1, ...all.flat().map((each) => textWidth(each, 1, 500)))
    const tallest = Math.max(1, ...all.map((lines) => lines.length))
    const size = Math.min(look.fontSize, width / widest, height / (tallest * 1.3))
    if (size >= look.fontSize * SMALLEST) return { size, linesOf }
  }
  return null
}

/** From bottom to top, as the axis of the values would be. */
export function colorBar(layout: HeatPanelLayout, index: number, { look, palette }: Drawing): object[] {
  const { panel, plot, value: scale, decimals, colorBar: bar } = layout
  if (panel.cells.every(({ value }) => value === null)) return []
  const f = look.fontSize
  const x = plot.x + plot.width + bar.gap
  const step = plot.height / COLOR_BAR_STEPS
  const element = (id: string, shape: object) => ({ id: `${id}-${index}`, silent: true, ...shape })
  const steps = Array.from({ length: COLOR_BAR_STEPS }, (_, i) => {
    const fill = heatColor((i + 0.5) / COLOR_BAR_STEPS, look)
    const y = plot.y + plot.height - (i + 1) * step
    return element(`color-${i}`, rect(x, y, bar.width, step, { fill, stroke: fill, lineWidth: 0.5 }))
  })
  const ticks = scale.ticks.map((tick, i) =>
    element(`color-tick-${i}`, {
      type: 'text',
      style: {
        text: valueLabelOf(panel.value, tick, decimals),
        x: x + bar.width + f * 0.4,
        y: plot.y + plot.height * (1 - shareOf(tick, scale, panel.value.log)),
        verticalAlign: 'middle',
        fill: palette.quiet,
        ...fontOf(f, 400, look),
      },
    }),
  )
  const frame = element(
    'color-frame',
    rect(x, plot.y, bar.width, plot.height, { fill: null, stroke: palette.axis, lineWidth: 0.7 }),
  )
  return [...steps, frame, ...ticks]
}
