/**
 * A model out of its file, as the formats of other tools want it.
 */
import type { PortableLayer, PortableModel } from '#engine/formats/portable-model'
import { readSafetensors, type InputScaling } from '#engine/index'
import { LabError } from '#shared/errors'
import type { Layer } from '#shared/experiment'
import type { Subject } from '../subject'

/** What is said of a model besides its numbers. */
export interface PortableFacts {
  network: Pick<Subject['experiment']['network'], 'layers' | 'output'>
  sizes: readonly number[]
  classes: readonly string[]
  scaling: InputScaling
  metadata: Readonly<Record<string, string>>
}

/** `weights`: model or checkpoint, as a safetensors file. */
export function portableModel(weights: Uint8Array, facts: PortableFacts): PortableModel {
  const { network, sizes, classes, scaling, metadata } = facts
  const { tensors } = readSafetensors(weights)
  const floats = (name: string, count: number): Float32Array => {
    const tensor = tensors.get(name)
    const values = tensor?.dtype === 'F32' ? new Float32Array(new Uint8Array(tensor.bytes).buffer) : null
    if (values?.length === count) return values
    throw new LabError('model/unfit', `The model's ${name} should be F32 with ${count} values; its file has another`)
  }
  const layers = sizes.slice(1).map((outputs, i): PortableLayer => {
    const inputs = sizes[i] ?? 0
    const hasBias = tensors.has(`layers.${i}.bias`)
    return {
      inputs,
      outputs,
      weight: floats(`layers.${i}.weight`, inputs * outputs),
      bias: hasBias ? floats(`layers.${i}.bias`, outputs) : new Float32Array(outputs),
      activation: activationOf(network.layers[i]),
    }
  })
  return {
    name: sizes.join('-'),
    layers,
    output: network.output.activation,
    scaling: changesNothing(scaling) ? null : scaling,
    classes,
    metadata,
  }
}

function activationOf(layer: Layer | undefined): PortableLayer['activation'] {
  if (!layer) return { kind: 'linear', parameter: 0 }
  const { activation: kind } = layer
  if (kind === 'leaky-relu') return { kind, parameter: layer.slope }
  return { kind, parameter: kind === 'elu' ? layer.c : 0 }
}

function changesNothing({ shift, divisor }: InputScaling): boolean {
  return shift.every((each) => each === 0) && divisor.every((each) => each === 1)
}
