/**
 * The small print of a figure: what a reader has to know to read it rightly, and nothing that always holds.
 */
import type { FigureRun, FigureSpec, Metric, ValuePlace } from '../figure'
import { isTestLocked, timesText, type Evaluation, type MachineFacts } from '../run'
import { compareDesigns, confoundedCaption } from '../compare/fairness'
import { excludedText } from '../split'
import { isGap } from './line-panels'
import { BAND_WORDS } from './means'
import { partOf, quantityOf } from './metrics'
import type { BoxPanel, FactorPanel, HeatPanel, LinePanel, Panel } from './panels'
import { bestEvaluation, PLACE_WORDS } from './run-values'
import { smoothingNote } from './smoothing'

/** `names` in the order of `runs`. */
export function figureNotes(
  panels: readonly Panel[],
  runs: readonly FigureRun[],
  names: readonly string[],
  spec: FigureSpec,
): string[] {
  const lines = panels.flatMap((panel) => (panel.kind === 'lines' ? [panel] : []))
  const named = runs.map((run, i) => ({ run, name: names[i] ?? run.summary.label }))
  const metrics = [...new Set(panels.flatMap(metricsOf))]
  const isShown = (what: (metric: Metric) => boolean) => metrics.some(what)
  return [
    ...reducedNote(named),
    ...confoundedNote(named),
    ...outsideNote(named),
    ...excludedNotes(named),
    ...unfinishedNotes(named),
    ...mistakeNotes(named),
    ...interventionNotes(named),
    ...(isShown((metric) => partOf(metric) === 'train' || isGap(quantityOf(metric))) ? trainNote(named) : []),
    ...(isShown((metric) => partOf(metric) === 'test') || panels.some(isOfTest) ? testNotes(named) : []),
    ...missingNotes(lines, named),
    ...(isShown((metric) => quantityOf(metric) === 'norm' || quantityOf(metric) === 'ratio')
      ? ['Norms: of the step at each evaluation; the gradient with its penalties, before clipping.']
      : []),
    ...seedNotes(lines, spec),
    ...(spec.smooth && lines.length > 0
      ? [
          smoothingNote(
            spec.smooth,
            lines.every(({ y }) => y.log),
          ),
        ]
      : []),
    ...overfittingNotes(lines, named),
    ...gapNotes(lines),
    ...valueNotes(panels, named, spec.at ?? 'last'),
    ...(panels.some((panel) => panel.kind === 'bars')
      ? ['Bars: median epoch; whiskers: fastest and slowest epoch.']
      : []),
    ...(panels.some(isOfTime) ? machineNotes(named) : []),
  ]
}

/** What is drawn, not what was asked for. */
function metricsOf(panel: Panel): Metric[] {
  switch (panel.kind) {
    case 'lines':
      return panel.series.map(({ metric }) => metric)
    case 'bars':
      return ['seconds-per-epoch']
    case 'factor':
    case 'box':
    case 'heat':
    case 'parallel':
      return [panel.metric]
  }
  return panel satisfies never
}

/** A panel that was asked for test values has its words, also where those are locked and there is no line. */
function isOfTest(panel: Panel): boolean {
  return panel.kind === 'lines' && panel.metrics.some((metric) => partOf(metric) === 'test')
}

function isOfTime(panel: Panel): boolean {
  if (panel.kind === 'lines') return panel.x.kind === 'seconds' || panel.y.quantity === 'pace'
  return metricsOf(panel).some((metric) => quantityOf(metric) === 'time' || quantityOf(metric) === 'pace')
}

interface NamedRun {
  run: FigureRun
  name: string
}

/** A reader would take what is seen for the doing of one factor. */
function confoundedNote(runs: readonly NamedRun[]): string[] {
  const designs = runs.flatMap(({ run: { experiment } }) => experiment ?? [])
  const caption = designs.length > 1 ? confoundedCaption(compareDesigns(designs)) : null
  return caption === null ? [] : [`${upper(caption)}: these factors change together here.`]
}

function outsideNote(runs: readonly NamedRun[]): string[] {
  const outside = runs.filter(({ run }) => run.summary.outside)
  if (outside.length === 0) return []
  return [`Not trained by the lab: ${list(outside)}.`]
}

function reducedNote(runs: readonly NamedRun[]): string[] {
  const reduced = runs.filter(({ run }) => run.summary.reducedData)
  if (reduced.length === 0) return []
  const who = reduced.length === runs.length ? '' : ` (${list(reduced)})`
  return [`Reduced data: trained on less than the whole training part${who}.`]
}

function excludedNotes(runs: readonly NamedRun[]): string[] {
  const groups = new Map<string, NamedRun[]>()
  for (const each of runs) {
    const words = excludedText(each.run.summary.excluded ?? 0)
    if (words !== null) groups.set(words, [...(groups.get(words) ?? []), each])
  }
  return [...groups].map(([words, group]) => {
    const who = group.length === runs.length ? '' : ` (${list(group)})`
    return `${upper(words)} from the data${who}.`
  })
}

function unfinishedNotes(runs: readonly NamedRun[]): string[] {
  return runs.flatMap(({ run: { summary }, name }) => {
    const { status, epochs, last } = summary
    if (status === 'finished' || status === 'waiting') return []
    const word = status === 'running' ? 'still training' : status
    const at = `at epoch ${last ? Math.floor(last.epoch) : 0} of ${epochs}`
    return [runs.length === 1 ? `${upper(word)} ${at}.` : `${name}: ${word} ${at}.`]
  })
}

/** Where several runs are named, their labels say it; a figure of one run names none. */
function mistakeNotes(runs: readonly NamedRun[]): string[] {
  const [only, ...others] = runs
  if (!only?.run.mistake || others.length > 0) return []
  return [`Trained with a deliberate mistake: ${only.run.mistake}.`]
}

function interventionNotes(runs: readonly NamedRun[]): string[] {
  return runs.flatMap(({ run: { interventions = [] }, name }) => {
    if (interventions.length === 0) return []
    const changes = interventions.map(({ step, learningRate }) => `${learningRate} from step ${step}`).join(', ')
    const text = `learning rate set by hand: ${changes}.`
    return [runs.length === 1 ? upper(text) : `${name}: ${text}`]
  })
}

function trainNote(runs: readonly NamedRun[]): string[] {
  const running = runs.filter(({ run }) => run.trainMeasure === 'running')
  if (running.length === 0) return []
  const who = running.length === runs.length ? '' : ` (${list(running)})`
  return [`Train${who}: running mean over the epoch, as it was trained.`]
}

/** How the test part was used: whoever has seen it at every evaluation may have chosen by it. */
function testNotes(runs: readonly NamedRun[]): string[] {
  const measured = runs.filter(({ run }) => run.history.length > 0)
  const watched = measured.filter(({ run }) => run.history.some((at) => at.test !== undefined))
  const locked = measured.filter(({ run }) => isTestLocked(run.summary))
  const looks = measured.flatMap(({ run }) => run.summary.finalEvaluation?.looks ?? [])
  const who = (some: readonly NamedRun[]) => (some.length === measured.length ? '' : ` (${list(some)})`)
  return [
    ...(watched.length > 0 ? [`Test part watched at every evaluation${who(watched)}.`] : []),
    ...(looks.length > 0 ? [`Test part looked at ${timesText(Math.max(...looks))}.`] : []),
    ...(locked.length > 0 ? [`Test part locked until the final evaluation${who(locked)}.`] : []),
  ]
}

/** Lines that a reader would look for, where some of the runs have none. */
function missingNotes(lines: readonly LinePanel[], runs: readonly NamedRun[]): string[] {
  const lacks = (asked: (panel: LinePanel) => boolean, has: (at: Evaluation) => boolean, what: string) => {
    if (!lines.some(asked)) return []
    const lacking = runs.filter(({ run }) => run.history.length > 0 && !run.history.some(has))
    if (lacking.length === 0 || lacking.length === runs.length) return []
    return [`${what}: ${list(lacking)}.`]
  }
  return [
    ...lacks(
      (panel) => panel.series.some(({ metric }) => metric.startsWith('validation-')),
      (at) => at.validation !== undefined,
      'Without a validation part',
    ),
    ...lacks(
      (panel) => panel.series.some(({ layer }) => layer !== null),
      (at) => at.diagnostics !== undefined,
      'Without diagnostics',
    ),
  ]
}

/** What a line over several seeds is, what its band is, and what is behind it where seeds have ended. */
function seedNotes(lines: readonly LinePanel[], { band = 'range', x }: FigureSpec): string[] {
  const several = lines.flatMap(({ series }) => series).filter(({ seeds }) => (seeds?.runIds.length ?? 0) > 1)
  if (several.length === 0) return []
  const counts = several.map(({ seeds }) => seeds?.runIds.length ?? 0)
  const bands = several.some(({ seeds }) => (seeds?.band.length ?? 0) > 0)
  const tails = several.filter(({ seeds, points }) => seeds && seeds.tailFrom < points.length)
  const what = `Lines: mean over n = ${rangeText(counts)} seeds`
  const spread = bands && band !== 'none' ? `; bands: ${BAND_WORDS[band]}` : ''
  return [
    `${what}${spread}.`,
    ...(tails.length > 0 ? ['Thin dotted ends: some seeds have ended, the mean is of those that are left.'] : []),
    ...(x === 'seconds' ? ['Seconds: mean over the seeds at each evaluation.'] : []),
  ]
}

/** "3", "2 to 5". */
function rangeText(counts: readonly number[]): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)]
  return low === high ? String(low) : `${low} to ${high}`
}

function overfittingNotes(lines: readonly LinePanel[], runs: readonly NamedRun[]): string[] {
  const gaps = lines.filter(({ y, series }) => isGap(y.quantity) && series.length > 0)
  if (gaps.length === 0) return []
  const measured = runs.filter(({ run }) => run.history.length > 0)
  const byTest = measured.filter(({ run }) => !run.history.some((at) => at.validation !== undefined))
  const part = byTest.length === 0 ? 'validation' : byTest.length === measured.length ? 'test' : 'validation (test)'
  const who = byTest.length > 0 && byTest.length < measured.length ? `; test: ${list(byTest)}` : ''
  const marked = gaps.some(({ series }) => series.some(({ mark }) => mark !== undefined))
  return [
    `Held-out: ${byTest.length === measured.length ? 'the test part, as there is no validation part' : `the validation part${who}`}.`,
    marked
      ? `Marks: where the ${part} loss is lowest; what follows is over-fitting.`
      : `No over-fitting yet: the ${part} loss is lowest at the end.`,
  ]
}

/** Of figures that show one value of each run: which, over how many seeds, and what the marks around it are. */
function valueNotes(panels: readonly Panel[], runs: readonly NamedRun[], at: ValuePlace): string[] {
  const valued = panels.filter((panel) => !('series' in panel && panel.kind === 'lines') && panel.kind !== 'bars')
  const chosen = valued.filter(
    (panel) => !(panel.kind === 'heat' && panel.x.places) && !(panel.kind === 'box' && panel.of === 'epochs'),
  )
  return [
    ...(chosen.some((panel) => quantityOf(metricsOf(panel)[0] ?? 'test-loss') !== 'time')
      ? [`Values: ${PLACE_WORDS[at]}.`, ...(at === 'best' ? withoutBest(runs) : [])]
      : []),
    ...factorNotes(valued.flatMap((panel) => (panel.kind === 'factor' ? [panel] : []))),
    ...boxNotes(valued.flatMap((panel) => (panel.kind === 'box' ? [panel] : []))),
    ...heatNotes(valued.flatMap((panel) => (panel.kind === 'heat' ? [panel] : []))),
  ]
}

function withoutBest(runs: readonly NamedRun[]): string[] {
  const without = runs.filter(({ run }) => run.history.length > 0 && !bestEvaluation(run.history))
  return without.length > 0 ? [`Without a validation part, and so left out: ${list(without)}.`] : []
}

function factorNotes(panels: readonly FactorPanel[]): string[] {
  const points = panels.flatMap(({ series }) => series.flatMap((line) => line.points))
  const [first] = panels
  if (!first || points.length === 0) return []
  const counts = points.map(({ values }) => values.length)
  if (Math.max(...counts) < 2) return ['One seed each: nothing here tells how much of a difference is chance.']
  const marks = first.marks === 'bars' ? 'Bars' : 'Points'
  const spread = first.band === 'none' ? '' : `; whiskers: ${BAND_WORDS[first.band]}`
  return [`${marks}: mean over n = ${rangeText(counts)} seeds${spread}; small dots: single seeds.`]
}

function boxNotes(panels: readonly BoxPanel[]): string[] {
  const boxes = panels.flatMap((panel) => panel.boxes)
  if (boxes.length === 0) return []
  const dots = panels.some(({ of }) => of === 'epochs') ? 'Dots: single epochs' : 'Dots: single seeds'
  const hasQuartiles = boxes.some(({ quartiles }) => quartiles !== null)
  const rest = hasQuartiles ? '; boxes: quartiles; whiskers: farthest values within 1.5 boxes' : ''
  return [`${dots}; thick line: median${rest}.`]
}

function heatNotes(panels: readonly HeatPanel[]): string[] {
  const counts = panels.flatMap(({ cells }) => cells.map(({ n }) => n))
  if (counts.length === 0 || Math.max(...counts) < 2) return []
  const mean = panels.some(({ value, numbers }) => value.log && !numbers) ? 'geometric mean' : 'mean'
  const deviations = panels.some(({ numbers }) => numbers) ? ' ± standard deviation' : ''
  return [`Cells: ${mean}${deviations} over n = ${rangeText(counts)} seeds.`]
}

function gapNotes(lines: readonly LinePanel[]): string[] {
  return lines.flatMap((panel) => {
    const missing = panel.series.some((series) => series.points.some(([, y]) => y === null))
    if (!missing) return []
    const reason = panel.y.log
      ? 'zero, infinite or undefined values have no place on a log scale'
      : 'values that are not finite'
    return [`Gaps in ${panel.title.toLowerCase()}: ${reason}.`]
  })
}

/** One line if all ran alike, else one for each way in which they ran. */
function machineNotes(runs: readonly NamedRun[]): string[] {
  const ways = new Map<string, NamedRun[]>()
  for (const each of runs) {
    const way = wayOf(each.run.machine, each.run.summary.threads)
    ways.set(way, [...(ways.get(way) ?? []), each])
  }
  if (ways.size === 1) return [...ways.keys()].map((way) => `Times: ${way}.`)
  return [...ways].map(([way, group]) => `Times of ${list(group)}: ${way}.`)
}

function wayOf(machine: MachineFacts | null, threads: number): string {
  const used = `${threads} ${threads === 1 ? 'thread' : 'threads'}`
  if (!machine) return `${used}, machine not recorded`
  return `${machine.cpu.trim()}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}, ${used}, ${machine.kernels} kernels${company(machine)}`
}

/** Empty for runs of before that was recorded. */
function company({ alone }: MachineFacts): string {
  if (alone === undefined) return ''
  return alone ? ', no other run beside it' : ', beside other runs'
}

function list(runs: readonly NamedRun[]): string {
  return runs.map(({ name }) => name).join('; ')
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
