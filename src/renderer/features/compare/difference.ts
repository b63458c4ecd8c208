/**
 * Configurations against a baseline: replicates put together, what is fair to say about them, and each verdict. Pure.
 */
import { compareDesigns, confoundedCaption, designSignature, matchedDesigns } from '#shared/compare/fairness'
import { verdictOf, type Contestant, type Verdict } from '#shared/compare/verdict'
import type { Experiment } from '#shared/experiment'
import type { RunDetails, RunSummary, Score } from '#shared/run'
import type { Share } from '#shared/statistics/proportions'
import { mean, standardDeviation } from '#shared/statistics/samples'

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
  return ({ last }: RunSummary): Share[] => {
    const score: Score | undefined = last?.[part]
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
function readable(level: string): string {
  return level.replace(/[{}"[\]]/g, '').replace(/[,:]/g, ' ')
}

/** Null where nothing has been evaluated on the part. */
export function errorText({ errors }: Configuration): string | null {
  const percents = errors.map(({ count, total }) => (100 * count) / total)
  if (percents.length === 0) return null
  const middle = `${mean(percents).toFixed(2)} %`
  return percents.length === 1 ? middle : `${middle} ± ${standardDeviation(percents).toFixed(2)}`
}

export interface DifferenceRow {
  configuration: Configuration
  /** Null for the baseline, and where one side has no result yet. */
  verdict: Verdict | null
}

/** Each against the baseline; the baseline first. */
export function differencesOf(configurations: readonly Configuration[], baselineKey: string): DifferenceRow[] {
  const baseline = configurations.find(({ key }) => key === baselineKey)
  if (!baseline) return []
  const others = configurations.filter((each) => each !== baseline)
  const comparisons = others.filter(({ errors }) => errors.length > 0).length
  const against = (each: Configuration) => {
    if (each.errors.length === 0 || baseline.errors.length === 0) return null
    return verdictOf(contestant(each), contestant(baseline), { comparisons })
  }
  return [
    { configuration: baseline, verdict: null },
    ...others.map((configuration) => ({ configuration, verdict: against(configuration) })),
  ]
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
