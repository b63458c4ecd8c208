/**
 * A figure as a table: exactly the points that are drawn, one a row, so that it can be drawn again elsewhere.
 *
 * RFC 4180 (CRLF, quotes doubled) with one header row and no comments. The x column is named by its axis, and
 * `unit` is the unit of `value`: shares are from 0 to 1, times in seconds. A gap in a line is an empty value. Bars
 * are rows whose value is the median, with the ends of the whisker in `min` and `max`. What each layer has is named in
 * `layer`. Of several seeds together `run` has all ids, `value` is their mean, `seeds` their number, and `low` and `high`
 * are the ends of the band or interval where there is one. Of smoothed lines `measured` is what they were before.
 * Boxes and points against a factor also have a row for each seed (or epoch), with its number in `seed`.
 */
import type { BoxPanel, FactorPanel, Figure, HeatPanel, LinePanel, Panel, ParallelPanel, Series } from './panels'

type Cell = string | number | null
type Row = Record<string, Cell>

/** In this order, those that some row has; between them the columns that factors and axes name. */
const FIRST = ['panel', 'facet', 'run', 'label', 'metric', 'layer']
const LAST = ['seed', 'value', 'measured', 'low', 'high', 'min', 'max', 'deviation', 'seeds', 'unit']
const ALWAYS = ['panel', 'run', 'label', 'metric', 'value', 'unit']

export function figureCsv(figure: Figure): string {
  const records = figure.panels.flatMap((panel, i) =>
    recordsOf(panel).map((row): Row => ({
      panel: i + 1,
      ...(panel.facet !== undefined && { facet: panel.facet }),
      ...row,
    })),
  )
  const present = new Set(records.flatMap((record) => Object.keys(record)))
  for (const panel of figure.panels) if (panel.kind === 'lines') present.add(panel.x.kind)
  const isThere = (column: string) => ALWAYS.includes(column) || present.has(column)
  const own = [...present].filter((column) => !FIRST.includes(column) && !LAST.includes(column))
  const columns = [...FIRST.filter(isThere), ...own, ...LAST.filter(isThere)]
  const rows = records.map((record) => columns.map((column) => record[column] ?? null))
  return [columns.map(named), ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')
}

/** Columns of factors are marked while rows are gathered: a factor may be called "value". */
const FACTOR = 'factor: '

function named(column: string): string {
  return column.startsWith(FACTOR) ? column.slice(FACTOR.length) : column
}

function recordsOf(panel: Panel): Row[] {
  switch (panel.kind) {
    case 'lines':
      return panel.series.flatMap((series) => lineRecords(panel, series))
    case 'bars':
      return panel.bars.map(({ runId, name, metric, median, min, max }) => ({
        run: runId,
        label: name,
        metric,
        value: median,
        min,
        max,
        unit: panel.value.csvUnit,
      }))
    case 'factor':
      return factorRecords(panel)
    case 'box':
      return boxRecords(panel)
    case 'heat':
      return heatRecords(panel)
    case 'parallel':
      return parallelRecords(panel)
  }
  return panel satisfies never
}

function lineRecords(panel: LinePanel, { runId, runName, metric, layer, points, measured, seeds }: Series): Row[] {
  const fixed = {
    run: seeds ? ids(seeds.runIds) : runId,
    label: runName,
    metric,
    ...(layer === null ? {} : { layer }),
    unit: panel.y.csvUnit,
  }
  const bands = new Map(seeds?.band.map(([x, low, high]) => [x, { low, high }]))
  return points.map(([x, y], i) => ({
    ...fixed,
    [panel.x.kind]: x,
    value: y,
    ...(measured && { measured: measured[i]?.[1] ?? null }),
    ...(seeds && { seeds: seeds.counts[i] ?? null, ...(i < seeds.tailFrom ? bands.get(x) : {}) }),
  }))
}

function factorRecords({ metric, x, y, second, series }: FactorPanel): Row[] {
  return series.flatMap(({ name, points }) =>
    points.flatMap(({ level, mean, interval, values, runIds }): Row[] => {
      const fixed = {
        label: second === null ? level : `${level} · ${name}`,
        metric,
        [FACTOR + x.factor]: level,
        ...(second === null ? {} : { [FACTOR + second]: name }),
        unit: y.csvUnit,
      }
      const each = values.map((value, i): Row => ({ ...fixed, run: runIds[i] ?? '', seed: i + 1, value }))
      return [
        { ...fixed, run: ids(runIds), value: mean, seeds: values.length, ...interval },
        ...(each.length > 1 ? each : []),
      ]
    }),
  )
}

function boxRecords({ metric, value: { csvUnit: unit }, boxes }: BoxPanel): Row[] {
  return boxes.flatMap(({ name, runIds, values, median, quartiles }): Row[] => {
    const fixed = { run: ids(runIds), label: name, metric, unit }
    const ends = quartiles && {
      low: quartiles.low,
      high: quartiles.high,
      min: quartiles.whiskerLow,
      max: quartiles.whiskerHigh,
    }
    return [
      { ...fixed, value: median, ...ends, seeds: runIds.length },
      ...values.map((value, i): Row => ({ ...fixed, seed: i + 1, value })),
    ]
  })
}

function heatRecords({ metric, x, y, value: axis, cells }: HeatPanel): Row[] {
  return cells.map(({ column, row, value, deviation, n, runIds }) => {
    const [across, up] = [x.levels[column] ?? '', y.levels[row] ?? '']
    return {
      run: ids(runIds),
      label: x.places ? up : [across, up].filter((level) => level !== '').join(' · '),
      metric,
      ...(x.places
        ? { layer: up, epoch: x.places[column] ?? null }
        : { [FACTOR + x.label]: across, ...(y.label === '' ? {} : { [FACTOR + y.label]: up }) }),
      value,
      deviation,
      seeds: n,
      unit: axis.csvUnit,
    }
  })
}

function parallelRecords({ metric, axes, value: axis, lines }: ParallelPanel): Row[] {
  return lines.map(({ name, runIds, places, value, n }) => ({
    run: ids(runIds),
    label: name,
    metric,
    ...Object.fromEntries(
      axes.flatMap(({ label, levels }, i) => (levels ? [[FACTOR + label, levels[places[i] ?? -1] ?? null]] : [])),
    ),
    value,
    seeds: n,
    unit: axis.csvUnit,
  }))
}

function ids(runIds: readonly string[]): string {
  return runIds.join(' ')
}

/**
 * Numbers as JavaScript writes them, which reads back to the same number. A text that a spreadsheet would take for
 * a formula gets an apostrophe in front, as such a text can come in with somebody else's experiment.
 */
export function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
