/** Sums, norms and what is done to weights and gradients besides the optimizers' steps. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Kernels } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { expectClose } from './compare'
import { bits, kernelSets, ROUNDING, shapes } from './kernel-sets'
import { TestMemory, type Matrix } from './matrix'

describe.each(kernelSets)('sums and weights, %s', (_, create) => {
  let memory: TestMemory
  let kernels: Kernels
  let random: Random
  beforeEach(() => {
    memory = new TestMemory()
    kernels = create(memory.memory)
    random = seededRandom(7, 3)
  })
  const number = () => 2 * random.uniform() - 1
  const makeMatrix = (rows: number, columns: number) => memory.matrix(rows, columns, number)

  describe.each(shapes)('of %i rows by %i columns', (rows, columns) => {
    it('columnSums adds the rows to an initial one, in float64 and in their order', () => {
      const [d, initial] = [makeMatrix(rows, columns), makeMatrix(1, columns)]
      const sums = memory.output(1, columns)
      kernels.columnSums(d.address, d.ld, rows, columns, initial.address, sums.address)
      const [values, begin] = [memory.read(d), memory.read(initial)]
      const expected = begin.map((start, n) => {
        let sum = start
        for (let r = 0; r < rows; r++) sum += values[r * columns + n]
        return Math.fround(sum)
      })
      expect(bits(memory.read(sums))).toEqual(bits(expected))
      expect(memory.problems(d, initial, sums)).toEqual([])
      // on top of what is there
      kernels.columnSums(d.address, d.ld, rows, columns, initial.address, initial.address)
      expect(bits(memory.read(initial))).toEqual(bits(expected))
    })

    it.each([0, 1, 4])('addParts adds %i parts to an initial row, in float32 and in their order', (count) => {
      const parts = makeMatrix(rows * count, columns)
      const initial = makeMatrix(1, columns)
      const z = memory.output(rows, columns)
      const ldp = rows * parts.ld
      kernels.addParts(parts.address, ldp, count, parts.ld, initial.address, z.address, rows, columns)
      const [values, begin] = [memory.read(parts), memory.read(initial)]
      const expected = Array.from({ length: rows * columns }, (_each, i) => {
        let sum = begin[i % columns]
        for (let p = 0; p < count; p++) sum = Math.fround(sum + values[p * rows * columns + i])
        return sum
      })
      expect(bits(memory.read(z))).toEqual(bits(expected))
      expect(memory.problems(parts, initial, z)).toEqual([])
    })

    it('transpose turns rows into columns', () => {
      const w = makeMatrix(rows, columns)
      const t = memory.output(columns, rows)
      kernels.transpose(w.address, w.ld, t.address, t.ld, rows, columns)
      const values = memory.read(w)
      const expected = Array.from(
        { length: columns * rows },
        (_each, i) => values[(i % rows) * columns + Math.floor(i / rows)],
      )
      expect(memory.read(t)).toEqual(expected)
      expect(memory.problems(w, t)).toEqual([])
    })

    it('scale multiplies', () => {
      for (const factor of [0.3, -1.7, 0]) {
        const x = makeMatrix(rows, columns)
        const before = memory.read(x)
        kernels.scale(x.address, x.ld, rows, columns, factor)
        const expected = before.map((each) => each * factor)
        // the factor may be rounded before it is used
        expectClose(memory.read(x), expected, { relative: 2 * ROUNDING })
        expect(memory.problems(x)).toEqual([])
      }
    })

    it('sumOfSquares and sumOfSquaredDifferences add four lanes in float64, to the last bit', () => {
      const [x, y] = [makeMatrix(rows, columns), makeMatrix(rows, columns)]
      const [a, b] = [memory.read(x), memory.read(y)]
      const sum = memory.take(8)
      kernels.sumOfSquares(x.address, x.ld, rows, columns, sum)
      expect(memory.views.f64[sum >>> 3]).toBe(sumInLanes(a, columns))
      kernels.sumOfSquaredDifferences(x.address, x.ld, y.address, y.ld, rows, columns, sum)
      const differences = a.map((each, i) => each - b[i])
      expect(memory.views.f64[sum >>> 3]).toBe(sumInLanes(differences, columns))
      expect(memory.problems(x, y)).toEqual([])
    })

    it('penalize adds the gradient of both penalties, and nothing at a weight of 0', () => {
      const g = makeMatrix(rows, columns)
      const w = memory.matrix(rows, columns, (_r, n) => (n % 3 === 1 ? 0 : n % 3 === 2 ? -random.uniform() : number()))
      const [gradients, weights] = [memory.read(g), memory.read(w)]
      kernels.penalize(g.address, g.ld, w.address, w.ld, rows, columns, 0.05, 0.02)
      const expected = gradients.map((each, i) => each + 0.05 * Math.sign(weights[i]) + 0.04 * weights[i])
      // both factors, the product and two sums are rounded, of numbers below 1.1
      expectClose(memory.read(g), expected, { absolute: 4 * ROUNDING })
      const atZero = gradients.filter((_each, i) => weights[i] === 0)
      expect(memory.read(g).filter((_each, i) => weights[i] === 0)).toEqual(atZero)
      expect(memory.problems(g, w)).toEqual([])
    })

    it('limitColumns shortens the columns that are too long, and touches no other', () => {
      const w = memory.matrix(rows, columns, (_r, n) => (n % 2 === 0 ? number() : 0.01 * number()))
      const before = memory.read(w)
      const most = Math.sqrt(rows) / 10
      kernels.limitColumns(w.address, w.ld, rows, columns, most)
      const after = memory.read(w)
      for (let n = 0; n < columns; n++) {
        const [was, is] = [before, after].map((values) => values.filter((_each, i) => i % columns === n))
        const length = Math.hypot(...was)
        if (length <= most) expect(bits(is)).toEqual(bits(was))
        else
          expectClose(
            is,
            was.map((each) => (each * most) / length),
            { relative: 2 * ROUNDING },
          )
      }
      expect(memory.problems(w)).toEqual([])
    })
  })

  /** Lanes by columns modulo 4, row by row; then (0 + 1) + (2 + 3). */
  function sumInLanes(values: readonly number[], columns: number): number {
    const lanes = [0, 0, 0, 0]
    values.forEach((each, i) => (lanes[(i % columns) % 4] += each * each))
    return lanes[0] + lanes[1] + (lanes[2] + lanes[3])
  }

  it('sums in float64: a million is not lost on a hundred millionth', () => {
    const d = memory.matrix(3, 2, (r) => [1e6, 1e-8, -1e6][r])
    const [sums, zeros] = [memory.output(1, 2), memory.matrix(1, 2, () => 0)]
    kernels.columnSums(d.address, d.ld, 3, 2, zeros.address, sums.address)
    // float64 keeps ten digits behind a million; 1e-8 is off by a hundredth then
    expectClose(memory.read(sums), [1e-8, 1e-8], { relative: 0.02 })
    const x = memory.matrix(1, 1, () => 2 ** 70)
    const sum = memory.take(8)
    kernels.sumOfSquares(x.address, x.ld, 1, 1, sum)
    expect(memory.views.f64[sum >>> 3]).toBe(2 ** 140) // beyond float32
  })

  it('norms and penalties keep NaN', () => {
    const at = (values: number[]): Matrix => memory.matrix(1, values.length, (_r, n) => values[n])
    const x = at([1, 2, NaN, 4, 5])
    const g = at([1, 1, 1, 1, 1])
    const sum = memory.take(8)
    kernels.sumOfSquares(x.address, x.ld, 1, 5, sum)
    expect(memory.views.f64[sum >>> 3]).toBeNaN()
    kernels.sumOfSquaredDifferences(x.address, x.ld, g.address, g.ld, 1, 5, sum)
    expect(memory.views.f64[sum >>> 3]).toBeNaN()
    kernels.penalize(g.address, g.ld, x.address, x.ld, 1, 5, 0.1, 0.1)
    expect(memory.read(g).map(Number.isNaN)).toEqual([false, false, true, false, false])
    kernels.limitColumns(x.address, x.ld, 1, 5, 3)
    expect(memory.read(x)).toEqual([1, 2, NaN, 3, 3])
    kernels.scale(x.address, x.ld, 1, 5, 2)
    expect(memory.read(x)).toEqual([2, 4, NaN, 6, 6])
  })
})
