import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#engine/random'
import { countClasses, drawSplit, holdOut, planSplit, splitSamples, type SplitSamples } from '#engine/split'
import type { Split } from '#shared/experiment'

/** So many samples of each class, in no order. */
function labelsOf(counts: readonly number[], seed = 1): Uint8Array {
  const labels = Uint32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)))
  seededRandom(seed, 97).shuffle(labels)
  return Uint8Array.from(labels)
}

function split(how: Split, labels: Uint8Array, seed = 1): SplitSamples {
  const shape = { pixels: 1, classes: 10, train: labels.length, test: 7 }
  return splitSamples(planSplit(how, shape), seed, labels)
}

const someCounts = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 })

describe('a stratified split', () => {
  it('has of each class its share, to one sample a part', () => {
    const labels = labelsOf([600, 300, 90, 10])
    const { train, validation, test } = split({ kind: 'stratified', train: 500, validation: 250 }, labels)
    expect([...countClasses(train, labels, 4)]).toEqual([300, 150, 45, 5])
    for (const [label, count] of countClasses(validation, labels, 4).entries()) {
      expect(Math.abs(count - [150, 75, 22.5, 2.5][label])).toBeLessThanOrEqual(1)
    }
    expect([...test]).toEqual([1000, 1001, 1002, 1003, 1004, 1005, 1006])
  })

  it('takes as many as it was asked for, none twice, whatever the classes', () => {
    fc.assert(
      fc.property(someCounts, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (counts, share, seed) => {
        const labels = labelsOf(counts)
        fc.pre(labels.length > 1)
        const train = Math.max(1, Math.floor(share * labels.length))
        const validation = Math.floor((labels.length - train) / 2)
        const parts = split({ kind: 'stratified', train, validation }, labels, seed)
        expect([parts.train.length, parts.validation.length]).toEqual([train, validation])
        expect(new Set([...parts.train, ...parts.validation]).size).toBe(train + validation)
      }),
    )
  })

  it('does not take class after class', () => {
    const labels = labelsOf([50, 50])
    const { train } = split({ kind: 'stratified', train: 60, validation: 20 }, labels)
    const changes = train.filter((sample, i) => i > 0 && labels[sample] !== labels[train[i - 1]]).length
    expect(changes).toBeGreaterThan(10) // class after class would be 1; at random it is about 30
  })

  it('is the same for the same seed, and another for another', () => {
    const labels = labelsOf([40, 60])
    const how: Split = { kind: 'stratified', train: 50, validation: 20 }
    expect(split(how, labels, 3)).toEqual(split(how, labels, 3))
    expect(split(how, labels, 3)).not.toEqual(split(how, labels, 4))
  })

  it('does not change when an update of the lab comes: these very samples', () => {
    const { train, validation } = split({ kind: 'stratified', train: 6, validation: 4 }, labelsOf([10, 10]), 5)
    expect([[...train], [...validation]]).toEqual([
      [11, 14, 13, 9, 15, 0],
      [10, 12, 1, 4],
    ])
  })
})

describe('k folds', () => {
  it('share out all samples: each one is in the validation part of one fold', () => {
    fc.assert(
      fc.property(someCounts, fc.integer({ min: 2, max: 12 }), fc.nat(), (counts, folds, seed) => {
        const labels = labelsOf(counts)
        fc.pre(labels.length >= folds)
        const times = new Uint32Array(labels.length)
        for (let fold = 0; fold < folds; fold++) {
          const { train, validation } = split({ kind: 'k-fold', folds, fold }, labels, seed)
          for (const sample of validation) times[sample] += 1
          expect(new Set([...train, ...validation]).size).toBe(labels.length)
          const plan = planSplit({ kind: 'k-fold', folds, fold }, { train: labels.length, test: 1 })
          expect([train.length, validation.length]).toEqual([plan.train, plan.validation])
        }
        expect(times.every((each) => each === 1)).toBe(true)
      }),
    )
  })

  it('are alike in size and in classes, to one sample', () => {
    const labels = labelsOf([23, 41, 9])
    const folds = Array.from({ length: 5 }, (_, fold) => split({ kind: 'k-fold', folds: 5, fold }, labels).validation)
    expect(folds.map((fold) => fold.length)).toEqual([15, 15, 15, 14, 14])
    for (let label = 0; label < 3; label++) {
      const counts = folds.map((fold) => countClasses(fold, labels, 3)[label])
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }
  })

  it.each([
    [{ kind: 'k-fold', folds: 5, fold: 5 } as const, /fold: expected 0 … 4, got 5/],
    [{ kind: 'k-fold', folds: 40, fold: 0 } as const, /the training part has 30 samples, folds ask for 40/],
    [{ kind: 'stratified', train: 20, validation: 11 } as const, /train and validation ask for 31/],
  ])('%j are refused for 30 samples', (how, message) => {
    expect(() => split(how, labelsOf([30]))).toThrow(message)
  })
})

describe('a part that is kept for the test', () => {
  it('has a share of each class and leaves both parts in the order of the samples', () => {
    const labels = labelsOf([100, 50, 10])
    const { train, test } = holdOut(labels, 0.2, 1)
    expect([...countClasses(test, labels, 3)]).toEqual([20, 10, 2])
    expect([...train]).toEqual([...train].sort((a, b) => a - b))
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()))
  })

  it('is never empty and never all', () => {
    expect(holdOut(labelsOf([2]), 0.001, 1).test).toHaveLength(1)
    expect(holdOut(labelsOf([2]), 0.999, 1).test).toHaveLength(1)
    expect(() => holdOut(labelsOf([1]), 0.5, 1)).toThrow(/at least 2 samples/)
  })
})

describe('excluded samples', () => {
  const labels = labelsOf([40, 30, 30])
  const data = { train: labels.length, test: 7 }
  const KINDS: Split[] = [
    { kind: 'official' },
    { kind: 'first', train: 60, validation: 20, test: 5 },
    { kind: 'random', train: 60, validation: 20 },
    { kind: 'stratified', train: 60, validation: 20 },
    { kind: 'k-fold', folds: 5, fold: 2 },
  ]

  it.each(KINDS)('are in no part of $kind, and all others stay where they were', (how) => {
    const exclude = [3, 17, 58, 99, 101]
    const whole = split(how, labels)
    const left = drawSplit({ split: how, exclude }, 1, data, labels)
    for (const part of ['train', 'validation', 'test'] as const) {
      expect([...left[part]]).toEqual([...whole[part]].filter((sample) => !exclude.includes(sample)))
    }
    const planned = planSplit(how, data, { samples: exclude, seed: 1, labels })
    expect([planned.train, planned.validation, planned.test]).toEqual(
      [left.train, left.validation, left.test].map((part) => part.length),
    )
  })

  it('leave the plan as it is where there are none', () => {
    const how: Split = { kind: 'random', train: 60, validation: 20 }
    expect(planSplit(how, data, { samples: [], seed: 1, labels })).toEqual(planSplit(how, data))
  })

  it('must leave something of each part', () => {
    const how: Split = { kind: 'first', train: 2, validation: 0, test: 3 }
    expect(() => drawSplit({ split: how, exclude: [0, 1] }, 1, data, labels)).toThrow(
      'dataset.exclude: the train part has 2 samples, and all of them are excluded; keep some',
    )
    expect(() => drawSplit({ split: how, exclude: [100, 101, 102] }, 1, data, labels)).toThrow('the test part')
  })
})
