import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import type { SplitFacts, SplitRequest } from '#shared/datasets'
import { LabError } from '#shared/errors'
import { partSizes } from '#shared/split'
import SplitTab from '../../../src/renderer/features/data/split/SplitTab.vue'
import { classRows, missingClasses } from '../../../src/renderer/features/data/split/split-parts'
import { route } from '../../../src/renderer/shell/router'
import { useDraftStore } from '../../../src/renderer/stores/draft'
import { fakeLab, type FakeLab } from '../fake-lab'
import { TWO_NETWORKS } from '../samples'
import { anOwnSet, listing, SHIPPED } from './datasets'
import { buttonNamed, fieldNamed, problemAt } from './page'

const fashion = SHIPPED.find(({ name }) => name === 'fashion-mnist') ?? anOwnSet()
const letters = anOwnSet()
const SETS = [...SHIPPED, letters]

/** As many of each class in each part, as far as the sizes allow. */
function splitOf({ dataset }: SplitRequest): SplitFacts {
  const set = SETS.find(({ name }) => name === dataset.name) ?? letters
  const { train, validation, test: tested } = partSizes(dataset.split, set)
  const evenly = (count: number) =>
    set.classes.map((_, i) => Math.floor((count + set.classes.length - 1 - i) / set.classes.length))
  return {
    sha256: JSON.stringify(dataset.split).length.toString(16).padStart(64, 'a'),
    classCounts: { train: evenly(train), validation: evenly(validation), test: evenly(tested) },
  }
}

let lab: FakeLab
beforeEach(() => {
  setActivePinia(createPinia())
  lab = fakeLab({ 'datasets:list': () => listing([letters]), 'datasets:split': splitOf, 'draft:set': () => undefined })
})

async function open(dataset = fashion) {
  const tab = mount(SplitTab, { props: { dataset }, attachTo: document.body })
  await flushPromises()
  return tab
}
const sizes = () =>
  ['train', 'validation', 'test'].map((part) => document.querySelector(`[data-test=size-${part}]`)?.textContent)

describe('the Split tab', () => {
  test('splits Fashion-MNIST into 40,000, 20,000 and 10,000 with one click, and says what the test part is', async () => {
    const tab = await open()
    expect(sizes()).toEqual(['60,000', '0', '10,000'])
    await buttonNamed(/40,000 \/ 20,000 \/ 10,000 at random/).trigger('click')
    await flushPromises()
    expect(sizes()).toEqual(['40,000', '20,000', '10,000'])
    expect(tab.text()).toContain('All of the 10,000 samples kept for the test')
    expect(tab.text()).not.toContain('reduced data')
    expect(lab.asked('datasets:split').at(-1)?.[0]).toEqual({
      dataset: { name: 'fashion-mnist', split: { kind: 'random', train: 40_000, validation: 20_000 }, scaling: 'none' },
      seed: 1,
    })
  })

  test('has a table of every class in every part, and the hash', async () => {
    const tab = await open(letters)
    await fieldNamed('Samples').setValue('k-fold')
    await flushPromises()
    const rows = tab.findAll('tbody tr').map((row) => row.findAll('th, td').map((cell) => cell.text()))
    expect(rows).toEqual([
      ['A', '3', '1', '2'],
      ['B', '3', '1', '2'],
      ['C', '3', '1', '2'],
    ])
    expect(tab.get('[data-test=split-hash]').text()).toMatch(/^[0-9a-f]{64}$/)
  })

  test('asks again with another seed', async () => {
    await open(letters)
    await fieldNamed('Samples').setValue('stratified')
    await fieldNamed('Seed of the split').setValue('12')
    await flushPromises()
    expect(lab.asked('datasets:split').at(-1)?.[0].seed).toBe(12)
    await fieldNamed('Seed of the split').setValue('1.5')
    expect(problemAt('Seed of the split')).toBe('A whole number, 0 … 4294967295, got 1.5')
    expect(buttonNamed('Use in a new experiment').attributes('disabled')).toBeDefined()
  })

  test('says what does not fit beside its field, asks nothing and offers nothing', async () => {
    const tab = await open(letters)
    await fieldNamed('Samples').setValue('first')
    await flushPromises()
    const before = lab.asked('datasets:split').length
    await fieldNamed('To validate on').setValue('5')
    await fieldNamed('To test on').setValue('7')
    await flushPromises()
    expect(problemAt('To validate on')).toMatch(/^At most 0, as train and validation together have the 12/)
    expect(problemAt('To test on')).toBe('A whole number, 1 … 6 (all of Letters), got 7')
    expect(tab.text()).toContain('The split does not fit')
    expect(lab.asked('datasets:split')).toHaveLength(before)
    expect(buttonNamed('Use in the current design').attributes('disabled')).toBeDefined()
  })

  test('marks reduced data where training samples are used for nothing', async () => {
    const tab = await open(letters)
    await fieldNamed('Samples').setValue('random')
    await fieldNamed('To train on').setValue('6')
    await flushPromises()
    expect(tab.text()).toContain('4 training samples not used')
  })

  test('says why there is no split, and asks again', async () => {
    lab.handlers['datasets:split'] = () => {
      throw new LabError('dataset/gone', 'Its folder has gone.')
    }
    const tab = await open(letters)
    expect(tab.text()).toContain('Its folder has gone.')
    lab.handlers['datasets:split'] = splitOf
    await buttonNamed('Try again').trigger('click')
    await flushPromises()
    expect(sizes()).toEqual(['12', '0', '6'])
  })
})

describe('into an experiment', () => {
  test('a new one suits the set and has the split and its seed', async () => {
    await open()
    await buttonNamed(/40,000/).trigger('click')
    await fieldNamed('Seed of the split').setValue('5')
    await buttonNamed('Use in a new experiment').trigger('click')
    const { experiment } = useDraftStore()
    expect(experiment?.dataset).toEqual({
      name: 'fashion-mnist',
      split: { kind: 'random', train: 40_000, validation: 20_000 },
      scaling: 'unit',
    })
    expect(experiment?.seeds.split).toBe(5)
    expect(route.value.screen).toBe('design')
  })

  test('the current design keeps all but its data, and can be had back', async () => {
    const draft = useDraftStore()
    draft.open({ ...TWO_NETWORKS, dataset: { ...TWO_NETWORKS.dataset, scaling: 'standardize' } }, null)
    await flushPromises()
    await open(letters)
    await fieldNamed('Samples').setValue('k-fold')
    await buttonNamed('Use in the current design').trigger('click')
    expect(draft.experiment?.dataset).toEqual({
      name: 'letters',
      split: { kind: 'k-fold', folds: 5, fold: 0 },
      scaling: 'standardize',
    })
    expect(draft.experiment?.factors).toEqual(TWO_NETWORKS.factors)
    draft.undo()
    expect(draft.experiment?.dataset.name).toBe('mnist')
  })

  test('what the design has is what is looked at first', async () => {
    const split = { kind: 'random', train: 7, validation: 5 } as const
    useDraftStore().open({ ...TWO_NETWORKS, dataset: { name: 'letters', split, scaling: 'unit' } }, null)
    await open(letters)
    expect(sizes()).toEqual(['7', '5', '6'])
  })
})

test('bars show shares of their part: alike is alike', () => {
  const facts = { sha256: '', classCounts: { train: [30, 10], validation: [3, 1], test: [0, 0] } }
  const rows = classRows(facts, ['A', 'B'])
  expect(rows.map(({ cells }) => cells.map(({ length }) => length))).toEqual([
    [1, 1, 0],
    [1 / 3, 1 / 3, 0],
  ])
})

test('classes that nothing is trained on are named', () => {
  const facts = { sha256: '', classCounts: { train: [3, 0], validation: [0, 2], test: [1, 1] } }
  expect(missingClasses(facts, ['A', 'B'])).toEqual(['B'])
})
