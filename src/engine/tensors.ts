/**
 * Weights and biases between the two places where they live: the shared memory (a row for each input, padded)
 * and files (PyTorch's nn.Linear: a row for each output, no padding).
 */
import type { LayerLayout, ParameterAddresses } from './layout'
import type { PendingTensor, Tensor } from './safetensors'

/** Parameters, or moments of parameters, of one layer outside of the shared memory. */
export interface LayerParameters {
  inputs: number
  outputs: number
  /** f32[inputs, outputs] */
  weights: Float32Array
  /** f32[outputs] */
  biases: Float32Array
}

export function writeParameters(
  f32: Float32Array,
  layer: LayerLayout,
  to: ParameterAddresses,
  from: LayerParameters,
): void {
  const { inputs, outputs, ldw } = layer
  for (let k = 0; k < inputs; k++) {
    f32.set(from.weights.subarray(k * outputs, (k + 1) * outputs), (to.weights + k * ldw) >>> 2)
  }
  f32.set(from.biases, to.biases >>> 2)
}

export function readParameters(f32: Float32Array, layer: LayerLayout, from: ParameterAddresses): LayerParameters {
  const { inputs, outputs, ldw } = layer
  const weights = new Float32Array(inputs * outputs)
  for (let k = 0; k < inputs; k++) {
    const at = (from.weights + k * ldw) >>> 2
    weights.set(f32.subarray(at, at + outputs), k * outputs)
  }
  return { inputs, outputs, weights, biases: f32.slice(from.biases >>> 2, (from.biases >>> 2) + outputs) }
}

/** `layers.0.weight` f32 [out, in], `layers.0.bias` f32 [out], …: layers counted from the input, weight first. */
export function parameterTensors(layers: readonly LayerParameters[], prefix = ''): [string, Tensor][] {
  return layers.flatMap((layer, i): [string, Tensor][] => [
    [
      `${prefix}layers.${i}.weight`,
      floats([layer.outputs, layer.inputs], transposed(layer.weights, layer.inputs, layer.outputs)),
    ],
    [`${prefix}layers.${i}.bias`, floats([layer.outputs], layer.biases)],
  ])
}

/** The same names and layout, written straight from the shared memory: a checkpoint may be large, and comes often. */
export function pendingTensors(
  f32: Float32Array,
  layers: readonly { layer: LayerLayout; from: ParameterAddresses }[],
  prefix: string,
): [string, PendingTensor][] {
  return layers.flatMap(({ layer: { inputs, outputs, ldw }, from }, i): [string, PendingTensor][] => [
    [
      `${prefix}layers.${i}.weight`,
      {
        dtype: 'F32',
        shape: [outputs, inputs],
        fill: (bytes) => {
          const values = floatsIn(bytes)
          for (let k = 0; k < inputs; k++) {
            const row = (from.weights + k * ldw) >>> 2
            for (let n = 0; n < outputs; n++) values[n * inputs + k] = f32[row + n]
          }
        },
      },
    ],
    [
      `${prefix}layers.${i}.bias`,
      {
        dtype: 'F32',
        shape: [outputs],
        fill: (bytes) => floatsIn(bytes).set(f32.subarray(from.biases >>> 2, (from.biases >>> 2) + outputs)),
      },
    ],
  ])
}

function floatsIn({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return new Float32Array(buffer, byteOffset, byteLength / 4)
}

function floats(shape: number[], values: Float32Array): Tensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

/** f32[rows, columns] as f32[columns, rows]. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c]
  }
  return turned
}
