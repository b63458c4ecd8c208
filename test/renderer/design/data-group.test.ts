import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import DataGroup from '../../../src/renderer/features/design/DataGroup.vue'
import { useDraftStore } from '../../../src/renderer/stores/draft'
import { anOwnSet, listing } from '../data/datasets'
import { fieldNamed, problemAt } from '../data/page'
import { fakeLab, type FakeLab } from '../fake-lab'

const letters = anOwnSet()
const points = anOwnSet({ id: 'points-1', name: 'points', title: 'Points', height: 1, width: 2, kind: 'floats' })

let lab: FakeLab
beforeEach(() => {
  setActivePinia(createPinia())
  lab = fakeLab({ 'datasets:list': () => listing([letters, points]), 'draft:set': () => undefined })
})

async function open() {
  const group = mount(DataGroup, { attachTo: document.body })
  await flushPromises()
  return group
}
const optionsOf = (name: string) =>
  [...fieldNamed(name).element.querySelectorAll('option')].map((each) => each.textContent)

test('own sets are listed beside those of the lab', async () => {
  const group = await open()
  expect(optionsOf('Data set')).toEqual(['MNIST', 'Fashion-MNIST', 'Two moons', 'Letters', 'Points'])
  const groups = group.findAll('optgroup').map((each) => each.attributes('label'))
  expect(groups).toEqual(['With the lab', 'Your own'])
})

test('another set brings sizes and a scaling that it can have, in one step', async () => {
  const draft = useDraftStore()
  await open()
  await fieldNamed('Samples').setValue('random')
  await fieldNamed('Data set').setValue('points')
  expect(draft.experiment?.dataset).toEqual({
    name: 'points',
    split: { kind: 'random', train: 10, validation: 2 },
    scaling: 'standardize',
  })
  draft.undo()
  expect(draft.experiment?.dataset).toEqual({
    name: 'mnist',
    split: { kind: 'random', train: 50_000, validation: 10_000 },
    scaling: 'unit',
  })
})

test('a scaling that suited the points is not kept for pictures', async () => {
  const draft = useDraftStore()
  await open()
  await fieldNamed('Data set').setValue('points')
  await fieldNamed('Data set').setValue('letters')
  expect(draft.experiment?.dataset.scaling).toBe('unit')
})

test('folds are a split, each with its problem beside it', async () => {
  await open()
  await fieldNamed('Samples').setValue('k-fold')
  await fieldNamed('Folds').setValue('10')
  expect(useDraftStore().experiment?.dataset.split).toEqual({ kind: 'k-fold', folds: 10, fold: 0 })
  await fieldNamed('Fold, from 0').setValue('10')
  expect(problemAt('Fold, from 0')).toBe('A whole number, 0 … 9, got 10')
})

test('words fit the values of the set', async () => {
  const group = await open()
  await fieldNamed('Data set').setValue('points')
  expect(group.text()).toContain('12 to train, 6 to test, points with x and y')
  expect(optionsOf('Scaling')).toEqual([
    'None: as they are',
    '0 … 1: for bytes',
    'Standardized',
    'Standardized, each feature',
  ])
  expect(group.get('a').attributes('href')).toBe('#/data/points')
})

test('a set that is not here is said to be missing, with what to do, once the sets are known', async () => {
  useDraftStore().write(['dataset', 'name'], 'letters-of-anna')
  const group = mount(DataGroup, { attachTo: document.body })
  expect(group.text()).not.toContain('not in this workspace')
  await flushPromises()
  expect(group.text()).toContain('This set is not in this workspace')
  expect(group.text()).toContain('under the name “letters-of-anna”')
  expect(problemAt('Data set')).toContain('There is no data set "letters-of-anna"')
  expect(fieldNamed('Data set').element.value).toBe('letters-of-anna')
  lab.emit('datasets:changed', listing([anOwnSet({ name: 'letters-of-anna' })]))
  await flushPromises()
  expect(group.text()).not.toContain('not in this workspace')
})
