/**
 * Settings and facts about the lab: where its workspace is, how many cores there are, what it is made of.
 *
 * The lab keeps the settings and tells when they change, also when another window changed them.
 */
import { usePreferredDark } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { DEFAULT_SETTINGS, type AppInfo, type Settings } from '#shared/ipc'
import { lab } from '../lab'

export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<Settings>(DEFAULT_SETTINGS)
  const info = shallowRef<AppInfo | null>(null)
  /** Why settings or facts could not be had, for the view to show. */
  const failure = shallowRef<unknown>()

  const prefersDark = usePreferredDark()
  const theme = computed(() => {
    if (settings.value.theme !== 'system') return settings.value.theme
    return prefersDark.value ? 'dark' : 'light'
  })
  /** Threads that a run with "auto" gets. */
  const threads = computed(() => settings.value.threads || (info.value?.cores ?? 1))

  onScopeDispose(lab.on('settings:changed', (changed) => (settings.value = changed)))

  async function load(): Promise<void> {
    try {
      const [facts, kept] = await Promise.all([lab.call('app:info'), lab.call('settings:get')])
      info.value = facts
      settings.value = kept
      failure.value = undefined
    } catch (error) {
      failure.value = error
    }
  }

  /** Rejects with a LabError when the lab does not take it; nothing has changed then. */
  async function change(part: Partial<Settings>): Promise<void> {
    settings.value = await lab.call('settings:set', part)
  }

  /** Rejects with a LabError when the folder cannot be used or a run is training. */
  async function openWorkspace(directory: string): Promise<void> {
    const workspace = await lab.call('workspace:open', directory)
    if (info.value) info.value = { ...info.value, workspace }
  }

  /** Whether the desktop's own dialogs and file manager are there. */
  const inWindow = lab.door === 'electron'

  /** Null when the person cancels. */
  function chooseFolder(title: string): Promise<string | null> {
    return lab.call('shell:choose-folder', title)
  }

  function showInFolder(path: string): Promise<void> {
    return lab.call('shell:show', path)
  }

  return { settings, info, failure, theme, threads, inWindow, load, change, openWorkspace, chooseFolder, showInFolder }
})
