import { beforeEach, describe, expect, it } from 'vitest'
import type { Kernels } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { createReferenceKernels } from '#engine/reference/kernels'
import { expectClose } from '../compare'
import { TestMemory, type Matrix } from '../matrix'
import { compiledChoices, compiledKernels } from './simd'

// one set of tiles of each arithmetic: these kernels know no tiles
const choices = compiledChoices.filter(([, each]) => each.tiles === '3x12')
/** Half a unit in the last place of a float32 close above a power of two. */
const HALF_ULP = 2 ** -24

describe.each(choices)('%s', (_, choice) => {
  let memory: TestMemory
  let kernels: Kernels
  let plain: Kernels
  let random: Random
  beforeEach(() => {
    memory = new TestMemory()
    kernels = compiledKernels(memory.memory, choice)
    plain = createReferenceKernels(memory.memory)
    random = seededRandom(5, 3)
  })

  const number = () => 2 * random.uniform() - 1
  const copy = (of: Matrix) => {
    const values = memory.read(of)
    return memory.matrix(of.rows, of.columns, (r, c) => values[r * of.columns + c])
  }

  // nothing; tail only; one vector; vectors and tail, one and several rows; the real layers
  const shapes = [
    [0, 5],
    [3, 0],
    [1, 1],
    [2, 3],
    [1, 4],
    [3, 7],
    [4, 8],
    [5, 9],
    [2, 14],
    [4, 16],
    [5, 17],
    [7, 30],
    [64, 150],
    [64, 10],
  ] as const

  describe.each(shapes)('%i rows by %i columns, as its plain twin', (rows, columns) => {
    it('sigmoid', () => {
      const a = memory.matrix(rows, columns, () => 30 * number())
      const expected = copy(a)
      kernels.sigmoid(a.address, a.ld, rows, columns)
      plain.sigmoid(expected.address, expected.ld, rows, columns)
      // an exponential off by one unit at most, one addition, one division
      expectClose(memory.read(a), memory.read(expected), { relative: 4 * HALF_ULP })
      expect(memory.problems(a)).toEqual([])
    })

    it('relu', () => {
      const a = memory.matrix(rows, columns, number)
      const expected = copy(a)
      kernels.relu(a.address, a.ld, rows, columns)
      plain.relu(expected.address, expected.ld, rows, columns)
      expect(memory.read(a)).toEqual(memory.read(expected))
      expect(memory.problems(a)).toEqual([])
    })

    it('sigmoidBackward and reluBackward', () => {
      const a = memory.matrix(rows, columns, () => Math.max(0, number()))
      for (const [name, relative] of [
        ['sigmoidBackward', 3 * HALF_ULP], // three roundings instead of one
        ['reluBackward', 0],
      ] as const) {
        const d = memory.matrix(rows, columns, number)
        const expected = copy(d)
        kernels[name](d.address, d.ld, a.address, a.ld, rows, columns)
        plain[name](expected.address, expected.ld, a.address, a.ld, rows, columns)
        expectClose(memory.read(d), memory.read(expected), { relative })
        expect(memory.problems(a, d)).toEqual([])
      }
    })

    it('columnSums', () => {
      const d = memory.matrix(rows, columns, number)
      const [sums, expected] = [memory.output(1, columns), memory.output(1, columns)]
      kernels.columnSums(d.address, d.ld, rows, columns, sums.address)
      plain.columnSums(d.address, d.ld, rows, columns, expected.address)
      expect(memory.read(sums)).toEqual(memory.read(expected)) // both sum in float64 and round once
      expect(memory.problems(d, sums)).toEqual([])
    })

    it('transpose', () => {
      const w = memory.matrix(rows, columns, number)
      const [t, expected] = [memory.output(columns, rows), memory.output(columns, rows)]
      kernels.transpose(w.address, w.ld, t.address, t.ld, rows, columns)
      plain.transpose(w.address, w.ld, expected.address, expected.ld, rows, columns)
      expect(memory.read(t)).toEqual(memory.read(expected))
      expect(memory.problems(w, t)).toEqual([])
    })

    it('sgd', () => {
      const w = memory.matrix(rows, columns, number)
      const expected = copy(w)
      const g = memory.matrix(rows, columns, number)
      kernels.sgd(w.address, w.ld, g.address, g.ld, rows, columns, 0.1)
      plain.sgd(expected.address, expected.ld, g.address, g.ld, rows, columns, 0.1)
      // the rate, the product and the difference are rounded; numbers are below 1.1
      expectClose(memory.read(w), memory.read(expected), { absolute: 3 * HALF_ULP })
      expect(memory.problems(w, g)).toEqual([])
    })

    it('adam, three times', () => {
      const [w, m] = [memory.matrix(rows, columns, number), memory.matrix(rows, columns, number)]
      const v = memory.matrix(rows, columns, () => random.uniform())
      const [w2, m2, v2] = [copy(w), copy(m), copy(v)]
      for (let step = 0; step < 3; step++) {
        const g = memory.matrix(rows, columns, number)
        const run = (of: Kernels, [a, b, c]: Matrix[]) =>
          of.adam(a.address, b.address, c.address, a.ld, g.address, g.ld, rows, columns, 0.9, 0.999, 0.01, 1e-8)
        run(kernels, [w, m, v])
        run(plain, [w2, m2, v2])
        expect(memory.problems(w, m, v, g)).toEqual([])
      }
      // a few roundings a step, of numbers below 1; the root of v may be as small as 0.03 and m / √v as large as 30
      expectClose(memory.read(m), memory.read(m2), { absolute: 12 * HALF_ULP })
      expectClose(memory.read(v), memory.read(v2), { absolute: 12 * HALF_ULP })
      expectClose(memory.read(w), memory.read(w2), { absolute: 30 * HALF_ULP })
    })
  })

  describe('sigmoid', () => {
    it('is right to four halves of a unit all the way to ±60, and 0 or 1 beyond', () => {
      const inside = memory.matrix(1, 4001, (_, c) => (c - 2000) * 0.03)
      const expected = memory.read(inside).map((x) => 1 / (1 + Math.exp(-x)))
      kernels.sigmoid(inside.address, inside.ld, 1, 4001)
      expectClose(memory.read(inside), expected, { relative: 4 * HALF_ULP })
      const outside = [-61, -87, -88, -104, -800, -1e30, -Infinity, 61, 88, 800, 1e30, Infinity]
      const a = memory.matrix(1, outside.length, (_, c) => outside[c])
      kernels.sigmoid(a.address, a.ld, 1, outside.length)
      expect(memory.read(a)).toEqual(outside.map((x) => (x < 0 ? 0 : 1)))
    })

    it('and relu keep NaN in whole vectors and in tails, so that a network that has diverged shows it', () => {
      for (const name of ['sigmoid', 'relu'] as const) {
        const a = memory.matrix(1, 18, (_, c) => (c % 3 === 0 ? NaN : 1))
        kernels[name](a.address, a.ld, 1, 18)
        expect(memory.read(a).map(Number.isNaN)).toEqual(Array.from({ length: 18 }, (_, c) => c % 3 === 0))
        expect(memory.problems(a)).toEqual([])
      }
    })
  })

  describe('adam', () => {
    function update(moments: number[], gradients: number[]) {
      const columns = moments.length
      const w = memory.matrix(1, columns, () => 1)
      const m = memory.matrix(1, columns, (_, c) => moments[c])
      const v = memory.matrix(1, columns, (_, c) => Math.abs(moments[c]))
      const g = memory.matrix(1, columns, (_, c) => gradients[c])
      kernels.adam(w.address, m.address, v.address, w.ld, g.address, g.ld, 1, columns, 0.9, 0.999, 0.01, 1e-8)
      return [w, m, v].map((each) => memory.read(each))
    }

    it('sets moments to 0 rather than let them decay into denormals', () => {
      const tiny = 2 ** -126
      const [, m, v] = update([tiny, -tiny, 1e-30, 2 * tiny], [0, 0, 0, 0])
      expectClose(m, [0, 0, 0.9e-30, 1.8 * tiny], { relative: 4 * HALF_ULP })
      expectClose(v, [0, 0, 0.999e-30, 1.998 * tiny], { relative: 4 * HALF_ULP })
    })

    it('makes no denormal of the square of a tiny gradient', () => {
      const [w, m, v] = update([0, 0, 0], [1e-19, -1e-22, 1e-15])
      expectClose(m, [1e-20, -1e-23, 1e-16], { relative: 4 * HALF_ULP })
      expectClose(v, [0, 0, 1e-33], { relative: 6 * HALF_ULP })
      expect(w).toEqual([1, 1, 1])
    })

    it('takes 1 − β from β itself, not from β rounded to float32', () => {
      const [, , v] = update([0], [1])
      expectClose(v, [0.001], { relative: 2 * HALF_ULP }) // 1 − fround(0.999) would be off by 1e-5
    })

    it('keeps NaN', () => {
      const [w, m, v] = update([0, 1], [NaN, 1])
      expect([w[0], m[0], v[0]]).toEqual([NaN, NaN, NaN])
      expect([w[1], m[1], v[1]].every(Number.isFinite)).toBe(true)
    })
  })

  describe('gather', () => {
    it.each([
      [0, 19],
      [2, 0],
      [2, 2],
      [3, 15],
      [3, 16],
      [4, 19],
      [5, 40],
      [64, 784],
    ])('%i samples of %i pixels, as its plain twin', (rows, pixels) => {
      const samples = 70
      const images = memory.take(samples * pixels)
      // half of the sixteens are dark
      for (let i = 0; i < samples * pixels; i++) {
        memory.views.u8[images + i] = Math.floor(i / 16) % 2 === 0 ? 0 : random.below(256)
      }
      const table = memory.matrix(1, 256, (_r, byte) => byte / 255 - 0.13)
      const order = memory.take(rows * 4)
      for (let r = 0; r < rows; r++) memory.views.u32[(order >>> 2) + r] = random.below(samples)
      const [x, expected] = [memory.output(rows, pixels), memory.output(rows, pixels)]
      kernels.gather(order, rows, images, pixels, table.address, x.address, x.ld)
      plain.gather(order, rows, images, pixels, table.address, expected.address, expected.ld)
      expect(memory.read(x)).toEqual(memory.read(expected))
      expect(memory.problems(x)).toEqual([])
    })
  })

  describe('softmaxCrossEntropy', () => {
    function run(of: Kernels, z: Matrix, labels: readonly number[], scale: number | null) {
      const { rows, columns } = z
      const labelsAt = memory.take(200)
      const order = memory.take(rows * 4)
      labels.forEach((label, r) => {
        memory.views.u8[labelsAt + 199 - r] = label // from the back, so that labels[r] would be wrong
        memory.views.u32[(order >>> 2) + r] = 199 - r
      })
      const dz = memory.output(rows, columns)
      const [loss, correct] = [memory.output(1, rows), memory.take(rows)]
      const gradient = scale === null ? 0 : dz.address
      const at = z.address
      of.softmaxCrossEntropy(
        at,
        z.ld,
        rows,
        columns,
        order,
        labelsAt,
        scale ?? 0,
        gradient,
        dz.ld,
        loss.address,
        correct,
      )
      const hits = [...memory.views.u8.slice(correct, correct + rows)]
      return { dz: memory.read(dz), loss: memory.read(loss), hits, problems: memory.problems(z, dz, loss) }
    }

    it.each([
      [0, 10],
      [1, 1],
      [3, 2],
      [2, 3],
      [4, 4],
      [5, 17],
      [64, 10],
      [3, 256],
    ])('%i rows of %i classes, as its plain twin', (rows, classes) => {
      const z = memory.matrix(rows, classes, () => 12 * number())
      const before = memory.read(z)
      const labels = Array.from({ length: rows }, () => random.below(classes))
      const [actual, expected] = [kernels, plain].map((each) => run(each, z, labels, 1 / 64))
      // exponentials off by a unit, of an argument that is a difference off by half a unit of 24
      const relative = 24 * HALF_ULP + 4 * HALF_ULP
      expectClose(actual.dz, expected.dz, { relative })
      expectClose(actual.loss, expected.loss, { relative })
      expect(actual.hits).toEqual(expected.hits)
      expect(actual.problems).toEqual([])
      expect(memory.read(z)).toEqual(before)
    })

    it('gives finite losses for sums that overflow an exponential, and no denormal gradients', () => {
      const sums = [1000, 0, -1000, -1000, -1001, -1002]
      const z = memory.matrix(2, 3, (r, c) => sums[3 * r + c])
      const { loss, dz } = run(kernels, z, [1, 0], 1)
      expectClose(loss, [1000, Math.log(1 + Math.exp(-1) + Math.exp(-2))], { relative: 4 * HALF_ULP })
      expect(dz.slice(0, 3)).toEqual([1, -1, 0])
    })

    it('keeps the digits of a loss and a gradient near 0', () => {
      const z = memory.matrix(1, 3, (_r, c) => [20, 0, 1][c])
      const { loss, dz } = run(kernels, z, [0], 1)
      const others = Math.exp(-20) + Math.exp(-19)
      expectClose(loss, [Math.log1p(others)], { relative: 8 * HALF_ULP })
      expectClose(dz.slice(0, 1), [-others / (1 + others)], { relative: 8 * HALF_ULP })
    })

    it('gives NaN or Infinity, and not a number, when the sums are no numbers', () => {
      for (const bad of [
        [NaN, 1, 2],
        [1, NaN, 2],
        [1, 2, NaN],
        [Infinity, 1, 2],
      ]) {
        const z = memory.matrix(1, 3, (_r, c) => bad[c])
        expect(run(kernels, z, [1], 1).loss[0]).toBeNaN()
      }
      const z = memory.matrix(1, 3, (_r, c) => [1, -Infinity, 2][c])
      expect(run(kernels, z, [1], 1).loss[0]).toBe(Infinity)
    })

    it('takes the first of equal sums as the answer, and writes no gradient when none is wanted', () => {
      const z = memory.matrix(2, 3, () => 1)
      const { hits, dz } = run(kernels, z, [0, 1], null)
      expect(hits).toEqual([1, 0])
      expect(dz).toEqual(Array(6).fill(NaN))
    })
  })
})
