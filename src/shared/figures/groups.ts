/**
 * Which runs one line stands for: itself, or all seeds of a configuration.
 */
import { designSignature } from '../compare/fairness'
import type { FigureRun, FigureSpec, Grouping } from '../figure'
import { distinctNames } from './run-names'
import { levelOf } from './run-factors'

export interface Group {
  key: string
  name: string
  runs: readonly FigureRun[]
  colorIndex: number
}

/** In the order in which their first runs come. */
export function groupsOf(runs: readonly FigureRun[], spec: FigureSpec): Group[] {
  const byKey = new Map<string, FigureRun[]>()
  for (const run of runs) {
    const key = groupingOf(spec) === 'configuration' ? configurationKey(run) : run.summary.id
    byKey.set(key, [...(byKey.get(key) ?? []), run])
  }
  const groups = [...byKey].flatMap(([key, members]) => (members[0] ? [{ key, runs: members, first: members[0] }] : []))
  const names = distinctNames(
    groups.map(({ first: { summary } }) => ({ ...summary, label: labelWithout(summary, spec.facets ?? []) })),
  )
  // what is told apart by its panel has one name, and one color, in all of them
  const labels = groups.map(({ first: { summary } }) => labelWithout(summary, spec.facets ?? []))
  const faceted = (spec.facets ?? []).length > 0
  const inPanel = faceted ? facetNames(groups, labels, spec) : names
  const distinct = [...new Set(inPanel)]
  return groups.map(({ key, runs: members, first }, i) => {
    const name = inPanel[i] ?? first.summary.label
    const own = spec.colors?.[spec.runs.indexOf(first.summary.id)]
    return { key, runs: members, name, colorIndex: faceted ? distinct.indexOf(name) : (own ?? i) }
  })
}

/** Curves show runs, unless they are asked for more; kinds that sum up runs do so by configuration. */
export function groupingOf({ by, kind = 'curves' }: FigureSpec): Grouping {
  return by ?? (kind === 'curves' ? 'run' : 'configuration')
}

/** Names have to be distinct within a panel only. */
function facetNames(
  groups: readonly { first: FigureRun }[],
  labels: readonly string[],
  { facets = [] }: FigureSpec,
): string[] {
  const panelOf = ({ first: { summary } }: { first: FigureRun }) =>
    JSON.stringify(facets.map((facet) => levelOf(summary, facet)))
  return groups.map((group, i) => {
    const peers = groups.flatMap((other, k) =>
      panelOf(other) === panelOf(group) ? [{ ...other.first.summary, label: labels[k] ?? '' }] : [],
    )
    return distinctNames(peers)[peers.findIndex(({ id }) => id === group.first.summary.id)] ?? labels[i] ?? ''
  })
}

/** The levels of the other factors; where none is left, what the figure shows of it: its label. */
function labelWithout({ configuration, label }: FigureRun['summary'], facets: readonly string[]): string {
  const levels = Object.entries(configuration.levels)
  const left = levels.filter(([factor]) => !facets.includes(factor)).map(([, level]) => level)
  const isFaceted = left.length < levels.length
  if (!isFaceted) return label
  // a deliberate mistake stands behind the levels, and is never left out
  const all = levels.map(([, level]) => level).join(' · ')
  const rest = label.startsWith(all) ? label.slice(all.length) : ''
  return left.length > 0 ? left.join(' · ') + rest : label
}

/** Runs that differ in nothing but their seeds. */
export function configurationKey({ summary, experiment }: FigureRun): string {
  return experiment ? designSignature(experiment) : `${summary.experimentId}/${summary.configuration.index}`
}
