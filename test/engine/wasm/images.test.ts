/** Products with the bytes of samples, beside gathering them first. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Kernels } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { createReferenceKernels } from '#engine/reference/kernels'
import { bits } from '../kernel-sets'
import { TestMemory } from '../matrix'
import { compiledChoices, compiledKernels } from './simd'

type Create = (memory: WebAssembly.Memory, depth: number) => Kernels
const sets: [name: string, create: Create][] = [
  ['plain TypeScript', createReferenceKernels],
  ...compiledChoices.map(([name, choice]): [string, Create] => [
    name,
    (memory, depth) => compiledKernels(memory, choice, depth, 10),
  ]),
]

const SAMPLES = 150

/** samples, pixels, units: nothing; less than a vector; sixteen and more; a section of 64 and more; a real layer. */
const sizes = [
  [0, 5, 4],
  [3, 0, 4],
  [3, 5, 0],
  [1, 1, 1],
  [3, 15, 7],
  [4, 16, 16],
  [5, 17, 9],
  [6, 64, 33],
  [9, 65, 60],
  [11, 130, 77],
  [70, 784, 50],
] as const

describe.each(sets)('%s', (_, create) => {
  let memory: TestMemory
  let random: Random
  beforeEach(() => {
    memory = new TestMemory()
    random = seededRandom(5, 3)
  })
  const number = () => 2 * random.uniform() - 1

  /** Samples in any order, and what they are as floats. `bright`: share of bytes that are not 0, in runs as in pictures. */
  function makeSamples(kernels: Kernels, rows: number, pixels: number, bright: number) {
    const images = memory.take(SAMPLES * pixels)
    let isBright = false
    for (let i = 0; i < SAMPLES * pixels; i++) {
      if (random.uniform() < 0.2) isBright = random.uniform() < bright
      memory.views.u8[images + i] = isBright ? 1 + random.below(255) : 0
    }
    const table = memory.matrix(1, 256, (_r, byte) => byte / 255)
    const order = memory.take(rows * 4)
    for (let r = 0; r < rows; r++) memory.views.u32[(order >>> 2) + r] = random.below(SAMPLES)
    const x = memory.output(rows, pixels)
    kernels.gather(order, rows, images, pixels, table.address, x.address, x.ld)
    return { images, table: table.address, order, x }
  }

  it.each(sizes)(
    'forward: %i samples of %i pixels into %i units have the bits of the long way',
    (rows, pixels, units) => {
      const kernels = create(memory.memory, Math.max(pixels, rows))
      for (const bright of [0, 0.3, 1]) {
        const { images, table, order, x } = makeSamples(kernels, rows, pixels, bright)
        const b = memory.matrix(pixels, units, number)
        const initial = memory.matrix(1, units, number)
        const [out, expected] = [memory.output(rows, units), memory.output(rows, units)]
        kernels.sparseForward(
          ...([x.address, x.ld, b.address, b.ld, initial.address, 0] as const),
          ...([expected.address, expected.ld, rows, units, pixels] as const),
        )
        kernels.imageForward(
          ...([order, images, pixels, table, b.address, b.ld, initial.address, 0] as const),
          ...([out.address, out.ld, rows, units, pixels] as const),
        )
        expect(bits(memory.read(out))).toEqual(bits(memory.read(expected)))
        expect(memory.problems(b, initial, out)).toEqual([])
      }
    },
  )

  /** Parts of less than a cache line, and of a whole one with a vector and a tail behind it. */
  const parts = [23, 64 + 16 + 7]
  const backSizes = sizes.flatMap((size) => parts.map((part) => [...size, part] as const))
  it.each(backSizes)(
    'back: %i samples of %i pixels and %i units, %i pixels at a time, have the bits of the long way',
    (rows, pixels, units, part) => {
      const kernels = create(memory.memory, Math.max(pixels, rows))
      for (const bright of [0, 0.3, 1]) {
        const { images, table, order, x } = makeSamples(kernels, rows, pixels, bright)
        const b = memory.matrix(rows, units, number)
        const [out, expected] = [memory.matrix(pixels, units, number), memory.output(pixels, units)]
        const initial = memory.matrix(pixels, units, () => 0)
        memory.views.u8.copyWithin(initial.address, out.address, out.address + pixels * out.ld)
        kernels.sparseBackwardWeights(
          ...([x.address, x.ld, b.address, b.ld, initial.address, initial.ld] as const),
          ...([expected.address, expected.ld, pixels, units, rows] as const),
        )
        // from any pixel on, on top of what is there
        for (let row = 0; row < pixels; row += part) {
          const at = out.address + row * out.ld
          const count = Math.min(part, pixels - row)
          kernels.imageBackwardWeights(
            ...([order, images + row, pixels, table, b.address, b.ld, at, out.ld] as const),
            ...([at, out.ld, count, units, rows] as const),
          )
        }
        expect(bits(memory.read(out))).toEqual(bits(memory.read(expected)))
        expect(memory.problems(b, out)).toEqual([])
      }
    },
  )

  it('takes as many parts as a scratch of this depth needs, and fills it no further', () => {
    const [rows, pixels, units] = [140, 300, 9]
    const kernels = create(memory.memory, pixels)
    const { images, table, order, x } = makeSamples(kernels, rows, pixels, 1)
    const end = memory.memory.buffer.byteLength
    memory.memory.grow(1)
    const behind = new Uint8Array(memory.memory.buffer, end - 64, 64 + 65_536)
    const before = behind.slice()
    const b = memory.matrix(pixels, units, number)
    const initial = memory.matrix(1, units, number)
    const [out, expected] = [memory.output(rows, units), memory.output(rows, units)]
    kernels.denseForward(
      ...([x.address, x.ld, b.address, b.ld, initial.address, 0] as const),
      ...([expected.address, expected.ld, rows, units, pixels] as const),
    )
    kernels.imageForward(
      ...([order, images, pixels, table, b.address, b.ld, initial.address, 0] as const),
      ...([out.address, out.ld, rows, units, pixels] as const),
    )
    expect(bits(memory.read(out))).toEqual(bits(memory.read(expected)))
    const gradient = memory.output(pixels, units)
    kernels.imageBackwardWeights(
      ...([order, images, pixels, table, out.address, out.ld, initial.address, 0] as const),
      ...([gradient.address, gradient.ld, pixels, units, rows] as const),
    )
    expect(memory.problems(out, gradient)).toEqual([])
    expect(behind.every((byte, i) => byte === before[i])).toBe(true)
  })
})
