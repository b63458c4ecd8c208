import { describe, expect, test } from 'vitest'
import { slopeFrom } from '#engine/kernels'
import { createReferenceKernels } from '#engine/reference/kernels'
import { ACTIVATION_CURVES, activationCurve, numericSlope, saturatedBands } from '#shared/paper/activation-curves'
import { PLAIN_ACTIVATIONS } from '#shared/experiment'

const POINTS = [-6, -2.5, -1, -0.3, 0.2, 0.9, 1.7, 4]

describe('the activations as curves', () => {
  test('are all that the engine has', () => {
    const kinds = ACTIVATION_CURVES.map((curve) => curve.kind).sort()
    expect(kinds).toEqual([...PLAIN_ACTIVATIONS, 'leaky-relu', 'elu'].sort())
  })

  test.each(ACTIVATION_CURVES.map((curve) => [curve.kind, curve] as const))(
    '%s has the slope of its values',
    (_, curve) => {
      for (const parameter of [0.01, 0.5, 1, 2.5]) {
        for (const z of POINTS) {
          // central differences with h = 10⁻⁵: error below 10⁻¹⁰ for curves of this size
          expect(curve.slope(z, parameter)).toBeCloseTo(
            numericSlope((at) => curve.value(at, parameter), z),
            9,
          )
        }
      }
    },
  )

  test.each([-1000, -700, -50, -20, 20, 50, 700, 1000])('are finite far out, at %d', (z) => {
    for (const curve of ACTIVATION_CURVES) {
      expect(Number.isFinite(curve.value(z, 1)), curve.kind).toBe(true)
      expect(Number.isFinite(curve.slope(z, 1)), curve.kind).toBe(true)
    }
  })

  test.each(ACTIVATION_CURVES.map((curve) => [curve.kind, curve] as const))(
    '%s is what the engine computes',
    (kind, curve) => {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
      const kernels = createReferenceKernels(memory)
      const f32 = new Float32Array(memory.buffer)
      const [z, y, d] = [0, 256, 512]
      const points = [...POINTS, 0]
      f32.set(points.map(Math.fround), z / 4)
      f32.fill(1, d / 4, d / 4 + points.length)
      kernels.activate[kind](z, 64, y, 64, 1, points.length, 0.5)
      kernels.activateBackward[kind](d, 64, slopeFrom(kind) === 'output' ? y : z, 64, 1, points.length, 0.5)
      points.forEach((point, i) => {
        const at = Math.fround(point)
        // float32 keeps 24 bits: 10⁻⁶ of values and slopes up to 4
        expect(f32[y / 4 + i]).toBeCloseTo(curve.value(at, 0.5), 5)
        expect(f32[d / 4 + i]).toBeCloseTo(curve.slope(at, 0.5), 5)
      })
    },
  )

  test('S1-1: the slope of a ReLU is 1 above 0 and 0 at and below it', () => {
    const { slope } = activationCurve('relu')
    expect([slope(0.001, 0), slope(0, 0), slope(-0.001, 0)]).toEqual([1, 0, 0])
  })

  test('S1-2: the two sides of an ELU agree at 0 only if c = 1', () => {
    const elu = activationCurve('elu')
    expect(elu.slope(-1e-12, 1)).toBeCloseTo(1, 10)
    expect(elu.hasKink(1)).toBe(false)
    expect([elu.slope(0, 0.5), elu.slope(1e-12, 0.5)]).toEqual([0.5, 1])
    expect(elu.hasKink(0.5)).toBe(true)
    expect(elu.remark(0.5)).toContain('the slope is c = 0.5 on the left and 1 on the right')
    expect(elu.slope(-1, 2)).toBeCloseTo(0.73575888, 8)
  })

  test('S1-3: tanh is 2/(1 + e⁻²ᶻ) − 1, and its slope 1 − tanh²', () => {
    const { value, slope } = activationCurve('tanh')
    for (const z of POINTS) {
      expect(value(z, 0)).toBeCloseTo(2 / (1 + Math.exp(-2 * z)) - 1, 14)
      expect(slope(z, 0)).toBeCloseTo(1 - Math.tanh(z) ** 2, 14)
    }
  })

  test('S4-12: the improved sigmoid rises with 1.14393 at 0', () => {
    const { slope, value } = activationCurve('improved-sigmoid')
    expect(slope(0, 0).toFixed(5)).toBe('1.14393')
    expect(slope(0, 0)).toBeCloseTo(1.14393333, 8)
    expect(value(1, 0)).toBeCloseTo(1, 4)
  })

  test('saturation is where the slope is below 5 % of its largest', () => {
    // σ′ < 0.05 · ¼ where σ(1 − σ) < 0.0125: |z| > ln(σ/(1 − σ)) with σ = (1 + √0.95)/2
    const edge = Math.log((1 + Math.sqrt(0.95)) / (1 - Math.sqrt(0.95)))
    const bands = saturatedBands(activationCurve('sigmoid'), 0, { from: -6, to: 6 })
    expect(bands).toHaveLength(2)
    expect(bands[0]).toMatchObject({ from: -6 })
    expect(bands[0]?.to).toBeCloseTo(-edge, 8)
    expect(bands[1]?.from).toBeCloseTo(edge, 8)
    expect(saturatedBands(activationCurve('relu'), 0, { from: -6, to: 6 })).toMatchObject([{ from: -6 }])
    expect(saturatedBands(activationCurve('linear'), 0, { from: -6, to: 6 })).toEqual([])
    expect(saturatedBands(activationCurve('leaky-relu'), 0.2, { from: -6, to: 6 })).toEqual([])
  })
})
