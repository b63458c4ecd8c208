import { describe, it } from 'vitest'
import type { EngineActivation } from '#engine/plan'
import { seededRandom } from '#engine/random'
import { initialParameters } from '#engine/initializers'
import { trainAlone } from './alone'
import { expectClose } from './compare'
import { score64, to64, toSamples } from './float64'
import { makeExperiment, makePart } from './synthetic'

/**
 * The engine's gradient, from one step of SGD with a learning rate of 1: weights before less weights after.
 * That difference of float32 numbers below 2 is exact to 2e-7, and the gradient itself to a few 1e-8; finite
 * differences in float64 with a step of 1e-5 are good to about 1e-9.
 */
const TOLERANCE = { absolute: 4e-7 }
const STEP = 1e-5

describe('the gradient is that of finite differences in float64', () => {
  it.each([
    ['no hidden layer', [], [9, 4]],
    ['one sigmoid layer', ['sigmoid'], [9, 6, 4]],
    ['one ReLU layer', ['relu'], [9, 6, 4]],
    ['sigmoid, ReLU, sigmoid', ['sigmoid', 'relu', 'sigmoid'], [11, 8, 17, 5, 3]],
    ['ReLU, sigmoid, ReLU', ['relu', 'sigmoid', 'relu'], [11, 8, 17, 5, 3]],
    ['a batch of more than one block', ['sigmoid'], [6, 5, 3], 300],
  ] as [string, EngineActivation[], number[], number?][])('%s', (_, activations, sizes, count = 13) => {
    const [pixels, classes] = [sizes[0], sizes[sizes.length - 1]]
    const part = makePart(count, pixels, classes, seededRandom(11, 5))
    const experiment = makeExperiment({
      network: {
        layers: activations.map((activation, i) => ({ units: sizes[i + 1], activation })),
        initializer: { kind: 'pytorch-default' },
      },
      training: { optimizer: { kind: 'sgd', learningRate: 1 }, batchSize: 'all', epochs: 1 },
    })
    const before = initialParameters({ kind: 'pytorch-default' }, sizes, experiment.seeds.init)
    const { parameters: after } = trainAlone(experiment, part, part, { pixels, classes })

    const network = to64(before)
    const samples = toSamples(part.images, pixels, 255)
    const lossAt = () => score64(network, activations, samples, part.labels).loss
    network.forEach((layer, i) => {
      for (const which of ['weights', 'biases'] as const) {
        const values = layer[which]
        const expected = Array.from(values, (value, j) => {
          values[j] = value + STEP
          const above = lossAt()
          values[j] = value - STEP
          const below = lossAt()
          values[j] = value
          return (above - below) / (2 * STEP)
        })
        const actual = Array.from(values, (value, j) => value - after[i][which][j])
        expectClose(actual, expected, TOLERANCE, `layer ${i}, ${which}`)
      }
    })
  })
})
