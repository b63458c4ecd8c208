import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef } from 'vue'
import type { QueueState } from '#shared/ipc'
import type { RunId } from '#shared/run'
import { lab } from '../lab'
import { plural } from '../ui/format'
import { useToasts } from '../ui/toasts'
import { whenReconnected } from './connection'

/**
 * The queue as a whole: whether it is paused and why, and what can be done with it. Which runs wait, and where, the
 * list of runs says.
 */
export const useQueueStore = defineStore('queue', () => {
  const toasts = useToasts()
  const state = shallowRef<QueueState>({ paused: false, reason: null })
  /** A wish that is on its way. */
  const busy = shallowRef(false)
  /** The last time that the state could not be had. */
  const failure = shallowRef<unknown>()

  onScopeDispose(lab.on('queue:changed', (told) => (state.value = told)))
  whenReconnected(() => void refresh())
  void refresh()

  async function refresh(): Promise<void> {
    try {
      state.value = await lab.call('queue:state')
      failure.value = undefined
    } catch (error) {
      failure.value = error
    }
  }

  async function ask<T>(call: () => Promise<T>, failed: string): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    try {
      return await call()
    } catch (error) {
      toasts.fail(failed, error)
      return undefined
    } finally {
      busy.value = false
    }
  }

  async function pause(): Promise<void> {
    await ask(() => lab.call('queue:pause'), 'The queue was not paused')
  }

  /** After a full disk: tries again whether there is room. */
  async function proceed(): Promise<void> {
    await ask(() => lab.call('queue:proceed'), 'The queue does not go on')
  }

  /** Before another run that waits, or to the end for null. */
  async function move(ids: readonly RunId[], before: RunId | null): Promise<void> {
    await ask(() => lab.call('queue:move', ids, before), `${plural(ids.length, 'run was', 'runs were')} not moved`)
  }

  async function resumeAll(): Promise<void> {
    const answer = await ask(() => lab.call('queue:resume-all'), 'Nothing was resumed')
    if (!answer) return
    const { resumed, refused } = answer
    if (refused.length === 0) return
    const [first] = refused
    const left = plural(refused.length, 'run was', 'runs were')
    toasts.fail(`${plural(resumed.length, 'run')} resumed; ${left} left as they were`, first?.message ?? '')
  }

  return { state, busy, failure, pause, proceed, move, resumeAll }
})
