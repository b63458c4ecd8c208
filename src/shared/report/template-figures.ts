/**
 * The figures that a new report begins with: a line for each configuration, with a band where it has several seeds.
 */
import type { FigureSpec } from '../figure'
import { hasValidation } from '../split'
import type { Draft } from './report'
import { configurationsOf, type Configuration, type SubjectRun } from './subject'

export function curves(runs: readonly SubjectRun[], part: 'test' | 'validation'): Draft[] {
  const isValidated = runs.some(({ experiment }) => hasValidation(experiment.dataset.split))
  const of = part === 'validation' && !isValidated ? 'test' : part
  return [
    ...figure(runs, { panels: [['train-loss', `${of}-loss`]] }, `Loss by epoch, train and ${of} part`),
    ...figure(runs, { panels: [[`${of}-error`]] }, `Error of the ${of} part by epoch`),
  ]
}

/** Where one or two factors were varied: what comes of each level. */
export function factors(runs: readonly SubjectRun[], part: 'test' | 'validation'): Draft[] {
  const varied = variedFactors(runs)
  if (varied.length === 0 || varied.length > 2 || configurationsOf(runs).length < 3) return []
  const spec = figureSpec(runs, { kind: 'factor', panels: [[`${part}-error`]] })
  const caption = `Error of the ${part} part by ${varied.join(' and ')}${isReplicated(runs) ? ': means over seeds, with the smallest and the largest' : ''}.`
  return [{ kind: 'figure', spec, caption, alt: '', made: null }]
}

function variedFactors(runs: readonly SubjectRun[]): string[] {
  const levels = new Map<string, Set<string>>()
  for (const { summary } of runs)
    for (const [name, level] of Object.entries(summary.configuration.levels))
      levels.set(name, (levels.get(name) ?? new Set()).add(level))
  return [...levels].filter(([, each]) => each.size > 1).map(([name]) => name)
}

/** What asks about time, generalization or layers gets a figure of it, where the runs have measured it. */
export function askedFor(
  runs: readonly SubjectRun[],
  part: 'test' | 'validation',
  questions: readonly string[],
): Draft[] {
  const asks = (words: RegExp) => questions.some((question) => words.test(question))
  return [
    ...(asks(/\btimes?\b/i)
      ? figure(runs, { panels: [['train-error', `${part}-error`]], x: 'seconds' }, 'Error by seconds of training')
      : []),
    ...(asks(/\bgap\b|over-?fit|generali[sz]/i)
      ? figure(runs, { panels: [['loss-gap'], ['accuracy-gap']] }, 'Gap between the train part and what was held out')
      : []),
    ...(asks(/\bgradient|\bvanish/i) ? layers(runs) : []),
  ]
}

const MOST_MAPS = 4

/** One seed of each configuration: the maps of two seeds look alike. */
function layers(runs: readonly SubjectRun[]): Draft[] {
  const diagnosed = runs.filter(({ history }) => history.some(({ diagnostics }) => diagnostics !== undefined))
  const firsts = firstOf(diagnosed)
    .slice(0, MOST_MAPS)
    .flatMap((group) => group.runs.slice(0, 1))
  if (firsts.length === 0) return []
  const spec = figureSpec(firsts, {
    kind: 'gradients',
    by: 'run',
    panels: [['gradient-norm']],
    heightCm: 3 + 4 * firsts.length,
  })
  return [
    { kind: 'figure', spec, caption: 'Gradient norm of each layer by epoch, one seed each.', alt: '', made: null },
  ]
}

export function times(runs: readonly SubjectRun[]): Draft[] {
  const rows = isReplicated(runs) ? firstOf(runs).length : runs.length
  return figure(
    runs,
    { panels: [['seconds-per-epoch']], heightCm: Math.min(16, 3.2 + 0.9 * Math.min(rows, MOST_LINES)) },
    isReplicated(runs)
      ? 'Seconds per epoch, all epochs of all seeds'
      : 'Seconds per epoch: median, with the fastest and the slowest epoch',
  )
}

/** More lines than these nobody tells apart. */
const MOST_LINES = 8

/** A line for each configuration, with a band where it has several seeds. */
function figure(
  runs: readonly SubjectRun[],
  change: Pick<FigureSpec, 'panels'> & Partial<FigureSpec>,
  caption: string,
): Draft[] {
  const groups = firstOf(runs)
  if (groups.length === 0) return []
  const all = configurationsOf(runs).length
  const band = isReplicated(runs) && change.panels[0]?.[0] !== 'seconds-per-epoch'
  const words = [
    ...(band ? ['means over seeds, with the smallest and the largest'] : []),
    ...(all > groups.length ? [`the first ${groups.length} of ${all} configurations`] : []),
  ]
  const spec = figureSpec(
    groups.flatMap((group) => group.runs),
    change,
  )
  const text = `${caption}${words.length > 0 ? `: ${words.join('; ')}` : ''}.`
  return [{ kind: 'figure', spec, caption: text, alt: '', made: null }]
}

function firstOf(runs: readonly SubjectRun[]): Configuration[] {
  return configurationsOf(runs).slice(0, MOST_LINES)
}

function isReplicated(runs: readonly SubjectRun[]): boolean {
  return configurationsOf(runs).length < runs.length
}

function figureSpec(runs: readonly SubjectRun[], change: Pick<FigureSpec, 'panels'> & Partial<FigureSpec>): FigureSpec {
  return {
    runs: runs.map(({ summary }) => summary.id),
    x: 'epoch',
    logY: false,
    title: null,
    ...(isReplicated(runs) && { by: 'configuration' as const }),
    widthCm: 15,
    heightCm: 7.5,
    ...change,
  }
}
