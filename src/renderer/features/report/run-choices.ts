/**
 * Runs as a person chooses them: by the experiment, then by configuration, with all of its seeds.
 */
import type { RunSummary } from '#shared/run'
import { plural } from '../../ui/format'

export interface ChoosableExperiment {
  id: string
  title: string
  /** "4 × 5 seeds" */
  text: string
  createdAt: string
  runs: readonly RunSummary[]
  configurations: readonly { key: string; label: string; runs: readonly RunSummary[] }[]
}

/** The newest experiment first, its runs in the order of its design. Only what has been evaluated. */
export function experimentsOf(newestFirst: readonly RunSummary[]): ChoosableExperiment[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of newestFirst)
    if (run.last) groups.set(run.experimentId, [...(groups.get(run.experimentId) ?? []), run])
  return [...groups].flatMap(([id, members]) => {
    const runs = members.toSorted(byDesign)
    const [first] = runs
    if (!first) return []
    const configurations = configurationsIn(runs)
    return [
      { id, title: first.title, createdAt: first.createdAt, runs, configurations, text: textOf(runs, configurations) },
    ]
  })
}

/** All words, anywhere in what a run is called, is of, or is tagged with. Experiments keep the runs that match. */
export function matching(experiments: readonly ChoosableExperiment[], words: string): ChoosableExperiment[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return [...experiments]
  return experiments.filter(({ title, runs }) => {
    const text = [title, ...runs.flatMap(({ label, dataset, tags, presetId }) => [label, dataset, presetId, ...tags])]
      .join('\n')
      .toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

/** The newest experiment that a preset has made; empty if there is none. */
export function newestOf(presetId: string, newestFirst: readonly RunSummary[]): RunSummary[] {
  const [newest] = experimentsOf(newestFirst.filter((run) => run.presetId === presetId))
  return newest ? [...newest.runs] : []
}

function byDesign(a: RunSummary, b: RunSummary): number {
  return a.configuration.index - b.configuration.index || a.replicate - b.replicate || (a.id < b.id ? -1 : 1)
}

function configurationsIn(runs: readonly RunSummary[]): ChoosableExperiment['configurations'] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const key = String(run.configuration.index)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups].map(([key, members]) => ({ key, label: members[0]?.label ?? '', runs: members }))
}

function textOf(runs: readonly RunSummary[], configurations: ChoosableExperiment['configurations']): string {
  const counts = new Set(configurations.map((each) => each.runs.length))
  const [seeds = 1] = counts
  if (configurations.length === runs.length) return plural(runs.length, 'run')
  if (configurations.length === 1) return plural(runs.length, 'seed')
  return counts.size === 1
    ? `${configurations.length} × ${plural(seeds, 'seed')}`
    : `${configurations.length} configurations, ${runs.length} runs`
}
