import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test } from 'vitest'
import PaperScreen from '../../../src/renderer/features/paper/PaperScreen.vue'
import { go, route } from '../../../src/renderer/shell/router'
import { fakeLab } from '../fake-lab'

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => go('home'))

test('the address names the tab, and choosing a tab changes the address', async () => {
  fakeLab()
  go('paper', { id: 'count' })
  const screen = mount(PaperScreen, { attachTo: document.body })
  await flushPromises()
  expect(screen.get('[role=tab][data-state=active]').text()).toBe('Count')
  await screen.findAll('[role=tab]')[3]?.trigger('mousedown', { button: 0 })
  await flushPromises()
  expect(route.value.id).toBe('derivations')
  expect(screen.text()).toContain('Checked in numbers')
})

test('what was typed on a tab is there when one comes back', async () => {
  fakeLab()
  go('paper', { id: 'count' })
  const screen = mount(PaperScreen, { attachTo: document.body })
  await screen.get('input').setValue('2-16-1')
  go('paper', { id: 'layer' })
  await flushPromises()
  go('paper', { id: 'count' })
  await flushPromises()
  expect(screen.get('input').element.value).toBe('2-16-1')
})
