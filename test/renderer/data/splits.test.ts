import { describe, expect, test } from 'vitest'
import { datasetFacts } from '#shared/dataset'
import { splitProblems } from '#shared/experiment-support'
import { SUPPORTED_SPLITS } from '#shared/experiment-support'
import {
  checkSplit,
  fieldsOfSplit,
  isDrawn,
  seedProblem,
  SPLIT_NAMES,
  splitTemplates,
  startOfSplit,
} from '../../../src/renderer/data/splits'
import { anOwnSet } from './datasets'

const mnist = datasetFacts('mnist')
const small = anOwnSet() // 12 to train, 6 to test
const problemsOf = (split: unknown, facts = mnist) =>
  checkSplit(split, facts).problems.map(({ path, message }) => `${path}: ${message}`)

test('every kind that can be trained is offered, and begins with sizes that the set has', () => {
  expect(Object.keys(SPLIT_NAMES)).toEqual([...SUPPORTED_SPLITS])
  for (const kind of SUPPORTED_SPLITS) {
    for (const facts of [mnist, small, anOwnSet({ train: 2, test: 1 })]) {
      expect(splitProblems(startOfSplit(kind, facts), facts), `${kind} of ${facts.train}`).toEqual([])
    }
  }
})

describe('one click', () => {
  test('splits Fashion-MNIST into 40,000, 20,000 and 10,000 at random', () => {
    const [first] = splitTemplates(datasetFacts('fashion-mnist'))
    expect(first?.label).toBe('40,000 / 20,000 / 10,000 at random')
    expect(first?.split).toEqual({ kind: 'random', train: 40_000, validation: 20_000 })
  })

  test('takes the first 20,000 and 10,000 images of MNIST', () => {
    const [first] = splitTemplates(mnist)
    expect(first?.split).toEqual({ kind: 'first', train: 20_000, validation: 10_000, test: 10_000 })
  })

  test('offers only what fits, whatever the set', () => {
    for (const facts of [mnist, datasetFacts('fashion-mnist'), datasetFacts('two-moons'), small]) {
      for (const { split, label } of splitTemplates(facts)) expect(splitProblems(split, facts), label).toEqual([])
    }
  })
})

describe('what is wrong with a split', () => {
  test.each([
    [{ kind: 'random', train: 60_001, validation: 0 }, 'dataset.split.train'],
    [{ kind: 'random', train: 50_000, validation: 10_001 }, 'dataset.split.validation'],
    [{ kind: 'first', train: 1, validation: 0, test: 10_001 }, 'dataset.split.test'],
    [{ kind: 'k-fold', folds: 5, fold: 5 }, 'dataset.split.fold'],
  ])('%o is said at %s', (split, path) => {
    expect(checkSplit(split, mnist).split).toBeNull()
    expect(checkSplit(split, mnist).problems.map((problem) => problem.path)).toEqual([path])
  })

  test('is said of every field at once, in the units of the set', () => {
    expect(problemsOf({ kind: 'first', train: 20_000, validation: 50_000, test: 'x' })).toEqual([
      'dataset.split.test: a whole number, 1 … 10000, got "x"',
      'dataset.split.validation: at most 40000, as train and validation together have the 60000 training samples of MNIST, got 50000',
    ])
    expect(problemsOf({ kind: 'random', train: '', validation: 1 }, small)).toEqual([
      'dataset.split.train: a whole number, 1 … 12, got ""',
    ])
  })

  test('no kind at all is a problem too', () => {
    expect(checkSplit(undefined, mnist).split).toBeNull()
    expect(problemsOf({ kind: 'other' })[0]).toContain('dataset.split.kind')
  })

  test('a split that fits has none, and comes out as it went in', () => {
    const split = { kind: 'k-fold', folds: 12, fold: 11 }
    expect(checkSplit(split, small)).toEqual({ split, problems: [] })
  })
})

test('a seed is a whole number of 32 bits', () => {
  for (const seed of [0, 1, 4_294_967_295]) expect(seedProblem(seed)).toBeNull()
  for (const seed of [-1, 1.5, 4_294_967_296, 'x', '', undefined]) expect(seedProblem(seed)).toMatch(/^A whole number/)
})

test('the fields of a kind are those of the format, and only drawn kinds depend on the seed', () => {
  for (const kind of SUPPORTED_SPLITS) {
    const { kind: _, ...rest } = startOfSplit(kind, mnist)
    expect(fieldsOfSplit(kind).map(({ field }) => field)).toEqual(Object.keys(rest))
  }
  expect(fieldsOfSplit('other')).toEqual([])
  expect(SUPPORTED_SPLITS.filter(isDrawn)).toEqual(['random', 'stratified', 'k-fold'])
})

test('arrow keys change a size by about a hundredth of what there is', () => {
  const step = (facts: { train: number; test: number }) => fieldsOfSplit('random')[0]?.step(facts)
  expect(step(mnist)).toBe(1000)
  expect(step({ train: 120, test: 1 })).toBe(2)
  expect(step({ train: 3, test: 1 })).toBe(1)
})
