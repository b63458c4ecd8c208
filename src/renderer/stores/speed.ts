import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef } from 'vue'
import { REFERENCE_SPEED, type Speed } from '#shared/cost/speed'
import { hasEnded } from '#shared/run'
import { lab } from '../lab'

/**
 * How fast this machine trains, for estimates: asked when a screen first needs it, again whenever a run has ended or
 * the settings have changed, and measured once where nothing was trained here yet.
 */
export const useSpeedStore = defineStore('speed', () => {
  const speed = shallowRef<Speed>(REFERENCE_SPEED)
  /** False until the first answer: an estimate would be that of another machine. */
  const ready = shallowRef(false)
  const measuring = shallowRef(false)
  let wanted = false
  let hasMeasured = false
  let newest = 0

  const stops = [
    lab.on('runs:changed', ({ changed }) => {
      if (wanted && changed.some((run) => hasEnded(run.status))) void ask()
    }),
    lab.on('settings:changed', () => {
      if (wanted) void ask()
    }),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))

  /**
   * An estimate is wanted from now on; `mayMeasure`: exact enough to train two seconds for it. Never rejects: without
   * an answer there is no estimate.
   */
  async function want(mayMeasure = true): Promise<void> {
    const isNew = !wanted
    wanted = true
    if (isNew) await ask()
    if (!mayMeasure || measuring.value || hasMeasured) return
    hasMeasured = true
    if (ready.value && speed.value.basis !== 'runs' && speed.value.basis !== 'measured') await measure()
  }

  async function ask(): Promise<void> {
    const number = ++newest
    try {
      const answer = await lab.call('design:speed')
      if (number === newest) take(answer)
    } catch {
      wanted = ready.value // asked anew by the next screen that wants it
    }
  }

  async function measure(): Promise<void> {
    measuring.value = true
    try {
      take(await lab.call('design:measure-speed'))
    } catch {
      // something trains: what the kernels say is used until it has ended, and then what it took
    } finally {
      measuring.value = false
    }
  }

  function take(answer: Speed): void {
    speed.value = answer
    ready.value = true
  }

  return { speed, ready, measuring, want }
})
