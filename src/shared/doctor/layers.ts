/** Findings from the diagnostics of layers: units that are asleep, gradients that do not arrive or arrive too large. */
import type { DoctorFacts, Finding } from '../doctor'
import { gradientRatio } from '../dry-run'
import { layerCounts } from '../network'
import type { Evaluation } from '../run'
import { percentWords } from './numbers'

const MANY = 0.5

export function sleepFindings({ experiment }: DoctorFacts, history: readonly Evaluation[]): Finding[] {
  const layers = latestLayers(history)
  const { activation } = experiment.network.layers[0] ?? { activation: undefined }
  const saturated = layers.findIndex((layer) => (layer.saturated ?? 0) > MANY)
  const dead = layers.findIndex((layer) => (layer.dead ?? 0) > MANY)
  const findings: Finding[] = []
  if (saturated >= 0) {
    findings.push({
      kind: 'saturated',
      title: 'Most units are saturated',
      evidence: `${percentWords(layers[saturated]?.saturated ?? 0)} of the activations of hidden layer ${saturated + 1} (${activation ?? 'sigmoid'}) lie where the slope is below a twentieth of its highest`,
      advice: 'They hardly learn: begin with smaller weights, or scale the inputs',
      change: { label: 'N(0, 1/√fan-in)', set: { 'network.initializer': { kind: 'lecun-normal' } } },
    })
  }
  if (dead >= 0) {
    findings.push({
      kind: 'dead',
      title: 'Most units are dead',
      evidence: `${percentWords(layers[dead]?.dead ?? 0)} of the units of hidden layer ${dead + 1} are 0 for a whole minibatch`,
      advice: 'A unit that is 0 everywhere gets no gradient: try a leaky ReLU, or a smaller learning rate',
      change: {
        label: 'Leaky ReLU',
        set: {
          'network.layers': experiment.network.layers.map(({ units }) => ({
            units,
            activation: 'leaky-relu',
            slope: 0.01,
          })),
        },
      },
    })
  }
  return findings
}

/** By a weight, first hidden layer over last hidden layer. */
const VANISHED = 1e-3

export function gradientFindings({ experiment, sizes }: DoctorFacts, history: readonly Evaluation[]): Finding[] {
  const first = history.find((each) => each.diagnostics !== undefined)
  const counts = layerCounts(sizes, experiment.network.bias)
  const hidden = (first?.diagnostics ?? []).slice(0, -1).map(({ gradientNorm }, i) => ({
    gradientNorm,
    parameters: (counts[i]?.weights ?? 0) + (counts[i]?.biases ?? 0),
  }))
  const ratio = gradientRatio(hidden)
  if (ratio === null || (ratio >= VANISHED && ratio <= 1 / VANISHED)) return []
  const vanishes = ratio < VANISHED
  return [
    {
      kind: vanishes ? 'vanishing-gradients' : 'exploding-gradients',
      title: vanishes ? 'The gradient vanishes on its way back' : 'The gradient explodes on its way back',
      evidence: `A weight of the first hidden layer gets ${ratio.toExponential(1)} times the gradient of one of the last hidden layer`,
      advice: vanishes
        ? 'Fewer layers, a ReLU or the improved sigmoid with N(0, 1/√fan-in)'
        : 'Begin with smaller weights, or clip the gradient',
      change: vanishes
        ? {
            label: 'ReLU with He',
            set: {
              'network.layers': experiment.network.layers.map(({ units }) => ({ units, activation: 'relu' })),
              'network.initializer': { kind: 'he-normal' },
            },
          }
        : { label: 'N(0, 1/√fan-in)', set: { 'network.initializer': { kind: 'lecun-normal' } } },
    },
  ]
}

function latestLayers(history: readonly Evaluation[]) {
  return history.findLast((each) => each.diagnostics !== undefined)?.diagnostics?.slice(0, -1) ?? []
}
