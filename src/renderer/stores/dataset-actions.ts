import { defineStore } from 'pinia'
import type { DatasetEntry } from '#shared/datasets'
import { lab } from '../lab'
import { useToasts } from '../ui/toasts'

/**
 * What can be done with own data sets. The list is not touched here: the lab says how it has changed.
 */
export const useDatasetActions = defineStore('dataset-actions', () => {
  const toasts = useToasts()

  /** Rejects with a LabError when the lab does not take it, for the form to show. */
  function rename(id: string, change: { name?: string; title?: string }): Promise<DatasetEntry> {
    return lab.call('datasets:rename', id, change)
  }

  /** To the workspace's trash, with a way back. False if it is still there. */
  async function remove(set: Pick<DatasetEntry, 'title'> & { id: string }): Promise<boolean> {
    try {
      await lab.call('datasets:remove', set.id)
      toasts.show(`${set.title} moved to the workspace’s trash`, { undo: () => void restore(set) })
      return true
    } catch (error) {
      toasts.fail(`${set.title} was not deleted`, error)
      return false
    }
  }

  async function restore(set: Pick<DatasetEntry, 'title'> & { id: string }): Promise<void> {
    try {
      await lab.call('datasets:restore', set.id)
    } catch (error) {
      toasts.fail(`${set.title} was not brought back`, error)
    }
  }

  return { rename, remove, restore }
})
