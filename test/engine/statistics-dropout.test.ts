import { describe, expect, it } from 'vitest'
import { SLAB } from '#engine/plan'
import { seededRandom } from '#engine/random'
import type { ExperimentInput } from '#shared/experiment'
import { trainAlone } from './alone'
import { arithmetics, kernelsIn } from './choices'
import { expectClose } from './compare'
import { correlationOf, momentsOf, unevennessOf, UNLIKELY } from './distribution'
import { dropoutHash, score64, to64, toSamples } from './float64'
import { TestMemory } from './matrix'
import { makeExperiment, makePart } from './synthetic'

const [ROWS, UNITS] = [300, 211]

describe.each(arithmetics)('dropout by %s', (_, choice) => {
  const memory = new TestMemory()
  const kernels = kernelsIn(memory, choice)
  const x = memory.matrix(ROWS, UNITS, (r, n) => 1 + ((7 * r + 3 * n) % 10))

  const y = memory.output(ROWS, UNITS)

  function drop(share: number, seed = 1, firstRow = 0): number[] {
    const threshold = Math.round(share * 2 ** 32)
    kernels.dropout(x.address, x.ld, y.address, y.ld, ROWS, UNITS, seed, firstRow, threshold, 1 / (1 - share))
    return memory.read(y)
  }
  /** 1 where a unit stays. */
  const mask = (...settings: Parameters<typeof drop>) => drop(...settings).map((each) => (each === 0 ? 0 : 1))

  it('keeps the units that the hash says', () => {
    const found = mask(0.37, 123_456_789, 1000)
    const expected = found.map((__, i) => {
      const [r, n] = [Math.floor(i / UNITS), i % UNITS]
      return dropoutHash(123_456_789, 1000 + r, n) >= Math.round(0.37 * 2 ** 32) ? 1 : 0
    })
    expect(found).toEqual(expected)
  })

  it.each([0.05, 0.2, 0.5, 0.9])('drops a share of %f, and lets the others grow to match', (share) => {
    const kept = drop(share)
    const count = kept.filter((each) => each !== 0).length
    const deviation = Math.sqrt(kept.length * share * (1 - share))
    expect(Math.abs(count - kept.length * (1 - share))).toBeLessThan(UNLIKELY * deviation)
    const before = memory.read(x)
    const grown = before.map((value, i) => (kept[i] === 0 ? 0 : value / (1 - share)))
    expectClose(kept, grown, { relative: 1.2e-7 }) // two roundings to float32
    // Σx²·share/(1 − share) is the variance of the sum
    const spread = Math.sqrt((before.reduce((sum, each) => sum + each * each, 0) * share) / (1 - share))
    const [sum, sumBefore] = [kept, before].map((values) => values.reduce((a, b) => a + b, 0))
    expect(Math.abs(sum - sumBefore)).toBeLessThan(UNLIKELY * spread)
  })

  it('drops each unit, and in each row, as often as any other', () => {
    const share = 0.3
    const found = mask(share)
    const byUnit = Array.from({ length: UNITS }, (__, n) => sumOf(found.filter((___, i) => i % UNITS === n)))
    const byRow = Array.from({ length: ROWS }, (__, r) => sumOf(found.slice(r * UNITS, (r + 1) * UNITS)))
    expect(Math.abs(unevennessOf(byUnit, { variance: ROWS * share * (1 - share) }))).toBeLessThan(UNLIKELY)
    expect(Math.abs(unevennessOf(byRow, { variance: UNITS * share * (1 - share) }))).toBeLessThan(UNLIKELY)
  })

  it.each([0.1, 0.5])('drops a unit without regard to its neighbours, with a share of %f', (share) => {
    const found = mask(share)
    for (const [what, apart] of [
      ['unit', 1],
      ['unit but one', 2],
      ['row', UNITS],
      ['row but one', 2 * UNITS],
    ] as const) {
      const correlation = correlationOf(found.slice(apart), found.slice(0, -apart))
      expect(Math.abs(correlation), `the next ${what}`).toBeLessThan(UNLIKELY)
    }
    for (const seed of [0, 2, 3, 1 + 2 ** 31]) {
      expect(Math.abs(correlationOf(found, mask(share, seed))), `seed ${seed}`).toBeLessThan(UNLIKELY)
    }
  })

  it('numbers rows, so that it does not matter in how many pieces they come', () => {
    expect(mask(0.4, 9, 128).slice(0, 50 * UNITS)).toEqual(mask(0.4, 9, 100).slice(28 * UNITS, 78 * UNITS))
  })
})

describe('dropout in a training', () => {
  const [pixels, classes, count] = [20, 4, 50]
  const train = makePart(count, pixels, classes, seededRandom(1, 31))
  const test = makePart(40, pixels, classes, seededRandom(2, 31))
  const layers = [
    { units: 9, activation: 'tanh' as const },
    { units: 7, activation: 'relu' as const },
  ]

  interface Call {
    seed: number
    firstRow: number
    rows: number
    columns: number
  }

  function observe(training: Partial<ExperimentInput['training']>, part = train, seeds: ExperimentInput['seeds'] = {}) {
    const calls: Call[] = []
    const run = trainAlone(
      makeExperiment({ network: { layers }, training: { batchSize: 16, epochs: 3, ...training }, seeds }),
      part,
      test,
      {
        pixels,
        classes,
        wrap: (kernels) => ({
          ...kernels,
          dropout: (...args) => {
            const [, , , , rows, columns, seed, firstRow] = args
            calls.push({ seed, firstRow, rows, columns })
            kernels.dropout(...args)
          },
        }),
      },
    )
    return { ...run, calls }
  }

  const regularization = { dropoutInput: 0.2, dropoutHidden: 0.4 }

  it('draws other units at every step and in every layer, and the same ones forward and back', () => {
    const { calls } = observe({ regularization })
    const steps = 12
    for (const [columns, times] of [
      [pixels, 1],
      [9, 2],
      [7, 2],
    ]) {
      const seeds = calls.filter((each) => each.columns === columns).map(({ seed }) => seed >>> 0)
      expect(seeds).toHaveLength(steps * times)
      expect(new Set(seeds).size).toBe(steps)
    }
    expect(new Set(calls.map(({ seed }) => seed >>> 0)).size).toBe(3 * steps)
  })

  it('drops nothing where a share is 0', () => {
    expect(observe({}).calls).toEqual([])
    const hidden = observe({ regularization: { dropoutHidden: 0.4 } }).calls
    expect(hidden.length).toBeGreaterThan(0)
    expect(hidden.filter(({ columns }) => columns === pixels)).toEqual([])
  })

  it('is off in evaluations, on the training part too', () => {
    const evaluation = { every: { epochs: 3 }, train: 'full' } as const
    const { evaluations, parameters } = observe({ regularization, evaluation })
    for (const [found, part] of [
      [evaluations[0].train, train],
      [evaluations[0].test, test],
    ] as const) {
      const { loss, correct } = score64(
        to64(parameters),
        ['tanh', 'relu'],
        toSamples(part.images, pixels, 255),
        part.labels,
      )
      expect(found).toEqual({ loss: expect.closeTo(loss, 5) as number, correct, count: part.count })
    }
    const often = observe({ regularization, evaluation: { every: { steps: 1 }, train: 'full' } })
    expect(often.calls).toEqual(observe({ regularization }).calls)
    expect(often.parameters).toEqual(parameters)
  })

  it('gives every row of a large batch its own number, whatever the pieces it goes in', () => {
    const rows = SLAB + 300
    const part = makePart(rows, pixels, classes, seededRandom(3, 31))
    const { calls } = observe({ regularization, batchSize: 'all', epochs: 1 }, part)
    const numbers = calls
      .filter(({ columns }) => columns === pixels)
      .flatMap(({ firstRow, rows }) => Array.from({ length: rows }, (_, r) => firstRow + r))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, r) => r))
  })

  it('has nothing to do with the step before, nor with the layer before', () => {
    const steps = 120
    const { calls } = observe({ regularization, batchSize: 'all', epochs: steps })
    // in the order of a step: inputs, first and second hidden layer, and the hidden ones again on the way back
    const seedsOf = (columns: number) => [
      ...new Set(calls.filter((each) => each.columns === columns).map(({ seed }) => seed)),
    ]
    const [ofInputs, ofFirst] = [seedsOf(pixels), seedsOf(9)]
    expect([ofInputs.length, ofFirst.length]).toEqual([steps, steps])
    const masks = (seeds: number[]) =>
      seeds.flatMap((seed) =>
        Array.from({ length: count * 9 }, (_, i) => (dropoutHash(seed, Math.floor(i / 9), i % 9) >= 2 ** 31 ? 1 : 0)),
      )
    const [inputs, first] = [masks(ofInputs), masks(ofFirst)]
    const size = count * 9
    expect(Math.abs(correlationOf(inputs.slice(size), inputs.slice(0, -size)))).toBeLessThan(UNLIKELY)
    expect(Math.abs(correlationOf(inputs, first))).toBeLessThan(UNLIKELY)
    expect(Math.abs(momentsOf(inputs).mean - 0.5)).toBeLessThan((UNLIKELY * 0.5) / Math.sqrt(inputs.length))
  })
})

function sumOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
