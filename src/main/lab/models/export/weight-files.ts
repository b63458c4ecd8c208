/**
 * The weights of a model as files: ONNX, safetensors and NPZ.
 */
import { encodeScaling } from '#engine/model-input'
import { writeNpy } from '#engine/formats/npy-writer'
import { writeOnnx } from '#engine/formats/onnx'
import type { PortableModel } from '#engine/formats/portable-model'
import { writeSafetensors, type InputScaling } from '#engine/index'
import { parameterTensors, transposed } from '#engine/tensors'
import type { ZipEntry } from './zip'
import { writeZip } from './zip'

export interface WeightFile {
  model: PortableModel
  scaling: InputScaling
  /** Of the lab. */
  version: string
}

export function writeWeights(format: 'onnx' | 'safetensors' | 'npz', file: WeightFile): Uint8Array<ArrayBuffer> {
  switch (format) {
    case 'onnx':
      return writeOnnx(file.model, file.version)
    case 'safetensors':
      return safetensorsOf(file)
    case 'npz':
      return npzOf(file)
  }
}

function safetensorsOf({ model, scaling }: WeightFile): Uint8Array<ArrayBuffer> {
  const layers = model.layers.map(({ inputs, outputs, weight, bias }) => {
    return { inputs, outputs, weights: transposed(weight, outputs, inputs), biases: bias }
  })
  const encoded = encodeScaling(scaling)
  return writeSafetensors([...parameterTensors(layers), ...encoded.tensors], {
    format: 'pt',
    ...encoded.metadata,
    classes: JSON.stringify(model.classes),
    ...model.metadata,
  })
}

/** W1 f32[inputs, outputs], b1 f32[outputs], …: sums are x @ W1 + b1. `meta` u8[n] is JSON in UTF-8. */
function npzOf({ model, scaling }: WeightFile): Uint8Array<ArrayBuffer> {
  const arrays = model.layers.flatMap(({ inputs, outputs, weight, bias }, i): ZipEntry[] => [
    { name: `W${i + 1}.npy`, bytes: writeNpy([inputs, outputs], transposed(weight, outputs, inputs)) },
    { name: `b${i + 1}.npy`, bytes: writeNpy([outputs], bias) },
  ])
  const meta = new TextEncoder().encode(
    JSON.stringify({
      ...model.metadata,
      classes: model.classes,
      'network.layers': model.layers.slice(0, -1).map(({ outputs, activation: { kind, parameter } }) => {
        if (kind === 'leaky-relu') return { units: outputs, activation: kind, slope: parameter }
        return { units: outputs, activation: kind, ...(kind === 'elu' && { c: parameter }) }
      }),
      'input.scaling': scaling.scaling,
      'input.shift': [...scaling.shift],
      'input.divisor': [...scaling.divisor],
    }),
  )
  return writeZip([...arrays, { name: 'meta.npy', bytes: writeNpy([meta.length], meta) }])
}
