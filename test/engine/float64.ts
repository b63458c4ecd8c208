/** A network in float64, written as plainly as can be: the oracle for losses and gradients. */
import type { EngineActivation } from '#engine/plan'

export interface Layer64 {
  inputs: number
  outputs: number
  /** [inputs, outputs] */
  weights: Float64Array
  biases: Float64Array
}

const ACTIVATIONS: Record<EngineActivation, (x: number) => number> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(0, x),
}

/** Sums of the output layer for one sample. */
export function forward64(
  layers: readonly Layer64[],
  activations: readonly EngineActivation[],
  x: readonly number[],
): number[] {
  return layers.reduce<readonly number[]>((input, layer, i) => {
    const sums = Array.from(layer.biases, (bias, n) => {
      let sum = bias
      for (let k = 0; k < layer.inputs; k++) sum += input[k] * layer.weights[k * layer.outputs + n]
      return sum
    })
    return i < activations.length ? sums.map(ACTIVATIONS[activations[i]]) : sums
  }, x) as number[]
}

/** Mean cross-entropy in nats, and hits. */
export function score64(
  layers: readonly Layer64[],
  activations: readonly EngineActivation[],
  samples: readonly (readonly number[])[],
  labels: ArrayLike<number>,
): { loss: number; correct: number } {
  let loss = 0
  let correct = 0
  samples.forEach((x, i) => {
    const z = forward64(layers, activations, x)
    loss += Math.log(z.reduce((sum, each) => sum + Math.exp(each), 0)) - z[labels[i]]
    correct += z.indexOf(Math.max(...z)) === labels[i] ? 1 : 0
  })
  return { loss: loss / samples.length, correct }
}

/** Rows of bytes as rows of x / scale. */
export function toSamples(images: Uint8Array, pixels: number, scale: number): number[][] {
  return Array.from({ length: images.length / pixels }, (_, i) =>
    Array.from(images.subarray(i * pixels, (i + 1) * pixels), (byte) => byte / scale),
  )
}

export function to64(
  layers: readonly { inputs: number; outputs: number; weights: Float32Array; biases: Float32Array }[],
): Layer64[] {
  return layers.map(({ inputs, outputs, weights, biases }) => ({
    inputs,
    outputs,
    weights: Float64Array.from(weights),
    biases: Float64Array.from(biases),
  }))
}
