import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { LabError } from '#shared/errors'
import ToastHost from '../../../src/renderer/ui/ToastHost.vue'
import { useToasts } from '../../../src/renderer/ui/toasts'

const toasts = useToasts()
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  toasts.toasts.value.forEach((toast) => toasts.close(toast.id))
  vi.useRealTimers()
})
const texts = () => toasts.toasts.value.map((toast) => toast.text)

test('a message goes by itself, a failure stays until it is closed', () => {
  toasts.show('Saved')
  const failure = toasts.fail('The run was not stopped', new LabError('run/not-found', 'There is no such run.'))
  vi.advanceTimersByTime(60_000)
  expect(texts()).toEqual(['The run was not stopped. There is no such run.'])
  toasts.close(failure)
  expect(texts()).toEqual([])
})

test('no more than four are there at once, the oldest going first', () => {
  for (const text of ['1', '2', '3', '4', '5']) toasts.show(text)
  expect(texts()).toEqual(['2', '3', '4', '5'])
})

test('undo does it once and closes the message', async () => {
  const undo = vi.fn()
  const host = mount(ToastHost, { global: { stubs: { TransitionGroup: false } } })
  toasts.show('2 runs removed', { undo })
  await nextTick()
  expect(host.get('[role=status]').text()).toContain('2 runs removed')
  await host
    .findAll('button')
    .find((button) => button.text() === 'Undo')
    ?.trigger('click')
  expect(undo).toHaveBeenCalledOnce()
  expect(texts()).toEqual([])
})
