import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { LabError } from '#shared/errors'
import type { RunId } from '#shared/run'
import HomeScreen from '../../src/renderer/features/home/HomeScreen.vue'
import { route } from '../../src/renderer/shell/router'
import { useDraftStore } from '../../src/renderer/stores/draft'
import { usePresetsStore } from '../../src/renderer/stores/presets'
import { fakeLab, type Handlers } from './fake-lab'
import { TWO_NETWORKS, aPreset, aRun } from './samples'

beforeEach(() => {
  setActivePinia(createPinia())
})

async function open(handlers: Handlers = {}) {
  fakeLab({
    'runs:list': () => ({ revision: 0, runs: [] }),
    'presets:list': () => [aPreset()],
    'draft:set': () => undefined,
    ...handlers,
  })
  await usePresetsStore().load()
  const screen = mount(HomeScreen)
  await flushPromises()
  return screen
}

test('a preset states its networks, its runs and what was reported', async () => {
  const card = (await open()).get('article').text()
  for (const text of ['784-150-120-10', '137,080 parameters', '784-500-250-100-10', '543,860 parameters']) {
    expect(card).toContain(text)
  }
  expect(card).toContain('2 configurations × 3 seeds = 6 runs, 50 epochs each')
  expect(card).toContain('Quick: 5 epochs')
  expect(card).toContain('The bigger one is slower.')
})

test('Open fills the design, Quick version with the short one', async () => {
  const screen = await open()
  const draft = useDraftStore()
  await screen.get('[aria-label="Open Two networks on MNIST"]').trigger('click')
  expect(draft.experiment).toEqual(TWO_NETWORKS)
  expect(draft.presetId).toBe('two-networks-mnist')
  expect(route.value.screen).toBe('design')
  await screen.get('[aria-label="Quick version of Two networks on MNIST"]').trigger('click')
  expect(draft.experiment?.training.epochs).toBe(5)
})

test('a preset with variants opens the one that is chosen, and says what it is', async () => {
  const corrected = { reason: 'Three seeds, not one.', set: { replicates: 4 }, quick: { 'training.epochs': 2 } }
  const mistakes = ['One seed tells nothing.']
  const screen = await open({ 'presets:list': () => [aPreset({ variants: { corrected }, mistakes })] })
  const card = screen.get('article')
  expect(card.text()).toContain('One seed tells nothing.')
  expect(card.findAll('[role=radiogroup] label').map((each) => each.text())).toEqual(['As reported', 'Corrected'])
  expect(card.text()).not.toContain('Three seeds, not one.')
  await card.get('input[value=corrected]').setValue()
  expect(card.text()).toContain('Three seeds, not one.')
  expect(card.text()).toContain('2 configurations × 4 seeds = 8 runs')
  await card.get('[aria-label="Quick version of Two networks on MNIST"]').trigger('click')
  const draft = useDraftStore()
  expect(draft.experiment).toMatchObject({ title: 'Two networks on MNIST, corrected', replicates: 4 })
  expect(draft.experiment?.training.epochs).toBe(2)
})

test('a preset without variants offers none', async () => {
  expect((await open()).find('[role=radiogroup]').exists()).toBe(false)
})

test('the latest runs are shown with their state', async () => {
  const run = aRun({ status: 'failed', reason: 'Not enough memory' })
  const screen = await open({ 'runs:list': () => ({ revision: 0, runs: [run] }) })
  const row = screen.get('a[href="#/live/run-000001"]')
  expect(row.text()).toContain('Failed')
  expect(row.text()).toContain('Not enough memory')
})

test('without runs and presets it says what to do', async () => {
  const screen = await open({ 'presets:list': () => [] })
  expect(screen.text()).toContain('No runs yet')
  expect(screen.text()).toContain('No presets are installed')
})

test('what could not be read is said and tried again', async () => {
  let broken = true
  const screen = await open({
    'presets:list': () => {
      if (broken) throw new LabError('presets/unreadable', 'The folder cannot be read.')
      return [aPreset()]
    },
  })
  expect(screen.text()).toContain('The folder cannot be read.')
  broken = false
  await screen
    .findAll('button')
    .find((each) => each.text() === 'Try again')
    ?.trigger('click')
  await flushPromises()
  expect(screen.find('article').exists()).toBe(true)
})

test('Try it now trains two moons at once and shows the run; without that preset there is no such card', async () => {
  const runs: unknown[] = []
  const curve = aPreset({ id: 'curve-two-moons', variants: { 'as-run': { reason: 'r', set: {}, quick: {} } } })
  const screen = await open({
    'presets:list': () => [aPreset(), curve],
    'runs:enqueue': (...args) => {
      runs.push(args)
      return ['run-000001' as RunId]
    },
  })
  const card = screen.findAll('button').find((each) => each.text().startsWith('Try it now'))
  await card?.trigger('click')
  await flushPromises()
  expect(runs).toMatchObject([[{ training: { epochs: 5 } }, 'curve-two-moons']])
  expect(route.value).toMatchObject({ screen: 'live', id: 'run-000001' })
  expect((await open()).text()).not.toContain('Try it now')
})
