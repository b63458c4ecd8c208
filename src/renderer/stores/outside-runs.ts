import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { HistoryImport } from '#shared/ipc'
import type { RunId } from '#shared/run'
import { lab } from '../lab'
import { useToasts } from '../ui/toasts'

/** Histories that somebody brings. The list of runs is not touched here: the lab says how it has changed. */
export const useOutsideRuns = defineStore('outside-runs', () => {
  const toasts = useToasts()
  const adding = shallowRef(false)

  /** Null if the lab did not take it. */
  async function add(history: HistoryImport): Promise<RunId | null> {
    adding.value = true
    try {
      const id = await lab.call('runs:import', history)
      toasts.show(`${history.label} added to the runs`)
      return id
    } catch (error) {
      toasts.fail(`${history.file} was not added`, error)
      return null
    } finally {
      adding.value = false
    }
  }

  return { adding, add }
})
