import { describe, expect, it } from 'vitest'
import { initialParameters } from '#engine/initializers'
import type { TrainingPlan } from '#engine/plan'
import type { Initializer } from '#shared/experiment'

const [inputs, outputs] = [300, 200]

function statistics(values: Float32Array) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length)
  return { mean, deviation, largest: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) }
}

function draw(
  initializer: Initializer,
  sizes: readonly number[],
  { seed = 1, bias = 'each-layer' }: { seed?: number; bias?: TrainingPlan['bias'] } = {},
) {
  return initialParameters({ initializer, sizes, bias, seeds: { split: 1, init: seed, shuffle: 1, dropout: 1 } })
}

function first(initializer: Initializer) {
  const [layer] = draw(initializer, [inputs, outputs, 10])
  return { ...statistics(layer.weights), biases: statistics(layer.biases), layer }
}

describe('initializers', () => {
  it.each([
    [{ kind: 'uniform', range: 0.7 }, 0.7],
    [{ kind: 'lecun-uniform' }, Math.sqrt(3 / inputs)],
    [{ kind: 'glorot-uniform' }, Math.sqrt(6 / (inputs + outputs))],
    [{ kind: 'he-uniform' }, Math.sqrt(6 / inputs)],
    [{ kind: 'pytorch-default' }, 1 / Math.sqrt(inputs)],
  ] as [Initializer, number][])('%o draws from U(−a, a) with a = %f', (initializer, a) => {
    const { mean, deviation, largest } = first(initializer)
    // 60,000 numbers: five standard errors of the mean, and of the deviation (0.0018 of itself)
    expect(Math.abs(mean)).toBeLessThan((5 * a) / Math.sqrt(3 * 60_000))
    expect(Math.abs(deviation / (a / Math.sqrt(3)) - 1)).toBeLessThan(0.01)
    expect(largest).toBeLessThanOrEqual(Math.fround(a))
    expect(largest).toBeGreaterThan(0.999 * a)
  })

  it.each([
    [{ kind: 'lecun-normal' }, Math.sqrt(1 / inputs)],
    [{ kind: 'glorot-normal' }, Math.sqrt(2 / (inputs + outputs))],
    [{ kind: 'he-normal' }, Math.sqrt(2 / inputs)],
  ] as [Initializer, number][])('%o draws normals, not truncated, of deviation %f', (initializer, expected) => {
    const { mean, deviation, largest } = first(initializer)
    expect(Math.abs(mean)).toBeLessThan((5 * expected) / Math.sqrt(60_000))
    // standard error 0.0029 of itself
    expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.015)
    expect(largest).toBeGreaterThan(3.5 * expected)
  })

  it('zeros gives zeros', () => {
    expect(first({ kind: 'zeros' }).largest).toBe(0)
  })

  it('begins biases at 0, but for pytorch-default, which draws them as it draws weights', () => {
    expect(first({ kind: 'he-uniform' }).biases.largest).toBe(0)
    expect(first({ kind: 'uniform', range: 1 }).biases.largest).toBe(0)
    const { biases } = first({ kind: 'pytorch-default' })
    const a = 1 / Math.sqrt(inputs)
    expect(biases.largest).toBeLessThanOrEqual(Math.fround(a))
    expect(biases.largest).toBeGreaterThan(0.9 * a)
  })

  it('draws the constant input of the bias trick like the other inputs, one more of them, and no other bias', () => {
    const [hidden, output] = draw({ kind: 'pytorch-default' }, [inputs, outputs, 10], { bias: 'input-trick' })
    const a = 1 / Math.sqrt(inputs + 1)
    for (const values of [hidden.weights, hidden.biases]) {
      const { largest } = statistics(values)
      expect(largest).toBeLessThanOrEqual(Math.fround(a))
      expect(largest).toBeGreaterThan(0.9 * a)
    }
    expect(output.biases.every((each) => each === 0)).toBe(true)
    const [without] = draw({ kind: 'pytorch-default' }, [inputs, outputs, 10], { bias: 'none' })
    expect(without.biases.every((each) => each === 0)).toBe(true)
  })

  it('scales each layer by its own size', () => {
    const [, second] = draw({ kind: 'he-uniform' }, [inputs, 50, 2000])
    expect(statistics(second.weights).largest).toBeGreaterThan(0.999 * Math.sqrt(6 / 50))
  })

  it('gives the same weights for the same seed, and others for another', () => {
    const weights = (seed: number) => draw({ kind: 'glorot-uniform' }, [4, 3, 2], { seed })
    expect(weights(9)).toEqual(weights(9))
    expect(weights(9)).not.toEqual(weights(10))
  })
})
