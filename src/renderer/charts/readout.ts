/**
 * The values of a figure at one place of the x axis, for the card beside the crosshair.
 */
import type { BarPanel, Dash, Figure, LinePanel, Series } from '#shared/figures/figure-data'
import { isShare } from '#shared/figures/metrics'
import { epochText, lossText, percentText, secondsText } from '../runs/run-text'
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
    value: isShare(panel.y.quantity) ? percentText(y) : lossText(y),
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
