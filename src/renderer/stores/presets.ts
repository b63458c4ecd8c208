/**
 * The presets that ship with the lab, grouped by their task.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { experimentOf, type Preset } from '#shared/preset'
import type { RunId } from '#shared/run'
import { lab } from '../lab'

/** Needs no choice and no patience: two moons and a small network, in seconds. */
const TRY_NOW = { id: 'curve-two-moons', variant: 'as-run', quick: true } as const

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

  /** The preset to try first; undefined where it is not installed. */
  const first = computed(() => presets.value.find((preset) => preset.id === TRY_NOW.id))

  /** Trains it; null where there is none. */
  async function tryNow(): Promise<RunId | null> {
    if (!first.value) return null
    const [id] = await lab.call('runs:enqueue', experimentOf(first.value, TRY_NOW), first.value.id)
    return id ?? null
  }

  return { presets, groups, first, ready, failure, load, tryNow }
})
