/**
 * The values of a figure at one place of the x axis, for the card beside the crosshair.
 */
import type {
  BarPanel,
  BoxPanel,
  Dash,
  FactorPanel,
  Figure,
  HeatPanel,
  LinePanel,
  Series,
} from '#shared/figures/figure-data'
import { valueText } from '#shared/figures/value-scale'
import { epochText, secondsText } from '../runs/run-text'
import { formatCount } from '../ui/format'
import type { Place } from './pointed'

export interface ReadoutRow {
  key: string
  name: string
  /** What is measured; empty where the figure has one panel only. */
  subject: string
  value: string
  colorIndex: number
  dash: Dash
}

export interface Readout {
  head: string
  rows: readonly ReadoutRow[]
  /** Rows that there was no room for. */
  more: number
}

const MOST_ROWS = 16

/** Null where nothing was measured. Lines are read by x, all panels at the same; bars by the axis that names them. */
export function readoutAt(figure: Figure, axes: readonly Place[]): Readout | null {
  for (const { dim, panel: index, value } of axes) {
    const panel = figure.panels[index]
    if (panel?.kind === 'lines' && dim === 'x') return lineReadout(figure, panel, value)
    if (panel?.kind === 'bars' && dim === 'y') return barReadout(panel, value)
    if (panel?.kind === 'box' && dim === 'y') return boxReadout(panel, value)
    if (panel?.kind === 'factor' && dim === 'x') return factorReadout(panel, value)
    if (panel?.kind === 'heat' && dim === 'x') {
      const y = axes.find((each) => each.dim === 'y' && each.panel === index)
      return y ? heatReadout(panel, value, y.value) : null
    }
  }
  return null
}

function lineReadout(figure: Figure, { x }: LinePanel, at: number): Readout | null {
  const panels = figure.panels.filter((panel) => panel.kind === 'lines')
  const one = panels.length === 1
  const read = panels.flatMap((panel) =>
    panel.series.flatMap((series) => {
      const point = nearest(series, at)
      return point ? [{ panel, series, x: point[0], y: point[1] }] : []
    }),
  )
  // Runs that are evaluated at other places than this one keep out: a value that is far away is not a value here.
  const place = read.reduce((best, each) => (Math.abs(each.x - at) < Math.abs(best - at) ? each.x : best), Infinity)
  const reach = (x.max - x.min) / 50
  const rows = read
    .filter((each) => Math.abs(each.x - place) <= reach)
    .map(({ panel, series, y }) => rowOf(panel, series, y, one))
  if (rows.length === 0) return null
  return { head: placeText(x.kind, place), rows: rows.slice(0, MOST_ROWS), more: Math.max(0, rows.length - MOST_ROWS) }
}

function rowOf(panel: LinePanel, series: Series, y: number, one: boolean): ReadoutRow {
  return {
    key: series.key,
    name: series.name,
    subject: one ? '' : panel.title,
    value: valueText(panel.y, y),
    colorIndex: series.colorIndex,
    dash: series.dash,
  }
}

/** By bisection, as points are in the order of x and there may be thousands. */
function nearest({ points }: Series, at: number): readonly [number, number] | null {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.[0] ?? Infinity) < at) low = middle + 1
    else high = middle
  }
  const [before, after] = [points[low - 1], points[low]]
  const closer = !before || (after && after[0] - at <= at - before[0]) ? after : before
  return closer && closer[1] !== null ? [closer[0], closer[1]] : null
}

function placeText(kind: LinePanel['x']['kind'], place: number): string {
  switch (kind) {
    case 'epoch':
      return `Epoch ${epochText(place)}`
    case 'step':
      return `Step ${formatCount(place)}`
    case 'seconds':
      return `After ${secondsText(place)}`
    case 'samples':
      return `${formatCount(place)} samples seen`
  }
  return kind satisfies never
}

function barReadout({ bars }: BarPanel, index: number): Readout | null {
  const bar = bars[index]
  if (!bar) return null
  const row = (name: string, seconds: number): ReadoutRow => ({
    key: name,
    name,
    subject: '',
    value: secondsText(seconds),
    colorIndex: bar.colorIndex,
    dash: 'solid',
  })
  const rows = [row('Median epoch', bar.median), row('Fastest', bar.min), row('Slowest', bar.max)]
  return { head: bar.name, rows, more: 0 }
}

function plainRow(name: string, value: string, colorIndex: number): ReadoutRow {
  return { key: name, name, subject: '', value, colorIndex, dash: 'solid' }
}

function boxReadout({ boxes, value: axis }: BoxPanel, index: number): Readout | null {
  const box = boxes[index]
  if (!box) return null
  const row = (name: string, value: number) => plainRow(name, valueText(axis, value), box.colorIndex)
  const { quartiles, values, median } = box
  const rows = [
    row('Largest', Math.max(...values)),
    ...(quartiles ? [row('Upper quartile', quartiles.high)] : []),
    row('Median', median),
    ...(quartiles ? [row('Lower quartile', quartiles.low)] : []),
    row('Smallest', Math.min(...values)),
    plainRow('Values', String(values.length), box.colorIndex),
  ]
  return { head: box.name, rows, more: 0 }
}

/** At the level that is nearest. */
function factorReadout({ x, y, series }: FactorPanel, at: number): Readout | null {
  const distance = (place: number) => (x.log ? Math.abs(Math.log(place / at)) : Math.abs(place - at))
  const place = x.places.reduce((best, each) => (distance(each) < distance(best) ? each : best), x.places[0] ?? 0)
  const level = x.levels[x.places.indexOf(place)]
  if (level === undefined) return null
  const rows = series.flatMap(({ name, colorIndex, points }) => {
    const point = points.find((each) => each.level === level)
    if (!point) return []
    const { interval, mean, values } = point
    const range = interval ? ` (${valueText(y, interval.low)} to ${valueText(y, interval.high)})` : ''
    const seeds = values.length > 1 ? `, n = ${values.length}` : ''
    return [plainRow(name, `${valueText(y, mean)}${range}${seeds}`, colorIndex)]
  })
  return rows.length === 0 ? null : { head: `${x.label} ${level}`, rows, more: 0 }
}

function heatReadout({ x, y, value: axis, cells }: HeatPanel, across: number, down: number): Readout | null {
  const column = x.places ? nearestPlace(x.places, across) : Math.floor(across)
  const row = Math.floor(down)
  const cell = cells.find((each) => each.column === column && each.row === row)
  if (!cell) return null
  const [where, level] = [x.levels[column] ?? '', y.levels[row] ?? '']
  const head = [`${x.label} ${where}`, x.places ? level : `${y.label} ${level}`.trim()].filter((text) => text !== '')
  const value = cell.value === null ? '–' : valueText(axis, cell.value)
  const deviation = cell.deviation === null ? '' : ` ± ${valueText(axis, cell.deviation)}`
  const rows = [plainRow(cell.n > 1 ? `Mean of ${cell.n} seeds` : 'Value', value + deviation, 0)]
  return { head: head.join(', '), rows, more: 0 }
}

function nearestPlace(places: readonly number[], at: number): number {
  return places.reduce(
    (best, place, i) => (Math.abs(place - at) < Math.abs((places[best] ?? Infinity) - at) ? i : best),
    0,
  )
}
