import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import LayerTab from '../../../src/renderer/features/paper/layer/LayerTab.vue'
import { usePaperLayerStore } from '../../../src/renderer/stores/paper-layer'
import { fakeLab } from '../fake-lab'

beforeEach(() => setActivePinia(createPinia()))

function open(): VueWrapper {
  fakeLab()
  return mount(LayerTab, { attachTo: document.body })
}

async function showCheck(tab: VueWrapper): Promise<void> {
  await tab.get('input[type=radio][value=check]').setValue(true)
}

function field(tab: VueWrapper, name: string) {
  return tab.get<HTMLInputElement>(`input[aria-label="${name}"]`)
}

function button(tab: VueWrapper, text: string) {
  const found = tab.findAll('button').find((each) => each.text() === text)
  if (!found) throw new Error(`no button ${text}`)
  return found
}

test('the exercise of S1-7 is solved, with its limits', () => {
  const text = open().text()
  for (const number of [
    '16.5',
    '120.5',
    '0.0900',
    '0.1613',
    '0.0806',
    '15.694',
    '14.881',
    '(3.762, 1.571)',
    '3.7805, 22.22',
  ]) {
    expect(text).toContain(number)
  }
  expect(text).toContain('The step raised the loss.')
  expect(text).toContain('α = 1 is above the stability limit')
})

test('what was reported for S1-7 is told its mistake, and what follows is not held against it', async () => {
  const tab = open()
  await showCheck(tab)
  await button(tab, 'Fill in what was reported').trigger('click')
  await flushPromises()
  expect(tab.text()).toContain('The signs of both components of the gradient are wrong: the error is y − t, not t − y.')
  expect(tab.text()).toContain('Wrong only because an earlier answer is')
  expect(tab.text()).toContain('4 of 9 right')
  expect(field(tab, 'Gradient, row 1, column 1').attributes('aria-invalid')).toBe('true')
  expect(field(tab, 'New weights, row 1, column 1').attributes('aria-invalid')).toBeUndefined()
})

test('what was reported for S1-8 is all right', async () => {
  const tab = open()
  await tab.get('select').setValue('S1-8')
  await showCheck(tab)
  await button(tab, 'Fill in what was reported').trigger('click')
  await flushPromises()
  expect(tab.text()).toContain('All 11 entries right')
})

test('an answer is judged when Enter sends the form, and unmarked when it is changed', async () => {
  const tab = open()
  await showCheck(tab)
  await field(tab, 'Loss, row 1, column 1').setValue('33')
  expect(tab.text()).not.toContain('forgotten')
  await tab.get('form').trigger('submit')
  expect(tab.text()).toContain('The factor ½ of the loss was forgotten.')
  await field(tab, 'Loss, row 1, column 1').setValue('16.5')
  expect(tab.text()).not.toContain('forgotten')
})

test('the arrow keys go from entry to entry', async () => {
  const tab = open()
  const [first, below] = [field(tab, 'X, input 1, sample 1'), field(tab, 'X, input 2, sample 1')]
  first.element.focus()
  await first.trigger('keydown', { key: 'ArrowDown' })
  expect(document.activeElement).toBe(below.element)
  below.element.setSelectionRange(1, 1)
  await below.trigger('keydown', { key: 'ArrowRight' })
  expect(document.activeElement).toBe(field(tab, 'X, input 2, sample 2').element)
})

test('what is no number is said, and nothing is computed from it', async () => {
  const tab = open()
  await field(tab, 'A, output 1, input 2').setValue('two')
  expect(tab.text()).toContain('Every entry of A has to be a number.')
  expect(tab.text()).not.toContain('Loss along the step')
})

test('another size keeps what is there, and the exercise becomes one of the person’s own', async () => {
  const tab = open()
  const store = usePaperLayerStore()
  store.resize({ outputs: 2, inputs: 2, samples: 2 })
  await flushPromises()
  expect(store.a).toEqual([
    ['3', '2'],
    ['0', '0'],
  ])
  expect(store.presetId).toBe('')
  expect(store.answers.gradient).toEqual([
    ['', ''],
    ['', ''],
  ])
  expect(tab.text()).toContain('2 × 2')
})
