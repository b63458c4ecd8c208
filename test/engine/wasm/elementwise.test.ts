/** Each compiled kernel but the products beside its plain twin; what both are to compute is tested in the folder above. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ACTIVATION_KINDS, OUTPUT_LOSS_KINDS, type Kernels } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { createReferenceKernels } from '#engine/reference/kernels'
import { expectClose, type Tolerance } from '../compare'
import { bits, ROUNDING, shapes } from '../kernel-sets'
import { TestMemory, type Matrix } from '../matrix'
import { compiledChoices, compiledKernels } from './simd'

// one set of tiles of each arithmetic: these kernels know no tiles
const choices = compiledChoices.filter(([, each]) => each.tiles === '3x12')

/** What a kernel may work on: numbers between −4 and 4, and squares between 0.05 and 1.05, all of one shape. */
interface Room {
  x: Matrix
  y: Matrix
  g: Matrix
  squares: Matrix
  /** A single row. */
  row: Matrix
  /** Address of a float64. */
  sum: number
}

interface Twins {
  name: string
  run: (kernels: Kernels, room: Room) => void
  /** Null: the same bits. */
  tolerance: Tolerance | null
}

const shape = ({ rows, columns }: Matrix) => [rows, columns] as const
const place = ({ address, ld }: Matrix) => [address, ld] as const

const OPTIMIZERS: readonly [name: string, run: Twins['run']][] = [
  ['sgd', (kernels, { x, g }) => kernels.sgd(...place(x), ...place(g), ...shape(x), 0.01)],
  ...[0, 1].map((nesterov): [string, Twins['run']] => [
    `momentum, nesterov ${nesterov}`,
    (kernels, { x, y, g }) => kernels.momentum(x.address, ...place(y), ...place(g), ...shape(x), 0.9, nesterov, 0.01),
  ]),
  [
    'adam',
    (kernels, { x, y, squares, g }) =>
      kernels.adam(
        ...([x.address, y.address, ...place(squares), ...place(g), ...shape(x)] as const),
        ...([0.9, 0.999, 0.01, 1e-7] as const),
      ),
  ],
  [
    'rmsprop',
    (kernels, { x, squares, g }) =>
      kernels.rmsprop(x.address, ...place(squares), ...place(g), ...shape(x), 0.9, 0.01, 1e-7),
  ],
  [
    'rmspropMomentum',
    (kernels, { x, y, squares, g }) =>
      kernels.rmspropMomentum(
        ...([x.address, squares.address, ...place(y), ...place(g), ...shape(x)] as const),
        ...([0.9, 0.9, 0.01, 1e-7] as const),
      ),
  ],
  [
    'adagrad',
    (kernels, { x, squares, g }) => kernels.adagrad(x.address, ...place(squares), ...place(g), ...shape(x), 0.01, 1e-7),
  ],
]

const TWINS: readonly Twins[] = [
  // the roundings of ../activations.test.ts
  ...ACTIVATION_KINDS.map((kind) => ({
    name: `activation ${kind}`,
    run: (kernels: Kernels, { x, y }: Room) => kernels.activate[kind](...place(x), ...place(y), ...shape(x), 0.3),
    tolerance: { relative: 12 * ROUNDING },
  })),
  ...ACTIVATION_KINDS.map((kind) => ({
    name: `slope of ${kind}`,
    run: (kernels: Kernels, { x, y }: Room) =>
      kernels.activateBackward[kind](...place(x), ...place(y), ...shape(x), 0.3),
    // a gradient of 4 times a slope that may be a difference near 0 of numbers of about 1
    tolerance: { relative: 12 * ROUNDING, absolute: 4 * 12 * ROUNDING },
  })),
  {
    name: 'dropout',
    run: (kernels, { x, y }) =>
      kernels.dropout(...place(x), ...place(y), ...shape(x), 3_000_000_007, 17, 2 ** 30, 4 / 3),
    tolerance: null,
  },
  {
    name: 'columnSums',
    run: (kernels, { x, row }) => kernels.columnSums(...place(x), ...shape(x), row.address, row.address),
    tolerance: null,
  },
  {
    name: 'sumOfSquares',
    run: (kernels, { x, sum }) => kernels.sumOfSquares(...place(x), ...shape(x), sum),
    tolerance: null,
  },
  {
    name: 'sumOfSquaredDifferences',
    run: (kernels, { x, y, sum }) => kernels.sumOfSquaredDifferences(...place(x), ...place(y), ...shape(x), sum),
    tolerance: null,
  },
  {
    name: 'limitColumns',
    run: (kernels, { x }) => kernels.limitColumns(...place(x), ...shape(x), 2.5),
    tolerance: null,
  },
  {
    name: 'scale',
    run: (kernels, { x }) => kernels.scale(...place(x), ...shape(x), -0.7),
    tolerance: { relative: 2 * ROUNDING }, // the factor is rounded
  },
  {
    name: 'penalize',
    run: (kernels, { x, y }) => kernels.penalize(...place(x), ...place(y), ...shape(x), 0.01, 0.003),
    tolerance: { absolute: 4 * 4 * ROUNDING }, // four roundings of numbers below 4
  },
  ...OPTIMIZERS.map(([name, run]) => ({
    name,
    run,
    // state lies below 8 and is rounded some four times; its errors reach the weights times a rate of 0.01
    tolerance: { absolute: 4 * 8 * ROUNDING },
  })),
]

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
  const number = () => 8 * random.uniform() - 4

  function copyOf(matrix: Matrix): Matrix {
    const values = memory.read(matrix)
    return memory.matrix(matrix.rows, matrix.columns, (r, c) => values[r * matrix.columns + c])
  }
  /** Two rooms with the same numbers in them. */
  function makeRooms(rows: number, columns: number): [Room, Room] {
    const [x, y, g, row] = [rows, rows, rows, 1].map((count) => memory.matrix(count, columns, number))
    const squares = memory.matrix(rows, columns, () => 0.05 + random.uniform())
    const room = { x, y, g, row, squares, sum: memory.take(8) }
    const [x2, y2, g2, row2, squares2] = [x, y, g, row, squares].map(copyOf)
    return [room, { x: x2, y: y2, g: g2, row: row2, squares: squares2, sum: memory.take(8) }]
  }

  describe.each(TWINS)('$name', ({ run, tolerance }) => {
    it.each(shapes)('is its plain twin on %i rows by %i columns', (rows, columns) => {
      const [room, twin] = makeRooms(rows, columns)
      run(kernels, room)
      run(plain, twin)
      for (const name of ['x', 'y', 'g', 'row', 'squares'] as const) {
        const [actual, expected] = [memory.read(room[name]), memory.read(twin[name])]
        if (tolerance) expectClose(actual, expected, tolerance, name)
        else expect(bits(actual), name).toEqual(bits(expected))
      }
      expect(memory.views.f64[room.sum >>> 3]).toBe(memory.views.f64[twin.sum >>> 3])
      expect(memory.problems(room.x, room.y, room.g, room.row, room.squares)).toEqual([])
    })
  })

  describe.each(OUTPUT_LOSS_KINDS)('output loss %s', (kind) => {
    it.each([
      [0, 10],
      [4, 1],
      [3, 2],
      [5, 17],
      [64, 10],
      [3, 256],
    ])('is its plain twin on %i rows of %i units', (rows, units) => {
      const z = memory.matrix(rows, units, () => 3 * number())
      const labels = memory.take(rows)
      const order = memory.take(4 * rows)
      for (let r = 0; r < rows; r++) {
        memory.views.u8[labels + r] = random.below(units === 1 ? 2 : units)
        memory.views.u32[(order >>> 2) + r] = rows - 1 - r
      }
      for (const smoothing of [0, 0.2]) {
        const results = [kernels, plain].map((set) => {
          const [dz, loss, hits] = [memory.output(rows, units), memory.output(1, rows), memory.take(rows)]
          set.outputLoss[kind](
            ...([...place(z), rows, units, order, labels, smoothing, -1 / 64] as const),
            ...([...place(dz), loss.address, hits] as const),
          )
          expect(memory.problems(z, dz, loss)).toEqual([])
          return { numbers: [...memory.read(dz), ...memory.read(loss)], hits: memory.views.u8.slice(hits, hits + rows) }
        })
        const [actual, expected] = results
        // only the most frequent one is compiled: its exponents are differences of 24 at most, rounded
        const relative = kind === 'softmax-cross-entropy' ? 28 * ROUNDING : 0
        // with smoothing a gradient near 0 is a difference of shares below 1/64
        const absolute = kind === 'softmax-cross-entropy' ? (4 * ROUNDING) / 64 : 0
        expectClose(actual.numbers, expected.numbers, { relative, absolute: smoothing === 0 ? 0 : absolute })
        expect(actual.hits).toEqual(expected.hits)
      }
    })
  })

  it('transposes as its plain twin', () => {
    for (const [rows, columns] of shapes) {
      const w = memory.matrix(rows, columns, number)
      const [t, expected] = [memory.output(columns, rows), memory.output(columns, rows)]
      kernels.transpose(...place(w), ...place(t), rows, columns)
      plain.transpose(...place(w), ...place(expected), rows, columns)
      expect(bits(memory.read(t))).toEqual(bits(memory.read(expected)))
      expect(memory.problems(w, t)).toEqual([])
    }
  })
})
