import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { experimentSchema } from '#shared/experiment'
import { LabError } from '#shared/errors'
import { NEW_EXPERIMENT } from '../../../src/renderer/stores/draft'
import { quickVersion, usePresetsStore } from '../../../src/renderer/stores/presets'
import { fakeLab } from '../fake-lab'
import { aPreset } from '../samples'

beforeEach(() => {
  setActivePinia(createPinia())
})

test('groups presets by task, in the order in which they come', async () => {
  fakeLab({
    'presets:list': () => [
      aPreset({ id: 'a', group: 'Widths' }),
      aPreset({ id: 'b', group: 'Tricks' }),
      aPreset({ id: 'c', group: 'Widths' }),
    ],
  })
  const presets = usePresetsStore()
  await presets.load()
  expect(presets.groups.map((group) => [group.name, group.presets.map((each) => each.id)])).toEqual([
    ['Widths', ['a', 'c']],
    ['Tricks', ['b']],
  ])
})

test('a failure is kept for the view, and gone after a load that works', async () => {
  const lab = fakeLab({
    'presets:list': () => {
      throw new LabError('presets/unreadable', 'cannot be read')
    },
  })
  const presets = usePresetsStore()
  await presets.load()
  expect(presets.failure).toMatchObject({ code: 'presets/unreadable' })
  lab.handlers['presets:list'] = () => []
  await presets.load()
  expect(presets.failure).toBeUndefined()
  expect(presets.ready).toBe(true)
})

test('the quick version sets its fields and nothing else', () => {
  const experiment = experimentSchema.parse(NEW_EXPERIMENT)
  const quick = quickVersion(aPreset({ experiment, quick: { 'training.epochs': 2, 'network.layers[0].units': 8 } }))
  expect(quick.training).toEqual({ ...experiment.training, epochs: 2 })
  expect(quick.network.layers).toEqual([{ units: 8, activation: 'relu' }])
  expect(experiment.training.epochs).toBe(10)
})
