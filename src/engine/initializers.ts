/**
 * First weights. Normal draws are not truncated. Biases begin at 0, except with `pytorch-default`, which draws
 * them like the weights of their layer (as nn.Linear does). With the input bias trick the biases of the first layer
 * are the weights of one more input, so they are drawn like the others, and the fan-in counts that input.
 *
 * Numbers are drawn layer by layer from the input; within a layer first the weights, input by input (all outputs
 * of input 0, then of input 1 …), then the biases if they are drawn.
 */
import type { Initializer } from '#shared/experiment'
import { hasBias, type TrainingPlan } from './plan'
import { Random, seededRandom, STREAMS } from './random'
import type { LayerParameters } from './tensors'

export function initialParameters({
  initializer,
  sizes,
  bias,
  seeds,
}: Pick<TrainingPlan, 'initializer' | 'sizes' | 'bias' | 'seeds'>): LayerParameters[] {
  const random = seededRandom(seeds.init, STREAMS.init)
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]
    const isInput = bias === 'input-trick' && i === 0
    const draw = drawFor(initializer, isInput ? inputs + 1 : inputs, outputs, random)
    const weights = new Float32Array(inputs * outputs).map(draw)
    const biases = new Float32Array(outputs)
    const isDrawn = isInput || (initializer.kind === 'pytorch-default' && hasBias({ bias }, i))
    return { inputs, outputs, weights, biases: isDrawn ? biases.map(draw) : biases }
  })
}

function drawFor(initializer: Initializer, inputs: number, outputs: number, random: Random): () => number {
  const uniform = (limit: number) => () => (2 * random.uniform() - 1) * limit
  const normal = (deviation: number) => () => random.normal() * deviation
  switch (initializer.kind) {
    case 'uniform':
      return uniform(initializer.range)
    case 'lecun-uniform':
      return uniform(Math.sqrt(3 / inputs))
    case 'lecun-normal':
      return normal(Math.sqrt(1 / inputs))
    case 'keras-default':
    case 'glorot-uniform':
      return uniform(Math.sqrt(6 / (inputs + outputs)))
    case 'glorot-normal':
      return normal(Math.sqrt(2 / (inputs + outputs)))
    case 'he-uniform':
      return uniform(Math.sqrt(6 / inputs))
    case 'he-normal':
      return normal(Math.sqrt(2 / inputs))
    case 'pytorch-default':
      return uniform(1 / Math.sqrt(inputs))
    case 'zeros':
      return () => 0
    default:
      throw new Error(`no such initializer: ${String(initializer satisfies never)}`)
  }
}
