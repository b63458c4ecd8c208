import { beforeEach, describe, expect, it } from 'vitest'
import { createKernels, type Kernels, type MatrixProduct } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { expectClose } from './compare'
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

describe('gather', () => {
  it('turns the bytes of the samples in the order given into the values of the table', () => {
    const pixels = 19
    const images = memory.take(4 * pixels)
    for (let i = 0; i < 4 * pixels; i++) memory.views.u8[images + i] = (i * 37) % 256
    const table = memory.matrix(1, 256, (_, byte) => byte / 255)
    const order = memory.take(3 * 4)
    memory.views.u32.set([2, 0, 3], order >>> 2)
    const x = memory.output(3, pixels)
    kernels.gather(order, 3, images, pixels, table.address, x.address, x.ld)
    const expected = [2, 0, 3].flatMap((sample) =>
      Array.from({ length: pixels }, (_, p) => Math.fround((((sample * pixels + p) * 37) % 256) / 255)),
    )
    expect(memory.read(x)).toEqual(expected)
    expect(memory.problems(x)).toEqual([])
  })
})

const shapes = [
  [0, 5],
  [3, 0],
  [1, 1],
  [2, 7],
  [4, 16],
  [5, 17],
  [64, 150],
] as const

describe.each(shapes)('activations of %i rows by %i columns', (rows, columns) => {
  it('sigmoid is 1 / (1 + e⁻ˣ), and leaves the padding alone', () => {
    const a = memory.matrix(rows, columns, () => 20 * number())
    const expected = memory.read(a).map((x) => Math.fround(1 / (1 + Math.exp(-x))))
    kernels.sigmoid(a.address, a.ld, rows, columns)
    // another way to write e⁻ˣ may differ in the last bit
    expectClose(memory.read(a), expected, { relative: 2 ** -23 })
    expect(memory.problems(a)).toEqual([])
  })

  it('relu keeps what is above zero', () => {
    const a = memory.matrix(rows, columns, number)
    const expected = memory.read(a).map((x) => Math.max(0, x))
    kernels.relu(a.address, a.ld, rows, columns)
    expectClose(memory.read(a), expected, { absolute: 0 })
    expect(memory.problems(a)).toEqual([])
  })

  it('their derivatives multiply the gradient', () => {
    const a = memory.matrix(rows, columns, () => Math.max(0, number()))
    const values = memory.read(a)
    const sigmoid = memory.matrix(rows, columns, number)
    const relu = memory.matrix(rows, columns, number)
    const expectedSigmoid = memory.read(sigmoid).map((d, i) => d * values[i] * (1 - values[i]))
    const expectedRelu = memory.read(relu).map((d, i) => (values[i] > 0 ? d : 0))
    kernels.sigmoidBackward(sigmoid.address, sigmoid.ld, a.address, a.ld, rows, columns)
    kernels.reluBackward(relu.address, relu.ld, a.address, a.ld, rows, columns)
    // three roundings to float32 at most
    expectClose(memory.read(sigmoid), expectedSigmoid, { relative: 3 * 2 ** -24 })
    expectClose(memory.read(relu), expectedRelu, { absolute: 0 })
    expect(memory.problems(a, sigmoid, relu)).toEqual([])
  })
})

describe('sigmoid', () => {
  it('is 0 and 1 far out, and not NaN', () => {
    const a = memory.matrix(1, 6, (_, c) => [-1e30, -800, -100, 100, 800, 1e30][c])
    kernels.sigmoid(a.address, a.ld, 1, 6)
    expectClose(memory.read(a), [0, 0, 0, 1, 1, 1], { absolute: 1e-30 })
  })
})

describe('relu', () => {
  it('keeps NaN, so that a network that has diverged shows it', () => {
    const a = memory.matrix(1, 2, (_, c) => [NaN, -1][c])
    kernels.relu(a.address, a.ld, 1, 2)
    expect(memory.read(a)).toEqual([NaN, 0])
  })
})

describe('softmaxCrossEntropy', () => {
  function run(z: Matrix, labels: readonly number[], scale: number | null) {
    const { rows, columns } = z
    const labelsAt = memory.take(100)
    const order = memory.take(rows * 4)
    // samples from the back, so that labels[r] would be wrong
    labels.forEach((label, r) => {
      memory.views.u8[labelsAt + 99 - r] = label
      memory.views.u32[(order >>> 2) + r] = 99 - r
    })
    const dz = memory.output(rows, columns)
    const loss = memory.take(rows * 4)
    const correct = memory.take(rows)
    const gradient = scale === null ? 0 : dz.address
    kernels.softmaxCrossEntropy(
      z.address,
      z.ld,
      rows,
      columns,
      order,
      labelsAt,
      scale ?? 0,
      gradient,
      dz.ld,
      loss,
      correct,
    )
    return {
      dz: memory.read(dz),
      loss: memory.views.f32.slice(loss >>> 2, (loss >>> 2) + rows),
      correct: [...memory.views.u8.slice(correct, correct + rows)],
      problems: memory.problems(z, dz),
    }
  }

  it.each([
    [0, 10],
    [1, 1],
    [3, 2],
    [5, 17],
    [64, 10],
  ])('gives loss, gradient and hits of %i rows of %i classes', (rows, classes) => {
    const z = memory.matrix(rows, classes, () => 8 * number())
    const sums = memory.read(z)
    const labels = Array.from({ length: rows }, () => random.below(classes))
    const result = run(z, labels, 1 / 64)

    const expected = labels.map((label, r) => {
      const row = sums.slice(r * classes, (r + 1) * classes)
      const exps = row.map((each) => Math.exp(each))
      const total = exps.reduce((a, b) => a + b, 0)
      const p = exps.map((each) => each / total)
      return {
        loss: -Math.log(p[label]),
        dz: p.map((each, c) => (each - (c === label ? 1 : 0)) / 64),
        hit: +(row.indexOf(Math.max(...row)) === label),
      }
    })
    // one rounding to float32; near 0 the loss comes from a difference of numbers around 1
    expectClose(
      result.loss,
      expected.map((each) => each.loss),
      { relative: 2 ** -23, absolute: 1e-15 },
    )
    expectClose(
      result.dz,
      expected.flatMap((each) => each.dz),
      { relative: 2 ** -23, absolute: 1e-17 },
    )
    expect(result.correct).toEqual(expected.map((each) => each.hit))
    expect(result.problems).toEqual([])
  })

  it('gives finite losses for sums that overflow an exponential', () => {
    const z = memory.matrix(
      2,
      3,
      (r, c) =>
        [
          [1000, 0, -1000],
          [-1000, -1001, -1002],
        ][r][c],
    )
    const { loss } = run(z, [1, 0], 1)
    expectClose(loss, [1000, Math.log(1 + Math.exp(-1) + Math.exp(-2))], { relative: 2 ** -23 })
  })

  it('takes the first of equal sums as the answer', () => {
    const z = memory.matrix(2, 3, () => 1)
    expect(run(z, [0, 1], 1).correct).toEqual([1, 0])
  })

  it('writes no gradient when none is wanted', () => {
    const z = memory.matrix(2, 3, number)
    expect(run(z, [0, 1], null).dz).toEqual(Array(6).fill(NaN))
  })
})

describe.each(shapes)('columnSums and transpose of %i rows by %i columns', (rows, columns) => {
  it('columnSums adds the rows up', () => {
    const d = memory.matrix(rows, columns, number)
    const sums = memory.output(1, columns)
    kernels.columnSums(d.address, d.ld, rows, columns, sums.address)
    const values = memory.read(d)
    const expected = Array.from({ length: columns }, (_, c) => {
      let sum = 0
      for (let r = 0; r < rows; r++) sum += values[r * columns + c]
      return Math.fround(sum)
    })
    expectClose(memory.read(sums), expected, { absolute: 0 })
    expect(memory.problems(d, sums)).toEqual([])
  })

  it('transpose turns rows into columns', () => {
    const w = memory.matrix(rows, columns, number)
    const t = memory.output(columns, rows)
    kernels.transpose(w.address, w.ld, t.address, t.ld, rows, columns)
    const values = memory.read(w)
    const expected = Array.from(
      { length: columns * rows },
      (_, i) => values[(i % rows) * columns + Math.floor(i / rows)],
    )
    expect(memory.read(t)).toEqual(expected)
    expect(memory.problems(w, t)).toEqual([])
  })
})

describe.each(shapes)('optimizers on %i rows by %i columns', (rows, columns) => {
  it('sgd goes against the gradient', () => {
    const w = memory.matrix(rows, columns, number)
    const g = memory.matrix(rows, columns, number)
    const gradient = memory.read(g)
    const expected = memory.read(w).map((each, i) => Math.fround(each - 0.1 * gradient[i]))
    kernels.sgd(w.address, w.ld, g.address, g.ld, rows, columns, 0.1)
    expectClose(memory.read(w), expected, { absolute: 0 })
    expect(memory.problems(w, g)).toEqual([])
  })

  it('adam keeps both moments and goes against the first over the root of the second', () => {
    const w = memory.matrix(rows, columns, number)
    const m = memory.matrix(rows, columns, number)
    const v = memory.matrix(rows, columns, () => random.uniform())
    const g = memory.matrix(rows, columns, number)
    const [before, mean, square, gradient] = [w, m, v, g].map((each) => memory.read(each))
    kernels.adam(w.address, m.address, v.address, w.ld, g.address, g.ld, rows, columns, 0.9, 0.999, 0.01, 1e-8)
    const nextMean = mean.map((each, i) => 0.9 * each + 0.1 * gradient[i])
    const nextSquare = square.map((each, i) => 0.999 * each + 0.001 * gradient[i] ** 2)
    // float64 inside, stored as float32; 1 − 0.999 is not quite 0.001
    expectClose(memory.read(m), nextMean, { relative: 1e-7, absolute: 1e-9 })
    expectClose(memory.read(v), nextSquare, { relative: 1e-7 })
    const next = before.map((each, i) => each - (0.01 * nextMean[i]) / (Math.sqrt(nextSquare[i]) + 1e-8))
    expectClose(memory.read(w), next, { relative: 1e-7, absolute: 1e-7 })
    expect(memory.problems(w, m, v, g)).toEqual([])
  })
})

describe('adam', () => {
  it('sets moments to 0 rather than let them decay into denormals', () => {
    const tiny = 2 ** -126
    const moments = [tiny, -tiny, 1e-30, tiny]
    const w = memory.matrix(1, 4, () => 1)
    const m = memory.matrix(1, 4, (_, c) => moments[c])
    const v = memory.matrix(1, 4, (_, c) => Math.abs(moments[c]))
    const g = memory.matrix(1, 4, () => 0)
    kernels.adam(w.address, m.address, v.address, w.ld, g.address, g.ld, 1, 4, 0.9, 0.999, 0.01, 1e-8)
    expect(memory.read(m)).toEqual([0, 0, Math.fround(0.9 * Math.fround(1e-30)), 0])
    expect(memory.read(v)).toEqual([0, 0, Math.fround(0.999 * Math.fround(1e-30)), 0])
  })
})

/** Bits, so that 0 and −0 differ. */
function bits(values: number[]): number[] {
  return [...new Int32Array(Float32Array.from(values).buffer)]
}
