import { describe, expect, test } from 'vitest'
import { datasetFacts } from '#shared/dataset'
import { checkExperiment } from '#shared/experiment-check'
import { ALL_SCALINGS, scalingHint, scalingName, suitedScaling } from '../../../src/renderer/data/scalings'
import { experimentFor, forOtherDataset, suitedData, withData } from '../../../src/renderer/data/suited-experiment'
import { TWO_NETWORKS } from '../samples'
import { anOwnSet } from './datasets'

const mnist = datasetFacts('mnist')
const moons = datasetFacts('two-moons')
const iris = anOwnSet({ name: 'iris', title: 'Iris', height: 1, width: 4, kind: 'floats' })

test('pictures become 0 … 1, points are scaled as a whole, other features one by one', () => {
  expect([mnist, moons, iris].map(suitedScaling)).toEqual(['unit', 'standardize', 'standardize-per-feature'])
})

test('words of a scaling fit the values', () => {
  expect(scalingName('none', mnist)).toBe('None: 0 … 255')
  expect(scalingName('none', moons)).toBe('None: as they are')
  expect(scalingName('standardize-per-feature', iris)).toBe('Standardized, each feature')
  expect(scalingHint('unit', moons)).toContain('stay as they are')
  for (const scaling of ALL_SCALINGS) expect(scalingName(scaling, anOwnSet())).not.toContain('feature')
})

describe('a first experiment', () => {
  test.each([mnist, moons, iris])('on $title can be trained as it is', (facts) => {
    const experiment = experimentFor(facts, suitedData(facts))
    expect(checkExperiment(experiment, [facts])).toMatchObject({ ok: true })
    expect(experiment.dataset).toEqual({ name: facts.name, split: { kind: 'official' }, scaling: suitedScaling(facts) })
  })

  test('takes the split and its seed', () => {
    const split = { kind: 'random', train: 40_000, validation: 20_000 } as const
    const experiment = experimentFor(mnist, { split, seed: 7, scaling: 'standardize' })
    expect(experiment.dataset).toEqual({ name: 'mnist', split, scaling: 'standardize' })
    expect(experiment.seeds).toEqual({ split: 7, init: 1, shuffle: 1, dropout: 1 })
  })
})

test('other data in a design leave everything else alone', () => {
  const split = { kind: 'k-fold', folds: 5, fold: 2 } as const
  const next = withData(TWO_NETWORKS, 'iris', { split, seed: 3, scaling: 'none' })
  expect(next).toEqual({
    ...TWO_NETWORKS,
    dataset: { name: 'iris', split, scaling: 'none' },
    seeds: { ...TWO_NETWORKS.seeds, split: 3 },
  })
})

describe('another set in a design', () => {
  test('keeps the split and the scaling where it can have them', () => {
    const before = { split: { kind: 'random', train: 40_000, validation: 20_000 }, scaling: 'unit' }
    const { dataset, changes } = forOtherDataset(before, datasetFacts('fashion-mnist'))
    expect(dataset).toEqual({ name: 'fashion-mnist', ...before })
    expect(changes).toEqual([])
  })

  test('gets sizes that it has, and a scaling that is not made for bytes', () => {
    const before = { split: { kind: 'random', train: 40_000, validation: 20_000 }, scaling: 'unit' }
    const { dataset, changes } = forOtherDataset(before, moons)
    expect(dataset).toEqual({
      name: 'two-moons',
      split: { kind: 'random', train: 83, validation: 17 },
      scaling: 'standardize',
    })
    expect(changes).toEqual(['the sizes of the split', 'the scaling'])
  })

  test('of a design that is broken is the official one', () => {
    expect(forOtherDataset({}, mnist).dataset.split).toEqual({ kind: 'official' })
    expect(forOtherDataset({ split: { kind: 'other' } }, mnist).dataset.split).toEqual({ kind: 'official' })
  })
})
