/**
 * Where the legend goes: in rows above or below the panels, in a column at their right or inside the first of them, or
 * as a name at the end of each line.
 */
import type { Scale } from './axis-scale'
import type { LegendPlace } from './style'
import type { FactorSeries, Figure, LinePanel, Series } from './figure-data'
import { shortenText, textWidth } from './text-width'

interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface LegendEntry {
  name: string
  /** As shown: cut where it is wider than the figure. */
  label: string
  series: LegendSeries
  /** With its line, in pixels. */
  width: number
}

/** What has a name of its own: a line of a curve, or of points against a factor. */
export type LegendSeries = Series | FactorSeries

export interface LegendRow extends Box {
  entries: readonly LegendEntry[]
}

/** Of a legend entry: the line before the text, the gap between the two, and between entries. */
export interface LegendIcon {
  width: number
  height: number
  gap: number
  between: number
}

/** The name of a line at its right end; `from` is the end itself. */
export interface EndLabel {
  x: number
  y: number
  from: { x: number; y: number }
  label: string
  series: Series
}

/** At most this share of the width is given to names beside the plots. */
const WIDEST_COLUMN = 0.4

/** One entry for each name: panels that show the same runs share it. A single line needs no legend. */
export function legendEntries(figure: Figure): LegendSeries[] {
  const series = figure.panels.flatMap((panel): readonly LegendSeries[] =>
    panel.kind === 'lines' || panel.kind === 'factor' ? panel.series : [],
  )
  const entries = series.filter((each, i) => series.findIndex((other) => other.name === each.name) === i)
  const onePart = new Set(series.map((each) => ('metric' in each ? each.metric : ''))).size === 1
  return entries.length === 1 && onePart ? [] : entries
}

function measuredEntries(figure: Figure, widest: number, f: number, icon: LegendIcon): LegendEntry[] {
  return legendEntries(figure).map((series) => {
    const label = shortenText(series.name, widest - icon.width - icon.gap, f)
    return { name: series.name, label, series, width: icon.width + icon.gap + textWidth(label, f) }
  })
}

/** In rows from the top of `area`; the first row leaves `besideBadge` free at its right end. */
export function legendRows(figure: Figure, area: Box, besideBadge: number, f: number, icon: LegendIcon): LegendRow[] {
  const height = f * 1.6
  const first = area.width - besideBadge
  const entries = measuredEntries(figure, first, f, icon)
  const widthOf = (row: readonly { width: number }[]) =>
    row.reduce((sum, entry) => sum + entry.width, 0) + (row.length - 1) * icon.between
  const fits = (row: readonly { width: number }[], r: number) => widthOf(row) <= (r === 0 ? first : area.width)
  return evenRows(entries, fits).map((row, r) => ({
    x: area.x,
    y: area.y + r * height,
    width: widthOf(row),
    height,
    entries: row,
  }))
}

/** As few rows as hold all entries, and those about equally long. */
function evenRows<T>(entries: readonly T[], fits: (row: readonly T[], r: number) => boolean): T[][] {
  const greedy: T[][] = []
  for (const entry of entries) {
    const row = greedy.at(-1)
    if (row && fits([...row, entry], greedy.length - 1)) row.push(entry)
    else greedy.push([entry])
  }
  const each = Math.ceil(entries.length / Math.max(1, greedy.length))
  const even = greedy.map((_, r) => entries.slice(r * each, (r + 1) * each)).filter((row) => row.length > 0)
  return even.every(fits) ? even : greedy
}

/** One entry a row, from the top of `area`, at its right side. */
export function legendColumn(figure: Figure, area: Box, f: number, icon: LegendIcon): LegendRow[] {
  const height = f * 1.5
  const entries = measuredEntries(figure, area.width * WIDEST_COLUMN, f, icon)
  const width = Math.max(0, ...entries.map((entry) => entry.width))
  return entries.map((entry, r) => ({
    x: area.x + area.width - width,
    y: area.y + r * height,
    width,
    height,
    entries: [entry],
  }))
}

/** What can be told by lines alone; in a figure without them the entries stand above. */
export function placeOfLegend(figure: Figure, wanted: LegendPlace = 'top'): LegendPlace {
  const hasLines = figure.panels.some((panel) => panel.kind === 'lines')
  return hasLines || wanted !== 'direct' ? wanted : 'none'
}

interface PlacedLines {
  panel: LinePanel
  plot: Box
  y: Scale
  endRoom: number
}

/** In the corner of the plot that the fewest points of the lines run through. */
export function legendInside(figure: Figure, place: PlacedLines, f: number, icon: LegendIcon) {
  const { panel, plot } = place
  const inner = { x: 0, y: 0, width: plot.width, height: plot.height }
  const rows = legendColumn(figure, inner, f, icon)
  const [width, height] = [rows[0]?.width ?? 0, rows.reduce((sum, row) => sum + row.height, 0)]
  if (rows.length === 0) return { rows, box: null }
  const pad = f * 0.4
  const corners = [0, 1].flatMap((down) =>
    [1, 0].map((right) => ({
      x: plot.x + pad + right * (plot.width - width - 2 * pad),
      y: plot.y + pad + down * (plot.height - height - 2 * pad),
      width,
      height,
    })),
  )
  const pixels = panel.series.flatMap((series) => pixelsOf(series, place))
  const crossed = (box: Box) => pixels.filter(([px, py]) => isWithin(px, py, box)).length
  const best = corners.reduce((least, box) => (crossed(box) < crossed(least) ? box : least))
  const box = { x: best.x - pad, y: best.y - pad, width: width + 2 * pad, height: height + 2 * pad }
  return { rows: rows.map((row) => ({ ...row, x: best.x, y: best.y + row.y })), box }
}

function isWithin(x: number, y: number, box: Box): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
}

function pixelsOf({ points }: Series, place: PlacedLines): [number, number][] {
  return points.flatMap(([x, y]): [number, number][] => (y === null ? [] : [[pixelX(x, place), pixelY(y, place)]]))
}

function pixelX(value: number, { panel: { x }, plot }: PlacedLines): number {
  return plot.x + plot.width * shareOf(value, x.min, x.max, 'log' in x && x.log)
}

function pixelY(value: number, { panel, plot, y }: PlacedLines): number {
  return plot.y + plot.height * (1 - shareOf(value, y.min, y.max, panel.y.log))
}

function shareOf(value: number, min: number, max: number, log: boolean): number {
  return log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
}

/** The room at the right of a plot whose lines carry their names. */
export function endLabelWidth(panel: LinePanel, cellWidth: number, f: number): number {
  const names = panel.series.map(({ name }) => textWidth(name, f))
  return Math.min(Math.max(0, ...names), cellWidth * WIDEST_COLUMN) + f
}

/** From top to bottom in the order in which the lines end, none on another. */
export function endLabels(place: PlacedLines, f: number): EndLabel[] {
  const { panel, plot, y } = place
  const widest = place.endRoom - f * 0.9 // a little more than the widest: sums of widths are rounded
  const ends = panel.series.flatMap((series) => {
    const end = series.points.findLast(([x, value]) => value !== null && x <= panel.x.max)
    if (!end || end[1] === null) return []
    const inRange = Math.min(y.max, Math.max(y.min, end[1]))
    return [{ series, x: pixelX(end[0], place), y: pixelY(inRange, place) }]
  })
  const sorted = ends.sort((a, b) => a.y - b.y)
  const heights = spreadOut(
    sorted.map((end) => end.y),
    f * 1.2,
    plot.y,
    plot.y + plot.height,
  )
  return sorted.map(({ series, x, y: end }, i) => ({
    x: plot.x + plot.width + f * 0.8,
    y: heights[i] ?? end,
    from: { x, y: end },
    label: shortenText(series.name, widest, f),
    series,
  }))
}

/** Rising places at least `apart` from each other, as near to `wanted` as that allows, within top … bottom if they fit. */
function spreadOut(wanted: readonly number[], apart: number, top: number, bottom: number): number[] {
  const places: number[] = []
  for (const at of wanted) places.push(Math.max(at, top, (places.at(-1) ?? -Infinity) + apart))
  for (let i = places.length - 1, most = bottom; i >= 0; i--, most -= apart) places[i] = Math.min(places[i] ?? 0, most)
  return places
}
