import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LabError } from '#shared/errors'
import PlaybackBar from '../../../src/renderer/features/live/PlaybackBar.vue'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { fakeLab, type FakeLab } from '../fake-lab'
import { runOf } from '../runs/fixture'

const run = runOf(1, { status: 'paused', label: '2-4-1' })
let lab: FakeLab
beforeEach(() => {
  setActivePinia(createPinia())
  lab = fakeLab({ 'runs:advance': () => undefined })
})
afterEach(() => vi.useRealTimers())

const open = () => mount(PlaybackBar, { props: { run }, attachTo: document.body })
async function arrow(change: KeyboardEventInit = {}, target: EventTarget = document.body): Promise<void> {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true, ...change }))
  await flushPromises()
}

describe('the playback bar', () => {
  it('advances by a minibatch or by an epoch', async () => {
    const bar = open()
    for (const button of bar.findAll('button')) {
      await button.trigger('click')
      await flushPromises()
    }
    expect(lab.asked('runs:advance')).toEqual([
      [run.id, 'step'],
      [run.id, 'epoch'],
    ])
    bar.unmount()
  })

  it('follows the arrow key, but not where the arrow has something else to do', async () => {
    const bar = open()
    await arrow()
    await arrow({ shiftKey: true })
    await arrow({ ctrlKey: true })
    await arrow({}, bar.get('select').element)
    expect(lab.asked('runs:advance').map(([, by]) => by)).toEqual(['step', 'epoch'])
    bar.unmount()
    await arrow()
    expect(lab.asked('runs:advance')).toHaveLength(2)
  })

  it('goes by itself at a pace, until the lab refuses', async () => {
    vi.useFakeTimers()
    const bar = open()
    await bar.get('select').setValue('epoch-5')
    await vi.advanceTimersByTimeAsync(1000)
    expect(lab.asked('runs:advance')).toEqual(Array.from({ length: 5 }, () => [run.id, 'epoch']))
    lab.handlers['runs:advance'] = () => {
      throw new LabError('run/not-paused', 'it has finished')
    }
    await vi.advanceTimersByTimeAsync(1000)
    expect(lab.asked('runs:advance')).toHaveLength(6)
    expect(bar.get('select').element.value).toBe('hand')
    expect(useToasts().toasts.value.at(-1)?.text).toBe('2-4-1 stays where it is. it has finished')
    bar.unmount()
  })
})
