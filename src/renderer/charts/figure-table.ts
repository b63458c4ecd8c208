/**
 * From a figure to tables: a row for each place on the x axis, a column for each line.
 */
import { formatSeconds } from '#shared/figures/axis-scale'
import type { BarPanel, Figure, LinePanel } from '#shared/figures/figure-data'
import { isShare } from '#shared/figures/metrics'
import { lossText } from '../runs/run-text'

export interface PointTable {
  title: string
  head: readonly string[]
  rows: readonly { head: string; cells: readonly string[] }[]
}

export function tablesOf(figure: Figure): PointTable[] {
  return figure.panels.map((panel) => (panel.kind === 'lines' ? lineTable(panel) : barTable(panel)))
}

function lineTable({ x, y, series }: LinePanel): PointTable {
  const columns = series.map(({ points }) => new Map(points))
  const places = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b)
  const show = isShare(y.quantity) ? percent : (value: number) => lossText(value)
  return {
    title: y.label,
    head: [x.label, ...series.map((each) => each.name)],
    rows: places.map((place) => ({
      head: x.kind === 'seconds' ? place.toFixed(2) : String(place),
      cells: columns.map((column) => textOf(column.get(place), show)),
    })),
  }
}

function textOf(value: number | null | undefined, show: (value: number) => string): string {
  return value === null || value === undefined ? '–' : show(value)
}

function percent(share: number): string {
  return (share * 100).toFixed(2)
}

function barTable({ value, bars }: BarPanel): PointTable {
  return {
    title: value.label,
    head: ['Run', 'Median', 'Fastest', 'Slowest'],
    rows: bars.map(({ name, median, min, max }) => ({
      head: name,
      cells: [median, min, max].map((seconds) => formatSeconds(seconds)),
    })),
  }
}
