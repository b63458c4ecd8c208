import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef } from 'vue'
import { hasEnded, type RunId, type RunProgress } from '#shared/run'
import { lab } from '../lab'
import { useNextFrame } from './frames'

/**
 * How far each training run is, as last told. Told up to ten times a second for each run and shown once a
 * frame. Forgotten when the run ends: its summary says the rest.
 */
export const useProgressStore = defineStore('progress', () => {
  const byId = shallowRef<ReadonlyMap<RunId, RunProgress>>(new Map())
  const latest = new Map<RunId, RunProgress>()
  const show = useNextFrame(() => {
    byId.value = new Map(latest)
  })

  const stops = [
    lab.on('runs:progress', (progress) => {
      latest.set(progress.id, progress)
      show()
    }),
    lab.on('runs:changed', ({ changed, removed }) => {
      const over = [...changed.filter((run) => hasEnded(run.status)).map((run) => run.id), ...removed]
      const forgotten = over.filter((id) => latest.delete(id))
      if (forgotten.length > 0) show()
    }),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))

  return { byId }
})
