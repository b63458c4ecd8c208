/**
 * The presets that ship with the lab, grouped by their task.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { experimentSchema, type Experiment } from '#shared/experiment'
import { parsePath, withValueAt } from '#shared/experiment-path'
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

/** The same question in a few minutes. */
export function quickVersion(preset: Preset): Experiment {
  const shortened = Object.entries(preset.quick).reduce<unknown>(
    (experiment, [path, value]) => withValueAt(experiment, parsePath(path), value),
    preset.experiment,
  )
  return experimentSchema.parse(shortened)
}
