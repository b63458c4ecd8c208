import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { LabError } from '#shared/errors'
import { DEFAULT_SETTINGS, type AppInfo } from '#shared/ipc'
import { useSettingsStore } from '../../../src/renderer/stores/settings'
import { fakeLab } from '../fake-lab'

const info = { cores: 8, workspace: '/runs' } as AppInfo

beforeEach(() => {
  setActivePinia(createPinia())
})

test('threads of 0 are as many as there are cores', async () => {
  const lab = fakeLab({
    'app:info': () => info,
    'settings:get': () => ({ ...DEFAULT_SETTINGS, threads: 0, theme: 'dark' }),
  })
  const settings = useSettingsStore()
  await settings.load()
  expect(settings.threads).toBe(8)
  lab.emit('settings:changed', { ...DEFAULT_SETTINGS, threads: 3, theme: 'dark' })
  expect(settings.threads).toBe(3)
})

test('the theme is the chosen one', async () => {
  fakeLab({ 'app:info': () => info, 'settings:get': () => ({ ...DEFAULT_SETTINGS, threads: 0, theme: 'dark' }) })
  const settings = useSettingsStore()
  await settings.load()
  expect(settings.theme).toBe('dark')
})

test('what the lab refuses changes nothing', async () => {
  fakeLab({
    'app:info': () => info,
    'settings:get': () => ({ ...DEFAULT_SETTINGS, threads: 2, theme: 'light' }),
    'workspace:open': () => {
      throw new LabError('workspace/busy', 'A run is training')
    },
  })
  const settings = useSettingsStore()
  await settings.load()
  await expect(settings.openWorkspace('/other')).rejects.toMatchObject({ code: 'workspace/busy' })
  expect(settings.info?.workspace).toBe('/runs')
})

test('shows the real path of a workspace that was opened', async () => {
  fakeLab({
    'app:info': () => info,
    'settings:get': () => ({ ...DEFAULT_SETTINGS, threads: 2, theme: 'light' }),
    'workspace:open': () => '/real/other',
  })
  const settings = useSettingsStore()
  await settings.load()
  await settings.openWorkspace('/link')
  expect(settings.info?.workspace).toBe('/real/other')
})
