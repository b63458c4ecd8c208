import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { LabError } from '#shared/errors'
import { usePresetsStore } from '../../../src/renderer/stores/presets'
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
