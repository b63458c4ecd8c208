/** A small model with every activation, and its plain forward pass in float64. */
import type { ActivationKind } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import type { PortableLayer, PortableModel } from '#engine/formats/portable-model'

export const KINDS: readonly { kind: ActivationKind; parameter: number }[] = [
  { kind: 'sigmoid', parameter: 0 },
  { kind: 'tanh', parameter: 0 },
  { kind: 'relu', parameter: 0 },
  { kind: 'leaky-relu', parameter: 0.1 },
  { kind: 'elu', parameter: 0.5 },
  { kind: 'gelu', parameter: 0 },
  { kind: 'silu', parameter: 0 },
  { kind: 'softplus', parameter: 0 },
  { kind: 'improved-sigmoid', parameter: 0 },
  { kind: 'linear', parameter: 0 },
]

const STREAM = 98

export function makeModel(output: PortableModel['output'] = 'softmax', scaled = true): PortableModel {
  const random = seededRandom(3, STREAM)
  const sizes = [6, ...KINDS.map((_, i) => 4 + (i % 3)), 3]
  const layers = sizes.slice(1).map((outputs, i): PortableLayer => {
    const inputs = sizes[i] ?? 0
    return {
      inputs,
      outputs,
      weight: uniform(random, inputs * outputs),
      bias: uniform(random, outputs),
      activation: KINDS[i] ?? { kind: 'linear', parameter: 0 },
    }
  })
  const scaling = scaled ? { shift: Float64Array.of(127.5), divisor: Float64Array.of(64) } : null
  return { name: sizes.join('-'), layers, output, scaling, classes: ['a', 'b', 'ü "c"'], metadata: { run: 'run-1' } }
}

export function makeInputs(count: number): Float32Array {
  const random = seededRandom(4, STREAM)
  return Float32Array.from({ length: count * 6 }, () => random.below(256))
}

function uniform(random: Random, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => 2.4 * random.uniform() - 1.2)
}

/** [n, units] for inputs f32[n, features]. */
export function forward({ layers, output, scaling }: PortableModel, inputs: Float32Array): number[][] {
  const features = layers[0]?.inputs ?? 0
  return Array.from({ length: inputs.length / features }, (_, row) => {
    let values = [...inputs.subarray(row * features, (row + 1) * features)].map((x, i) => {
      if (!scaling) return x
      return at(scaling.divisor, i) === 0 ? 0 : (x - at(scaling.shift, i)) / at(scaling.divisor, i)
    })
    layers.forEach(({ weight, bias, activation }, l) => {
      const sums = [...bias].map((b, o) =>
        values.reduce((sum, x, i) => sum + x * (weight[o * values.length + i] ?? 0), b),
      )
      values = l === layers.length - 1 ? sums : sums.map((z) => curve(activation, z))
    })
    if (output === 'softmax') return softmax(values)
    return output === 'sigmoid' ? values.map((z) => curve({ kind: 'sigmoid', parameter: 0 }, z)) : values
  })
}

function at(values: Float64Array, i: number): number {
  return values[values.length === 1 ? 0 : i] ?? 0
}

function softmax(values: readonly number[]): number[] {
  const powers = values.map((z) => Math.exp(z - Math.max(...values)))
  return powers.map((power) => power / powers.reduce((a, b) => a + b, 0))
}

function curve({ kind, parameter }: PortableLayer['activation'], z: number): number {
  const sigmoid = 1 / (1 + Math.exp(-z))
  switch (kind) {
    case 'linear':
      return z
    case 'sigmoid':
      return sigmoid
    case 'tanh':
      return Math.tanh(z)
    case 'relu':
      return Math.max(0, z)
    case 'leaky-relu':
      return z > 0 ? z : parameter * z
    case 'elu':
      return z > 0 ? z : parameter * Math.expm1(z)
    case 'silu':
      return z * sigmoid
    case 'softplus':
      return Math.log1p(Math.exp(z))
    case 'improved-sigmoid':
      return 1.7159 * Math.tanh((2 * z) / 3)
    case 'gelu':
      return z * normalShare(z)
  }
}

/** Φ(z) by Simpson's rule: the tests must not lean on the code that they test. */
function normalShare(z: number): number {
  const steps = 400
  const h = z / steps
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  let sum = density(0) + density(z)
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density(i * h)
  return 0.5 + (sum * h) / 3
}
