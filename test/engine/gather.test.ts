import { beforeEach, describe, expect, it } from 'vitest'
import type { Kernels } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { bits, kernelSets } from './kernel-sets'
import { TestMemory } from './matrix'

/** samples, features: nothing; tails; sixteen bytes; several and a tail; a minibatch of MNIST. */
const sizes = [
  [0, 19],
  [2, 0],
  [2, 2],
  [3, 15],
  [3, 16],
  [4, 19],
  [5, 40],
  [64, 784],
] as const
const SAMPLES = 70

describe.each(kernelSets)('inputs gathered by %s', (_, create) => {
  let memory: TestMemory
  let kernels: Kernels
  let random: Random
  beforeEach(() => {
    memory = new TestMemory()
    kernels = create(memory.memory)
    random = seededRandom(5, 3)
  })

  function makeOrder(rows: number) {
    const samples = Array.from({ length: rows }, () => random.below(SAMPLES))
    const address = memory.take(rows * 4)
    memory.views.u32.set(samples, address >>> 2)
    return { address, samples }
  }
  /** Half of the sixteens are dark. Samples begin at any byte, packed. */
  function makeImages(pixels: number) {
    const address = memory.take(SAMPLES * pixels + 3) + 3
    for (let i = 0; i < SAMPLES * pixels; i++) {
      memory.views.u8[address + i] = Math.floor(i / 16) % 2 === 0 ? 0 : random.below(256)
    }
    return { address, at: (sample: number, p: number) => memory.views.u8[address + sample * pixels + p] }
  }
  const expectedOf = (samples: readonly number[], features: number, value: (sample: number, p: number) => number) =>
    samples.flatMap((sample) => Array.from({ length: features }, (_each, p) => Math.fround(value(sample, p))))

  it.each(sizes)('%i samples of %i pixels by a table', (rows, pixels) => {
    const images = makeImages(pixels)
    const table = memory.matrix(1, 256, (_r, byte) => byte / 255 - 0.13)
    const order = makeOrder(rows)
    const x = memory.output(rows, pixels)
    kernels.gather(order.address, rows, images.address, pixels, table.address, x.address, x.ld)
    const expected = expectedOf(order.samples, pixels, (sample, p) => images.at(sample, p) / 255 - 0.13)
    expect(bits(memory.read(x))).toEqual(bits(expected))
    expect(memory.problems(x, table)).toEqual([])
  })

  it.each(sizes)('%i samples of %i pixels, each with a scale of its own', (rows, pixels) => {
    const images = makeImages(pixels)
    const scales = memory.matrix(1, pixels, (_r, p) => 1 / (40 + p))
    const order = makeOrder(rows)
    const x = memory.output(rows, pixels)
    kernels.gatherScaled(order.address, rows, images.address, pixels, scales.address, x.address, x.ld)
    // a byte times a float32 is exact in float64: rounded once
    const expected = expectedOf(order.samples, pixels, (sample, p) => images.at(sample, p) * Math.fround(1 / (40 + p)))
    expect(bits(memory.read(x))).toEqual(bits(expected))
    expect(memory.problems(x, scales)).toEqual([])
  })

  it.each(sizes)('%i samples of %i features that are floats, each with a scale of its own', (rows, features) => {
    const values = memory.take(SAMPLES * features * 4)
    const numbers = Float32Array.from({ length: SAMPLES * features }, () => 20 * random.uniform() - 10)
    memory.views.f32.set(numbers, values >>> 2)
    const scales = memory.matrix(1, features, (_r, p) => 1 / (4 + p))
    const order = makeOrder(rows)
    const x = memory.output(rows, features)
    kernels.gatherFloats(order.address, rows, values, features, scales.address, x.address, x.ld)
    const expected = expectedOf(
      order.samples,
      features,
      (sample, p) => numbers[sample * features + p] * Math.fround(1 / (4 + p)),
    )
    expect(bits(memory.read(x))).toEqual(bits(expected))
    expect(memory.problems(x, scales)).toEqual([])
  })

  it('keeps a feature that is no number, so that it is found', () => {
    const values = memory.take(9 * 4)
    memory.views.f32.set([NaN, 1, 2, Infinity, 4, 5, 6, 7, NaN], values >>> 2)
    const scales = memory.matrix(1, 9, () => 2)
    const order = memory.take(4)
    memory.views.u32[order >>> 2] = 0
    const x = memory.output(1, 9)
    kernels.gatherFloats(order, 1, values, 9, scales.address, x.address, x.ld)
    expect(memory.read(x)).toEqual([NaN, 2, 4, Infinity, 8, 10, 12, 14, NaN])
  })
})
