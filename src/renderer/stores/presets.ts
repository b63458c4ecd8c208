/**
 * The presets that ship with the lab, grouped by their task.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Preset } from '#shared/preset'
import { lab } from '../lab'

export interface PresetGroup {
  name: string
  presets: Preset[]
}

export const usePresetsStore = defineStore('presets', () => {
  const presets = shallowRef<readonly Preset[]>([])
  const ready = shallowRef(false)
  const failure = shallowRef<unknown>()

  const groups = computed<PresetGroup[]>(() => {
    const names = [...new Set(presets.value.map((preset) => preset.group))]
    return names.map((name) => ({ name, presets: presets.value.filter((preset) => preset.group === name) }))
  })

  async function load(): Promise<void> {
    try {
      presets.value = await lab.call('presets:list')
      ready.value = true
      failure.value = undefined
    } catch (error) {
      failure.value = error
    }
  }

  return { presets, groups, ready, failure, load }
})
