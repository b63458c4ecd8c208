import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import ScreenOutlet from '../../../src/renderer/shell/ScreenOutlet.vue'
import { go, startRouter } from '../../../src/renderer/shell/router'
import { SCREEN_FACTS } from '../../../src/renderer/shell/screens'

const broken = ref(false)
const Screen = (title: string) =>
  defineComponent(() => () => {
    if (broken.value) throw new Error('this screen broke')
    return h('h1', { id: 'screen-heading', tabindex: -1 }, title)
  })

let stop: () => void
beforeEach(() => {
  broken.value = false
  vi.spyOn(SCREEN_FACTS.home, 'load').mockResolvedValue({ default: Screen('Home') })
  vi.spyOn(SCREEN_FACTS.runs, 'load').mockResolvedValue({ default: Screen('Runs') })
  window.location.hash = '#/home'
  stop = startRouter()
})
afterEach(() => {
  stop()
  vi.restoreAllMocks()
})

test('names the page after the screen and moves the focus to its heading, but not at the start', async () => {
  mount(ScreenOutlet, { attachTo: document.body })
  await flushPromises()
  expect(document.title).toBe('Home – Perceptron Lab')
  expect(document.activeElement).toBe(document.body)
  go('runs')
  await flushPromises()
  expect(document.title).toBe('Runs – Perceptron Lab')
  expect(document.activeElement?.textContent).toBe('Runs')
})

test('a screen that breaks becomes a message, and can be tried again', async () => {
  expectConsole(/this screen broke/)
  const outlet = mount(ScreenOutlet)
  await flushPromises()
  broken.value = true
  await nextTick()
  await flushPromises()
  expect(outlet.text()).toContain('Home cannot be shown')
  expect(outlet.text()).toContain('this screen broke')
  broken.value = false
  await outlet.get('button').trigger('click')
  await flushPromises()
  expect(outlet.get('h1').text()).toBe('Home')
})

test('another screen is not harmed by one that cannot be loaded', async () => {
  expectConsole(/no such file/)
  vi.spyOn(SCREEN_FACTS.home, 'load').mockRejectedValue(new Error('no such file'))
  const outlet = mount(ScreenOutlet)
  await flushPromises()
  expect(outlet.text()).toContain('Home cannot be shown')
  go('runs')
  await flushPromises()
  expect(outlet.get('h1').text()).toBe('Runs')
})
