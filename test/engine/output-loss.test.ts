import { beforeEach, describe, expect, it } from 'vitest'
import { OUTPUT_LOSS_KINDS, type Kernels, type OutputLossKind } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { expectClose } from './compare'
import { bits, kernelSets, ROUNDING } from './kernel-sets'
import { TestMemory, type Matrix } from './matrix'

// — the definitions, in float64 and without any care —

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const softmax = (z: readonly number[]) => {
  const largest = Math.max(...z)
  const powers = z.map((each) => Math.exp(each - largest))
  const total = sum(powers)
  return powers.map((each) => each / total)
}
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

function targetsOf(units: number, label: number): number[] {
  return units === 1 ? [label] : Array.from({ length: units }, (_, n) => (n === label ? 1 : 0))
}
const crossEntropy = (p: readonly number[], t: readonly number[], smoothing: number) =>
  -sum(p.map((each, n) => ((1 - smoothing) * t[n] + smoothing / p.length) * Math.log(each)))
const squares = (y: readonly number[], t: readonly number[]) => sum(y.map((each, n) => (each - t[n]) ** 2)) / 2

const LOSSES: Record<OutputLossKind, (z: readonly number[], t: readonly number[], smoothing: number) => number> = {
  'softmax-cross-entropy': (z, t, smoothing) => crossEntropy(softmax(z), t, smoothing),
  'softmax-twice-cross-entropy': (z, t, smoothing) => crossEntropy(softmax(softmax(z)), t, smoothing),
  'sigmoid-binary-cross-entropy': (z, t, smoothing) =>
    -sum(
      z.map((each, n) => {
        const target = (1 - smoothing) * t[n] + smoothing / 2
        return target * Math.log(sigmoid(each)) + (1 - target) * Math.log(1 - sigmoid(each))
      }),
    ),
  'softmax-squared-error': (z, t) => squares(softmax(z), t),
  'sigmoid-squared-error': (z, t) => squares(z.map(sigmoid), t),
  'linear-squared-error': (z, t) => squares(z, t),
}

/** Central differences, good to 1e-9 for numbers of this size. */
function slopesOf(kind: OutputLossKind, z: readonly number[], t: readonly number[], smoothing: number): number[] {
  const step = 1e-5
  return z.map((_, n) => {
    const moved = (by: number) => z.map((each, i) => (i === n ? each + by : each))
    return (LOSSES[kind](moved(step), t, smoothing) - LOSSES[kind](moved(-step), t, smoothing)) / (2 * step)
  })
}

/** rows, units: nothing; a single unit; tails; vectors and tail; ten classes; many. */
const sizes = [
  [0, 10],
  [1, 1],
  [9, 1],
  [3, 2],
  [2, 3],
  [4, 4],
  [5, 17],
  [64, 10],
  [3, 256],
] as const

describe.each(kernelSets)('output losses of %s', (_, create) => {
  let memory: TestMemory
  let kernels: Kernels
  let random: Random
  beforeEach(() => {
    memory = new TestMemory()
    kernels = create(memory.memory)
    random = seededRandom(9, 3)
  })

  function run(
    kind: OutputLossKind,
    z: Matrix,
    labels: readonly number[],
    { smoothing = 0, scale = 1, gradient = true } = {},
  ) {
    const { rows, columns } = z
    const labelsAt = memory.take(200)
    const order = memory.take(rows * 4)
    labels.forEach((label, r) => {
      memory.views.u8[labelsAt + 199 - r] = label // from the back, so that labels[r] would be wrong
      memory.views.u32[(order >>> 2) + r] = 199 - r
    })
    const dz = memory.output(rows, columns)
    const [loss, correct] = [memory.output(1, rows), memory.take(rows)]
    const to = gradient ? dz.address : 0
    const loss_ = loss.address
    kernels.outputLoss[kind](
      z.address,
      z.ld,
      rows,
      columns,
      order,
      labelsAt,
      smoothing,
      scale,
      to,
      dz.ld,
      loss_,
      correct,
    )
    const hits = [...memory.views.u8.slice(correct, correct + rows)]
    return { dz: memory.read(dz), loss: memory.read(loss), hits, problems: memory.problems(z, dz, loss) }
  }
  const rowOf = (...sums: number[]) => memory.matrix(1, sums.length, (_r, c) => sums[c])
  const labelBelow = (units: number) => random.below(units === 1 ? 2 : units)

  describe.each(OUTPUT_LOSS_KINDS)('%s', (kind) => {
    it.each(sizes)(
      'of %i rows of %i units is its definition, and its gradient that of finite differences',
      (rows, units) => {
        for (const { smoothing, scale } of [
          { smoothing: 0, scale: 1 / 64 },
          { smoothing: 0.1, scale: 1 },
          { smoothing: 0, scale: -1 }, // uphill, one of the mistakes
          { smoothing: 0.3, scale: -0.5 },
        ]) {
          const z = memory.matrix(rows, units, () => 8 * random.uniform() - 4)
          const sums = memory.read(z)
          const labels = Array.from({ length: rows }, () => labelBelow(units))
          const result = run(kind, z, labels, { smoothing, scale })
          const ofRow = <T>(value: (z: number[], t: number[]) => T) =>
            labels.map((label, r) => value(sums.slice(r * units, (r + 1) * units), targetsOf(units, label)))

          // exponents are differences of 8 at most, rounded, and exponentials are off by a unit in their last place
          expectClose(
            result.loss,
            ofRow((row, t) => LOSSES[kind](row, t, smoothing)),
            { relative: 16 * ROUNDING, absolute: 1e-12 },
            'loss',
          )
          const slopes = ofRow((row, t) => slopesOf(kind, row, t, smoothing)).flat()
          expectClose(
            result.dz,
            slopes.map((slope) => slope * scale),
            { relative: 16 * ROUNDING, absolute: (16 * ROUNDING * 0.1 + 2e-9) * Math.abs(scale) },
            'dz',
          )
          expect(memory.read(z)).toEqual(sums)
          expect(result.problems).toEqual([])
        }
      },
    )

    it('counts the first of the largest sums as the answer', () => {
      const rows = [
        [1, 3, 2],
        [2, 1, 2],
        [0, 0, 0],
        [-5, -4, -4],
      ]
      const z = memory.matrix(4, 3, (r, c) => rows[r][c])
      expect(run(kind, z, [1, 0, 0, 1]).hits).toEqual([1, 1, 1, 1])
      expect(run(kind, z, [2, 2, 1, 2]).hits).toEqual([0, 0, 0, 0])
    })

    it('answers class 1 of a single unit where its output lies above one half', () => {
      const sums = [-0.01, 0.01, 0.49, 0.51]
      const z = memory.matrix(4, 1, (r) => sums[r])
      const answers = kind.startsWith('softmax')
        ? [1, 1, 1, 1]
        : kind.startsWith('linear')
          ? [0, 0, 0, 1]
          : [0, 1, 1, 1]
      expect(run(kind, z, [1, 1, 1, 1]).hits).toEqual(answers)
      expect(run(kind, z, [0, 0, 0, 0]).hits).toEqual(answers.map((answer) => 1 - answer))
    })

    it('writes loss and hits alone when no gradient is wanted', () => {
      const z = memory.matrix(3, 5, () => random.uniform())
      const labels = [0, 3, 4]
      const [whole, half] = [run(kind, z, labels), run(kind, z, labels, { gradient: false })]
      expect(half.dz).toEqual(Array(15).fill(NaN))
      expect([bits(half.loss), half.hits]).toEqual([bits(whole.loss), whole.hits])
    })

    it('gives no number for sums that are none', () => {
      for (const sums of [[NaN, 1, 2], [1, NaN, 2], [1, 2, NaN], [NaN]]) {
        const { loss, problems } = run(kind, rowOf(...sums), [1], { smoothing: 0.1 })
        // a unit whose target is 0 is left out of a cross-entropy; smoothing leaves none out
        expect(loss[0], sums.join(' ')).toBeNaN()
        expect(problems).toEqual([])
      }
    })

    it('makes no denormal gradient of a tiny one', () => {
      const { dz } = run(kind, rowOf(95, 3, -2, -70, 0), [1])
      expect(dz.filter((each) => each !== 0 && Math.abs(each) < 2 ** -126)).toEqual([])
    })
  })

  it.each(['softmax-cross-entropy', 'softmax-twice-cross-entropy', 'sigmoid-binary-cross-entropy'] as const)(
    '%s is finite for sums that overflow an exponential',
    (kind) => {
      for (const smoothing of [0, 0.1]) {
        for (const sums of [
          [1000, 0, -1000],
          [-1000, -1001, -1002],
        ]) {
          const { loss, dz } = run(kind, rowOf(...sums), [1], { smoothing })
          expect([...loss, ...dz].every(Number.isFinite), `${loss.join()} ${dz.join()}`).toBe(true)
        }
      }
    },
  )

  it('softmax-cross-entropy of such sums is their distance', () => {
    expectClose(run('softmax-cross-entropy', rowOf(1000, 0, -1000), [1]).loss, [1000], { relative: ROUNDING })
    const { dz } = run('softmax-cross-entropy', rowOf(1000, 0, -1000), [1])
    expect(dz).toEqual([1, -1, 0])
    const near = run('softmax-cross-entropy', rowOf(-1000, -1001, -1002), [0]).loss
    expectClose(near, [Math.log(1 + Math.exp(-1) + Math.exp(-2))], { relative: 4 * ROUNDING })
  })

  it('softmax-cross-entropy gives NaN or Infinity, and not a number, for sums that are infinite', () => {
    expect(run('softmax-cross-entropy', rowOf(Infinity, 1, 2), [1]).loss[0]).toBeNaN()
    expect(run('softmax-cross-entropy', rowOf(1, -Infinity, 2), [1]).loss[0]).toBe(Infinity)
  })

  it('keeps the digits of a loss and a gradient near 0', () => {
    const others = Math.exp(-20) + Math.exp(-19)
    const softmaxed = run('softmax-cross-entropy', rowOf(20, 0, 1), [0])
    // an exponent of 20 is rounded to 8e-8 of e's power, which is not exact itself
    expectClose(softmaxed.loss, [Math.log1p(others)], { relative: 8 * ROUNDING })
    expectClose(softmaxed.dz.slice(0, 1), [-others / (1 + others)], { relative: 8 * ROUNDING })
    const binary = run('sigmoid-binary-cross-entropy', rowOf(20), [1])
    expectClose(binary.loss, [Math.log1p(Math.exp(-20))], { relative: 2 * ROUNDING })
    expectClose(binary.dz, [-sigmoid(-20)], { relative: 2 * ROUNDING })
  })

  it('a softmax of one unit is 1: no loss, no gradient, nothing to learn', () => {
    for (const kind of ['softmax-cross-entropy', 'softmax-twice-cross-entropy'] as const) {
      for (const smoothing of [0, 0.1]) {
        const { loss, dz } = run(
          kind,
          memory.matrix(2, 1, (r) => 3 - 7 * r),
          [1, 0],
          { smoothing },
        )
        expectClose([...loss, ...dz], [0, 0, 0, 0], { absolute: 0 })
      }
    }
  })

  it('smoothing leaves squared errors as they are', () => {
    for (const kind of OUTPUT_LOSS_KINDS.filter((each) => each.endsWith('squared-error'))) {
      const z = rowOf(0.3, -1, 2)
      const [plain, smoothed] = [0, 0.4].map((smoothing) => run(kind, z, [2], { smoothing }))
      expect(bits([...smoothed.loss, ...smoothed.dz])).toEqual(bits([...plain.loss, ...plain.dz]))
    }
  })
})
