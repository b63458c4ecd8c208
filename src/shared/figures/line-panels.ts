/**
 * Curves: metrics along training, a line for each run or for each configuration.
 */
import type { FigureRun, FigureSpec, Metric, XAxis } from '../figure'
import { hasEnded, type Evaluation } from '../run'
import type { Context } from './figure-context'
import { groupingOf, type Group } from './groups'
import { meanLine, type Sample } from './means'
import { UNITS_OF, heldOutOf, isLayerMetric, metricTitle, partOf, quantityOf, valueOf, type Part } from './metrics'
import type { Quantity } from './metrics'
import type { Dash, LinePanel, Point, Series, ValueAxis } from './panels'
import { smoothed } from './smoothing'

/** Colours of the lines when there is one run only: places in the palette. */
export const TEST_COLOR = 0
export const TRAIN_COLOR = 1
export const VALIDATION_COLOR = 2
const PART_COLORS: Record<Part, number> = { test: TEST_COLOR, train: TRAIN_COLOR, validation: VALIDATION_COLOR }
const PART_DASHES: Record<Part, Dash> = { test: 'solid', train: 'dashed', validation: 'dotted' }

const GAPS: readonly Quantity[] = ['loss-gap', 'accuracy-gap']
/** Those that span powers of ten from layer to layer and over a training: a linear axis would show the largest only. */
const ALWAYS_LOG: readonly Quantity[] = ['norm', 'ratio']
/** Distances from 100 % are what a log scale is for: that is the error. Shares of units are often 0; gaps change sign. */
const NEVER_LOG: readonly Quantity[] = ['accuracy', 'share', ...GAPS]

export function isGap(quantity: Quantity): boolean {
  return GAPS.includes(quantity)
}

export function linePanel(
  metrics: readonly Metric[],
  quantity: Exclude<Quantity, 'time'>,
  context: Context,
): LinePanel {
  const { spec, runs, groups } = context
  const y = valueAxis(metrics, quantity, spec, runs)
  const lines = groups.flatMap((group) => metrics.flatMap((metric) => linesOf(metric, group, y.log, context)))
  const series = groups.length > 1 ? inColorsOfLayers(lines, spec) : lines
  return {
    kind: 'lines',
    title: y.subject,
    x: { kind: spec.x, label: X_LABELS[spec.x], ...xRange(spec, runs, series), ...(spec.logX && { log: true }) },
    y: { ...y.axis, quantity, ...(isGap(quantity) && { signed: true }) },
    metrics,
    series,
  }
}

/** `subject` is what is measured, without its unit. */
export function valueAxis(
  metrics: readonly Metric[],
  quantity: Quantity,
  spec: FigureSpec,
  runs: readonly FigureRun[],
): { subject: string; log: boolean; axis: ValueAxis } {
  const log = ALWAYS_LOG.includes(quantity) || (spec.logY && !NEVER_LOG.includes(quantity))
  const subject = metrics.length === 1 ? metricTitle(metrics[0] ?? 'test-loss') : capital(quantity)
  const { unit, csvUnit } = unitsOf(quantity, runs)
  const axis = { label: unit === '' ? subject : `${subject} (${unit})`, unit, csvUnit, quantity, log }
  return { subject, log, axis }
}

/** A squared error has no nats; where the losses of runs differ, no unit is right for all. */
function unitsOf(quantity: Quantity, runs: readonly FigureRun[]): { unit: string; csvUnit: string } {
  if (quantity !== 'loss' && quantity !== 'loss-gap') return UNITS_OF[quantity]
  const squared = runs.filter((run) => run.loss === 'squared-error').length
  if (squared === 0) return UNITS_OF.loss
  if (squared === runs.length) return { unit: '½ Σ(y − t)², mean per sample', csvUnit: 'squared error per sample' }
  return { unit: 'each in its own unit, mean per sample', csvUnit: 'per sample' }
}

interface Layer {
  layer: number
  layers: number
}

/** One line, or one for each layer. What a run has never measured has none; before its first evaluation, all have. */
function linesOf(metric: Metric, group: Group, log: boolean, context: Context): Series[] {
  const layers = isLayerMetric(metric) ? Math.max(0, ...group.runs.map(layersOf)) : null
  const wanted = layers === null ? [null] : Array.from({ length: layers }, (_, layer) => ({ layer, layers }))
  return wanted
    .map((of) => seriesOf(metric, group, of, log, context))
    .filter(({ points }) => points.length > 0 || group.runs.every((run) => run.history.length === 0))
}

export function layersOf({ history }: FigureRun): number {
  return history.find((at) => at.diagnostics)?.diagnostics?.length ?? 0
}

export function layerName({ layer, layers }: Layer): string {
  return layer === layers - 1 ? 'output' : `hidden ${layer + 1}`
}

function seriesOf(
  metric: Metric,
  group: Group,
  of: Layer | null,
  log: boolean,
  { spec, groups, naming }: Context,
): Series {
  const part = partOf(metric)
  const layer = of && layerName(of)
  const own = layer ?? part ?? metricTitle(metric).toLowerCase()
  const aloneColor = of ? of.layer : part ? PART_COLORS[part] : TEST_COLOR
  const alone = naming === 'part'
  const runName = group.name + seedsText(group, groups, spec)
  const [first] = group.runs
  return {
    key: `${group.key}/${metric}${of ? `/${of.layer}` : ''}`,
    name: alone ? own : naming === 'run' || (!layer && !part) ? runName : `${runName}, ${own}`,
    runId: first?.summary.id ?? ('' as Series['runId']), // a group has a run
    runName,
    metric,
    layer,
    colorIndex: alone && !spec.colors ? aloneColor : group.colorIndex,
    dash: part && tellsParts(spec) ? PART_DASHES[part] : 'solid',
    ...pointsOf(metric, group, of?.layer ?? 0, log, spec),
  }
}

/** Where each panel is of one part its title says which: dashes would only make its lines harder to read. */
function tellsParts({ panels }: FigureSpec): boolean {
  return panels.some((metrics) => new Set(metrics.flatMap((metric) => partOf(metric) ?? [])).size > 1)
}

/** The number of seeds behind each line, where some have several. */
function seedsText({ runs }: Group, groups: readonly Group[], spec: FigureSpec): string {
  if (groupingOf(spec) !== 'configuration' || groups.every((group) => group.runs.length === 1)) return ''
  return ` (n = ${runs.filter(({ history }) => history.length > 0).length})`
}

function pointsOf(
  metric: Metric,
  { runs }: Group,
  layer: number,
  log: boolean,
  spec: FigureSpec,
): Pick<Series, 'points' | 'seeds' | 'measured' | 'mark'> {
  const samplesOf = (value: (at: Evaluation) => number | undefined) =>
    runs.map((run) => samples(run, partOf(metric), spec, value))
  const seeds = samplesOf((at) => valueOf(metric, at, layer))
  const line = meanLine(seeds, spec.band ?? 'range')
  const points = line.points.map(([x, y]): Point => [x, y === null ? null : drawable(y, log)])
  const drawn = spec.smooth ? smoothed(points, spec.smooth, log) : points
  const onset = isGap(quantityOf(metric)) ? onsetOf(meanLine(samplesOf(heldOutLoss), 'none').points, drawn) : null
  const known = runs.filter((_, i) => (seeds[i]?.length ?? 0) > 0).map(({ summary }) => summary.id)
  const { counts, tailFrom, band } = line
  return {
    points: drawn,
    ...(spec.smooth && { measured: points }),
    ...(runs.length > 1 && { seeds: { runIds: known, counts, tailFrom, band } }),
    ...(onset && { mark: onset }),
  }
}

function heldOutLoss(at: Evaluation): number | undefined {
  return heldOutOf(at)?.loss
}

/** Over-fitting begins behind the lowest held-out loss; null where that is the last one that was measured. */
function onsetOf(losses: readonly Point[], line: readonly Point[]): Series['mark'] | null {
  let lowest: readonly [number, number] | null = null
  for (const [x, loss] of losses) if (loss !== null && (!lowest || loss < lowest[1])) lowest = [x, loss]
  if (!lowest || lowest[0] === losses.at(-1)?.[0]) return null
  const [x] = lowest
  const y = line.find(([at]) => at === x)?.[1] ?? null
  return y === null ? null : { x, y, label: String(Number(x.toPrecision(4))) }
}

/** In the order of x; on a log axis nothing stands at zero. */
function samples(
  run: FigureRun,
  part: Part | null,
  spec: FigureSpec,
  value: (at: Evaluation) => number | undefined,
): Sample[] {
  const isFinal = part === 'test' && run.summary.finalEvaluation !== undefined
  const place = placing(run, spec.x)
  const found: Sample[] = []
  for (const at of measuredAt(run, part)) {
    const y = value(at)
    const x = place(at)
    if (y === undefined || (spec.logX && !(x > 0))) continue
    // the one look at the test part of each seed belongs together, wherever its best epoch was
    found.push({ key: isFinal ? 0 : at.step, x, y })
  }
  return found
}

/** The history; of a test part that was locked meanwhile, the one look at it, where it was looked at. */
export function measuredAt({ history, summary }: FigureRun, part: Part | null): readonly Evaluation[] {
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

/** Where an evaluation stands on the axis. */
function placing({ trainSamples, history }: FigureRun, axis: XAxis): (at: Evaluation) => number {
  if (axis !== 'samples') return (at) => at[axis]
  // an evaluation over the whole epoch has seen each sample once
  const samples = trainSamples ?? Math.max(0, ...history.map(({ train }) => train.count))
  return ({ epoch }) => Math.round(epoch * samples)
}

export const X_LABELS: Record<XAxis, string> = {
  epoch: 'Epoch',
  step: 'Optimizer step',
  seconds: 'Training time (s)',
  samples: 'Training samples seen',
}

/** A loss that has overflowed has no place on any axis, and zero has none on a log axis. */
function drawable(value: number, log: boolean): number | null {
  return Number.isFinite(value) && (!log || value > 0) ? value : null
}

/**
 * From 0 to where the longest line ends; on a log axis from where the first begins. While a run goes on the epochs and
 * steps that are planned are there from the start: the line grows into its place, and the axis stands still.
 */
function xRange(
  { x: axis, logX }: FigureSpec,
  runs: readonly FigureRun[],
  series: readonly Series[],
): { min: number; max: number } {
  const ends = series.map((each) => each.points.at(-1)?.[0] ?? 0)
  const begins = series.flatMap((each) => each.points[0]?.[0] ?? [])
  const max = Math.max(0, ...ends, ...runs.map((run) => plannedEnd(run, axis)))
  if (!logX) return { min: 0, max: max > 0 ? max : 1 }
  const min = begins.length > 0 ? Math.min(...begins) : 1
  return { min, max: max > min ? max : min * 10 }
}

function plannedEnd(run: FigureRun, axis: XAxis): number {
  const { status, epochs, last } = run.summary
  if (axis === 'seconds' || hasEnded(status)) return 0
  if (axis === 'epoch') return epochs
  if (!last || !(last.epoch > 0)) return 0
  return axis === 'step'
    ? Math.round((last.step / last.epoch) * epochs)
    : placing(run, axis)({ ...last, epoch: epochs })
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
