/**
 * From a figure to tables: a row for each place on the x axis, a column for each line.
 */
import { formatSeconds } from '#shared/figures/axis-scale'
import type {
  BarPanel,
  BoxPanel,
  FactorPanel,
  Figure,
  HeatPanel,
  LinePanel,
  Panel,
  ParallelPanel,
} from '#shared/figures/figure-data'
import { isShare } from '#shared/figures/metrics'
import { valueText } from '#shared/figures/value-scale'
import { lossText } from '../runs/run-text'

export interface PointTable {
  title: string
  head: readonly string[]
  rows: readonly { head: string; cells: readonly string[] }[]
}

export function tablesOf(figure: Figure): PointTable[] {
  return figure.panels.map((panel) => {
    const table = tableOf(panel)
    return panel.facet === undefined ? table : { ...table, title: `${panel.facet}: ${table.title}` }
  })
}

function tableOf(panel: Panel): PointTable {
  switch (panel.kind) {
    case 'lines':
      return lineTable(panel)
    case 'bars':
      return barTable(panel)
    case 'factor':
      return factorTable(panel)
    case 'box':
      return boxTable(panel)
    case 'heat':
      return heatTable(panel)
    case 'parallel':
      return parallelTable(panel)
  }
  return panel satisfies never
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

/** Means with their intervals. */
function factorTable({ x, y, series }: FactorPanel): PointTable {
  return {
    title: y.label,
    head: [x.label, ...series.map(({ name }) => name)],
    rows: x.levels.map((level) => ({
      head: level,
      cells: series.map(({ points }) => {
        const point = points.find((each) => each.level === level)
        if (!point) return '–'
        const { mean, interval, values } = point
        const range = interval
          ? ` (${valueText(y, interval.low)} to ${valueText(y, interval.high)}, n = ${values.length})`
          : ''
        return valueText(y, mean) + range
      }),
    })),
  }
}

function boxTable({ value, boxes }: BoxPanel): PointTable {
  return {
    title: value.label,
    head: ['Configuration', 'Median', 'Lower quartile', 'Upper quartile', 'Smallest', 'Largest', 'Values'],
    rows: boxes.map(({ name, median, quartiles, values }) => ({
      head: name,
      cells: [
        valueText(value, median),
        quartiles ? valueText(value, quartiles.low) : '–',
        quartiles ? valueText(value, quartiles.high) : '–',
        valueText(value, Math.min(...values)),
        valueText(value, Math.max(...values)),
        String(values.length),
      ],
    })),
  }
}

/** Rows of the table are columns of the map where those are epochs: they are many. */
function heatTable({ x, y, value, cells }: HeatPanel): PointTable {
  const text = (column: number, row: number) => {
    const cell = cells.find((each) => each.column === column && each.row === row)
    return cell && cell.value !== null ? valueText(value, cell.value) : '–'
  }
  if (x.places) {
    return {
      title: value.label,
      head: [x.label, ...y.levels],
      rows: x.levels.map((head, column) => ({ head, cells: y.levels.map((_, row) => text(column, row)) })),
    }
  }
  return {
    title: value.label,
    head: [`${y.label} / ${x.label}`, ...x.levels],
    rows: y.levels.map((head, row) => ({ head, cells: x.levels.map((_, column) => text(column, row)) })),
  }
}

function parallelTable({ axes, value, lines }: ParallelPanel): PointTable {
  return {
    title: value.label,
    head: ['Configuration', ...axes.map(({ label }) => label)],
    rows: lines.map(({ name, places, value: one }) => ({
      head: name,
      cells: axes.map(({ levels }, i) => (levels ? (levels[places[i] ?? -1] ?? '–') : valueText(value, one))),
    })),
  }
}
