import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeDataset, shapeOf } from '#engine/data'
import { layOut, sliceEvenly, strideFor } from '#engine/layout'
import { createMemory, MemoryBlocks } from '#engine/memory'
import { keepsGradients, planTraining, SLAB } from '#engine/plan'
import { seededRandom } from '#engine/random'
import { planSplit, splitSamples } from '#engine/split'
import { makeExperiment, makePart } from './synthetic'

describe('strides', () => {
  it('hold the columns rounded up to 16 floats, in an odd number of cache lines', () => {
    expect([1, 10, 16, 17, 48, 120, 150, 784].map((columns) => strideFor(columns) / 4)).toEqual([
      16, 16, 16, 48, 48, 144, 176, 784,
    ])
  })
})

describe('slices', () => {
  it('cover everything once, in whole units', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.constantFrom(1, 4, 16), fc.integer({ min: 1, max: 9 }), (count, unit, parts) => {
        const bounds = sliceEvenly(count, unit, parts)
        expect(bounds).toHaveLength(parts + 1)
        expect([bounds[0], bounds[parts]]).toEqual([0, count])
        for (let part = 0; part < parts; part++) expect(bounds[part]).toBeLessThanOrEqual(bounds[part + 1])
        for (const bound of bounds) expect(bound === count || bound % unit === 0).toBe(true)
      }),
    )
  })
})

describe('the layout of a run', () => {
  const random = seededRandom(1, 1)
  const data = placeDataset(
    new MemoryBlocks(createMemory()),
    'test',
    { pixels: 100, classes: 5 },
    makePart(70, 100, 5, random),
    makePart(30, 100, 5, random),
  )
  const planFor = (workers: number) => planTraining(makeExperiment(), shapeOf(data), workers)

  it('has the same size wherever it begins, and all of it moves along', () => {
    const plan = planFor(2)
    const [here, there] = [layOut(plan, data, 0), layOut(plan, data, 640_000)]
    expect(there.bytes).toBe(here.bytes)
    expect(there.layers[1].transposed - here.layers[1].transposed).toBe(640_000)
    expect(here.layers[0].transposed).toBe(0)
    expect(there.layers[0].transposed).toBe(0)
  })

  it('gives the weight rows of the first layer to the workers in whole blocks, each about as much work', () => {
    for (const workers of [1, 2, 3, 7]) {
      const { slices } = layOut(planFor(workers), data, 0).layers[0]
      expect(slices).toHaveLength(workers + 1)
      expect([slices[0], slices[workers]]).toEqual([0, 100])
      for (let i = 0; i < workers; i++) {
        expect(slices[i]).toBeLessThanOrEqual(slices[i + 1])
        // evenly lit pixels: nobody has more than a share and a block
        expect(slices[i + 1] - slices[i]).toBeLessThanOrEqual(100 / workers + 16)
      }
    }
  })
})

describe('segments of the inputs', () => {
  const place = (images: Uint8Array | Float32Array, pixels = 100) => {
    const part = { count: 40, images, labels: new Uint8Array(40) }
    return placeDataset(new MemoryBlocks(createMemory()), 'test', { pixels, classes: 5 }, part, part)
  }
  /** Lit in the middle only. */
  const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i % 100 >= 40 && i % 100 < 60 ? 255 : 0))
  const dark = place(bytes)
  const segmentsOf = (data: typeof dark, workers: number, changes: Parameters<typeof makeExperiment>[0] = {}) => {
    const plan = planTraining(makeExperiment(changes), shapeOf(data), workers)
    const { input, layers } = layOut(plan, data, 0)
    return { segments: input.segments, slices: layers[0].slices }
  }

  it('are the same for any number of workers, whether zeros are skipped or not', () => {
    const [one, ...others] = [1, 2, 3, 4, 5, 8].map((workers) => segmentsOf(dark, workers).segments?.bounds)
    expect(one).toHaveLength(5)
    for (const bounds of others) expect(bounds).toEqual(one)
    expect(segmentsOf({ ...dark, density: 0.9 }, 2).segments).toMatchObject({ bounds: one, slices: null })
  })

  it('belong to the workers that update their weights, where they can be shared out evenly', () => {
    for (const [workers, shares] of [
      [2, [0, 2, 4]],
      [4, [0, 1, 2, 3, 4]],
    ] as const) {
      const { segments, slices } = segmentsOf(dark, workers)
      expect(segments?.slices).toEqual(shares)
      expect(slices).toEqual(shares.map((segment) => segments?.bounds[segment]))
    }
    for (const workers of [1, 3, 8]) expect(segmentsOf(dark, workers).segments?.slices).toBeNull()
    const limited = { training: { regularization: { maxNorm: 1 } } }
    expect(segmentsOf(dark, 2, limited).segments?.slices).toBeNull()
  })

  it('are not taken of few inputs, floats, shifted or dropped inputs, or batches in slabs', () => {
    const without = [
      { dataset: { scaling: 'standardize' as const } },
      { training: { regularization: { dropoutInput: 0.1 } } },
      { training: { regularization: { clipNorm: 1 } } },
    ]
    for (const changes of without) expect(segmentsOf(dark, 2, changes).segments, JSON.stringify(changes)).toBeNull()
    expect(segmentsOf(place(Float32Array.from(bytes)), 2).segments).toBeNull()
    expect(segmentsOf(place(bytes.subarray(0, 2000), 50), 2).segments).toBeNull()
  })
})

describe('placing a data set', () => {
  const part = makePart(3, 4, 2, seededRandom(1, 1))
  const place = (changes: Partial<typeof part>) =>
    placeDataset(new MemoryBlocks(createMemory()), 'digits', { pixels: 4, classes: 2 }, part, { ...part, ...changes })

  it.each([
    [{ images: new Uint8Array(11) }, /"digits", test part: expected 3 samples of 4 values, got 11 values/],
    [{ labels: new Uint8Array(2) }, /expected 3 labels, got 2/],
    [{ labels: Uint8Array.of(0, 1, 2) }, /expected labels 0 … 1, got 2 at sample 2/],
    [{ count: 0, images: new Uint8Array(0), labels: new Uint8Array(0) }, /expected at least one sample, got 0/],
  ])('refuses parts that do not fit together', (changes, message) => {
    expect(() => place(changes)).toThrow(message)
  })
})

describe('a plan', () => {
  const shape = { pixels: 784, classes: 10, train: 100, test: 50 }
  const plan = (changes: Parameters<typeof makeExperiment>[0]) => planTraining(makeExperiment(changes), shape, 1)
  const layers = [{ units: 3, activation: 'relu' as const }]

  it('refuses what this version cannot train, by the name of the field', () => {
    expect(() => plan({ dataset: { split: { kind: 'first', train: 90, validation: 11, test: 50 } } })).toThrow(
      /training part has 100 samples, train and validation ask for 101/,
    )
    expect(() => plan({ dataset: { split: { kind: 'first', train: 1, test: 51 } } })).toThrow(/test ask for 51/)
    expect(() => plan({ network: { layers, output: { units: 9 } } })).toThrow(
      /network.output.units: expected at least 10/,
    )
    expect(() => plan({ network: { layers, output: { activation: 'linear' } } })).toThrow(/expected softmax, which/)
    expect(() => plan({ training: { optimizer: { kind: 'adam' }, epochs: 1, loss: 'binary-cross-entropy' } })).toThrow(
      /expected sigmoid, which/,
    )
  })

  it('holds large batches in slabs, and keeps gradients only where they are needed whole', () => {
    const training = { optimizer: { kind: 'sgd' as const }, epochs: 1 }
    const large = planTraining(
      makeExperiment({ training: { ...training, batchSize: 'all' } }),
      { ...shape, train: 5000 },
      1,
    )
    expect([large.batchSize, large.slabRows, keepsGradients(large)]).toEqual([5000, SLAB, true])
    expect(keepsGradients(plan({ training: { ...training, batchSize: 64 } }))).toBe(false)
    expect(keepsGradients(plan({ training: { ...training, regularization: { clipNorm: 1 } } }))).toBe(true)
  })
})

describe('a split', () => {
  const shape = { pixels: 1, classes: 2, train: 20, test: 8 }
  const labels = new Uint8Array(20)

  it('numbers the test part behind the training part', () => {
    const { train, validation, test } = splitSamples(planSplit({ kind: 'official' }, shape), 1, labels)
    expect([[...train], [...validation], [...test]]).toEqual([range(0, 20), [], range(20, 28)])
    const first = splitSamples(planSplit({ kind: 'first', train: 3, validation: 2, test: 1 }, shape), 1, labels)
    expect([[...first.train], [...first.validation], [...first.test]]).toEqual([[0, 1, 2], [3, 4], [20]])
  })

  it('at random takes no sample twice, the same ones for the same seed', () => {
    const split = (seed: number) =>
      splitSamples(planSplit({ kind: 'random', train: 12, validation: 5 }, shape), seed, labels)
    const { train, validation, test } = split(1)
    expect([train.length, validation.length]).toEqual([12, 5])
    const all = new Set([...train, ...validation])
    expect(all.size).toBe(17)
    expect([...all].every((sample) => sample < 20)).toBe(true)
    expect([...test]).toEqual(range(20, 28))
    expect(split(1)).toEqual({ train, validation, test })
    expect(split(2).train).not.toEqual(train)
  })

  function range(begin: number, end: number): number[] {
    return Array.from({ length: end - begin }, (_, i) => begin + i)
  }
})
