import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef } from 'vue'
import type { SavedView } from '#shared/runs/saved-view'
import { lab } from '../lab'
import { useToasts } from '../ui/toasts'

/** Views of the run table that the workspace keeps; every window has the same. */
export const useSavedViews = defineStore('saved-views', () => {
  const toasts = useToasts()
  const views = shallowRef<readonly SavedView[]>([])
  onScopeDispose(lab.on('views:changed', (changed) => (views.value = changed)))

  async function load(): Promise<void> {
    try {
      views.value = await lab.call('views:list')
    } catch (error) {
      toasts.fail('The saved views could not be read', error)
    }
  }

  async function save(view: SavedView): Promise<boolean> {
    try {
      await lab.call('views:save', view)
      return true
    } catch (error) {
      toasts.fail(`The view “${view.name}” was not saved`, error)
      return false
    }
  }

  async function remove(view: SavedView): Promise<void> {
    try {
      await lab.call('views:remove', view.name)
      toasts.show(`View “${view.name}” removed`, { undo: () => void save(view) })
    } catch (error) {
      toasts.fail(`The view “${view.name}” was not removed`, error)
    }
  }

  return { views, load, save, remove }
})
