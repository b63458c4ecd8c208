/**
 * What each layer has over a training, as colours: one panel for each run or configuration.
 */
import { mean } from '../statistics/samples'
import type { FigureRun } from '../figure'
import type { Context } from './figure-context'
import type { Group } from './groups'
import { layerName, layersOf, valueAxis, X_LABELS } from './line-panels'
import { isLayerMetric, quantityOf, valueOf, type LayerMetric } from './metrics'
import type { Metric } from '../figure'
import type { HeatCell, HeatPanel } from './panels'

/** The first one that layers have among those that are asked for. */
export function layerMetricOf(metrics: readonly Metric[]): LayerMetric {
  return metrics.find(isLayerMetric) ?? 'gradient-norm'
}

/** Runs without diagnostics have no panel. */
export function layerPanels(metric: LayerMetric, { spec, runs, groups }: Context): HeatPanel[] {
  const { subject, axis } = valueAxis([metric], quantityOf(metric), spec, runs)
  return groups.flatMap((group): HeatPanel[] => {
    const layers = Math.max(...group.runs.map(layersOf))
    if (layers === 0) return []
    const places = [...new Set(group.runs.flatMap(({ history }) => diagnosed(history).map(({ epoch }) => epoch)))]
    places.sort((a, b) => a - b)
    return [
      {
        kind: 'heat',
        title: subject,
        ...(groups.length > 1 && { facet: group.name }),
        metric,
        x: { label: X_LABELS.epoch, levels: places.map(String), places },
        // the output on top, as a signal runs upwards
        y: {
          label: 'Layer',
          levels: Array.from({ length: layers }, (_, i) => layerName({ layer: layers - 1 - i, layers })),
        },
        value: axis,
        numbers: false,
        cells: places.flatMap((epoch, column) => cellsOf(metric, group, epoch, column, layers, axis.log)),
      },
    ]
  })
}

function diagnosed(history: FigureRun['history']): FigureRun['history'] {
  return history.filter(({ diagnostics }) => diagnostics !== undefined)
}

function cellsOf(
  metric: LayerMetric,
  { runs }: Group,
  epoch: number,
  column: number,
  layers: number,
  log: boolean,
): HeatCell[] {
  const here = runs.flatMap((run) => {
    const at = run.history.find((each) => each.epoch === epoch && each.diagnostics !== undefined)
    return at ? [{ run, at }] : []
  })
  return Array.from({ length: layers }, (_, row): HeatCell[] => {
    const measured = here.flatMap(({ run, at }) => {
      const value = valueOf(metric, at, layers - 1 - row)
      return value === undefined ? [] : [{ run, value }]
    })
    if (measured.length === 0) return []
    const value = meanOn(
      log,
      measured.map((each) => each.value),
    )
    const runIds = measured.map(({ run }) => run.summary.id)
    return [{ column, row, value, deviation: null, n: measured.length, runIds }]
  }).flat()
}

/** On a log scale the geometric mean: one seed whose gradients explode should not hide the others. */
function meanOn(log: boolean, values: readonly number[]): number | null {
  const value = log ? Math.exp(mean(values.map(Math.log))) : mean(values)
  return Number.isFinite(value) && (!log || value > 0) ? value : null
}
