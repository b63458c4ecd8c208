import { describe, expect, it } from 'vitest'
import { transposed, type LayerParameters } from '#engine/tensors'
import type { EngineActivation, EngineOptimizer } from '#engine/plan'
import { trainAlone } from './alone'
import { expectClose } from './compare'
import fixture from './fixtures/pytorch-steps.json'
import { makeExperiment } from './synthetic'

interface Dumped {
  weight: number[]
  bias: number[]
}

/** [out, in] of the fixture as the engine's [in, out]. */
function toLayers(dumped: Dumped[], sizes: number[]): LayerParameters[] {
  return dumped.map(({ weight, bias }, i) => {
    const [inputs, outputs] = [sizes[i], sizes[i + 1]]
    const weights = transposed(Float32Array.from(weight), outputs, inputs)
    return { inputs, outputs, weights, biases: Float32Array.from(bias) }
  })
}

/**
 * PyTorch computed in float64. We store weights, activations, gradients and moments as float32: each step rounds
 * numbers of about 1 by up to 6e-8 a few times, and 20 steps carry that on, for Adam through a division by the
 * root of a small square.
 */
const LOSS = { absolute: 2e-6 }
const WEIGHTS = { absolute: 1e-5 }

describe(`20 steps as PyTorch ${fixture.torch} does them`, () => {
  it.each(fixture.cases.map((each) => [each.name, each] as const))('%s', (_, each) => {
    const { pixels, classes, batchSize, epochs } = fixture
    const sizes = [pixels, ...each.hidden, classes]
    const experiment = makeExperiment({
      network: { layers: each.hidden.map((units) => ({ units, activation: each.activation as EngineActivation })) },
      training: {
        optimizer: each.optimizer as EngineOptimizer,
        batchSize,
        epochs,
        shuffle: false,
        evaluation: { every: { steps: 1 } },
      },
    })
    const part = {
      count: each.labels.length,
      images: Uint8Array.from(each.images),
      labels: Uint8Array.from(each.labels),
    }
    const state = { parameters: toLayers(each.initial, sizes), moments: null, progress: null }
    const { evaluations, parameters } = trainAlone(experiment, part, part, { pixels, classes, state })

    expect(evaluations).toHaveLength(20)
    expectClose(
      evaluations.map(({ train }) => train.loss),
      each.losses,
      LOSS,
      'loss of step',
    )
    toLayers(each.final, sizes).forEach(({ weights, biases }, i) => {
      expectClose(parameters[i].weights, weights, WEIGHTS, `layer ${i} weight`)
      expectClose(parameters[i].biases, biases, WEIGHTS, `layer ${i} bias`)
    })
  })
})
