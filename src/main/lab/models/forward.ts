/**
 * A trained network in plain numbers: weights from a file, outputs for any inputs. For looking at a model, not for
 * training: in float32 steps with sums in float64, so that it agrees with the engine's kernels to about 1e-6.
 */
import { readSafetensors } from '#engine/index'
import { ACTIVATION_VALUES } from '#engine/reference/activations'
import { LabError } from '#shared/errors'
import type { Experiment, Layer } from '#shared/experiment'

export interface PlainLayer {
  inputs: number
  outputs: number
  /** f32[outputs, inputs] */
  weights: Float32Array
  /** f32[outputs] */
  biases: Float32Array
}

export type PlainModel = readonly PlainLayer[]

/** Of a model or a checkpoint; throws `model/unfit` if it does not have these layers. */
export function readModel(bytes: Uint8Array, layers: number): { model: PlainModel; step: number | null } {
  const { tensors, metadata } = readSafetensors(bytes)
  const floats = (name: string): { shape: readonly number[]; values: Float32Array } => {
    const tensor = tensors.get(name)
    if (tensor?.dtype !== 'F32') {
      throw new LabError(
        'model/unfit',
        `The file of weights should have ${name} as F32, got ${tensor?.dtype ?? 'nothing'}`,
      )
    }
    return { shape: tensor.shape, values: new Float32Array(new Uint8Array(tensor.bytes).buffer) } // a copy: aligned
  }
  const model = Array.from({ length: layers }, (_, i) => {
    const weight = floats(`layers.${i}.weight`)
    const [outputs = 0, inputs = 0] = weight.shape
    return { inputs, outputs, weights: weight.values, biases: floats(`layers.${i}.bias`).values }
  })
  const step = metadata.get('step')
  return { model, step: step === undefined ? null : Number(step) }
}

/** f32[rows, outputs] of f32[rows, inputs], after the output activation. */
export function outputsOf(model: PlainModel, network: Experiment['network'], inputs: Float32Array): Float32Array {
  let values = inputs
  model.forEach((layer, i) => {
    values = sumsOf(layer, values)
    const hidden = network.layers[i]
    if (hidden) activate(values, hidden)
    else activateOutput(values, layer.outputs, network.output.activation)
  })
  return values
}

function sumsOf({ inputs, outputs, weights, biases }: PlainLayer, values: Float32Array): Float32Array {
  const rows = values.length / inputs
  const sums = new Float32Array(rows * outputs)
  for (let row = 0; row < rows; row++) {
    const from = row * inputs
    for (let unit = 0; unit < outputs; unit++) {
      let sum = biases[unit] ?? 0
      const at = unit * inputs
      for (let k = 0; k < inputs; k++) sum += values[from + k] * weights[at + k]
      sums[row * outputs + unit] = sum
    }
  }
  return sums
}

function activate(values: Float32Array, layer: Layer): void {
  const value = ACTIVATION_VALUES[layer.activation]
  const parameter = layer.activation === 'leaky-relu' ? layer.slope : layer.activation === 'elu' ? layer.c : 0
  for (let i = 0; i < values.length; i++) values[i] = value(values[i], parameter)
}

function activateOutput(
  values: Float32Array,
  outputs: number,
  activation: Experiment['network']['output']['activation'],
): void {
  if (activation === 'linear') return
  if (activation === 'sigmoid') {
    for (let i = 0; i < values.length; i++) values[i] = ACTIVATION_VALUES.sigmoid(values[i], 0)
    return
  }
  for (let at = 0; at < values.length; at += outputs) softmax(values.subarray(at, at + outputs))
}

function softmax(row: Float32Array): void {
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (let i = 0; i < row.length; i++) sum += row[i] = Math.exp(row[i] - largest)
  for (let i = 0; i < row.length; i++) row[i] = row[i] / sum
}
