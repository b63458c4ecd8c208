/**
 * Runs put together that differ in nothing but their seeds, with the errors that count and what is to be said of those
 * that do not. Pure.
 */
import type { Experiment } from '../experiment'
import { hasEnded, testScoreOf, type RunDetails, type RunSummary, type Score } from '../run'
import { mean, standardDeviation } from '../statistics/samples'
import { compareDesigns, designSignature } from './fairness'
import { levelWords } from './level-words'
import type { SeedError } from './verdict'

export type Part = 'test' | 'validation'

/** Runs that differ in nothing but their seeds. */
export interface Configuration {
  key: string
  name: string
  runs: readonly RunSummary[]
  /** With the seeds of the first replicate among the runs. */
  experiment: Experiment
  /** Wrong samples at the last evaluation, one for each seed that has been evaluated on the part. */
  errors: readonly SeedError[]
  /** The runs that the errors are of, in their order. */
  counted: readonly RunSummary[]
  /** What a careful reader wants to know of the runs: which were left out, and which are not like the others. */
  remarks: readonly string[]
}

export interface Described {
  summary: RunSummary
  details: RunDetails | undefined
}

interface Member {
  summary: RunSummary
  details: RunDetails
}

/** In the order in which their first runs come. Runs whose design is not known yet are left out. */
export function configurationsOf(runs: readonly Described[], part: Part): Configuration[] {
  const groups = new Map<string, Member[]>()
  for (const { summary, details } of runs) {
    if (!details) continue
    const key = designSignature(details.experiment)
    groups.set(key, [...(groups.get(key) ?? []), { summary, details }])
  }
  const all = [...groups].map(([key, members]) => configuration(key, members, part))
  return all.map((each) => ({ ...each, name: nameOf(each, all) }))
}

function configuration(key: string, members: readonly Member[], part: Part): Configuration {
  const measured = members.flatMap(({ summary, details }) => {
    const score = hasEnded(summary.status) ? scoreOn(summary, part) : undefined
    const seeds = seedsText(details.experiment)
    return score && score.count > 0
      ? [{ summary, error: { count: score.count - score.correct, total: score.count, seeds } }]
      : []
  })
  const counted = oncePerSeed(measured, ({ error }) => error.seeds)
  return {
    key,
    name: members[0]?.summary.label ?? '',
    runs: members.map(({ summary }) => summary),
    experiment: firstReplicate(members),
    errors: counted.map(({ error }) => error),
    counted: counted.map(({ summary }) => summary),
    remarks: remarksOn(
      members,
      measured.length - counted.length,
      counted.map(({ summary }) => summary),
    ),
  }
}

function scoreOn(run: RunSummary, part: Part): Score | undefined {
  return part === 'test' ? testScoreOf(run) : run.last?.[part]
}

/** What makes a replicate; the seed of the split belongs to the design. */
export function seedsText({ seeds: { init, shuffle, dropout } }: Experiment): string {
  return `${init}/${shuffle}/${dropout}`
}

/**
 * The same seeds again give the same model: twice the same number is no second measurement. The longest run stands, in
 * the place of the first. `seedsOf`: equal for what must not count twice.
 */
export function oncePerSeed<T extends { summary: RunSummary }>(runs: readonly T[], seedsOf: (run: T) => string): T[] {
  const bySeeds = new Map<string, T>()
  for (const each of runs) {
    const seeds = seedsOf(each)
    const known = bySeeds.get(seeds)
    if (!known || epochsOf(each.summary) > epochsOf(known.summary)) bySeeds.set(seeds, each)
  }
  return [...bySeeds.values()]
}

function epochsOf({ last }: RunSummary): number {
  return last?.epoch ?? 0
}

function firstReplicate([first, ...others]: readonly Member[]): Experiment {
  if (!first) throw new RangeError('expected a configuration of one run at least')
  return others.reduce((low, { details: { experiment } }) => {
    return experiment.seeds.init < low.seeds.init ? experiment : low
  }, first.details.experiment)
}

function remarksOn(members: readonly Member[], repeated: number, counted: readonly RunSummary[]): string[] {
  const active = members.filter(({ summary }) => !hasEnded(summary.status)).length
  const short = counted.filter((run) => run.status !== 'finished' && epochsOf(run) < run.epochs)
  const byHand = members.filter(({ details }) => (details.interventions ?? []).length > 0).length
  return [
    ...(active > 0 ? [`${runs(active, 'has', 'have')} not ended: not counted yet`] : []),
    ...(repeated > 0 ? [`${runs(repeated, 'repeats', 'repeat')} seeds of another: counted once`] : []),
    ...(short.length > 0
      ? [`${runs(short.length, 'was', 'were')} stopped before the last epoch (${short.map(stoppedAt).join(', ')})`]
      : []),
    ...(byHand > 0 ? [`the learning rate of ${runs(byHand, 'was', 'were')} changed by hand`] : []),
  ]
}

function stoppedAt({ last, epochs }: RunSummary): string {
  return `at ${Number((last?.epoch ?? 0).toFixed(1))} of ${epochs}`
}

function runs(count: number, one: string, several: string): string {
  return count === 1 ? `1 run ${one}` : `${count} runs ${several}`
}

/** Its label; with what else differs where two configurations have the same. */
function nameOf({ key, runs: [first], experiment }: Configuration, all: readonly Configuration[]): string {
  const label = first?.label ?? ''
  const rivals = all.filter((other) => other.key !== key && other.runs[0]?.label === label)
  if (rivals.length === 0) return label
  const { differing } = compareDesigns([experiment, ...rivals.map((rival) => rival.experiment)])
  return [label, ...differing.map(({ name, levels }) => `${name} ${levelWords(levels)[0] ?? ''}`)].join(' · ')
}

/** Null where nothing has been evaluated on the part. */
export function errorText({ errors }: Configuration): string | null {
  const percents = percentsOf(errors)
  if (percents.length === 0) return null
  const middle = `${mean(percents).toFixed(2)} %`
  return percents.length === 1 ? middle : `${middle} ± ${standardDeviation(percents).toFixed(2)}`
}

export function percentsOf(errors: readonly SeedError[]): number[] {
  return errors.map(({ count, total }) => (100 * count) / total)
}
