/**
 * The small print of a figure: what a reader has to know to read it rightly, and nothing that always holds.
 */
import type { FigureRun } from '../figure'
import { isTestLocked, timesText, type Evaluation, type MachineFacts } from '../run'
import { excludedText } from '../split'
import type { LinePanel, Panel } from './figure-data'

/** `names` in the order of `runs`. */
export function figureNotes(panels: readonly Panel[], runs: readonly FigureRun[], names: readonly string[]): string[] {
  const lines = panels.flatMap((panel) => (panel.kind === 'lines' ? [panel] : []))
  const named = runs.map((run, i) => ({ run, name: names[i] ?? run.summary.label }))
  const showsTrain = lines.some((panel) => panel.series.some((series) => series.metric.startsWith('train-')))
  const showsNorms = lines.some(
    ({ y, series }) => (y.quantity === 'norm' || y.quantity === 'ratio') && series.length > 0,
  )
  const showsTime = panels.some((panel) => panel.kind === 'bars') || lines.some((panel) => panel.x.kind === 'seconds')
  return [
    ...reducedNote(named),
    ...excludedNotes(named),
    ...unfinishedNotes(named),
    ...mistakeNotes(named),
    ...interventionNotes(named),
    ...(showsTrain ? trainNote(named) : []),
    ...(panels.some(isOfTest) ? testNotes(named) : []),
    ...missingNotes(lines, named),
    ...(showsNorms ? ['Norms: of the step at each evaluation; the gradient with its penalties, before clipping.'] : []),
    ...gapNotes(lines),
    ...(panels.some((panel) => panel.kind === 'bars')
      ? ['Bars: median epoch; whiskers: fastest and slowest epoch.']
      : []),
    ...(showsTime ? machineNotes(named) : []),
  ]
}

/** A panel that was asked for test values has its words, also where those are locked and there is no line. */
function isOfTest(panel: Panel): boolean {
  return panel.kind === 'lines' && panel.metrics.some((metric) => metric.startsWith('test-'))
}

interface NamedRun {
  run: FigureRun
  name: string
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
    const lacking = runs.filter(({ run }) => run.history.length > 0 && !run.history.some(has))
    if (lacking.length === 0 || lacking.length === runs.length || !lines.some(asked)) return []
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
