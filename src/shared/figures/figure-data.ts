/**
 * From runs to a figure: plain data that says everything that is drawn and nothing about how.
 *
 * The screen, the exported picture and the CSV are all made from this one value, so that they cannot differ.
 * Nothing here measures text or knows a theme; see `chart-option.ts` for that.
 */
import type { FigureRun, FigureSpec, Metric, XAxis } from '../figure'
import { factorPanel, heatPanel } from './factor-panels'
import { contextOf, facetsOf, type Context, type Facet } from './figure-context'
import { figureNotes } from './figure-notes'
import { groupingOf } from './groups'
import { layerMetricOf, layerPanels } from './layer-panels'
import { capital, linePanel } from './line-panels'
import { UNITS_OF, metricTitle, quantityOf, type Quantity } from './metrics'
import type { Bar, BarPanel, Figure, LinePanel, Panel } from './panels'
import { distinctNames } from './run-names'
import { boxPanel, parallelPanel } from './spread-panels'

export { TEST_COLOR, TRAIN_COLOR, VALIDATION_COLOR } from './line-panels'
export { metricTitle, partOf, quantityOf, type Quantity } from './metrics'
export * from './panels'

/** Runs of the spec that are not among `runs` are left out: a live chart may know fewer than it will. */
export function figureOf(spec: FigureSpec, runs: readonly FigureRun[]): Figure {
  const drawn = [...new Set(spec.runs)].flatMap((id) => runs.find((run) => run.summary.id === id) ?? [])
  const context = contextOf(spec, drawn, spec.panels.flat())
  const panels = panelsOf(context)
  const names = distinctNames(drawn.map((run) => run.summary))
  return {
    title: spec.title,
    description: describe(panels, context),
    panels,
    footnotes: figureNotes(panels, drawn, names, spec),
    reducedData: drawn.some((run) => run.summary.reducedData),
  }
}

/** Small multiples stand beside each other, metric by metric. */
function panelsOf(context: Context): Panel[] {
  const { spec } = context
  const facets = facetsOf(context)
  const each = (make: (facet: Facet) => Panel | readonly Panel[]) =>
    facets.flatMap((facet) => [make(facet)].flat().map((panel) => withFacet(panel, facet)))
  const metrics = [...new Set(spec.panels.flat())]
  const { kind = 'curves' } = spec
  switch (kind) {
    case 'curves':
      return spec.panels
        .flatMap(splitByQuantity)
        .flatMap((group) => aligned(each(({ context: of }) => curves(group, of))))
    case 'factor':
      return metrics.flatMap((metric) => each(({ context: of }) => factorPanel(metric, of, context.runs)))
    case 'heat':
      return metrics.flatMap((metric) => each(({ context: of }) => heatPanel(metric, of, context.runs)))
    case 'box':
      return metrics.flatMap((metric) => each(({ context: of }) => boxPanel(metric, of)))
    case 'parallel':
      return metrics.flatMap((metric) => each(({ context: of }) => parallelPanel(metric, of)))
    case 'gradients':
      return each(({ context: of }) => layerPanels(layerMetricOf(metrics), of))
  }
  return kind satisfies never
}

function withFacet(panel: Panel, { label }: Facet): Panel {
  if (label === null) return panel
  return { ...panel, facet: panel.facet === undefined ? label : `${label}: ${panel.facet}` }
}

/** Panels that differ in their facet only have the same x axis. */
function aligned(panels: readonly Panel[]): readonly Panel[] {
  const lines = panels.filter((panel) => panel.kind === 'lines')
  const min = Math.min(...lines.map(({ x }) => x.min))
  const max = Math.max(...lines.map(({ x }) => x.max))
  return panels.map((panel) => (panel.kind === 'lines' ? { ...panel, x: { ...panel.x, min, max } } : panel))
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

function curves(metrics: readonly Metric[], context: Context): Panel {
  const quantity = quantityOf(metrics[0] ?? 'test-loss')
  if (quantity !== 'time') return linePanel(metrics, quantity, context)
  const { spec, groups, runs } = context
  // all epochs of all seeds, where lines stand for several
  const isGrouped = groupingOf(spec) === 'configuration' && groups.length < runs.length
  return isGrouped ? boxPanel('seconds-per-epoch', context) : barPanel(context)
}

/** Times are of single runs: of which one is the fastest nobody asks a mean. */
function barPanel({ spec, runs }: Context): BarPanel {
  const names = distinctNames(runs.map((run) => run.summary))
  const bars = runs.flatMap((run, index): Bar[] => {
    const { summary } = run
    const spread = summary.secondsPerEpoch
    if (!spread) return []
    const metric = 'seconds-per-epoch'
    const name = names[index] ?? summary.label
    const colorIndex = spec.colors?.[spec.runs.indexOf(summary.id)] ?? index
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

function describe(panels: readonly Panel[], { groups }: Context): string {
  const names = groups.map(({ name }) => name)
  const what = [...new Set(panels.map(subjectOf))]
  const lines = panels.filter((panel) => panel.kind === 'lines')
  const curve = lines[0] ? `${joinWords([...new Set(lines.map(subjectOf))])} by ${X_WORDS[lines[0].x.kind]}` : null
  const rest = what.filter((subject) => !lines.some((panel) => subjectOf(panel) === subject))
  const subject = capital([...(curve === null ? [] : [curve]), ...rest].join('; '))
  return names.length === 0 ? `${subject || 'An empty figure'}.` : `${subject} of ${joinWords(shortened(names))}.`
}

function subjectOf(panel: Exclude<Panel, LinePanel> | Panel): string {
  const title = panel.title.toLowerCase()
  switch (panel.kind) {
    case 'lines':
      return title
    case 'bars':
      return 'training time per epoch'
    case 'factor':
      return `${title} by ${joinWords([panel.x.label, ...(panel.second === null ? [] : [panel.second])])}`
    case 'heat':
      return panel.x.places ? `${title} by layer and epoch` : `${title} by ${panel.x.label} and ${panel.y.label}`
    case 'box':
      return panel.of === 'epochs' ? 'training time per epoch' : `spread of the ${title}`
    case 'parallel':
      return `${title} by ${joinWords(panel.axes.slice(0, -1).map(({ label }) => label))}`
  }
  return panel satisfies never
}

/** A sentence with fifty names is none. */
const NAMES_IN_A_SENTENCE = 12

function shortened(names: readonly string[]): string[] {
  const more = names.length - NAMES_IN_A_SENTENCE
  return more > 0 ? [...names.slice(0, NAMES_IN_A_SENTENCE), `${more} more`] : [...names]
}

const X_WORDS: Record<XAxis, string> = {
  epoch: 'epoch',
  step: 'optimizer step',
  seconds: 'training time',
  samples: 'training samples seen',
}

/** "a", "a and b", "a, b and c". */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? ''
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
