import { beforeEach, describe, expect, it } from 'vitest'
import { ACTIVATION_KINDS, slopeFrom, type ActivationKind, type Kernels } from '#engine/kernels'
import { Random, seededRandom } from '#engine/random'
import { expectClose } from './compare'
import { bits, kernelSets, ROUNDING, shapes } from './kernel-sets'
import { TestMemory, type Matrix } from './matrix'

/** As in the definitions, in float64; the parameter is 0.3 wherever there is one. */
const PARAMETER = 0.3
const FORMULAS: Record<ActivationKind, (z: number) => number> = {
  linear: (z) => z,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: (z) => Math.tanh(z),
  'improved-sigmoid': (z) => 1.7159 * Math.tanh((2 * z) / 3),
  relu: (z) => Math.max(0, z),
  'leaky-relu': (z) => (z > 0 ? z : PARAMETER * z),
  elu: (z) => (z > 0 ? z : PARAMETER * Math.expm1(z)),
  gelu: (z) => z * shareBelow(z),
  silu: (z) => z / (1 + Math.exp(-z)),
  softplus: (z) => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z))),
}

/**
 * Roundings of float32 that a value may be off by, relative: an exponential counts two, each operation after it one,
 * an operation on a rounded number passes its error on. GELU's polynomial has ten operations, whose errors shrink.
 */
const ROUNDINGS: Record<ActivationKind, number> = {
  linear: 0,
  sigmoid: 4,
  tanh: 5,
  'improved-sigmoid': 7, // 1.7159 and 4/3 are rounded themselves
  relu: 0,
  'leaky-relu': 2,
  elu: 5,
  gelu: 12,
  silu: 5,
  softplus: 5,
}

/** Simpson's rule over the density, from 0: good to 1e-12 where |x| ≤ 12. */
function shareBelow(x: number): number {
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)
  const pieces = 600
  const width = x / pieces
  let sum = density(0) + density(x)
  for (let i = 1; i < pieces; i++) sum += (i % 2 === 0 ? 2 : 4) * density(i * width)
  return 0.5 + (sum * width) / 3
}

describe.each(kernelSets)('activations of %s', (_, create) => {
  let memory: TestMemory
  let kernels: Kernels
  let random: Random
  beforeEach(() => {
    memory = new TestMemory()
    kernels = create(memory.memory)
    random = seededRandom(7, 3)
  })
  const number = () => 2 * random.uniform() - 1

  function activate(kind: ActivationKind, z: Matrix, a: Matrix): number[] {
    kernels.activate[kind](z.address, z.ld, a.address, a.ld, z.rows, z.columns, PARAMETER)
    return memory.read(a)
  }
  /** The values at these sums, all in one row. */
  function valuesAt(kind: ActivationKind, sums: readonly number[]): number[] {
    const z = memory.matrix(1, sums.length, (_r, c) => sums[c])
    return activate(kind, z, memory.output(1, sums.length))
  }
  /** The slopes there, from what the kernels are to take them from. */
  function slopesAt(kind: ActivationKind, sums: readonly number[]): number[] {
    const z = memory.matrix(1, sums.length, (_r, c) => sums[c])
    const a = memory.output(1, sums.length)
    activate(kind, z, a)
    const d = memory.matrix(1, sums.length, () => 1)
    const from = slopeFrom(kind) === 'sums' ? z : a
    kernels.activateBackward[kind](d.address, d.ld, from.address, from.ld, 1, sums.length, PARAMETER)
    return memory.read(d)
  }

  describe.each(ACTIVATION_KINDS)('%s', (kind) => {
    const relative = ROUNDINGS[kind] * ROUNDING
    // Simpson's rule gives no digits of a share near 0: see the test with tables
    const absolute = kind === 'gelu' ? 1e-10 : 0

    it.each(shapes)('of %i rows by %i columns is its formula, apart and in place', (rows, columns) => {
      const z = memory.matrix(rows, columns, () => 4 * number())
      const sums = memory.read(z)
      const a = memory.output(rows, columns)
      const values = activate(kind, z, a)
      expectClose(values, sums.map(FORMULAS[kind]), { relative, absolute })
      expect(bits(memory.read(z))).toEqual(bits(sums))
      expect(bits(activate(kind, z, z))).toEqual(bits(values))
      // of the padding's 0 a sigmoid would be ½, a softplus ln 2
      expect(memory.problems(z, a)).toEqual([])
    })

    it.each(shapes)('multiplies a gradient of %i rows by %i columns with its slope', (rows, columns) => {
      const z = memory.matrix(rows, columns, () => 4 * number())
      const a = memory.output(rows, columns)
      activate(kind, z, a)
      const from = slopeFrom(kind) === 'sums' ? z : a
      const d = memory.matrix(rows, columns, number)
      const gradients = memory.read(d)
      const slopes = slopesAt(kind, memory.read(z))
      kernels.activateBackward[kind](d.address, d.ld, from.address, from.ld, rows, columns, PARAMETER)
      // rounded a second time where the slope was rounded, to be looked at by itself
      const expected = gradients.map((gradient, i) => gradient * slopes[i])
      expectClose(memory.read(d), expected, { relative: 2 * ROUNDING })
      expect(memory.problems(z, a, d)).toEqual([])
    })

    it('is its formula to a few units in the last place, near 0 as well', () => {
      const wide = Array.from({ length: 4001 }, (_each, i) => (i - 2000) * (kind === 'gelu' ? 0.0015 : 0.03))
      const near = Array.from({ length: 401 }, (_each, i) => (i - 200) * 1e-8)
      for (const sums of [wide, near].map((each) => each.map(Math.fround))) {
        expectClose(valuesAt(kind, sums), sums.map(FORMULAS[kind]), { relative, absolute })
      }
    })

    it('keeps NaN in whole vectors and in tails, so that a network that has diverged shows it', () => {
      const sums = Array.from({ length: 18 }, (_each, i) => (i % 3 === 0 ? NaN : 1))
      expect(valuesAt(kind, sums).map(Number.isNaN)).toEqual(sums.map(Number.isNaN))
    })

    it('has the slope of finite differences of its formula', () => {
      // even numbers of steps from 0 on either side: the corners at 0 are no part of it
      const sums = Array.from({ length: 400 }, (_each, i) => Math.fround((i - 199.5) * 0.02))
      const step = 1e-5
      const expected = sums.map((z) => (FORMULAS[kind](z + step) - FORMULAS[kind](z - step)) / (2 * step))
      // differences are good to 1e-10; an output is off by ROUNDINGS, and a slope changes twice as fast at most
      expectClose(slopesAt(kind, sums), expected, { absolute: 3 * (ROUNDINGS[kind] + 2) * ROUNDING + 1e-9 })
    })

    it('keeps NaN of a gradient', () => {
      const a = memory.matrix(1, 7, () => 0.5)
      const d = memory.matrix(1, 7, (_r, c) => (c % 2 === 0 ? NaN : 1))
      kernels.activateBackward[kind](d.address, d.ld, a.address, a.ld, 1, 7, PARAMETER)
      expect(memory.read(d).map(Number.isNaN)).toEqual([true, false, true, false, true, false, true])
    })
  })

  it.each([
    ['linear', -Infinity, Infinity],
    ['sigmoid', 0, 1],
    ['tanh', -1, 1],
    ['improved-sigmoid', -Math.fround(1.7159), Math.fround(1.7159)],
    ['relu', 0, Infinity],
    ['leaky-relu', -Infinity, Infinity],
    ['elu', -Math.fround(PARAMETER), Infinity],
    ['gelu', 0, Infinity],
    ['silu', 0, Infinity],
    ['softplus', 0, Infinity],
  ] as const)('%s ends at %f and %f, with a slope that is a number', (kind, lowest, highest) => {
    const [low, high] = valuesAt(kind, [-Infinity, Infinity])
    expect(low === lowest && high === highest, `${low}, ${high}`).toBe(true)
    const far = [-1e30, -800, -104, -88.5, 88.5, 104, 800, 1e30].map(Math.fround)
    for (const [i, value] of valuesAt(kind, far).entries()) {
      const limit = far[i] < 0 ? lowest : highest
      const straight = Number.isFinite(limit) ? limit : far[i] * (kind === 'leaky-relu' && far[i] < 0 ? PARAMETER : 1)
      expectClose([value], [straight], { relative: 2 * ROUNDING, absolute: 1e-25 })
    }
    const slopes = slopesAt(kind, [-Infinity, ...far, Infinity])
    // those of gelu and silu come to 0 from below
    const isSlope = (each: number) => each >= -1e-25 && each <= 1.2
    expect(slopes.filter((each) => !isSlope(each))).toEqual([])
  })

  it('gelu has the digits of the distribution’s tables far out', () => {
    // Φ(−x) of Abramowitz & Stegun, table 26.2, and its complement
    const shares = [
      [1, 0.158655253931457],
      [2, 0.0227501319481792],
      [3, 0.00134989803163009],
      [4, 3.16712418331199e-5],
      [5, 2.86651571879194e-7],
      [7, 1.27981254388584e-12],
    ]
    for (const [x, share] of shares) {
      // the exponent x²/2 is rounded before e is raised to it
      const relative = (12 + x * x) * ROUNDING
      expectClose(valuesAt('gelu', [-x, x]), [-x * share, x * (1 - share)], { relative })
    }
  })

  it('elu and improved-sigmoid have slope 0, and never less, where they have come to their ends', () => {
    for (const c of [PARAMETER, 1, 1.3, 7.77]) {
      const z = memory.matrix(1, 8, (_r, n) => -20 - 10 * n)
      const [a, d] = [memory.output(1, 8), memory.matrix(1, 8, () => 1)]
      kernels.activate.elu(z.address, z.ld, a.address, a.ld, 1, 8, c)
      kernels.activateBackward.elu(d.address, d.ld, a.address, a.ld, 1, 8, c)
      expect(memory.read(d)).toEqual(Array(8).fill(0))
    }
    expect(slopesAt('improved-sigmoid', [-40, -15, 15, 40])).toEqual([0, 0, 0, 0])
  })

  it('of 0, relu passes no gradient, and leaky-relu and elu what they pass below', () => {
    expect(slopesAt('relu', [0, -0])).toEqual([0, 0])
    expectClose(slopesAt('leaky-relu', [0, -0]), [PARAMETER, PARAMETER], { relative: ROUNDING })
    expectClose(slopesAt('elu', [0, -0]), [PARAMETER, PARAMETER], { relative: ROUNDING })
  })
})
