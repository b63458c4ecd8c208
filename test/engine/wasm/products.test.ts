import { beforeEach, describe, expect, it } from 'vitest'
import type { MatrixProduct } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { createReferenceKernels } from '#engine/reference/kernels'
import { expectClose } from '../compare'
import { TestMemory, type Matrix } from '../matrix'
import { fusedMultiplyAdd, multiplyThenAdd } from './chain'
import { compiledChoices, compiledKernels } from './simd'

let memory: TestMemory
let random: Random
beforeEach(() => {
  memory = new TestMemory()
  random = seededRandom(7, 3)
})

const number = () => 2 * random.uniform() - 1
/** Mostly zeros, some of them −0; half of what is left is denormal or tiny. */
const rareNumber = () => {
  if (random.uniform() < 0.7) return random.uniform() < 0.5 ? 0 : -0
  return number() * (random.uniform() < 0.5 ? 1 : 2 ** -random.below(149))
}

/**
 * rows, columns, depth: nothing at all; tails only; one vector; one tile of each kind; each remainder of rows after
 * tiles of 3 and of 6; columns that leave 4, 8 and 12 over and part of them; every width of a sparse walk; more rows
 * than one call lists at a time; the layers of 784-150-120-10.
 */
const sizes = [
  [0, 4, 3],
  [4, 0, 3],
  [4, 4, 0],
  [1, 1, 1],
  [2, 3, 2],
  [1, 4, 1],
  [3, 12, 5],
  [6, 8, 4],
  [6, 16, 3],
  [4, 13, 9],
  [5, 17, 7],
  [7, 24, 8],
  [8, 27, 11],
  [9, 28, 6],
  [10, 31, 5],
  [11, 33, 3],
  [17, 37, 19],
  [3, 41, 30],
  [3, 44, 30],
  [2, 52, 9],
  [2, 53, 9],
  [2, 104, 9],
  [2, 105, 9],
  [131, 5, 9],
  [64, 150, 784],
  [150, 120, 64],
  [32, 10, 120],
] as const

type ProductName =
  'denseForward' | 'denseBackwardInputs' | 'denseBackwardWeights' | 'sparseForward' | 'sparseBackwardWeights'

/** name, whether a's columns make the rows of the output, and numbers for a */
const products: [name: ProductName, fromColumns: boolean, value: () => number][] = [
  ['denseForward', false, number],
  ['denseForward', false, rareNumber],
  ['denseBackwardInputs', false, number],
  ['denseBackwardWeights', true, number],
  ['denseBackwardWeights', true, rareNumber],
  ['sparseForward', false, rareNumber],
  ['sparseForward', false, number],
  ['sparseBackwardWeights', true, rareNumber],
]

function makeA(rows: number, depth: number, fromColumns: boolean, value: () => number): Matrix {
  return fromColumns ? memory.matrix(depth, rows, value) : memory.matrix(rows, depth, value)
}

function multiply(
  product: MatrixProduct,
  a: Matrix,
  b: Matrix,
  initial: Matrix,
  ldi: number,
  out: Matrix,
  depth: number,
) {
  product(a.address, a.ld, b.address, b.ld, initial.address, ldi, out.address, out.ld, out.rows, out.columns, depth)
}

/** Bits, so that 0 and −0 differ. */
const bits = (values: number[]) => new Int32Array(Float32Array.from(values).buffer)

/** Each sum as one chain from `initial`, in the order of the depth. */
function chains(a: Matrix, fromColumns: boolean, b: Matrix, initial: Matrix, rows: number, fused: boolean): number[] {
  const step = fused ? fusedMultiplyAdd : multiplyThenAdd
  const [values, weights, start] = [a, b, initial].map((each) => memory.read(each))
  const { rows: depth, columns } = b
  return Array.from({ length: rows * columns }, (_, i) => {
    const [r, n] = [Math.floor(i / columns), i % columns]
    let sum = start[n] + 0
    for (let k = 0; k < depth; k++) {
      sum = step(fromColumns ? values[k * rows + r] : values[r * depth + k], weights[k * columns + n], sum)
    }
    return sum
  })
}

const arithmetics = [...new Set(compiledChoices.map(([, { arithmetic }]) => arithmetic))]

it('there are kernels to be tested: at least multiply and add', () => {
  expect(arithmetics).toContain('mul-add')
})

describe.each(arithmetics)('products in %s arithmetic', (arithmetic) => {
  const choices = compiledChoices.filter(([, choice]) => choice.arithmetic === arithmetic)

  describe.each(products)('%s', (name, fromColumns, value) => {
    it.each(sizes)(
      'has the bits of one chain for each sum in all sets of tiles: %i rows, %i columns, depth %i',
      (rows, columns, depth) => {
        const a = makeA(rows, depth, fromColumns, value)
        const b = memory.matrix(depth, columns, number)
        const initial = memory.matrix(1, columns, (_, c) => (c % 3 === 0 ? -0 : number()))
        const expected = bits(chains(a, fromColumns, b, initial, rows, arithmetic === 'fma'))
        for (const [, choice] of choices) {
          const out = memory.output(rows, columns)
          const kernels = compiledKernels(memory.memory, choice)
          multiply(kernels[name], a, b, initial, 0, out, depth)
          expect(bits(memory.read(out))).toEqual(expected)
          expect(memory.problems(a, b, initial, out)).toEqual([])
        }
      },
    )

    it.each(choices)('agrees with plain TypeScript: %s', (_, choice) => {
      const [rows, columns, depth] = [64, 150, 784]
      const a = makeA(rows, depth, fromColumns, value)
      const b = memory.matrix(depth, columns, number)
      const initial = memory.matrix(1, columns, number)
      const [out, expected] = [memory.output(rows, columns), memory.output(rows, columns)]
      const kernels = compiledKernels(memory.memory, choice)
      multiply(kernels[name], a, b, initial, 0, out, depth)
      multiply(createReferenceKernels(memory.memory)[name], a, b, initial, 0, expected, depth)
      // 784 roundings (twice as many without fusing) of partial sums below 40, each off by 2⁻²⁴ of it at most and
      // either way: their sum is far below 784 · 40 · 2⁻²⁴ = 2e-3, about its root
      expectClose(memory.read(out), memory.read(expected), { absolute: 1e-4 })
    })

    it.each(choices)('adds to what is there when the output is its own initial value: %s', (_, choice) => {
      const a = makeA(13, 20, fromColumns, value)
      const b = memory.matrix(20, 30, number)
      const begin = memory.matrix(13, 30, number)
      const [apart, inPlace] = [memory.output(13, 30), memory.matrix(13, 30, () => 0)]
      memory.views.f32.copyWithin(inPlace.address / 4, begin.address / 4, (begin.address + 13 * begin.ld) / 4)
      const product = compiledKernels(memory.memory, choice)[name]
      multiply(product, a, b, begin, begin.ld, apart, 20)
      multiply(product, a, b, inPlace, inPlace.ld, inPlace, 20)
      expect(bits(memory.read(inPlace))).toEqual(bits(memory.read(apart)))
      expect(memory.read(apart).some(Number.isNaN)).toBe(false)
      expect(memory.problems(begin, apart, inPlace)).toEqual([])
    })

    it.each(choices)('gives a row the same bits whichever rows it is computed with: %s', (_, choice) => {
      const a = makeA(31, 40, fromColumns, value)
      const b = memory.matrix(40, 29, number)
      const initial = memory.matrix(1, 29, number)
      const product = compiledKernels(memory.memory, choice)[name]
      const [whole, apart] = [memory.output(31, 29), memory.output(31, 29)]
      multiply(product, a, b, initial, 0, whole, 40)
      for (const [begin, end] of [
        [0, 2],
        [2, 9],
        [9, 10],
        [10, 31],
      ]) {
        const from = { ...a, address: a.address + begin * (fromColumns ? 4 : a.ld) }
        const to = { ...apart, address: apart.address + begin * apart.ld, rows: end - begin }
        multiply(product, from, b, initial, 0, to, 40)
      }
      expect(bits(memory.read(apart))).toEqual(bits(memory.read(whole)))
    })

    it.each(choices)('takes a sum in two parts to the bits of one: %s', (_, choice) => {
      const a = makeA(9, 50, fromColumns, value)
      const b = memory.matrix(50, 21, number)
      const initial = memory.matrix(1, 21, number)
      const product = compiledKernels(memory.memory, choice)[name]
      const [whole, parts] = [memory.output(9, 21), memory.output(9, 21)]
      multiply(product, a, b, initial, 0, whole, 50)
      multiply(product, a, { ...b, rows: 30 }, initial, 0, parts, 30)
      const rest = { ...a, address: a.address + 30 * (fromColumns ? a.ld : 4) }
      multiply(product, rest, { ...b, address: b.address + 30 * b.ld, rows: 20 }, parts, parts.ld, parts, 20)
      expect(bits(memory.read(parts))).toEqual(bits(memory.read(whole)))
    })
  })

  it('fills its scratch no further than it was told, whatever is in the rows', () => {
    const depth = 300
    const a = makeA(140, depth, false, () => 1)
    const columns = makeA(20, depth, true, () => 1)
    const b = memory.matrix(depth, 9, number)
    const initial = memory.matrix(1, 9, number)
    for (const [, choice] of choices) {
      const kernels = compiledKernels(memory.memory, choice, depth, 10)
      const end = memory.memory.buffer.byteLength
      memory.memory.grow(1)
      const behind = new Uint8Array(memory.memory.buffer, end - 64, 64 + 65_536)
      const before = behind.slice()
      multiply(kernels.sparseForward, a, b, initial, 0, memory.output(140, 9), depth)
      multiply(kernels.sparseBackwardWeights, columns, b, initial, 0, memory.output(20, 9), depth)
      expect(behind.every((byte, i) => byte === before[i])).toBe(true)
      expect(memory.problems()).toEqual([])
    }
  })
})
