/**
 * Configurations against a baseline: replicates put together, what is fair to say about them, and each verdict. Pure.
 */
import type { Experiment } from '../experiment'
import { testScoreOf, type RunDetails, type RunSummary, type Score } from '../run'
import type { Agreement, Share } from '../statistics/proportions'
import { mean, standardDeviation } from '../statistics/samples'
import { holm, seedsNeeded } from '../statistics/seeds'
import { FACTOR_RULES } from './factors'
import { compareDesigns, confoundedCaption, designSignature, matchedDesigns } from './fairness'
import { SIGNIFICANCE, verdictOf, type Contestant, type Verdict } from './verdict'

export type Part = 'test' | 'validation'

/** Runs that differ in nothing but their seeds. */
export interface Configuration {
  key: string
  name: string
  runs: readonly RunSummary[]
  experiment: Experiment
  /** Wrong samples at the last evaluation, one for each run that has been evaluated on the part. */
  errors: readonly Share[]
}

export interface Described {
  summary: RunSummary
  details: RunDetails | undefined
}

/** In the order in which their first runs come. Runs whose design is not known yet are left out. */
export function configurationsOf(runs: readonly Described[], part: Part): Configuration[] {
  const groups = new Map<string, { runs: RunSummary[]; experiment: Experiment }>()
  for (const { summary, details } of runs) {
    if (!details) continue
    const key = designSignature(details.experiment)
    const group = groups.get(key) ?? { runs: [], experiment: details.experiment }
    group.runs.push(summary)
    groups.set(key, group)
  }
  const all = [...groups].map(([key, group]) => ({ key, ...group, errors: group.runs.flatMap(errorsOf(part)) }))
  return all.map((each) => ({ ...each, name: nameOf(each, all) }))
}

function errorsOf(part: Part) {
  return (run: RunSummary): Share[] => {
    const score: Score | undefined = part === 'test' ? testScoreOf(run) : run.last?.[part]
    return score && score.count > 0 ? [{ count: score.count - score.correct, total: score.count }] : []
  }
}

/** Its label; with what else differs where two configurations have the same. */
function nameOf(
  { key, runs, experiment }: Omit<Configuration, 'name' | 'errors'>,
  all: readonly Omit<Configuration, 'name' | 'errors'>[],
): string {
  const label = runs[0]?.label ?? ''
  const rivals = all.filter((other) => other.key !== key && other.runs[0]?.label === label)
  if (rivals.length === 0) return label
  const { differing } = compareDesigns([experiment, ...rivals.map((rival) => rival.experiment)])
  return [label, ...differing.map(({ name, levels }) => `${name} ${readable(levels[0] ?? '')}`)].join(' · ')
}

/** A level is a word or a bit of JSON: without the quotes and braces. */
export function readable(level: string): string {
  return level.replace(/[{}"[\]]/g, '').replace(/[,:]/g, ' ')
}

/** Null where nothing has been evaluated on the part. */
export function errorText({ errors }: Configuration): string | null {
  const percents = percentsOf(errors)
  if (percents.length === 0) return null
  const middle = `${mean(percents).toFixed(2)} %`
  return percents.length === 1 ? middle : `${middle} ± ${standardDeviation(percents).toFixed(2)}`
}

export interface DifferenceRow {
  configuration: Configuration
  /** Null for the baseline, and where one side has no result yet. */
  verdict: Verdict | null
  /** Holm's: p when all comparisons of the table are looked at together. Null where there is no p. */
  adjusted: number | null
}

export interface DifferenceOptions {
  /**
   * By key of the configuration: which samples it and the baseline get right, one alone, or neither (the baseline
   * second). For configurations of one seed each.
   */
  agreements?: ReadonlyMap<string, Agreement>
}

/** Each against the baseline; the baseline first. What counts as evidence is judged over all of them (Holm). */
export function differencesOf(
  configurations: readonly Configuration[],
  baselineKey: string,
  { agreements }: DifferenceOptions = {},
): DifferenceRow[] {
  const baseline = configurations.find(({ key }) => key === baselineKey)
  if (!baseline) return []
  const others = configurations.filter((each) => each !== baseline)
  const comparisons = others.filter((each) => canCompare(each, baseline)).length
  const against = (each: Configuration, adjusted?: number) =>
    verdictOf(contestant(each), contestant(baseline), {
      comparisons,
      agreement: each.errors.length === 1 && baseline.errors.length === 1 ? agreements?.get(each.key) : undefined,
      ...(adjusted !== undefined && { adjusted }),
    })
  const tested = others.filter((each) => canCompare(each, baseline) && against(each).p !== null)
  const corrected = holm(tested.map((each) => against(each).p ?? 1))
  const rows = others.map((configuration): DifferenceRow => {
    const adjusted = corrected[tested.indexOf(configuration)]
    const verdict = canCompare(configuration, baseline) ? against(configuration, adjusted) : null
    return { configuration, verdict, adjusted: adjusted ?? null }
  })
  return [{ configuration: baseline, verdict: null, adjusted: null }, ...rows]
}

function canCompare(a: Configuration, b: Configuration): boolean {
  return a.errors.length > 0 && b.errors.length > 0
}

/** How many seeds in each configuration find a difference of so many points four times out of five. */
export interface SeedPlan {
  /** Deviation of a seed's error, in points; over all configurations with several seeds. */
  spread: number
  /** Null: more than 10,000. */
  seeds: number | null
}

/** Null where no configuration has two seeds: then nobody knows how far seeds spread. */
export function seedPlan(configurations: readonly Configuration[], points: number): SeedPlan | null {
  const groups = configurations.flatMap(({ errors }) => (errors.length > 1 ? [percentsOf(errors)] : []))
  const freedom = groups.reduce((sum, group) => sum + group.length - 1, 0)
  if (freedom === 0 || !(points > 0)) return null
  const squares = groups.reduce((sum, group) => sum + standardDeviation(group) ** 2 * (group.length - 1), 0)
  const spread = Math.sqrt(squares / freedom)
  return { spread, seeds: seedsNeeded(points, spread) }
}

function percentsOf(errors: readonly Share[]): number[] {
  return errors.map(({ count, total }) => (100 * count) / total)
}

export interface FactorRow {
  name: string
  /** One for each configuration, in words. */
  levels: readonly string[]
  differs: boolean
}

/** What each design says of each factor that a comparison could be about. */
export function factorRows(configurations: readonly Configuration[]): FactorRow[] {
  return FACTOR_RULES.map(({ name, level }) => {
    const levels = configurations.map(({ experiment }) => level(experiment))
    return { name, levels: levels.map(readable), differs: new Set(levels).size > 1 }
  })
}

/** One sentence on the whole table: the one that stands first. */
export function summaryOfDifferences(rows: readonly DifferenceRow[], confounded: string | null): string {
  const [baseline, ...others] = rows
  const judged = others.filter(({ verdict }) => verdict?.p != null)
  if (!baseline || others.length === 0) return 'Nothing to compare.'
  const name = baseline.configuration.name
  const [only] = others
  const sentence =
    others.length === 1 && only?.verdict
      ? only.verdict.sentence
      : judged.length === 0
        ? `Nothing can be said yet about ${name}: results are missing, or there are too few seeds.`
        : listed(judged, name)
  return confounded === null ? sentence : `${sentence} But the comparison is ${confounded}.`
}

function listed(judged: readonly DifferenceRow[], baseline: string): string {
  const clear = judged.filter(({ adjusted }) => adjusted !== null && adjusted < SIGNIFICANCE)
  const better = clear
    .filter(({ verdict }) => (verdict?.difference ?? 0) < 0)
    .map(({ configuration }) => configuration.name)
  const worse = clear
    .filter(({ verdict }) => (verdict?.difference ?? 0) > 0)
    .map(({ configuration }) => configuration.name)
  if (clear.length === 0) return `No evidence that any of ${judged.length} configurations differs from ${baseline}.`
  const parts = [
    ...(better.length > 0 ? [`better than ${baseline}: ${better.join(', ')}`] : []),
    ...(worse.length > 0 ? [`worse: ${worse.join(', ')}`] : []),
    ...(clear.length < judged.length ? [`no evidence for ${judged.length - clear.length} more`] : []),
  ]
  const text = parts.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function contestant({ name, errors }: Configuration): Contestant {
  return { name, errors }
}

export interface Fairness {
  /** Names of the factors that differ. */
  factors: readonly string[]
  /** "confounded by epochs, outputs"; null where it is fair. */
  caption: string | null
  /** What could be queued to make it fair, each with as many seeds as the configuration that it matches. */
  missing: readonly Experiment[]
}

/** `asked`: the factors that the comparison is about; all that differ if empty. */
export function fairnessOf(
  configurations: readonly Configuration[],
  baselineKey: string,
  asked: readonly string[],
): Fairness {
  const designs = configurations.map(({ experiment }) => experiment)
  const fairness = compareDesigns(designs)
  const baseline = configurations.find(({ key }) => key === baselineKey)
  const replicates = Math.max(1, ...configurations.map(({ runs }) => runs.length))
  const matched = baseline && asked.length > 0 ? matchedDesigns(designs, baseline.experiment, asked) : []
  return {
    factors: fairness.differing.map(({ name }) => name),
    caption: confoundedCaption(fairness, asked),
    missing: matched.map((experiment) => ({ ...experiment, replicates })),
  }
}
