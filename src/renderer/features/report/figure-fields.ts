/**
 * What can be set of a figure in a report, by its kind; and the spec that comes of a change.
 */
import {
  METRICS,
  type Band,
  type FigureKind,
  type FigureSpec,
  type Metric,
  type ValuePlace,
  type XAxis,
} from '#shared/figure'
import { isLayerMetric, metricTitle, partOf } from '#shared/figures/metrics'

/** As people choose it: points and bars are two looks of one kind. */
export type Chart = 'curves' | 'points' | 'bars' | 'heat' | 'box' | 'parallel' | 'gradients'

export const CHARTS: readonly { value: Chart; label: string }[] = [
  { value: 'curves', label: 'Curves' },
  { value: 'points', label: 'Points by factor' },
  { value: 'bars', label: 'Bars by factor' },
  { value: 'heat', label: 'Heat map' },
  { value: 'box', label: 'Boxes' },
  { value: 'parallel', label: 'Parallel lines' },
  { value: 'gradients', label: 'Layers by epoch' },
]

const KINDS: Record<Chart, FigureKind> = {
  curves: 'curves',
  points: 'factor',
  bars: 'factor',
  heat: 'heat',
  box: 'box',
  parallel: 'parallel',
  gradients: 'gradients',
}

export const X_OPTIONS: readonly { value: XAxis; label: string }[] = [
  { value: 'epoch', label: 'Epoch' },
  { value: 'step', label: 'Optimizer step' },
  { value: 'seconds', label: 'Seconds' },
  { value: 'samples', label: 'Samples seen' },
]

export const BAND_OPTIONS: readonly { value: Band; label: string }[] = [
  { value: 'range', label: 'Min to max' },
  { value: 'sd', label: '± 1 standard deviation' },
  { value: 'se', label: '± 1 standard error' },
  { value: 'ci95', label: '95 % interval' },
  { value: 'none', label: 'None' },
]

export const PLACE_OPTIONS: readonly { value: ValuePlace; label: string }[] = [
  { value: 'last', label: 'Last evaluation' },
  { value: 'best', label: 'Best by validation' },
  { value: 'final', label: 'Final evaluation' },
]

export function chartOf({ kind = 'curves', marks }: FigureSpec): Chart {
  if (kind !== 'factor') return kind
  return marks === 'bars' ? 'bars' : 'points'
}

/** Which fields a chart has. */
export function fieldsOf(chart: Chart) {
  const byFactor = chart === 'points' || chart === 'bars' || chart === 'heat'
  return {
    metrics: chart === 'curves' ? ('many' as const) : ('one' as const),
    axis: chart === 'curves',
    lines: chart === 'curves',
    byFactor,
    band: chart === 'points' || chart === 'bars',
    place: byFactor || chart === 'box' || chart === 'parallel',
    facets: chart === 'curves' || chart === 'points' || chart === 'bars',
    logY: chart === 'curves' || chart === 'points' || chart === 'gradients',
  }
}

/** Metrics that a chart can show: those of the validation part where some run has one. */
export function metricOptions(chart: Chart, hasValidation: boolean): { value: Metric; label: string }[] {
  return METRICS.filter((metric) => isShown(metric, chart) && (hasValidation || partOf(metric) !== 'validation')).map(
    (value) => ({ value, label: metricTitle(value) }),
  )
}

function isShown(metric: Metric, chart: Chart): boolean {
  if (chart === 'gradients') return isLayerMetric(metric)
  if (chart === 'curves') return true
  return !isLayerMetric(metric) && metric !== 'learning-rate' && !metric.endsWith('-per-minute')
}

/** What belongs to another chart goes; how it is set stays, but for words and ranges of axes that are no more. */
export function withChart(spec: FigureSpec, chart: Chart): FigureSpec {
  const { kind: _, marks: _marks, smooth, facets, factors, at, band, ...rest } = spec
  const fields = fieldsOf(chart)
  const kept = spec.panels.flat().filter((metric) => isShown(metric, chart))
  const [first = chart === 'gradients' ? 'gradient-norm' : 'test-error'] = kept
  const next: FigureSpec = {
    ...rest,
    panels: fields.metrics === 'many' ? [kept.length > 0 ? kept : [first]] : [[first]],
    ...(chart !== 'curves' && { kind: KINDS[chart] }),
    ...(chart === 'bars' && { marks: 'bars' as const }),
    ...(fields.lines && smooth && { smooth }),
    ...(fields.facets && facets && { facets }),
    ...(fields.byFactor && factors && { factors }),
    ...(fields.place && at && { at }),
    ...((fields.band || fields.lines) && band && { band }),
  }
  return withoutWords(next)
}

/** `apart`: a panel for each. */
export function withMetrics(spec: FigureSpec, metrics: readonly Metric[], apart: boolean): FigureSpec {
  return withoutWords({ ...spec, panels: apart ? metrics.map((metric) => [metric]) : [[...metrics]] })
}

export function withFactors(spec: FigureSpec, factors: readonly string[]): FigureSpec {
  const { factors: _, ...rest } = spec
  return withoutWords(factors.length === 0 ? rest : { ...rest, factors })
}

export function withFacet(spec: FigureSpec, facet: string): FigureSpec {
  const { facets: _, ...rest } = spec
  return facet === '' ? rest : { ...rest, facets: [facet] }
}

/** `amount`: weight of the past; 0 is none. */
export function withSmoothing(spec: FigureSpec, amount: number): FigureSpec {
  const { smooth: _, ...rest } = spec
  return amount > 0 ? { ...rest, smooth: { kind: 'ema', amount } } : rest
}

/** Labels, names and ranges were of the axes and lines that the figure had. */
function withoutWords(spec: FigureSpec): FigureSpec {
  const { style, ...rest } = spec
  if (!style) return spec
  const { labelX: _x, labelsY: _y, rangeX: _rx, rangesY: _ry, names: _n, caption: _c, altText: _a, ...manner } = style
  return Object.keys(manner).length > 0 ? { ...rest, style: manner } : rest
}
