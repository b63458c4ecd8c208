/**
 * One sample through a network in plain numbers, with all that it meets on its way, and back to the inputs. Sums are
 * taken in float64, so that it agrees with the engine's kernels to about 1e-6.
 */
import { slopeFrom } from './kernels'
import { ACTIVATION_SLOPES, ACTIVATION_VALUES } from './reference/activations'
import { lossOfRow } from './reference/output-loss'
import type { TrainingPlan } from './plan'
import type { LayerParameters } from './tensors'

export interface PlainNetwork extends Pick<TrainingPlan, 'activations' | 'outputLoss'> {
  parameters: readonly LayerParameters[]
}

export interface Explained {
  /** f32[outputs], after the output activation. */
  values: Float32Array
  /** f32[units] of each hidden layer. */
  hidden: Float32Array[]
  loss: number
  /** f32[inputs]: derivative of the loss by each input. */
  inputGradient: Float32Array
}

/** `inputs`: f32[inputs], as the network takes them, after scaling. */
export function explain(network: PlainNetwork, inputs: Float32Array, label: number): Explained {
  const { parameters, activations, outputLoss } = network
  const sums: Float64Array[] = []
  const hidden: Float32Array[] = []
  parameters.forEach((layer, i) => {
    const z = sumsOf(layer, hidden[i - 1] ?? inputs)
    sums.push(z)
    if (i === activations.length) return
    const { kind, parameter } = activations[i]
    const value = ACTIVATION_VALUES[kind]
    hidden.push(Float32Array.from(z, (sum) => value(sum, Math.fround(parameter))))
  })
  const { values, loss, gradient } = lossOfRow(outputLoss.kind, sums[activations.length], label, outputLoss.smoothing)
  let back = backThrough(parameters[activations.length], gradient)
  for (let i = activations.length - 1; i >= 0; i--) {
    const { kind, parameter } = activations[i]
    const slope = ACTIVATION_SLOPES[kind]
    const from = slopeFrom(kind) === 'sums' ? sums[i] : hidden[i]
    back = backThrough(
      parameters[i],
      back.map((each, n) => each * slope(from[n], Math.fround(parameter))),
    )
  }
  return { values: Float32Array.from(values), hidden, loss, inputGradient: Float32Array.from(back) }
}

function sumsOf({ inputs, outputs, weights, biases }: LayerParameters, values: Float32Array): Float64Array {
  const sums = Float64Array.from(biases)
  for (let k = 0; k < inputs; k++) {
    const value = values[k]
    if (value === 0) continue
    const row = k * outputs
    for (let n = 0; n < outputs; n++) sums[n] += value * weights[row + n]
  }
  return sums
}

/** Gradient with respect to the layer's inputs, of that with respect to its sums. */
function backThrough({ inputs, outputs, weights }: LayerParameters, gradient: Float64Array): Float64Array {
  return Float64Array.from({ length: inputs }, (_, k) => {
    let sum = 0
    for (let n = 0, at = k * outputs; n < outputs; n++) sum += gradient[n] * weights[at + n]
    return sum
  })
}
