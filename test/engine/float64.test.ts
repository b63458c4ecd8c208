import { describe, expect, it } from 'vitest'
import { ACTIVATION_KINDS, OUTPUT_LOSS_KINDS, type ActivationKind, type OutputLossKind } from '#engine/kernels'
import { expectClose } from './compare'
import { activation64, dropoutHash, erf, gradients64, loss64, score64, standardized, to64 } from './float64'
import fixture from './fixtures/pytorch-training.json'

const { oracle } = fixture
/** Both are float64, and some formulas lose a few bits by a difference of numbers near 1. */
const FLOAT64 = { absolute: 1e-14, relative: 1e-14 }

describe('the float64 model that the engine is checked by', () => {
  // PyTorch's gelu is as exact as erf: tables (Abramowitz and Stegun, 7.1) for the function alone
  it.each([
    [0, 0],
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [2, 0.995322265],
    [-1, -0.8427007929],
    [7, 1],
  ])('has erf(%f) = %f', (x, expected) => expect(erf(x)).toBeCloseTo(expected, 9))

  it.each(oracle.activations.map((each) => [each.layer.activation, each] as const))(
    'has PyTorch’s values of %s',
    (_, { layer, values }) => {
      const { activation, slope, c } = layer as { activation: ActivationKind; slope?: number; c?: number }
      const activate = (x: number) => activation64({ kind: activation, parameter: slope ?? c }, x)
      expectClose(oracle.points.map(activate), values, FLOAT64)
    },
  )

  it('has PyTorch’s values of every loss', () => {
    for (const { kind, smoothing, z, label, loss } of oracle.losses) {
      const what = `${kind} of ${z.join(', ')} with ${smoothing}`
      expectClose([loss64(kind as OutputLossKind, smoothing, z, label)], [loss], FLOAT64, what)
    }
  })

  it('leaves out no activation and no loss', () => {
    expect(oracle.activations.map(({ layer }) => layer.activation).sort()).toEqual([...ACTIVATION_KINDS].sort())
    expect([...new Set(oracle.losses.map(({ kind }) => kind))].sort()).toEqual([...OUTPUT_LOSS_KINDS].sort())
  })

  it('adds up a network by hand: (2, −1) · [[1, −2], [3, 0.5]] + (0.5, 0) through ReLU, one output', () => {
    // sums 2·1 − 3 + 0.5 = −0.5 and −4 − 0.5 = −4.5, of which ReLU leaves nothing; with |x| as the other sample
    const layers = to64([
      { inputs: 2, outputs: 2, weights: Float32Array.of(1, -2, 3, 0.5), biases: Float32Array.of(0.5, 0) },
      { inputs: 2, outputs: 1, weights: Float32Array.of(2, 4), biases: Float32Array.of(1) },
    ])
    const model = {
      activations: [{ kind: 'relu' as const }],
      outputLoss: 'linear-squared-error' as const,
      penalties: { l1: 0.1, l2: 0.01, activityL1: 1, activityL2: 2 },
    }
    // second sample: sums 2 + 3 + 0.5 = 5.5 and −4 + 0.5 = −3.5; output 1 + 2 · 5.5 = 12
    const { loss, correct, objective } = score64(
      layers,
      model,
      [
        [2, -1],
        [2, 1],
      ],
      [0, 1],
    )
    expect(loss).toBeCloseTo((1 / 2 + 11 ** 2 / 2) / 2, 12)
    expect(correct).toBe(1)
    const weights = 0.1 * (1 + 2 + 3 + 0.5 + 2 + 4) + 0.01 * (1 + 4 + 9 + 0.25 + 4 + 16)
    expect(objective).toBeCloseTo(loss + weights + (5.5 + 2 * 5.5 ** 2) / 2, 12)
  })

  it('differentiates: the slope of w² + 3b at w = 2 is 4, and 3', () => {
    const [layer] = to64([{ inputs: 1, outputs: 1, weights: Float32Array.of(2), biases: Float32Array.of(1) }])
    const [{ weights, biases }] = gradients64([layer], () => layer.weights[0] ** 2 + 3 * layer.biases[0])
    expectClose([...weights, ...biases], [4, 3], { absolute: 1e-9 })
    expect([layer.weights[0], layer.biases[0]]).toEqual([2, 1])
  })

  it('drops what the mask says, on the way into the layer', () => {
    const layers = to64([{ inputs: 2, outputs: 1, weights: Float32Array.of(3, 5), biases: Float32Array.of(0) }])
    const dropout = (_: number, row: number, unit: number) => (row === unit ? 2 : 0)
    const model = { activations: [], outputLoss: 'linear-squared-error' as const, dropout }
    const samples = [
      [1, 1],
      [1, 1],
    ]
    // outputs 2 · 3 and 2 · 5
    expect(score64(layers, model, samples, [0, 0]).loss).toBeCloseTo((6 ** 2 / 2 + 10 ** 2 / 2) / 2, 12)
  })

  it('hashes as Python’s integers do', () => {
    for (const { seed, row, unit, hash } of oracle.hashes) expect(dropoutHash(seed, row, unit)).toBe(hash)
  })

  it('standardizes by hand', () => {
    const samples = [
      [0, 10, 7],
      [4, 30, 7],
    ]
    expect(standardized(samples, true)).toEqual([
      [-1, -1, 0],
      [1, 1, 0],
    ])
    const all = standardized(samples, false).flat()
    expect(all.reduce((a, b) => a + b)).toBeCloseTo(0, 12)
    expect(all.reduce((sum, each) => sum + each * each, 0) / 6).toBeCloseTo(1, 12)
  })
})
