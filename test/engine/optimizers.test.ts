import { beforeEach, describe, expect, it } from 'vitest'
import type { Kernels } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { expectClose } from './compare'
import { kernelSets, ROUNDING, shapes } from './kernel-sets'
import { TestMemory, type Matrix } from './matrix'

interface Optimizer {
  name: string
  /** How many matrices of state it keeps; the first of them may be a mean square, which is never below 0. */
  states: number
  squares: readonly number[]
  run: (kernels: Kernels, w: Matrix, states: readonly Matrix[], g: Matrix) => void
  /** The same in float64, of one weight: writes the state and returns the new weight. */
  step: (w: number, state: number[], g: number) => number
}

const RATE = 0.01
const EPSILON = 1e-6

const OPTIMIZERS: readonly Optimizer[] = [
  {
    name: 'sgd',
    states: 0,
    squares: [],
    run: (kernels, w, _, g) => kernels.sgd(w.address, w.ld, g.address, g.ld, w.rows, w.columns, RATE),
    step: (w, _, g) => w - RATE * g,
  },
  ...[0, 1].map((nesterov) => ({
    name: nesterov === 1 ? 'momentum after Nesterov' : 'momentum',
    states: 1,
    squares: [],
    run: (kernels: Kernels, w: Matrix, [v]: readonly Matrix[], g: Matrix) =>
      kernels.momentum(w.address, v.address, w.ld, g.address, g.ld, w.rows, w.columns, 0.9, nesterov, RATE),
    step: (w: number, state: number[], g: number) => {
      state[0] = 0.9 * state[0] + g
      return w - RATE * (nesterov === 1 ? g + 0.9 * state[0] : state[0])
    },
  })),
  {
    name: 'adam',
    states: 2,
    squares: [1],
    run: (kernels, w, [m, v], g) =>
      kernels.adam(
        ...([w.address, m.address, v.address, w.ld, g.address, g.ld, w.rows, w.columns] as const),
        ...([0.9, 0.999, RATE, EPSILON] as const),
      ),
    step: (w, state, g) => {
      state[0] = 0.9 * state[0] + (1 - 0.9) * g
      state[1] = 0.999 * state[1] + (1 - 0.999) * g * g
      return w - (RATE * state[0]) / (Math.sqrt(state[1]) + EPSILON)
    },
  },
  {
    name: 'rmsprop',
    states: 1,
    squares: [0],
    run: (kernels, w, [s], g) =>
      kernels.rmsprop(w.address, s.address, w.ld, g.address, g.ld, w.rows, w.columns, 0.95, RATE, EPSILON),
    step: (w, state, g) => {
      state[0] = 0.95 * state[0] + (1 - 0.95) * g * g
      return w - (RATE * g) / (Math.sqrt(state[0]) + EPSILON)
    },
  },
  {
    name: 'rmsprop with momentum',
    states: 2,
    squares: [0],
    run: (kernels, w, [s, v], g) =>
      kernels.rmspropMomentum(
        ...([w.address, s.address, v.address, w.ld, g.address, g.ld, w.rows, w.columns] as const),
        ...([0.95, 0.8, RATE, EPSILON] as const),
      ),
    step: (w, state, g) => {
      state[0] = 0.95 * state[0] + (1 - 0.95) * g * g
      state[1] = 0.8 * state[1] + g / (Math.sqrt(state[0]) + EPSILON)
      return w - RATE * state[1]
    },
  },
  {
    name: 'adagrad',
    states: 1,
    squares: [0],
    run: (kernels, w, [s], g) =>
      kernels.adagrad(w.address, s.address, w.ld, g.address, g.ld, w.rows, w.columns, RATE, EPSILON),
    step: (w, state, g) => {
      state[0] += g * g
      return w - (RATE * g) / (Math.sqrt(state[0]) + EPSILON)
    },
  },
]

describe.each(kernelSets)('optimizers of %s', (_, create) => {
  let memory: TestMemory
  let kernels: Kernels
  let random: Random
  beforeEach(() => {
    memory = new TestMemory()
    kernels = create(memory.memory)
    random = seededRandom(7, 3)
  })
  const number = () => 2 * random.uniform() - 1

  describe.each(OPTIMIZERS)('$name', ({ states: count, squares, run, step }) => {
    /** One row: weights, gradients, and state in all its matrices. */
    function update(state: readonly number[], gradients: readonly number[], weight = 1) {
      const columns = gradients.length
      const w = memory.matrix(1, columns, () => weight)
      const g = memory.matrix(1, columns, (_r, c) => gradients[c])
      const states = Array.from({ length: count }, (_each, i) =>
        memory.matrix(1, columns, (_r, c) => (squares.includes(i) ? Math.abs(state[c]) : state[c])),
      )
      run(kernels, w, states, g)
      return { weights: memory.read(w), states: states.map((each) => memory.read(each)) }
    }

    it.each(shapes)('steps as its formula says, three times, on %i rows by %i columns', (rows, columns) => {
      const w = memory.matrix(rows, columns, number)
      const states = Array.from({ length: count }, (_each, i) =>
        memory.matrix(rows, columns, squares.includes(i) ? () => 0.05 + random.uniform() : number),
      )
      const expected = memory.read(w)
      const expectedStates = states.map((each) => memory.read(each))
      for (let time = 0; time < 3; time++) {
        const g = memory.matrix(rows, columns, number)
        const gradients = memory.read(g)
        expected.forEach((weight, i) => {
          const state = expectedStates.map((each) => each[i])
          expected[i] = step(weight, state, gradients[i])
          state.forEach((each, s) => (expectedStates[s][i] = each))
        })
        run(kernels, w, states, g)
        expect(memory.problems(w, ...states, g)).toEqual([])
      }
      // four roundings a step, of state below 16: the root of the mean square is 0.2 at least, a gradient 1 at most
      states.forEach((each, s) => {
        expectClose(memory.read(each), expectedStates[s], { absolute: 3 * 4 * 16 * ROUNDING }, `state ${s}`)
      })
      // weights are below 2; a step is a hundredth of what the state is off by
      expectClose(memory.read(w), expected, { absolute: (3 * 2 * 2 + 2) * ROUNDING }, 'weight')
    })

    it('keeps NaN, in all that it reaches', () => {
      const { weights, states } = update([0, 1, 1, 1, 1], [NaN, 1, 1, 1, NaN])
      for (const values of [weights, ...states]) {
        expect(values.map(Number.isNaN)).toEqual([true, false, false, false, true])
      }
    })

    it('keeps no denormals, of its own or of a tiny gradient’s making', () => {
      const smallest = 2 ** -126
      const state = [smallest, -smallest, smallest / 4, 0, 0, 0, 0]
      const gradients = [0, 0, 0, 1e-39, -1e-39, 1e-21, -1e-23]
      const { states } = update(state, gradients)
      for (const values of states) {
        expect(values.filter((each) => each !== 0 && Math.abs(each) < smallest)).toEqual([])
      }
    })
  })

  it('adam’s moments decay to 0 from the smallest number that is none of them', () => {
    const tiny = 2 ** -126
    const moments = [tiny, -tiny, 1e-30, 2 * tiny]
    const w = memory.matrix(1, 4, () => 1)
    const m = memory.matrix(1, 4, (_r, c) => moments[c])
    const v = memory.matrix(1, 4, (_r, c) => Math.abs(moments[c]))
    const g = memory.matrix(1, 4, () => 0)
    kernels.adam(w.address, m.address, v.address, w.ld, g.address, g.ld, 1, 4, 0.9, 0.999, 0.01, 1e-8)
    expectClose(memory.read(m), [0, 0, 0.9e-30, 1.8 * tiny], { relative: 4 * ROUNDING })
    expectClose(memory.read(v), [0, 0, 0.999e-30, 1.998 * tiny], { relative: 4 * ROUNDING })
    expect(memory.read(w).every(Number.isFinite)).toBe(true)
  })

  it('takes 1 − β from β itself, not from β rounded to float32', () => {
    const [w, m, v, g] = [1, 0, 0, 1].map((value) => memory.matrix(1, 1, () => value))
    kernels.adam(w.address, m.address, v.address, w.ld, g.address, g.ld, 1, 1, 0.9, 0.999, 0.01, 1e-8)
    expectClose(memory.read(v), [0.001], { relative: 2 * ROUNDING }) // 1 − fround(0.999) would be off by 1e-5
    const s = memory.matrix(1, 1, () => 0)
    kernels.rmsprop(w.address, s.address, w.ld, g.address, g.ld, 1, 1, 0.999, 0.01, 1e-8)
    expectClose(memory.read(s), [0.001], { relative: 2 * ROUNDING })
  })
})
