/**
 * From runs to a figure: plain data that says everything that is drawn and nothing about how.
 *
 * The screen, the exported picture and the CSV are all made from this one value, so that they cannot differ.
 * Nothing here measures text or knows a theme; see `chart-option.ts` for that.
 */
import type { FigureRun, FigureSpec, Metric, XAxis } from '../figure'
import { hasEnded, type Evaluation, type RunId } from '../run'
import { figureNotes } from './figure-notes'
import { UNITS_OF, isLayerMetric, metricTitle, partOf, quantityOf, valueOf, type Part, type Quantity } from './metrics'
import { distinctNames } from './run-names'

export { metricTitle, partOf, quantityOf, type Quantity } from './metrics'

/** A value of null is a measurement that cannot be drawn here: the line has a gap. */
export type Point = readonly [x: number, y: number | null]

export interface Series {
  /** Stable while a run goes on: for a live chart to find its series again. */
  key: string
  /** As the legend shows it. Series of different panels with the same name share one entry. */
  name: string
  runId: RunId
  /** What the run is called in this figure, without the metric. */
  runName: string
  metric: Metric
  /** "hidden 1", "output": of metrics that each layer has; else null. */
  layer: string | null
  /** Which colour (and, in print, which marker) of the palette. */
  colorIndex: number
  dash: Dash
  points: readonly Point[]
}

export type Dash = 'solid' | 'dashed' | 'dotted'

export interface Bar {
  key: string
  name: string
  runId: RunId
  metric: Metric
  colorIndex: number
  median: number
  min: number
  max: number
}

export interface AxisText {
  /** With its unit: "Test loss (nats, mean per sample)". */
  label: string
}

export interface ValueText extends AxisText {
  /** The unit alone, for a page that names the metric above the chart: "nats, mean per sample". */
  unit: string
  /** As programs read it, in the CSV: "nats per sample". */
  csvUnit: string
}

export interface LinePanel {
  kind: 'lines'
  title: string
  x: AxisText & { kind: XAxis; min: number; max: number }
  /** Accuracies and errors are shares from 0 to 1 in the data and per cent on the axis. */
  y: ValueText & { quantity: Exclude<Quantity, 'time'>; log: boolean }
  /** What was asked for; not all of it may have a line. */
  metrics: readonly Metric[]
  series: readonly Series[]
}

export interface BarPanel {
  kind: 'bars'
  title: string
  /** The axis of the values; the other one lists the runs. */
  value: ValueText & { quantity: 'time' }
  bars: readonly Bar[]
}

export type Panel = LinePanel | BarPanel

export interface Figure {
  title: string | null
  /** One sentence for people who cannot see it; also a caption to start from. */
  description: string
  panels: readonly Panel[]
  /** Printed small below: what a reader has to know to read it rightly. */
  footnotes: readonly string[]
  /** True if some run has trained on less than the whole training part: shown as a badge. */
  reducedData: boolean
}

/** Colours of the lines when there is one run only: places in the palette. */
export const TEST_COLOR = 0
export const TRAIN_COLOR = 1
export const VALIDATION_COLOR = 2
const PART_COLORS: Record<Part, number> = { test: TEST_COLOR, train: TRAIN_COLOR, validation: VALIDATION_COLOR }
const PART_DASHES: Record<Part, Dash> = { test: 'solid', train: 'dashed', validation: 'dotted' }

/** Runs of the spec that are not among `runs` are left out: a live chart may know fewer than it will. */
export function figureOf(spec: FigureSpec, runs: readonly FigureRun[]): Figure {
  const drawn = [...new Set(spec.runs)].flatMap((id) => runs.find((run) => run.summary.id === id) ?? [])
  const names = distinctNames(drawn.map((run) => run.summary))
  const groups = spec.panels.flatMap(splitByQuantity)
  const context: Context = { spec, runs: drawn, names, naming: namingFor(groups, drawn.length) }
  const panels = groups.map((metrics) => panelOf(metrics, context))
  return {
    title: spec.title,
    description: describe(panels, names),
    panels,
    footnotes: figureNotes(panels, drawn, names),
    reducedData: drawn.some((run) => run.summary.reducedData),
  }
}

interface Context {
  spec: FigureSpec
  runs: readonly FigureRun[]
  /** In the order of `runs`. */
  names: readonly string[]
  naming: Naming
}

/** What a legend entry has to say: the run, the part (train, validation, test, or the layer), or both. */
type Naming = 'run' | 'part' | 'both'

/** The same for all panels, so that one legend serves them all. */
function namingFor(groups: readonly (readonly Metric[])[], runs: number): Naming {
  if (runs === 1) return 'part'
  const metrics = groups.flat()
  const parts = new Set(metrics.flatMap((metric) => partOf(metric) ?? []))
  return parts.size > 1 || metrics.some(isLayerMetric) ? 'both' : 'run'
}

/** Metrics that cannot share an axis get a panel each. */
function splitByQuantity(metrics: readonly Metric[]): Metric[][] {
  const groups = new Map<Quantity, Metric[]>()
  for (const metric of new Set(metrics)) {
    const quantity = quantityOf(metric)
    groups.set(quantity, [...(groups.get(quantity) ?? []), metric])
  }
  return [...groups.values()]
}

function panelOf(metrics: readonly Metric[], context: Context): Panel {
  const quantity = quantityOf(metrics[0] ?? 'test-loss')
  return quantity === 'time' ? barPanel(context) : linePanel(metrics, quantity, context)
}

/** Those that span powers of ten from layer to layer and over a training: a linear axis would show the largest only. */
const ALWAYS_LOG: readonly Quantity[] = ['norm', 'ratio']
/** Distances from 100 % are what a log scale is for: that is the error. Shares of units are often 0. */
const NEVER_LOG: readonly Quantity[] = ['accuracy', 'share']

function linePanel(metrics: readonly Metric[], quantity: Exclude<Quantity, 'time'>, context: Context): LinePanel {
  const { spec, runs } = context
  const log = ALWAYS_LOG.includes(quantity) || (spec.logY && !NEVER_LOG.includes(quantity))
  const lines = runs.flatMap((run, index) => metrics.flatMap((metric) => linesOf(metric, run, index, log, context)))
  const series = runs.length > 1 ? inColorsOfLayers(lines, spec) : lines
  const subject = metrics.length === 1 ? metricTitle(metrics[0] ?? 'test-loss') : capital(quantity)
  const { unit, csvUnit } = unitsOf(quantity, runs)
  return {
    kind: 'lines',
    title: subject,
    x: { kind: spec.x, label: X_LABELS[spec.x], ...xRange(spec.x, runs, series) },
    y: { label: unit === '' ? subject : `${subject} (${unit})`, unit, csvUnit, quantity, log },
    metrics,
    series,
  }
}

/** A squared error has no nats; where the losses of runs differ, no unit is right for all. */
function unitsOf(quantity: Quantity, runs: readonly FigureRun[]): { unit: string; csvUnit: string } {
  if (quantity !== 'loss') return UNITS_OF[quantity]
  const squared = runs.filter((run) => run.loss === 'squared-error').length
  if (squared === 0) return UNITS_OF.loss
  if (squared === runs.length) return { unit: '½ Σ(y − t)², mean per sample', csvUnit: 'squared error per sample' }
  return { unit: 'each in its own unit, mean per sample', csvUnit: 'per sample' }
}

/** One line, or one for each layer. What a run has never measured has none; before its first evaluation, all have. */
function linesOf(metric: Metric, run: FigureRun, index: number, log: boolean, context: Context): Series[] {
  const layers = run.history.find((at) => at.diagnostics)?.diagnostics?.length ?? 0
  const wanted = isLayerMetric(metric) ? Array.from({ length: layers }, (_, layer) => ({ layer, layers })) : [null]
  return wanted
    .map((of) => seriesOf(metric, run, index, of, log, context))
    .filter(({ points }) => run.history.length === 0 || points.length > 0)
}

function seriesOf(
  metric: Metric,
  run: FigureRun,
  index: number,
  of: { layer: number; layers: number } | null,
  log: boolean,
  { spec, names, naming }: Context,
): Series {
  const part = partOf(metric)
  const runName = names[index] ?? run.summary.label
  const alone = naming === 'part'
  const layer = of && (of.layer === of.layers - 1 ? 'output' : `hidden ${of.layer + 1}`)
  const own = layer ?? part ?? metricTitle(metric).toLowerCase()
  const aloneColor = of ? of.layer : part ? PART_COLORS[part] : TEST_COLOR
  return {
    key: `${run.summary.id}/${metric}${of ? `/${of.layer}` : ''}`,
    name: alone ? own : naming === 'run' || (!layer && !part) ? runName : `${runName}, ${own}`,
    runId: run.summary.id,
    runName,
    metric,
    layer,
    colorIndex: alone && !spec.colors ? aloneColor : colorOf(run, index, spec),
    dash: part ? PART_DASHES[part] : 'solid',
    points: measuredAt(run, part).flatMap((at): Point[] => {
      const value = valueOf(metric, at, of?.layer ?? 0)
      return value === undefined ? [] : [[at[X_FIELDS[spec.x]], drawable(value, log)]]
    }),
  }
}

/** The history; of a test part that was locked meanwhile, the one look at it, where it was looked at. */
function measuredAt({ history, summary }: FigureRun, part: Part | null): readonly Evaluation[] {
  const { finalEvaluation, last } = summary
  if (part !== 'test' || !finalEvaluation || !last) return history
  const { epoch, score } = finalEvaluation
  const share = last.epoch > 0 ? epoch / last.epoch : 1
  const nearest = history.find((at) => at.epoch >= epoch) ?? last
  const seconds = nearest.epoch === epoch ? nearest.seconds : last.seconds * share
  return [{ ...nearest, epoch, step: Math.round(last.step * share), seconds, test: score }]
}

/** Where lines of several runs are told apart by layer, each gets a colour of its own: dashes would not be enough. */
function inColorsOfLayers(lines: readonly Series[], { colors }: FigureSpec): readonly Series[] {
  if (colors || !lines.some((line) => line.layer !== null)) return lines
  return lines.map((line, colorIndex) => ({ ...line, colorIndex }))
}

const X_FIELDS = { epoch: 'epoch', step: 'step', seconds: 'seconds' } as const satisfies Record<XAxis, keyof Evaluation>

const X_LABELS: Record<XAxis, string> = { epoch: 'Epoch', step: 'Optimizer step', seconds: 'Training time (s)' }

/** A loss that has overflowed has no place on any axis, and zero has none on a log axis. */
function drawable(value: number, log: boolean): number | null {
  return Number.isFinite(value) && (!log || value > 0) ? value : null
}

/**
 * From 0 to where the longest line ends. While a run goes on the epochs and steps that are planned are there
 * from the start: the line grows into its place, and the axis stands still.
 */
function xRange(axis: XAxis, runs: readonly FigureRun[], series: readonly Series[]): { min: number; max: number } {
  const ends = series.map((each) => each.points.at(-1)?.[0] ?? 0)
  const planned = runs.map(({ summary }) => {
    const { status, epochs, last } = summary
    if (axis === 'seconds' || hasEnded(status)) return 0
    if (axis === 'epoch') return epochs
    return last && last.epoch > 0 ? Math.round((last.step / last.epoch) * epochs) : 0
  })
  const max = Math.max(0, ...ends, ...planned)
  return { min: 0, max: max > 0 ? max : 1 }
}

/** The one that the spec gives to the run, else its place among those that are drawn. */
function colorOf({ summary }: FigureRun, index: number, { runs, colors }: FigureSpec): number {
  return colors?.[runs.indexOf(summary.id)] ?? index
}

function barPanel({ spec, runs, names }: Context): BarPanel {
  const bars = runs.flatMap((run, index): Bar[] => {
    const { summary } = run
    const spread = summary.secondsPerEpoch
    if (!spread) return []
    const metric = 'seconds-per-epoch'
    const name = names[index] ?? summary.label
    const colorIndex = colorOf(run, index, spec)
    return [{ key: `${summary.id}/${metric}`, name, runId: summary.id, metric, colorIndex, ...spread }]
  })
  const title = metricTitle('seconds-per-epoch')
  return {
    kind: 'bars',
    title,
    value: { label: `${title} (s per epoch)`, ...UNITS_OF.time, quantity: 'time' },
    bars,
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function describe(panels: readonly Panel[], names: readonly string[]): string {
  const lines = panels.flatMap((panel) => (panel.kind === 'lines' ? [panel] : []))
  const by = lines[0] ? ` by ${X_WORDS[lines[0].x.kind]}` : ''
  const curves = lines.length === 0 ? [] : [joinWords(lines.map((panel) => panel.title.toLowerCase())) + by]
  const what = [...curves, ...(lines.length < panels.length ? ['training time per epoch'] : [])]
  const subject = capital(what.join('; '))
  return names.length === 0 ? `${subject || 'An empty figure'}.` : `${subject} of ${joinWords(names)}.`
}

const X_WORDS: Record<XAxis, string> = { epoch: 'epoch', step: 'optimizer step', seconds: 'training time' }

/** "a", "a and b", "a, b and c". */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? ''
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
