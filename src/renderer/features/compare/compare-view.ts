/**
 * What a person has set on the tabs of a comparison: kept while tabs come and go, forgotten with the screen.
 */
import { reactive } from 'vue'
import type { Band, FigureRun, FigureSpec, Grouping, Metric, Smoothing, ValuePlace, XAxis } from '#shared/figure'
import { configurationKey } from '#shared/figures/groups'
import { metricTitle, partOf } from '#shared/figures/metrics'
import { factorsOf } from '#shared/figures/run-factors'
import { isTestLocked, type RunId } from '#shared/run'

export interface CompareView {
  arrange: 'overlay' | 'each'
  by: Grouping
  band: Band
  x: XAxis
  logX: boolean
  logY: boolean
  /** Weight of the past in the moving average; 0: none. */
  smooth: number
  /** Name of a factor, or empty. */
  facet: string
  /** One chart for each. */
  metrics: Metric[]
  factorKind: 'points' | 'bars' | 'heat' | 'box' | 'parallel'
  factorMetric: Metric
  at: ValuePlace
  /** Empty: the first that varies. */
  first: string
  second: string
  timeMetric: Metric
  layerMetric: Metric
  layerView: 'map' | 'lines'
}

export function newView(): CompareView {
  return reactive<CompareView>({
    arrange: 'overlay',
    by: 'run',
    band: 'range',
    x: 'epoch',
    logX: false,
    logY: false,
    smooth: 0,
    facet: '',
    metrics: ['test-loss', 'test-accuracy'],
    factorKind: 'points',
    factorMetric: 'test-error',
    at: 'last',
    first: '',
    second: '',
    timeMetric: 'test-error',
    layerMetric: 'gradient-norm',
    layerView: 'map',
  })
}

/** Where several configurations have seeds, their means and bands tell more than a thicket of lines. */
export function groupingFor(ids: readonly RunId[], runs: readonly FigureRun[]): Grouping {
  const configurations = new Set(groupColors(ids, runs, 'configuration')).size
  return configurations > 1 && configurations < ids.length ? 'configuration' : 'run'
}

/**
 * Metrics of a part that none of the runs has measured give way to the same of one that they have: of the test part
 * where it was watched, else of the validation part, else of the train part.
 */
export function showMeasured(view: CompareView, runs: readonly FigureRun[]): void {
  const measured = PARTS.filter((part) => runs.some(({ history }) => history.some((at) => at[part] !== undefined)))
  const [best] = measured
  const replace = (metric: Metric): Metric => {
    const part = partOf(metric)
    return best && part && !measured.includes(part) ? (metric.replace(part, best) as Metric) : metric
  }
  view.metrics = view.metrics.map(replace)
  view.factorMetric = replace(view.factorMetric)
  view.timeMetric = replace(view.timeMetric)
}

/** Why a chart of this metric has no points. */
export function waitingText(metric: Metric, runs: readonly FigureRun[]): string {
  const measured = runs.filter(({ history }) => history.length > 0)
  const part = partOf(metric)
  if (measured.length === 0 || part === null || part === 'train') return 'No evaluations yet'
  if (part === 'test' && measured.every(({ summary }) => isTestLocked(summary)))
    return 'The test part of these runs is locked until their final evaluation'
  return `These runs have not measured their ${part} part`
}

/** The runs that are shown, with places in the palette that stay when others are hidden. */
export interface ShownRuns {
  runs: readonly RunId[]
  colors: readonly number[]
}

/** By configuration all seeds have one color: that of their configuration among all. */
export function groupColors(ids: readonly RunId[], runs: readonly FigureRun[], by: Grouping): number[] {
  if (by === 'run') return ids.map((_, i) => i)
  const keys = ids.map((id) => {
    const run = runs.find(({ summary }) => summary.id === id)
    return run ? configurationKey(run) : id
  })
  const distinct = [...new Set(keys)]
  return keys.map((key) => distinct.indexOf(key))
}

export function smoothingOf({ smooth }: Pick<CompareView, 'smooth'>): Smoothing | null {
  return smooth > 0 ? { kind: 'ema', amount: smooth } : null
}

/** What all figures of a comparison have in common. */
export function specOf(shown: ShownRuns, change: Pick<FigureSpec, 'panels'> & Partial<FigureSpec>): FigureSpec {
  return { ...shown, x: 'epoch', logY: false, title: null, widthCm: 12, heightCm: 8, ...change }
}

export const BAND_OPTIONS: readonly { value: Band; label: string }[] = [
  { value: 'range', label: 'Min to max' },
  { value: 'sd', label: '± 1 standard deviation' },
  { value: 'se', label: '± 1 standard error' },
  { value: 'ci95', label: '95 % interval' },
  { value: 'none', label: 'No band' },
]

export const BY_OPTIONS = [
  { value: 'run', label: 'Runs' },
  { value: 'configuration', label: 'Configurations' },
] as const satisfies readonly { value: Grouping; label: string }[]

const PARTS = ['test', 'validation', 'train'] as const

/** Those of the validation part where some run has one. */
export function metricOptions(
  metrics: readonly Metric[],
  runs: readonly FigureRun[],
): { value: Metric; label: string }[] {
  const validated = runs.some(hasValidation)
  return metrics
    .filter((metric) => partOf(metric) !== 'validation' || validated)
    .map((metric) => ({ value: metric, label: metricTitle(metric) }))
}

export const SCORE_METRICS: readonly Metric[] = PARTS.flatMap(
  (part) => [`${part}-loss`, `${part}-accuracy`, `${part}-error`] as const,
)

export function hasValidation({ history }: FigureRun): boolean {
  return history.some((at) => at.validation !== undefined)
}

/** Names of factors that the shown runs vary in. */
export function varyingFactors({ runs: ids }: ShownRuns, runs: readonly FigureRun[]): string[] {
  return factorsOf(runs.filter(({ summary }) => ids.includes(summary.id))).map(({ name }) => name)
}
