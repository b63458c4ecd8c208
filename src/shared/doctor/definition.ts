/** Findings that the definition explains and the curves alone do not. */
import type { DoctorFacts, Finding } from '../doctor'
import { guessingLossText } from '../dry-run'
import { accuracyOf, type Evaluation } from '../run'
import { percentWords } from './numbers'

export function definitionFindings(facts: DoctorFacts, history: readonly Evaluation[]): Finding[] {
  return [...classCount(facts), ...noActivation(facts, history)]
}

function classCount({ experiment, sizes, classes }: DoctorFacts): Finding[] {
  const outputs = sizes.at(-1) ?? 0
  if (outputs <= classes || experiment.training.loss !== 'softmax-cross-entropy') return []
  return [
    {
      kind: 'wrong-class-count',
      title: 'More outputs than classes',
      evidence: `The network has ${outputs} outputs and the data ${classes} classes: its loss begins at ${guessingLossText(experiment, outputs)}, not at ln ${classes} = ${Math.log(classes).toFixed(4)}`,
      advice: `The ${outputs - classes} others can only learn to be silent: give it an output for each class`,
      change: { label: `${classes} outputs`, set: { 'network.output.units': 'classes' } },
    },
  ]
}

function noActivation({ experiment }: DoctorFacts, history: readonly Evaluation[]): Finding[] {
  const { layers } = experiment.network
  const last = history.at(-1)
  if (!last || layers.length === 0 || layers.some((layer) => layer.activation !== 'linear')) return []
  return [
    {
      kind: 'no-activation',
      title: 'The network is a linear one',
      evidence: `No hidden layer has an activation; training accuracy ${percentWords(accuracyOf(last.train))}`,
      advice: 'A product of matrices is one matrix: give the hidden layers an activation',
      change: {
        label: 'ReLU',
        set: { 'network.layers': layers.map(({ units }) => ({ units, activation: 'relu' })) },
      },
    },
  ]
}
