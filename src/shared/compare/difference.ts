/**
 * Configurations against a baseline: what is fair to say about them, and each verdict. Pure.
 */
import type { Experiment } from '../experiment'
import type { Agreement } from '../statistics/proportions'
import { standardDeviation } from '../statistics/samples'
import { holm, seedsNeeded } from '../statistics/seeds'
import { percentsOf, type Configuration } from './configurations'
import { FACTOR_RULES } from './factors'
import { compareDesigns, confoundedCaption, matchedDesigns, type Fairness as DesignFairness } from './fairness'
import { levelWords } from './level-words'
import { SIGNIFICANCE, verdictOf, type Verdict } from './verdict'

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
    verdictOf(each, baseline, {
      comparisons,
      sharesData: sharesData(each.experiment, baseline.experiment),
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

export function sharesData(a: Experiment, b: Experiment): boolean {
  return a.dataset.name === b.dataset.name
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
    return { name, levels: levelWords(levels), differs: new Set(levels).size > 1 }
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
      ? `${only.configuration.name} against ${name}: ${only.verdict.sentence}`
      : judged.length === 0
        ? `Nothing can be said yet about ${name}: results are missing, or there are too few seeds.`
        : listed(judged, name, others.length - judged.length)
  return confounded === null ? sentence : `${sentence} But the comparison is ${confounded}.`
}

function listed(judged: readonly DifferenceRow[], baseline: string, unjudged: number): string {
  const clear = judged.filter(({ adjusted }) => adjusted !== null && adjusted < SIGNIFICANCE)
  const better = namesOf(clear, ({ better: name, difference }) => name !== null && difference < 0)
  const worse = namesOf(clear, ({ better: name, difference }) => name !== null && difference > 0)
  const elsewhere = namesOf(clear, ({ better: name }) => name === null)
  const rest = unjudged > 0 ? ` ${unjudged} more cannot be judged: results are missing, or too few seeds.` : ''
  if (clear.length === 0) {
    const what = judged.length === 1 ? 'the one that can be judged' : `any of ${judged.length} configurations`
    return `No evidence that ${what} differs from ${baseline}.${rest}`
  }
  const parts = [
    ...(better.length > 0 ? [`better than ${baseline}: ${better.join(', ')}`] : []),
    ...(worse.length > 0 ? [`worse${better.length > 0 ? '' : ` than ${baseline}`}: ${worse.join(', ')}`] : []),
    ...(elsewhere.length > 0 ? [`other errors on other data: ${elsewhere.join(', ')}`] : []),
    ...(clear.length < judged.length ? [`no evidence for ${judged.length - clear.length} more`] : []),
  ]
  const text = parts.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${rest}`
}

function namesOf(rows: readonly DifferenceRow[], fits: (verdict: Verdict) => boolean): string[] {
  return rows.flatMap(({ configuration, verdict }) => (verdict && fits(verdict) ? [configuration.name] : []))
}

/** "784-32-10: 1 run has not ended: not counted yet." of each configuration that has something to be said. */
export function remarksOnRuns(configurations: readonly Configuration[]): string[] {
  return configurations.flatMap(({ name, remarks }) => (remarks.length > 0 ? [`${name}: ${remarks.join('; ')}.`] : []))
}

export interface Fairness {
  /** Names of the factors that differ. */
  factors: readonly string[]
  /** "confounded by epochs, outputs"; null where it is fair. */
  caption: string | null
  /**
   * What could be queued to make it fair, each with the seeds of the baseline and with as many as the configuration
   * has that has most.
   */
  missing: readonly Experiment[]
  /** Keys of the configurations that need no match: with the missing ones they make the fair comparison. */
  fitting: readonly string[]
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
  const replicates = Math.max(1, ...configurations.map(({ errors, runs }) => errors.length || runs.length))
  const isMatched = baseline !== undefined && asked.length > 0
  const matched = isMatched ? matchedDesigns(designs, baseline.experiment, asked) : []
  const fitting = configurations.filter(
    ({ experiment }) => !isMatched || isLike(experiment, baseline.experiment, fairness, asked),
  )
  return {
    factors: fairness.differing.map(({ name }) => name),
    caption: confoundedCaption(fairness, asked),
    missing: baseline ? matched.map((experiment) => ({ ...likeBaseline(experiment, baseline), replicates })) : [],
    fitting: fitting.map(({ key }) => key),
  }
}

/** Its seeds, and a title that tells the experiment from the one it comes from. */
function likeBaseline(experiment: Experiment, { name, experiment: { seeds } }: Configuration): Experiment {
  const title = `${experiment.title.slice(0, 100)}, matched to ${name.slice(0, 60)}`
  const { init, shuffle, dropout } = seeds
  return { ...experiment, title, seeds: { ...experiment.seeds, init, shuffle, dropout } }
}

/** The same in all that is not asked about. */
function isLike(a: Experiment, b: Experiment, { differing }: DesignFairness, asked: readonly string[]): boolean {
  const others = new Set(differing.flatMap(({ name }) => (asked.includes(name) ? [] : [name])))
  return FACTOR_RULES.every(({ name, level }) => !others.has(name) || level(a) === level(b))
}
