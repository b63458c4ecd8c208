import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import FunctionsTab from '../../../src/renderer/features/paper/functions/FunctionsTab.vue'
import { usePaperFunctionsStore } from '../../../src/renderer/stores/paper-functions'
import { fakeLab } from '../fake-lab'

beforeEach(() => setActivePinia(createPinia()))

function open() {
  fakeLab()
  return mount(FunctionsTab, { attachTo: document.body })
}

test('the place that is read off moves with the arrow keys, in both plots', async () => {
  const tab = open()
  const [values, slopes] = tab.findAll('[role=slider]')
  await values?.trigger('keydown', { key: 'Home' })
  expect(tab.text()).toContain('At z = −6')
  await values?.trigger('keydown', { key: 'ArrowRight', shiftKey: true })
  expect(tab.text()).toContain('At z = −4.8')
  expect(slopes?.attributes('aria-valuenow')).toBe('-4.8')
  expect(slopes?.attributes('aria-valuetext')).toContain('saturated')
})

test('the two sigmoids of S4-12 are shown with their slopes at 0', async () => {
  const tab = open()
  const shown = tab.findAll('button').find((each) => each.text().includes('S4-12'))
  await shown?.trigger('click')
  const slider = tab.get('[role=slider]')
  for (let i = 0; i < 9; i++) await slider.trigger('keydown', { key: 'ArrowLeft' })
  await slider.trigger('keydown', { key: 'End' })
  for (let i = 0; i < 5; i++) await slider.trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
  expect(tab.text()).toContain('At z = 0')
  expect(tab.text()).toContain('1.14393')
  expect(tab.text()).toContain('0.25')
})

test('an ELU with c ≠ 1 is said to have a kink; a parameter that is out of range is said to be', async () => {
  const tab = open()
  const store = usePaperFunctionsStore()
  store.choose(['elu'])
  store.setParameter('elu', 0.5)
  await tab.vm.$nextTick()
  expect(tab.text()).toContain('A kink at 0')
  store.setParameter('elu', -3)
  await tab.vm.$nextTick()
  expect(tab.text()).toContain('Expected 0.01 … 100')
  expect(tab.text()).toContain('no kink')
})

test('a softmax that overflows is shown to, and its Jacobian has rows that sum to 0', async () => {
  const tab = open()
  await tab.get('input[type=radio][value=softmax]').setValue(true)
  expect(tab.text()).toContain('∞ / ∞ is not a number')
  expect(tab.text()).toContain('NaN')
  const sums = tab
    .findAll('table')
    .at(-2)
    ?.findAll('tbody tr td:last-child')
    .map((cell) => cell.text())
  expect(sums?.every((sum) => sum === '0' || sum.includes('10⁻¹'))).toBe(true)
  const none = tab.findAll('button').find((each) => each.text() === '0')
  await none?.trigger('click')
  expect(tab.text()).toContain('With this shift nothing overflows.')
})
