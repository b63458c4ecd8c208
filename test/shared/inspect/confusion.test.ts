import { describe, expect, it } from 'vitest'
import {
  columnSums,
  confusionOf,
  describeConfusion,
  largestConfusions,
  rowSums,
  scoresOf,
  type ConfusionMatrix,
} from '#shared/inspect/confusion'

/** Row S3-9. */
const GARMENTS: ConfusionMatrix = {
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  counts: [
    [900, 2, 17, 18, 11, 2, 43, 0, 7, 0],
    [0, 982, 3, 8, 6, 0, 0, 0, 1, 0],
    [20, 1, 798, 8, 143, 1, 27, 0, 2, 0],
    [40, 10, 9, 882, 43, 0, 10, 0, 6, 0],
    [0, 0, 55, 22, 905, 0, 16, 0, 2, 0],
    [0, 0, 0, 1, 0, 958, 0, 26, 1, 14],
    [200, 2, 96, 25, 182, 0, 486, 0, 8, 1],
    [0, 0, 0, 0, 0, 8, 0, 975, 0, 17],
    [4, 1, 5, 4, 8, 3, 2, 3, 970, 0],
    [1, 0, 0, 0, 0, 8, 1, 39, 0, 951],
  ],
}

describe('the confusion matrix of row S3-9', () => {
  it('has rows of 1,000 and the columns of the report', () => {
    expect(rowSums(GARMENTS)).toEqual(Array.from({ length: 10 }, () => 1000))
    expect(columnSums(GARMENTS)).toEqual([1165, 998, 983, 968, 1298, 980, 585, 1043, 997, 983])
  })

  it('gives accuracy 0.8807, kappa 0.8674 and the macro means', () => {
    const { accuracy, kappa, macro, total, correct } = scoresOf(GARMENTS)
    expect([total, correct]).toEqual([10_000, 8807])
    const rounded = [accuracy, kappa, macro.precision, macro.recall, macro.f1].map((value) => value?.toFixed(4))
    expect(rounded).toEqual(['0.8807', '0.8674', '0.8860', '0.8807', '0.8769'])
  })

  it.each([
    ['T-shirt/top', '0.7725', '0.9000', '0.8314'],
    ['Trouser', '0.9840', '0.9820', '0.9830'],
    ['Pullover', '0.8118', '0.7980', '0.8048'],
    ['Dress', '0.9112', '0.8820', '0.8963'],
    ['Coat', '0.6972', '0.9050', '0.7876'],
    ['Sandal', '0.9776', '0.9580', '0.9677'],
    ['Shirt', '0.8308', '0.4860', '0.6132'],
    ['Sneaker', '0.9348', '0.9750', '0.9545'],
    ['Bag', '0.9729', '0.9700', '0.9715'],
    ['Ankle boot', '0.9674', '0.9510', '0.9592'],
  ])('%s: precision %s, recall %s, F1 %s', (name, ...wanted) => {
    const found = scoresOf(GARMENTS).classes.find((each) => each.name === name)
    expect([found?.precision, found?.recall, found?.f1].map((value) => value?.toFixed(4))).toEqual(wanted)
    expect(found?.support).toBe(1000)
  })

  it('is described as a person would', () => {
    expect(describeConfusion(GARMENTS)).toBe(
      'Shirt is the weak class: fewer than half are recognized. Shirt → T-shirt/top (200), Shirt → Coat (182) and Pullover → Coat (143) are 44 % of all errors.',
    )
  })
})

describe('any confusion matrix', () => {
  it('is counted with true classes in the rows', () => {
    const matrix = confusionOf(Uint8Array.of(0, 0, 1, 2), Uint8Array.of(0, 1, 1, 0), ['a', 'b', 'c'])
    expect(matrix.counts).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ])
    expect(largestConfusions(matrix, 5)).toEqual([
      { truth: 'a', predicted: 'b', count: 1 },
      { truth: 'c', predicted: 'a', count: 1 },
    ])
  })

  it('has no precision for a class that is never predicted, and no recall for one without samples', () => {
    const matrix = confusionOf(Uint8Array.of(0, 1), Uint8Array.of(0, 0), ['a', 'b', 'c'])
    const [, b, c] = scoresOf(matrix).classes
    expect(b).toMatchObject({ precision: null, recall: 0, f1: 0, support: 1 })
    expect(c).toMatchObject({ precision: null, recall: null, f1: null, support: 0 })
    expect(scoresOf(matrix).macro.recall).toBe(0.5)
  })

  it('has no kappa where chance agrees on all', () => {
    expect(scoresOf(confusionOf(Uint8Array.of(0, 0), Uint8Array.of(0, 0), ['a', 'b'])).kappa).toBeNull()
  })

  it('says so if nothing is wrong, and if no class stands out', () => {
    const right = confusionOf(Uint8Array.of(0, 1), Uint8Array.of(0, 1), ['a', 'b'])
    expect(describeConfusion(right)).toBe('All 2 samples are recognized.')
    const even = {
      classes: ['a', 'b'],
      counts: [
        [90, 10],
        [12, 88],
      ],
    }
    expect(describeConfusion(even)).toBe(
      'No class stands out: 89 % of all samples are recognized, 88 % of the lowest class (b). b → a (12) and a → b (10) are 100 % of all errors.',
    )
  })

  it('refuses classes that it does not know, and lists of unequal length', () => {
    expect(() => confusionOf(Uint8Array.of(3), Uint8Array.of(0), ['a'])).toThrow('sample 0: expected classes below 1')
    expect(() => confusionOf(Uint8Array.of(0), Uint8Array.of(), ['a'])).toThrow('for each of 1 samples, got 0')
  })
})
