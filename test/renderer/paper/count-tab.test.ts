import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import CountTab from '../../../src/renderer/features/paper/count/CountTab.vue'
import { fakeLab } from '../fake-lab'

beforeEach(() => setActivePinia(createPinia()))

function open() {
  fakeLab()
  return mount(CountTab, { attachTo: document.body })
}

test('both conventions stand side by side, with the widths of S4-14', () => {
  const tab = open()
  expect(tab.get('[data-test=parameters-each-layer]').text()).toBe('50,890')
  expect(tab.get('[data-test=parameters-input-trick]').text()).toBe('50,880')
  const text = tab.text()
  for (const part of ['59.5408 and −854.5408', '−494', '+420', '−435', '+480', '51,300', '50,386'])
    expect(text).toContain(part)
  expect(
    tab
      .findAll('tr')
      .filter((row) => row.text().includes('nearest'))
      .map((row) => row.find('th').text()),
  ).toEqual(['59 nearest', '60 nearest'])
})

test('a size string that is none is said to be', async () => {
  const tab = open()
  await tab.get('input').setValue('784-q')
  expect(tab.text()).toContain('“q” is not a size; expected units by layer such as 784-64-10')
  expect(tab.find('[data-test=parameters-each-layer]').exists()).toBe(false)
})

test('a count of one’s own is judged by the convention that it follows', async () => {
  const tab = open()
  const own = tab.findAll('input')[1]
  await own?.setValue('50880')
  expect(tab.text()).toContain('Right, with the bias trick on the input only.')
  await own?.setValue('50816')
  expect(tab.text()).toContain('the biases are missing')
})

test('a number of hidden layers that is none is said to be', async () => {
  const tab = open()
  await tab.findAll('input')[2]?.setValue('0')
  expect(tab.text()).toContain('Expected 1 … 64 hidden layers, got 0.')
})
