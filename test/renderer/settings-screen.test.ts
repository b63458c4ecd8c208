import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { LabError } from '#shared/errors'
import { BUILT_IN_DATASETS } from '#shared/dataset'
import { DEFAULT_SETTINGS, type AppInfo, type Settings } from '#shared/ipc'
import SettingsScreen from '../../src/renderer/features/settings/SettingsScreen.vue'
import { useSettingsStore } from '../../src/renderer/stores/settings'
import { fakeLab, type Handlers } from './fake-lab'

const info: AppInfo = {
  version: '0.1.0',
  door: 'electron',
  runtime: { node: '20.19.0' },
  cores: 4,
  kernels: 'reference',
  engine: { placement: 'utility-process', wideVectors: true, wideVectorsOffered: true, gflops: 71.26, remark: null },
  workspace: '/runs',
  datasets: BUILT_IN_DATASETS,
}

beforeEach(() => {
  setActivePinia(createPinia())
})

async function open(settings: Partial<Settings>, handlers: Handlers = {}, door: 'electron' | 'served' = 'electron') {
  const kept = { ...DEFAULT_SETTINGS, ...settings }
  const lab = fakeLab(
    {
      'app:info': () => info,
      'settings:get': () => kept,
      'settings:set': (change) => Object.assign(kept, change),
      'runs:list': () => ({ revision: 0, runs: [] }),
      ...handlers,
    },
    { door },
  )
  await useSettingsStore().load()
  const screen = mount(SettingsScreen)
  await flushPromises()
  return { screen, lab }
}

test('only a thread count that is possible is sent; another says what is expected', async () => {
  const { screen, lab } = await open({ threads: 2, theme: 'light' })
  const threads = screen.get('input[inputmode=decimal]')
  await threads.setValue('0')
  await threads.setValue('many')
  expect(screen.text()).toContain('A whole number, 1 … 64, got "many"')
  await threads.setValue('3')
  expect(lab.asked('settings:set')).toEqual([[{ threads: 3 }]])
})

test('all cores are one switch', async () => {
  const { screen, lab } = await open({ threads: 2, theme: 'light' })
  await screen.get('[role=switch]').setValue(true)
  await flushPromises()
  expect(lab.asked('settings:set')).toEqual([[{ threads: 0 }]])
  expect(screen.find('input[inputmode=decimal]').exists()).toBe(false)
  await screen.get('[role=switch]').setValue(false)
  await flushPromises()
  expect(lab.asked('settings:set').at(-1)).toEqual([{ threads: 4 }])
})

test('the theme applies at once', async () => {
  const { screen } = await open({ threads: 0, theme: 'light' })
  await screen.get('input[value=dark]').setValue(true)
  await flushPromises()
  expect(useSettingsStore().theme).toBe('dark')
})

test('in the window a folder is chosen; cancelling changes nothing', async () => {
  let chosen: string | null = null
  const { screen, lab } = await open(
    { threads: 0, theme: 'light' },
    { 'shell:choose-folder': () => chosen, 'workspace:open': (directory) => directory },
  )
  const choose = screen.findAll('button').find((each) => each.text() === 'Choose…')
  await choose?.trigger('click')
  await flushPromises()
  expect(lab.asked('workspace:open')).toEqual([])
  chosen = '/other'
  await choose?.trigger('click')
  await flushPromises()
  expect(useSettingsStore().info?.workspace).toBe('/other')
})

test('in a browser the path is typed, and why it cannot be used stands beside it', async () => {
  const { screen } = await open(
    { threads: 0, theme: 'light' },
    {
      'workspace:open': () => {
        throw new LabError('workspace/busy', 'A run is training: stop it or wait, then change the workspace.')
      },
    },
    'served',
  )
  await screen.get('form input').setValue('/other')
  await screen.get('form').trigger('submit')
  await flushPromises()
  expect(screen.get('form').text()).toContain('A run is training')
  expect(screen.get('form input').attributes('aria-invalid')).toBe('true')
})

test('About names versions, data sets and their licences', async () => {
  const { screen } = await open({ threads: 0, theme: 'light' })
  for (const text of ['0.1.0', '20.19.0', 'CC BY-SA 3.0', 'Zalando SE', 'Nothing leaves this computer']) {
    expect(screen.text()).toContain(text)
  }
})

function switchOf(screen: VueWrapper, label: string) {
  const found = screen.findAll('label').find((each) => each.text() === label)
  return screen.get<HTMLInputElement>(`[id="${found?.attributes('for')}"]`)
}

test('runs side by side are a switch', async () => {
  const { screen, lab } = await open({})
  const side = switchOf(screen, 'Several runs side by side')
  expect(side.element.checked).toBe(true)
  await side.setValue(false)
  expect(lab.asked('settings:set')).toEqual([[{ sideBySide: false }]])
})

test('256-bit kernels can be switched off, and it is said that this waits for the engine', async () => {
  const { screen, lab } = await open({})
  await switchOf(screen, '256-bit kernels').setValue(false)
  await flushPromises()
  expect(lab.asked('settings:set')).toEqual([[{ wideVectors: false }]])
  expect(screen.text()).toContain('Still on: takes effect when the engine starts next')
})

test('where 256-bit kernels cannot be had, the switch is off and says why', async () => {
  const remark = 'the processor has no AVX2'
  const engine = {
    placement: 'in-process',
    wideVectors: false,
    wideVectorsOffered: false,
    gflops: null,
    remark,
  } as const
  const { screen } = await open({}, { 'app:info': () => ({ ...info, engine }) })
  const wide = switchOf(screen, '256-bit kernels')
  expect(wide.element.disabled).toBe(true)
  expect(wide.element.checked).toBe(false)
  expect(screen.text()).toContain('Not to be had here. The processor has no AVX2')
})

test('says where the engine runs, and how fast a thread is', async () => {
  const { screen } = await open({})
  expect(screen.text()).toContain('In a process of its own, beside the window')
  expect(screen.text()).toContain('reference, 256 bits wide')
  expect(screen.text()).toContain('71.3 GFLOP/s')
})
