/**
 * A trained model as other tools need it: plain arrays, the activations by name, and what was done to the inputs.
 */
import type { Experiment } from '#shared/experiment'
import type { ActivationKind } from '../kernels'

export interface PortableLayer {
  inputs: number
  outputs: number
  /** f32[outputs, inputs] */
  weight: Float32Array
  /** f32[outputs]; zeros where the layer has none. */
  bias: Float32Array
  /** The output layer's is the model's `output`. */
  activation: { kind: ActivationKind; parameter: number }
}

export interface PortableModel {
  /** For people, and for the files' own fields: "784-64-10". */
  name: string
  layers: readonly PortableLayer[]
  output: Experiment['network']['output']['activation']
  /**
   * What raw values, such as bytes from 0 to 255, go through first: (x − shift) / divisor; one each, or one a feature.
   * A divisor of 0 is that of a feature which becomes 0.
   */
  scaling: { shift: Float64Array; divisor: Float64Array } | null
  classes: readonly string[]
  /** Where it comes from, by the names under which files say it. */
  metadata: Readonly<Record<string, string>>
}

export function inputsOf({ layers }: PortableModel): number {
  return layers[0]?.inputs ?? 0
}
