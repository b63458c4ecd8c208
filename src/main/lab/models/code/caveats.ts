/**
 * What a script cannot make the same as in the lab, in sentences for its head: nobody should have to find out.
 */
import type { TrainingPlan } from '#engine/index'
import type { Experiment } from '#shared/experiment'
import type { Intervention } from '#shared/run'
import { hasConstantColumn, type CodeLanguage } from './script-facts'

export interface CaveatFacts {
  experiment: Experiment
  plan: TrainingPlan
  interventions: readonly Intervention[]
  /** Whether it went all the way that its experiment says. */
  isWhole: boolean
}

export function caveatsOf(facts: CaveatFacts, language: CodeLanguage): string[] {
  const { plan, interventions, isWhole } = facts
  return [
    'Sums are taken in another order than by the engine, so the last digits differ, and more of them after many steps.',
    ...dropoutCaveats(facts, language),
    ...(language === 'keras' ? kerasCaveats(plan) : []),
    ...(language === 'pytorch' && plan.regularization.clipNorm > 0
      ? ['clip_grad_norm_ adds 1e-6 to the length that it divides by.']
      : []),
    ...(interventions.length > 0 ? [interventionCaveat(interventions)] : []),
    ...(isWhole ? [] : ['The run had not trained to its end when this was written; the script does.']),
  ]
}

function dropoutCaveats(facts: CaveatFacts, language: CodeLanguage): string[] {
  const { dropoutInput, dropoutHidden } = facts.plan.regularization
  if (language === 'numpy' || (dropoutInput === 0 && dropoutHidden === 0)) return []
  const constant = hasConstantColumn(facts) && dropoutInput > 0
  return [
    'Dropout draws from the random numbers of the library, so other units are dropped, and losses differ by as much as between two seeds.',
    ...(constant ? ['The constant input is dropped now and then like the others; the lab always keeps it.'] : []),
  ]
}

function kerasCaveats({ optimizer, schedule, regularization }: TrainingPlan): string[] {
  const isConstant = schedule.kind === 'constant' && schedule.warmupEpochs === 0
  return [
    ...(optimizer.kind === 'rmsprop' || optimizer.kind === 'adagrad'
      ? ['Keras adds epsilon under the root, the lab (as PyTorch) to the root: the first steps are smaller here.']
      : []),
    ...(optimizer.kind === 'adam' || optimizer.kind === 'adamw'
      ? [
          'Keras adds epsilon before the correction of the root, the lab (as PyTorch) after it: small gradients take other steps.',
        ]
      : []),
    ...(optimizer.kind === 'sgd' && optimizer.momentum > 0 && !isConstant
      ? [
          'Keras has the learning rate within the momentum, the lab (as PyTorch) outside of it: after each change of the rate they differ for a while.',
        ]
      : []),
    ...(regularization.maxNorm > 0 ? ['MaxNorm adds 1e-7 to the length that it divides by.'] : []),
  ]
}

function interventionCaveat(interventions: readonly Intervention[]): string {
  const changes = interventions.map(({ step, learningRate }) => `${learningRate} from about step ${step} on`)
  return `The learning rate was changed by hand while the run trained (${changes.join(', ')}); the script leaves it as designed.`
}
