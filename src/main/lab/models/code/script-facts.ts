/**
 * What a script that recreates an experiment is written from.
 */
import type { TrainingPlan } from '#engine/index'
import type { Experiment } from '#shared/experiment'

export const CODE_LANGUAGES = ['pytorch', 'keras', 'numpy'] as const
export type CodeLanguage = (typeof CODE_LANGUAGES)[number]

export const LANGUAGE_NAMES: Readonly<Record<CodeLanguage, string>> = {
  pytorch: 'PyTorch',
  keras: 'Keras 3',
  numpy: 'NumPy',
}

export interface ScriptFacts {
  experiment: Experiment
  plan: TrainingPlan
  /** "784-64-10" */
  sizes: string
  /** Of the data set. */
  title: string
  /** Whether its values are bytes, which "unit" divides by 255. */
  areBytes: boolean
  /** Whether data.npz lies beside the script. */
  hasData: boolean
  run: string
  /** Of the lab that writes it. */
  version: string
  /** What differs from the run, in sentences. */
  caveats: readonly string[]
}

/** With the input bias trick the first layer takes one more input, which is always 1; its weights are the biases. */
export function hasConstantColumn({ plan }: Pick<ScriptFacts, 'plan'>): boolean {
  return plan.bias === 'input-trick'
}

export function hasBiases({ plan }: Pick<ScriptFacts, 'plan'>): boolean {
  return plan.bias === 'each-layer'
}

/** What the rows of the first layer's weights stand for. */
export function firstInputs(facts: Pick<ScriptFacts, 'plan'>): number {
  return (facts.plan.sizes[0] ?? 0) + (hasConstantColumn(facts) ? 1 : 0)
}

export function outputsOf({ plan }: Pick<ScriptFacts, 'plan'>): number {
  return plan.sizes.at(-1) ?? 0
}
