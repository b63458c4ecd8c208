import { describe, expect, it } from 'vitest'
import { initialParameters } from '#engine/initializers'
import type { Experiment, Initializer } from '#shared/experiment'
import { correlationOf, distanceTo, FAR, momentsOf, UNLIKELY } from './distribution'
import { normalShare } from './float64'

const SIZES = [784, 120, 90]

function drawn(initializer: Initializer, bias: Experiment['network']['bias'] = 'each-layer', init = 3) {
  const seeds = { init, split: 1, shuffle: 1, dropout: 1 }
  return initialParameters({ initializer, sizes: SIZES, bias, seeds })
}

interface Distribution {
  initializer: Initializer
  /** a of U(−a, a), from the units into and out of a layer. */
  limit?: (inputs: number, outputs: number) => number
  /** σ of N(0, σ²). */
  deviation?: (inputs: number, outputs: number) => number
}

const DISTRIBUTIONS: Distribution[] = [
  { initializer: { kind: 'uniform', range: 0.35 }, limit: () => 0.35 },
  { initializer: { kind: 'lecun-uniform' }, limit: (inputs) => Math.sqrt(3 / inputs) },
  { initializer: { kind: 'glorot-uniform' }, limit: (inputs, outputs) => Math.sqrt(6 / (inputs + outputs)) },
  { initializer: { kind: 'keras-default' }, limit: (inputs, outputs) => Math.sqrt(6 / (inputs + outputs)) },
  { initializer: { kind: 'he-uniform' }, limit: (inputs) => Math.sqrt(6 / inputs) },
  // nn.Linear: kaiming_uniform_(a=√5), which is U(−1/√inputs, 1/√inputs)
  { initializer: { kind: 'pytorch-default' }, limit: (inputs) => 1 / Math.sqrt(inputs) },
  { initializer: { kind: 'lecun-normal' }, deviation: (inputs) => Math.sqrt(1 / inputs) },
  { initializer: { kind: 'glorot-normal' }, deviation: (inputs, outputs) => Math.sqrt(2 / (inputs + outputs)) },
  { initializer: { kind: 'he-normal' }, deviation: (inputs) => Math.sqrt(2 / inputs) },
]

/** The distribution of a layer: how much lies below x, its variance, and how much that varies from draw to draw. */
function theory({ limit, deviation }: Distribution, inputs: number, outputs: number) {
  const a = limit?.(inputs, outputs)
  if (a !== undefined) {
    const share = (x: number) => Math.min(1, Math.max(0, (x + a) / (2 * a)))
    return { share, variance: (a * a) / 3, kurtosis: 1.8, a }
  }
  const sigma = deviation?.(inputs, outputs) ?? NaN
  return { share: (x: number) => normalShare(x / sigma), variance: sigma * sigma, kurtosis: 3, a: Infinity }
}

function expectDrawnFrom(values: Float32Array, { share, variance, kurtosis, a }: ReturnType<typeof theory>) {
  const n = values.length
  const found = momentsOf(values)
  expect(Math.abs(found.mean)).toBeLessThan(UNLIKELY * Math.sqrt(variance / n))
  expect(Math.abs(found.variance / variance - 1)).toBeLessThan(UNLIKELY * Math.sqrt((kurtosis - 1) / n))
  expect(distanceTo(values, share)).toBeLessThan(FAR)
  const largest = values.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  expect(largest).toBeLessThanOrEqual(Math.fround(a))
}

describe.each(DISTRIBUTIONS.map((each) => [each.initializer.kind, each] as const))('%s', (kind, distribution) => {
  const layers = drawn(distribution.initializer)

  it.each([0, 1])('draws the weights of layer %i from its distribution', (i) => {
    expectDrawnFrom(layers[i].weights, theory(distribution, SIZES[i], SIZES[i + 1]))
  })

  it('draws each weight without regard to the others', () => {
    const { weights } = layers[0]
    for (const apart of [1, 2, SIZES[1]]) {
      const [ahead, behind] = [weights.subarray(apart), weights.subarray(0, -apart)]
      expect(Math.abs(correlationOf(ahead, behind)), `${apart} apart`).toBeLessThan(UNLIKELY)
      // normals come in pairs from one radius: their sizes must not go together either
      const sizes = correlationOf(ahead.map(Math.abs), behind.map(Math.abs))
      expect(Math.abs(sizes), `sizes, ${apart} apart`).toBeLessThan(UNLIKELY)
    }
  })

  it(`begins biases ${kind === 'pytorch-default' ? 'as nn.Linear does' : 'at 0'}`, () => {
    layers.forEach(({ biases, outputs }, i) => {
      expect(biases).toHaveLength(outputs)
      if (kind === 'pytorch-default') expectDrawnFrom(biases, theory(distribution, SIZES[i], outputs))
      else expect(biases.every((each) => each === 0)).toBe(true)
    })
  })

  it('counts the constant input as one more, and draws its weights as the others, when it is the bias', () => {
    const [first, second] = drawn(distribution.initializer, 'input-trick')
    const withConstant = theory(distribution, SIZES[0] + 1, SIZES[1])
    expectDrawnFrom(first.weights, withConstant)
    expectDrawnFrom(first.biases, withConstant)
    // the same draws, of a width that belongs to 785 inputs: no statistics could tell that from 784
    const ratio = Math.sqrt(withConstant.variance / theory(distribution, SIZES[0], SIZES[1]).variance)
    for (let i = 0; i < 100; i++) expect(first.weights[i] / layers[0].weights[i]).toBeCloseTo(ratio, 6)
    expect(second.biases.every((each) => each === 0)).toBe(true)
    expectDrawnFrom(second.weights, theory(distribution, SIZES[1], SIZES[2]))
  })

  it('begins without biases when there are none', () => {
    for (const { biases } of drawn(distribution.initializer, 'none')) {
      expect(biases.every((each) => each === 0)).toBe(true)
    }
  })
})

describe('seeds of the initializers', () => {
  it('give weights that have nothing to do with each other, also where the seeds are neighbours', () => {
    const weights = [1, 2, 3].map((seed) => drawn({ kind: 'glorot-uniform' }, 'each-layer', seed)[0].weights)
    expect(Math.abs(correlationOf(weights[0], weights[1]))).toBeLessThan(UNLIKELY)
    expect(Math.abs(correlationOf(weights[1], weights[2]))).toBeLessThan(UNLIKELY)
  })

  it('zeros gives zeros, for the constant input too', () => {
    for (const { weights, biases } of drawn({ kind: 'zeros' }, 'input-trick')) {
      expect([...weights, ...biases].every((each) => Object.is(each, 0))).toBe(true)
    }
  })
})
