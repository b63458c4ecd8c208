/**
 * Scales, ticks and the room that labels need, for panels that are no curves.
 */
import { formatNumber, linearScale, type Scale } from './axis-scale'
import type { BoxPanel, FactorPanel, HeatPanel, ParallelPanel } from './panels'
import type { AxisRange } from './style'
import { shortenText, textWidth } from './text-width'
import { extentOf, scaleOf, shownDecimals, valueLabelOf } from './value-scale'

export interface Tick {
  at: number
  text: string
}

interface ValueScale {
  value: Scale
  /** Undefined on a log axis, where each label has its own. */
  decimals: number | undefined
}

export interface FactorAxes extends ValueScale {
  panel: FactorPanel
  x: { min: number; max: number; ticks: readonly Tick[] }
}

export interface BoxAxes extends ValueScale {
  panel: BoxPanel
  categoryWidth: number
}

export interface HeatAxes extends ValueScale {
  panel: HeatPanel
  /** Where columns begin and end: one more than there are columns. */
  edges: readonly number[]
  xTicks: readonly Tick[]
  yTicks: readonly Tick[]
  rowWidth: number
  /** At the right of the plot. */
  colorBar: { gap: number; width: number }
}

export interface ParallelAxes extends ValueScale {
  panel: ParallelPanel
  /** The label of each axis, as far as there is room. */
  heads: readonly string[]
  /** Places from the left of the plot to its right, 0 … 1. */
  places: readonly number[]
}

/** What a panel takes from its cell: `left` and `right` of the plot, and below it. */
export interface Margins {
  left: number
  right: number
  below: number
}

interface Cell {
  width: number
  height: number
}

type Measured<T> = { layout: T } & Margins

/** Beside the points of the first and last level, in places of levels. */
const MARGIN = 0.5

export function factorAxes(
  panel: FactorPanel,
  all: readonly FactorPanel[],
  cell: Cell,
  f: number,
  range?: AxisRange | null,
): Measured<FactorAxes> {
  const points = all.flatMap(({ series }) => series.flatMap((line) => line.points))
  const values = points.flatMap(({ mean, interval, values: each }) => [
    mean,
    ...each,
    ...(interval ? [interval.low, interval.high] : []),
  ])
  // bars stand on zero: their length is the value
  const drawn = panel.marks === 'bars' && !panel.y.log ? [0, ...values] : values
  const value = scaleOf(extentOf(drawn, panel.y), panel.y, cell.height / (f * 4.2), range)
  const decimals = shownDecimals(panel.y, value.step)
  const left =
    widest(
      value.ticks.map((tick) => valueLabelOf(panel.y, tick, decimals)),
      f,
    ) +
    f * 0.6
  const x = levelAxis(panel, cell.width - left, f)
  const last = x.ticks.at(-1)
  return {
    layout: { panel, value, decimals, x },
    left,
    right: Math.max(f * 0.5, last ? textWidth(last.text, f) / 4 : 0),
    below: f * 3.1,
  }
}

function levelAxis({ x, marks }: FactorPanel, width: number, f: number): FactorAxes['x'] {
  const { places, levels, log } = x
  const first = places[0] ?? 0
  const last = places.at(-1) ?? 0
  const labels = levels.map((level, i) => ({
    at: places[i] ?? i,
    text: shortenText(level, (width / levels.length) * (x.numeric ? 2 : 0.96), f),
  }))
  if (log) {
    const margin = (last / first) ** (0.35 / Math.max(1, places.length - 1))
    return { min: first / margin, max: last * margin, ticks: labels }
  }
  const apart = x.numeric ? (last - first) / Math.max(1, places.length - 1) : 1
  const margin = apart * (marks === 'bars' || !x.numeric ? MARGIN : 0.35)
  return { min: first - margin, max: last + margin, ticks: labels }
}

export function boxAxes(
  panel: BoxPanel,
  all: readonly BoxPanel[],
  cell: Cell,
  f: number,
  range?: AxisRange | null,
): Measured<BoxAxes> {
  const values = all.flatMap(({ boxes }) => boxes.flatMap((box) => box.values))
  const value = scaleOf(extentOf(values, panel.value), panel.value, cell.width / (f * 8), range)
  const decimals = shownDecimals(panel.value, value.step)
  const categoryWidth = Math.min(
    widest(
      panel.boxes.map(({ name }) => name),
      f,
    ) * 1.06,
    cell.width * 0.4,
  )
  return { layout: { panel, value, decimals, categoryWidth }, left: categoryWidth + f * 0.8, right: f, below: f * 1.7 }
}

export function heatAxes(
  panel: HeatPanel,
  all: readonly HeatPanel[],
  cell: Cell,
  f: number,
  range?: AxisRange | null,
): Measured<HeatAxes> {
  const values = all.flatMap(({ cells }) => cells.map((each) => each.value))
  const value = colorScale(extentOf(values, panel.value), panel, cell.height / (f * 4.2), range)
  const decimals = shownDecimals(panel.value, value.step)
  const rowWidth = Math.min(widest(panel.y.levels, f) * 1.06, cell.width * 0.3)
  const bar = { gap: f, width: f * 0.9 }
  const right =
    bar.gap +
    bar.width +
    widest(
      value.ticks.map((tick) => valueLabelOf(panel.value, tick, decimals)),
      f,
    ) +
    f * 0.6
  const edges = edgesOf(panel)
  const width = cell.width - rowWidth - right
  return {
    layout: {
      panel,
      value,
      decimals,
      edges,
      xTicks: columnTicks(panel, edges, width, f),
      yTicks: rowTicks(panel, rowWidth, Math.max(f, cell.height - f * 6), f),
      rowWidth,
      colorBar: bar,
    },
    left: rowWidth + f * 0.8,
    right,
    below: f * 3.1,
  }
}

/** From the smallest to the largest value: a colour for what nobody measured would be lost. */
function colorScale(
  { lo, hi }: { lo: number; hi: number },
  { value }: HeatPanel,
  count: number,
  range?: AxisRange | null,
): Scale {
  const around = scaleOf({ lo, hi }, value, Math.min(6, count), range)
  if (range || !(lo < hi)) return around
  return { ...around, min: lo, max: hi, ticks: around.ticks.filter((tick) => tick >= lo && tick <= hi) }
}

/** Half way to the neighbors; columns of levels are one wide. */
function edgesOf({ x }: HeatPanel): number[] {
  const { places } = x
  if (!places) return Array.from({ length: x.levels.length + 1 }, (_, i) => i)
  const apart = (places[1] ?? 1) - (places[0] ?? 0) || 1
  const inner = places.slice(1).map((place, i) => (place + (places[i] ?? 0)) / 2)
  const first = places[0] ?? 0
  const last = places.at(-1) ?? 0
  const lastApart = places.length > 1 ? last - (places.at(-2) ?? 0) : apart
  return [first - apart / 2, ...inner, last + lastApart / 2]
}

function columnTicks({ x }: HeatPanel, edges: readonly number[], width: number, f: number): Tick[] {
  if (!x.places) {
    const room = width / Math.max(1, x.levels.length)
    return x.levels.map((level, i) => ({ at: i + 0.5, text: shortenText(level, room * 0.96, f) }))
  }
  const min = x.places[0] ?? 0
  const max = x.places.at(-1) ?? 1
  const { ticks } = linearScale(min, max > min ? max : min + 1, Math.max(2, Math.min(8, width / (f * 5))))
  return ticks
    .filter((tick) => tick >= (edges[0] ?? 0) && tick <= (edges.at(-1) ?? 1))
    .map((tick) => ({ at: tick, text: formatNumber(tick) }))
}

/** From the top; every second, third … where rows are lower than a line of text. */
function rowTicks({ y }: HeatPanel, room: number, height: number, f: number): Tick[] {
  const every = Math.max(1, Math.ceil((y.levels.length * f * 1.15) / height))
  return y.levels.flatMap((level, i) => (i % every === 0 ? [{ at: i + 0.5, text: shortenText(level, room, f) }] : []))
}

export function parallelAxes(
  panel: ParallelPanel,
  cell: Cell,
  f: number,
  range?: AxisRange | null,
): Measured<ParallelAxes> {
  const value = scaleOf(
    extentOf(
      panel.lines.map((line) => line.value),
      panel.value,
    ),
    panel.value,
    cell.height / (f * 4.2),
    range,
  )
  const decimals = shownDecimals(panel.value, value.step)
  const count = panel.axes.length
  const room = (cell.width / Math.max(1, count)) * 0.95
  const [first] = panel.axes
  const left = Math.min(widest(first?.levels ?? [], f) + f, cell.width * 0.25)
  const right =
    widest(
      value.ticks.map((tick) => valueLabelOf(panel.value, tick, decimals)),
      f,
    ) + f
  return {
    layout: {
      panel,
      value,
      decimals,
      heads: panel.axes.map(({ label }) => shortenText(label, room, f)),
      places: panel.axes.map((_, i) => (count > 1 ? i / (count - 1) : 0)),
    },
    left,
    right,
    below: f * 2.2,
  }
}

function widest(texts: readonly string[], f: number): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, f)))
}
