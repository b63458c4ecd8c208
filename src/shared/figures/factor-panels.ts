/**
 * A value of each run against one factor, with a line or a colour for each level of a second one; or against two, as
 * numbers in a grid.
 */
import type { FigureRun, FigureSpec, Metric } from '../figure'
import { mean, standardDeviation } from '../statistics/samples'
import type { Context } from './figure-context'
import { valueAxis } from './line-panels'
import { spreadOf } from './means'
import { quantityOf } from './metrics'
import type { FactorPanel, FactorPoint, HeatCell, HeatPanel } from './panels'
import { factorOf, factorsOf, levelOf, numberOf, type RunFactor } from './run-factors'
import { runValue } from './run-values'

/** The factors that are asked for; else those that vary (numbers first, as they make the better axis) but the facets. */
export function chosenFactors({ factors, facets = [] }: FigureSpec, runs: readonly FigureRun[]): RunFactor[] {
  if (factors && factors.length > 0) return factors.map((name) => factorOf(name, runs))
  const designed = new Set(runs.flatMap(({ summary }) => Object.keys(summary.configuration.levels)))
  const varying = factorsOf(runs).filter(({ name }) => !facets.includes(name))
  const own = varying.filter(({ name }) => designed.has(name))
  const chosen = own.length > 0 ? own : varying.slice(0, 1)
  return [...chosen.filter(({ numeric }) => numeric), ...chosen.filter(({ numeric }) => !numeric)]
}

export function factorPanel(metric: Metric, { spec, runs }: Context, all: readonly FigureRun[]): FactorPanel {
  const [first, second] = chosenFactors(spec, all)
  const { subject, axis } = valueAxis([metric], quantityOf(metric), spec, all)
  const x = xAxisOf(first, spec)
  const lines = second ? second.levels : [null]
  const placeOf = new Map(x.levels.map((level, i) => [level, x.places[i] ?? i]))
  const series = lines.map((line, i) => {
    const own = runs.filter(({ summary }) => !second || levelOf(summary, second.name) === line)
    return {
      key: `${metric}/${line ?? ''}`,
      name: line ?? subject,
      colorIndex: i,
      points: pointsOf(metric, own, spec, first, placeOf),
    }
  })
  return {
    kind: 'factor',
    title: subject,
    marks: spec.marks ?? 'points',
    metric,
    x,
    y: axis,
    band: spec.band ?? 'range',
    second: second?.name ?? null,
    series: series.filter(({ points }) => points.length > 0),
  }
}

function xAxisOf(factor: RunFactor | undefined, { logX, marks }: FigureSpec): FactorPanel['x'] {
  const { name, levels, numeric } = factor ?? { name: 'Runs', levels: ['all'], numeric: false }
  const numbers = levels.map(numberOf)
  // bars stand beside each other, each on a place of its own
  const asNumbers = numeric && marks !== 'bars' && levels.length > 1
  const log = asNumbers && (numbers[0] ?? 0) > 0 && (logX ?? isSpreadOut(numbers))
  return {
    label: name,
    factor: name,
    levels,
    places: asNumbers ? numbers : levels.map((_, i) => i),
    numeric: asNumbers,
    log,
  }
}

/** Levels that grow by factors and not by steps: 16, 64, 128, 512; 0.1, 0.01. */
function isSpreadOut(numbers: readonly number[]): boolean {
  return (numbers.at(-1) ?? 1) / (numbers[0] ?? 1) >= 4
}

function pointsOf(
  metric: Metric,
  runs: readonly FigureRun[],
  spec: FigureSpec,
  factor: RunFactor | undefined,
  placeOf: ReadonlyMap<string, number>,
): FactorPoint[] {
  return [...placeOf].flatMap(([level, place]) => {
    const here = runs.filter(({ summary }) => !factor || levelOf(summary, factor.name) === level)
    const measured = here.flatMap((run) => {
      const value = runValue(run, metric, spec.at ?? 'last')
      return value === undefined ? [] : [{ run, value }]
    })
    const values = measured.map(({ value }) => value)
    if (values.length === 0 || !values.every(Number.isFinite)) return []
    return [
      {
        level,
        place,
        mean: mean(values),
        interval: spreadOf(values, spec.band ?? 'range'),
        values,
        runIds: measured.map(({ run }) => run.summary.id),
      },
    ]
  })
}

/** Columns are the first factor, rows the second; without a second one there is one row. */
export function heatPanel(metric: Metric, { spec, runs }: Context, all: readonly FigureRun[]): HeatPanel {
  const [first, second] = chosenFactors(spec, all)
  const { subject, axis } = valueAxis([metric], quantityOf(metric), spec, all)
  const columns = first ?? { name: 'Runs', levels: ['all'], numeric: false }
  const rows = second ?? { name: '', levels: [''], numeric: false }
  const cells = rows.levels.flatMap((row, r) =>
    columns.levels.flatMap((column, c) => {
      const here = runs.filter(
        ({ summary }) =>
          (!first || levelOf(summary, first.name) === column) && (!second || levelOf(summary, second.name) === row),
      )
      return cellOf(metric, here, spec, c, r)
    }),
  )
  return {
    kind: 'heat',
    title: subject,
    metric,
    x: { label: columns.name, levels: columns.levels },
    y: { label: rows.name, levels: rows.levels },
    value: axis,
    numbers: true,
    cells,
  }
}

function cellOf(metric: Metric, runs: readonly FigureRun[], spec: FigureSpec, column: number, row: number): HeatCell[] {
  const measured = runs.flatMap((run) => {
    const value = runValue(run, metric, spec.at ?? 'last')
    return value === undefined ? [] : [{ run, value }]
  })
  if (measured.length === 0) return []
  const values = measured.map(({ value }) => value)
  const middle = mean(values)
  const deviation = standardDeviation(values)
  return [
    {
      column,
      row,
      value: Number.isFinite(middle) ? middle : null,
      deviation: Number.isFinite(deviation) ? deviation : null,
      n: values.length,
      runIds: measured.map(({ run }) => run.summary.id),
    },
  ]
}
