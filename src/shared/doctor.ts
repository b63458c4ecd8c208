/**
 * What is wrong with a run, seen from its definition and its history: each finding with its evidence, what to try, and
 * the change of the design that does so. The first finding is the one to look at: later ones are often its results.
 */
import { definitionFindings } from './doctor/definition'
import { gradientFindings, sleepFindings } from './doctor/layers'
import { baselineFindings, lossFindings, trendFindings } from './doctor/losses'
import type { Experiment } from './experiment'
import type { Evaluation, RunStatus } from './run'

export type FindingKind =
  | 'not-finite'
  | 'doubled-softmax'
  | 'uphill'
  | 'wrong-class-count'
  | 'loss-rising'
  | 'stuck-at-guessing'
  | 'high-first-loss'
  | 'unscaled-inputs'
  | 'saturated'
  | 'dead'
  | 'vanishing-gradients'
  | 'exploding-gradients'
  | 'no-activation'
  | 'below-linear'
  | 'over-fitting'
  | 'still-descending'

export interface Finding {
  kind: FindingKind
  /** A few words: "The loss rises". */
  title: string
  /** What was seen, with its numbers. */
  evidence: string
  /** What to try, in a sentence. */
  advice: string
  /** The same as a change of the design, path → value; null where there is none to propose. */
  change: { label: string; set: Readonly<Record<string, unknown>> } | null
}

export interface DoctorFacts {
  experiment: Experiment
  /** Units from the input to the output. */
  sizes: readonly number[]
  /** Classes that the data has. */
  classes: number
  /** Values of the data are bytes, 0 … 255. */
  hasBytes: boolean
  status: RunStatus
  /** Why it failed, if it did. */
  reason: string | null
}

export const MOST_FINDINGS = 5

/** Empty: healthy, as far as can be seen. */
export function examine(facts: DoctorFacts, history: readonly Evaluation[]): Finding[] {
  return [
    ...lossFindings(facts, history),
    ...definitionFindings(facts, history),
    ...sleepFindings(facts, history),
    ...gradientFindings(facts, history),
    ...baselineFindings(facts, history),
    ...trendFindings(facts, history),
  ].slice(0, MOST_FINDINGS)
}
