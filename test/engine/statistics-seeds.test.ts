import { describe, expect, it } from 'vitest'
import { seededRandom } from '#engine/random'
import { splitSamples } from '#engine/split'
import type { ExperimentInput } from '#shared/experiment'
import { prepareAlone } from './alone'
import { momentsOf, unevennessOf, UNLIKELY } from './distribution'
import { makeExperiment, makePart } from './synthetic'

const [PIXELS, CLASSES] = [6, 3]

/** What the seeds decide, as a run of these settings does it. */
function observe(
  count: number,
  {
    training = {},
    seeds = {},
    split,
  }: Parameters<typeof makeExperiment>[0] & { split?: NonNullable<ExperimentInput['dataset']['split']> },
) {
  const part = makePart(count, PIXELS, CLASSES, seededRandom(4, 41))
  const experiment = makeExperiment({
    network: { layers: [{ units: 3, activation: 'tanh' }] },
    training: { optimizer: { kind: 'sgd' }, batchSize: 'all', ...training },
    seeds,
    ...(split ? { dataset: { split } } : {}),
  })
  /** For each epoch the places in the training part of the samples, in the order in which they come. */
  const orders: number[][] = []
  const dropped: number[] = []
  const run = prepareAlone(experiment, part, part, {
    pixels: PIXELS,
    classes: CLASSES,
    wrap: (kernels) => ({
      ...kernels,
      outputLoss: {
        ...kernels.outputLoss,
        'softmax-cross-entropy': (...args) => {
          const [, , rows, , order] = args
          const { layout, plan, views } = run
          const isTraining = order >= layout.order && order < layout.order + 4 * plan.trainCount
          const samples = [
            ...views.u32.subarray(layout.samples.train >>> 2, (layout.samples.train >>> 2) + plan.trainCount),
          ]
          if (isTraining)
            orders.push(
              Array.from(views.u32.subarray(order >>> 2, (order >>> 2) + rows), (each) => samples.indexOf(each)),
            )
          kernels.outputLoss['softmax-cross-entropy'](...args)
        },
      },
      dropout: (...args) => {
        dropped.push(args[6] >>> 0)
        kernels.dropout(...args)
      },
    }),
  })
  run.control.requestStop()
  run.train()
  const weights = run.parameters().map((layer) => [...layer.weights])
  run.control.clear()
  run.train()
  const { layout, plan, views } = run
  const samples = views.u32.slice(layout.samples.train >>> 2, (layout.samples.train >>> 2) + plan.trainCount)
  return { weights, orders, dropped, samples: [...samples].sort((a, b) => a - b) }
}

describe('the order of the samples', () => {
  const [count, epochs] = [10, 4000]
  const { orders } = observe(count, { training: { epochs, evaluation: { every: { epochs } } } })

  it('has every sample once an epoch', () => {
    const all = Array.from({ length: count }, (_, i) => i)
    expect(orders).toHaveLength(epochs)
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual(all)
  })

  it('brings every sample to every place equally often', () => {
    const counts = new Array<number>(count * count).fill(0)
    for (const order of orders) order.forEach((sample, place) => counts[sample * count + place]++)
    // rows and columns add up to the number of epochs: (n − 1)² counts are free, with n / (n − 1) of their χ²
    const variance = (epochs / count) * (count / (count - 1))
    expect(Math.abs(unevennessOf(counts, { variance, freedom: (count - 1) ** 2 }))).toBeLessThan(UNLIKELY)
  })

  it('brings every sample behind every other equally often', () => {
    const counts = new Array<number>(count * count).fill(0)
    for (const order of orders) for (let i = 1; i < count; i++) counts[order[i - 1] * count + order[i]]++
    const pairs = counts.filter((_, i) => i % (count + 1) !== 0)
    expect(Math.abs(unevennessOf(pairs))).toBeLessThan(UNLIKELY)
  })

  it('is another one each epoch, which has nothing to do with the last', () => {
    // places where an order agrees with the one before: one on average, with a variance of one
    const agreements = orders
      .slice(1)
      .map((order, i) => order.filter((each, place) => each === orders[i][place]).length)
    const { mean, variance } = momentsOf(agreements)
    expect(Math.abs(mean - 1)).toBeLessThan(UNLIKELY / Math.sqrt(agreements.length))
    expect(variance).toBeGreaterThan(0.85)
    expect(variance).toBeLessThan(1.15)
  })
})

describe('a random split', () => {
  const official = 12
  const splits = Array.from({ length: 3000 }, (_, seed) =>
    splitSamples({ kind: 'random', train: 6, validation: 4, test: 5, official }, seed, new Uint8Array(official)),
  )

  it('gives no sample to two parts, and leaves the test part alone', () => {
    for (const { train, validation, test } of splits) {
      expect(new Set([...train, ...validation]).size).toBe(10)
      expect([...train, ...validation].every((sample) => sample < official)).toBe(true)
      expect([...test]).toEqual([12, 13, 14, 15, 16])
    }
  })

  it.each([
    ['train', 6],
    ['validation', 4],
  ] as const)('takes each sample equally often for %s', (part, size) => {
    const counts = new Array<number>(official).fill(0)
    for (const split of splits) for (const sample of split[part]) counts[sample]++
    // drawn without putting back: counts add up, so the variance of one is n / (n − 1) · np(1 − p) per free one
    const share = size / official
    const variance = splits.length * share * (1 - share) * (official / (official - 1))
    expect(Math.abs(unevennessOf(counts, { variance }))).toBeLessThan(UNLIKELY)
  })
})

describe('the seeds', () => {
  const settings = {
    training: { epochs: 3, regularization: { dropoutInput: 0.3 } },
    split: { kind: 'random', train: 30, validation: 5 } as const,
  }
  const first = observe(40, settings)

  it.each([
    ['init', 'weights'],
    ['shuffle', 'orders'],
    ['dropout', 'dropped'],
    ['split', 'samples'],
  ] as const)('%s changes the %s, and nothing else', (seed, what) => {
    const other = observe(40, { ...settings, seeds: { [seed]: 2 } })
    for (const each of ['weights', 'orders', 'dropped', 'samples'] as const) {
      expect(other[each].length).toBeGreaterThan(0)
      if (each === what) expect(other[each], each).not.toEqual(first[each])
      else expect(other[each], each).toEqual(first[each])
    }
  })
})
