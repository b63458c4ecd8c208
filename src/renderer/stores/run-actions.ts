import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunId, RunSummary } from '#shared/run'
import { lab } from '../lab'
import { plural } from '../ui/format'
import { useToasts } from '../ui/toasts'

/**
 * What can be done with runs that exist. The list of runs is not touched here: the lab says how it has changed.
 */
export const useRunActions = defineStore('run-actions', () => {
  const toasts = useToasts()
  /** Asked to stop, and not told yet that they have. */
  const stopping = shallowRef<ReadonlySet<RunId>>(new Set())

  /** Takes effect within a minibatch; everything that was measured stays. */
  async function stop(run: Pick<RunSummary, 'id' | 'label'>): Promise<void> {
    if (stopping.value.has(run.id)) return
    stopping.value = new Set(stopping.value).add(run.id)
    try {
      await lab.call('runs:stop', run.id)
    } catch (error) {
      toasts.fail(`${run.label} was not stopped`, error)
    } finally {
      stopping.value = new Set([...stopping.value].filter((id) => id !== run.id))
    }
  }

  async function remove(ids: readonly RunId[]): Promise<void> {
    try {
      await lab.call('runs:remove', ids)
      toasts.show(`${plural(ids.length, 'run')} moved to the workspace's trash`, { undo: () => void restore(ids) })
    } catch (error) {
      toasts.fail(`${plural(ids.length, 'run was', 'runs were')} not removed`, error)
    }
  }

  async function restore(ids: readonly RunId[]): Promise<void> {
    try {
      await lab.call('runs:restore', ids)
    } catch (error) {
      toasts.fail(`${plural(ids.length, 'run was', 'runs were')} not brought back`, error)
    }
  }

  return { stopping, stop, remove, restore }
})
