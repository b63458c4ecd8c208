/**
 * A figure as a table: exactly the points that are drawn, one a row, so that it can be drawn again elsewhere.
 *
 * RFC 4180 (CRLF, quotes doubled) with one header row and no comments. The x column is named by its axis, and
 * `unit` is the unit of `value`: shares are from 0 to 1, times in seconds. A gap in a line is an empty value. Bars
 * are rows whose value is the median, with the ends of the whisker in `min` and `max`. What each layer has is named in
 * `layer`.
 */
import type { Figure, Panel } from './figure-data'

type Cell = string | number | null

export function figureCsv(figure: Figure): string {
  const xNames = new Set(figure.panels.flatMap((panel) => (panel.kind === 'lines' ? [panel.x.kind] : [])))
  const hasBars = figure.panels.some((panel) => panel.kind === 'bars')
  const hasLayers = figure.panels.some((panel) => panel.kind === 'lines' && panel.series.some((line) => line.layer))
  const what = ['panel', 'run', 'label', 'metric', ...(hasLayers ? ['layer'] : [])]
  const columns = [...what, ...xNames, 'value', ...(hasBars ? ['min', 'max'] : []), 'unit']
  const records = figure.panels.flatMap((panel, i) => recordsOf(panel, i + 1))
  const rows = records.map((record) => columns.map((column) => record[column] ?? null))
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')
}

function recordsOf(panel: Panel, number: number): Record<string, Cell>[] {
  if (panel.kind === 'lines') {
    return panel.series.flatMap(({ runId, runName, metric, layer, points }) => {
      const fixed = {
        panel: number,
        run: runId,
        label: runName,
        metric,
        ...(layer === null ? {} : { layer }),
        unit: panel.y.csvUnit,
      }
      return points.map(([x, y]) => ({ ...fixed, [panel.x.kind]: x, value: y }))
    })
  }
  return panel.bars.map(({ runId, name, metric, median, min, max }) => ({
    panel: number,
    run: runId,
    label: name,
    metric,
    value: median,
    min,
    max,
    unit: panel.value.csvUnit,
  }))
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
