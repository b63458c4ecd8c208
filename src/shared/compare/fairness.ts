/**
 * Whether runs can be compared: in which factors they differ, and whether an effect could be another factor's.
 */
import type { Experiment } from '../experiment'
import { FACTOR_RULES, type FactorRule } from './factors'

export interface DifferingFactor {
  name: string
  /** The level of each design, in their order. */
  levels: readonly string[]
}

export interface Fairness {
  differing: readonly DifferingFactor[]
  /**
   * Factors whose effects cannot be told apart: every level of one comes with one level of the others only, or not
   * with all of them. Empty where one factor differs, or where all combinations are there.
   */
  confounded: readonly string[]
}

/** Replicates may be among the designs: they are equal here. */
export function compareDesigns(experiments: readonly Experiment[]): Fairness {
  const differing = FACTOR_RULES.map(({ name, level }) => ({ name, levels: experiments.map(level) })).filter(
    ({ levels }) => new Set(levels).size > 1,
  )
  return { differing, confounded: confoundedOf(differing, experiments.length) }
}

/** A factor is in the clear if every combination of the others comes with all of its levels. */
function confoundedOf(differing: readonly DifferingFactor[], designs: number): string[] {
  if (differing.length < 2) return []
  return differing.filter((factor) => !isCrossed(factor, differing, designs)).map(({ name }) => name)
}

function isCrossed(factor: DifferingFactor, differing: readonly DifferingFactor[], designs: number): boolean {
  const others = differing.filter((each) => each !== factor)
  const seen = new Map<string, Set<string>>()
  for (let i = 0; i < designs; i++) {
    const place = JSON.stringify(others.map(({ levels }) => levels[i]))
    seen.set(place, (seen.get(place) ?? new Set()).add(factor.levels[i] ?? ''))
  }
  const count = new Set(factor.levels).size
  return [...seen.values()].every((levels) => levels.size === count)
}

/**
 * The designs that would make the comparison fair: each as it is in the factors that are asked about, and as
 * `baseline` in all others. Those that are there already are left out, and so are those that cannot be made.
 */
export function matchedDesigns(
  experiments: readonly Experiment[],
  baseline: Experiment,
  asked: readonly string[],
): Experiment[] {
  const others = FACTOR_RULES.filter(({ name }) => !asked.includes(name))
  const known = new Set(experiments.map(designSignature))
  const matched = new Map<string, Experiment>()
  for (const experiment of experiments) {
    const design = others.reduce<Experiment | null>((to, rule) => to && takeIfOther(rule, baseline, to), experiment)
    if (design && !known.has(designSignature(design))) matched.set(designSignature(design), design)
  }
  return [...matched.values()]
}

function takeIfOther(rule: FactorRule, from: Experiment, to: Experiment): Experiment | null {
  return rule.level(from) === rule.level(to) ? to : rule.take(from, to)
}

/** Equal for replicates, and for designs that no factor tells apart. */
export function designSignature(experiment: Experiment): string {
  return JSON.stringify(FACTOR_RULES.map(({ level }) => level(experiment)))
}

/** For a caption: "confounded by epochs, outputs"; null where the comparison is fair. `asked` is what it is about. */
export function confoundedCaption({ confounded }: Fairness, asked: readonly string[] = []): string | null {
  const others = confounded.filter((name) => !asked.includes(name))
  return others.length === 0 || confounded.length < 2 ? null : `confounded by ${others.join(', ')}`
}
