/**
 * What all panels of a figure have in common: its runs, and what they are called in it.
 */
import type { FigureRun, FigureSpec, Metric } from '../figure'
import { factorOf, levelOf } from './run-factors'
import { groupsOf, type Group } from './groups'
import { isLayerMetric, partOf } from './metrics'

export interface Context {
  spec: FigureSpec
  runs: readonly FigureRun[]
  groups: readonly Group[]
  naming: Naming
}

/** What a legend entry has to say: the run, the part (train, validation, test, or the layer), or both. */
export type Naming = 'run' | 'part' | 'both'

/** The part of a figure that goes into one row or column of small multiples; `label` is null without them. */
export interface Facet {
  label: string | null
  context: Context
}

export function contextOf(spec: FigureSpec, runs: readonly FigureRun[], metrics: readonly Metric[]): Context {
  const groups = groupsOf(runs, spec)
  return { spec, runs, groups, naming: namingFor(metrics, groups, spec) }
}

/** The same for all panels, so that one legend serves them all. */
function namingFor(metrics: readonly Metric[], groups: readonly Group[], spec: FigureSpec): Naming {
  const facets = spec.facets ?? []
  const counts = new Map<string, number>()
  for (const { runs } of groups) {
    const place = JSON.stringify(facets.map((facet) => (runs[0] ? levelOf(runs[0].summary, facet) : '')))
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  if (groups.length > 0 && Math.max(...counts.values()) === 1) return 'part'
  // where each panel is of one part, its title says which
  const parts = spec.panels.map((panel) => new Set(panel.flatMap((metric) => partOf(metric) ?? [])).size)
  return Math.max(0, ...parts) > 1 || metrics.some(isLayerMetric) ? 'both' : 'run'
}

/** All combinations of levels that some run has; one facet without a label where none are asked for. */
export function facetsOf(context: Context): Facet[] {
  const { spec, runs } = context
  const factors = (spec.facets ?? []).map((name) => factorOf(name, runs))
  if (factors.length === 0) return [{ label: null, context }]
  const combinations = factors.reduce<string[][]>(
    (all, { levels }) => all.flatMap((before) => levels.map((level) => [...before, level])),
    [[]],
  )
  return combinations.flatMap((levels) => {
    const isIn = ({ summary }: FigureRun) => factors.every(({ name }, i) => levelOf(summary, name) === levels[i])
    const groups = context.groups
      .map((group) => ({ ...group, runs: group.runs.filter(isIn) }))
      .filter((group) => group.runs.length > 0)
    if (groups.length === 0) return []
    const label = factors.map(({ name }, i) => `${name} ${levels[i]}`).join(', ')
    return [{ label, context: { ...context, groups, runs: runs.filter(isIn) } }]
  })
}
