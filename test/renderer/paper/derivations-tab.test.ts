import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import DerivationsTab from '../../../src/renderer/features/paper/derivations/DerivationsTab.vue'
import { usePaperDerivationStore } from '../../../src/renderer/stores/paper-derivation'
import { fakeLab } from '../fake-lab'

beforeEach(() => setActivePinia(createPinia()))

function open() {
  fakeLab()
  return mount(DerivationsTab, { attachTo: document.body })
}

test('the gradients are checked in numbers, to less than 10⁻⁶', () => {
  expect(open().text()).toMatch(/Largest relative error [\d.]+×10⁻⁹, below 10⁻⁶/)
})

test('a seed that is none is said to be, and nothing is checked', async () => {
  const tab = open()
  usePaperDerivationStore().seed = 'x'
  await tab.vm.$nextTick()
  expect(tab.text()).toContain('A whole number, 0 … 4294967295')
  expect(tab.text()).not.toContain('Largest relative error')
})

test('a symbol tells its shape on keyboard focus, and the arrow keys go to the next one', async () => {
  const tab = open()
  await tab.get('input[type=radio][value=batch]').setValue(true)
  const formula = tab.get('[role=group][tabindex="0"]')
  await formula.trigger('focus')
  expect(tab.get('[role=status].card').text()).toBe('Sums of the hidden layer N × H (6 × 4)')
  await formula.trigger('keydown', { key: 'ArrowRight' })
  expect(tab.get('[role=status].card').text()).toBe('Inputs, a sample a row N × I (6 × 5)')
  await formula.trigger('keydown', { key: 'Escape' })
  expect(tab.find('[role=status].card').exists()).toBe(false)
})

test('a symbol tells its shape under the pointer', async () => {
  const tab = open()
  await tab.get('[data-symbol=wji]').trigger('pointerover')
  expect(tab.get('[role=status].card').text()).toContain('Weight from input i to hidden unit j')
})

test('step size and input scaling are told apart with the numbers of S1-7', () => {
  const text = open().text()
  expect(text).toContain('0.09')
  expect(text).toContain('0.0009')
})
