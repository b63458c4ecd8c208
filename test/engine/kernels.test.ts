/** The matrix products in plain TypeScript, which the compiled ones are compared with: see wasm/products.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest'
import { createKernels, type Kernels, type MatrixProduct } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { expectClose } from './compare'
import { bits } from './kernel-sets'
import { TestMemory, type Matrix } from './matrix'

let memory: TestMemory
let kernels: Kernels
let random: Random
beforeEach(() => {
  memory = new TestMemory()
  kernels = createKernels(memory.memory)
  random = seededRandom(7, 3)
})

/** Numbers such as a network holds. */
const number = () => 2 * random.uniform() - 1
/** Mostly zeros, some of them −0. */
const rareNumber = () => (random.uniform() < 0.3 ? number() : random.uniform() < 0.5 ? 0 : -0)

/**
 * rows, columns, depth: nothing at all; less than a tile; one tile of 4 by 4 and of 1 by 8; tiles and a tail each
 * way; the layers of 784-150-120-10.
 */
const sizes = [
  [0, 4, 3],
  [4, 0, 3],
  [4, 4, 0],
  [1, 1, 1],
  [3, 2, 5],
  [4, 4, 4],
  [1, 8, 2],
  [4, 8, 1],
  [5, 9, 7],
  [7, 17, 3],
  [9, 23, 16],
  [64, 150, 784],
  [32, 10, 120],
] as const

const products: [name: keyof Kernels, fromColumns: boolean, value: () => number][] = [
  ['denseForward', false, number],
  ['denseBackwardInputs', false, number],
  ['denseBackwardWeights', true, number],
  ['sparseForward', false, rareNumber],
  ['sparseBackwardWeights', true, rareNumber],
]

describe.each(products)('%s', (name, fromColumns, value) => {
  /** a as the kernel wants it, and a[r, k] as the sum has it. */
  function makeA(rows: number, depth: number) {
    const a = fromColumns ? memory.matrix(depth, rows, value) : memory.matrix(rows, depth, value)
    const values = memory.read(a)
    const at = (r: number, k: number) => (fromColumns ? values[k * rows + r] : values[r * depth + k])
    return { a, at }
  }

  function run(a: Matrix, b: Matrix, initial: Matrix, ldi: number, out: Matrix, depth: number) {
    const product = kernels[name] as MatrixProduct
    product(a.address, a.ld, b.address, b.ld, initial.address, ldi, out.address, out.ld, out.rows, out.columns, depth)
  }

  it.each(sizes)('gives the sums of a naive product for %i rows, %i columns, depth %i', (rows, columns, depth) => {
    const { a, at } = makeA(rows, depth)
    const b = memory.matrix(depth, columns, number)
    const initial = memory.matrix(1, columns, number)
    const out = memory.output(rows, columns)
    run(a, b, initial, 0, out, depth)

    const start = memory.read(initial)
    const weights = memory.read(b)
    const expected: number[] = []
    for (let r = 0; r < rows; r++) {
      for (let n = 0; n < columns; n++) {
        let sum = start[n]
        for (let k = 0; k < depth; k++) sum += at(r, k) * weights[k * columns + n]
        expected.push(Math.fround(sum))
      }
    }
    // sums in float64, rounded once: the same order gives the same number, but for the sign of 0
    expectClose(memory.read(out), expected, { absolute: 0 })
    expect(memory.problems(a, b, initial, out)).toEqual([])
  })

  it('adds to what is there when the output is its own initial value', () => {
    const { a, at } = makeA(5, 3)
    const b = memory.matrix(3, 6, number)
    const out = memory.matrix(5, 6, number)
    const before = memory.read(out)
    run(a, b, out, out.ld, out, 3)
    const weights = memory.read(b)
    const expected = before.map((start, i) => {
      const [r, n] = [Math.floor(i / 6), i % 6]
      return Math.fround(start + at(r, 0) * weights[n] + at(r, 1) * weights[6 + n] + at(r, 2) * weights[12 + n])
    })
    expectClose(memory.read(out), expected, { absolute: 0 })
  })

  it('gives a row the same bits whichever rows it is computed with', () => {
    const { a } = makeA(11, 40)
    const b = memory.matrix(40, 13, number)
    const initial = memory.matrix(1, 13, number)
    const whole = memory.output(11, 13)
    run(a, b, initial, 0, whole, 40)
    const apart = memory.output(11, 13)
    for (const [begin, end] of [
      [0, 2],
      [2, 9],
      [9, 11],
    ]) {
      const from = { ...a, address: a.address + begin * (fromColumns ? 4 : a.ld) }
      run(from, b, initial, 0, { ...apart, address: apart.address + begin * apart.ld, rows: end - begin }, 40)
    }
    expect(bits(memory.read(apart))).toEqual(bits(memory.read(whole)))
  })
})

describe.each([
  ['sparseForward', 'denseForward', false],
  ['sparseBackwardWeights', 'denseBackwardWeights', true],
] as const)('%s', (sparse, dense, fromColumns) => {
  it(`has the bits of ${dense}, zeros of both signs included`, () => {
    const a = fromColumns ? memory.matrix(64, 33, rareNumber) : memory.matrix(33, 64, rareNumber)
    // whole rows of zeros against negative weights: products of −0, from an initial value of −0
    for (let i = 0; i < 64; i++) memory.views.f32[(a.address >>> 2) + (fromColumns ? (i * a.ld) / 4 : i)] = 0
    const b = memory.matrix(64, 20, number)
    const initial = memory.matrix(1, 20, (_, c) => (c < 16 ? -0 : number()))
    const outputs = [sparse, dense].map((name) => {
      const out = memory.output(33, 20)
      kernels[name](a.address, a.ld, b.address, b.ld, initial.address, 0, out.address, out.ld, 33, 20, 64)
      return bits(memory.read(out))
    })
    expect(outputs[0]).toEqual(outputs[1])
  })
})
