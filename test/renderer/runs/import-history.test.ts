import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunId } from '#shared/run'
import ImportHistory from '../../../src/renderer/features/runs/ImportHistory.vue'
import { fakeLab } from '../fake-lab'

let unmount: () => void = () => undefined
beforeEach(() => setActivePinia(createPinia()))
afterEach(() => unmount())

async function choose(name: string, text: string) {
  const lab = fakeLab({ 'runs:import': () => '20261121-outside-0001' as RunId })
  const wrapper = mount(ImportHistory, { attachTo: document.body })
  unmount = () => wrapper.unmount()
  const input = wrapper.get<HTMLInputElement>('input[type=file]')
  Object.defineProperty(input.element, 'files', { value: [new File([text], name)] })
  await input.trigger('change')
  await flushPromises()
  const dialog = () => document.querySelector<HTMLElement>('[role=dialog]') ?? expect.fail('no dialog')
  const button = (label: string) =>
    [...dialog().querySelectorAll('button')].find((each) => each.textContent?.trim() === label) ??
    expect.fail(`no button ${label}`)
  return { lab, wrapper, dialog, button }
}

describe('a history from elsewhere', () => {
  it('is looked at before it is stored, with what its columns were taken for', async () => {
    const { lab, wrapper, dialog, button } = await choose(
      'mine.csv',
      'epoch,loss,val_loss\n0,0.9,1.0\n1,0.5,0.7\n2,0.4,0.6\n',
    )
    expect(dialog().textContent).toContain('mine.csv: 3 rows, 3 columns')
    const preview = dialog().querySelector('[aria-label=Preview]')
    expect([...(preview?.querySelectorAll('th') ?? [])].map((each) => each.textContent)).toEqual([
      'Epoch',
      'Train loss',
      'Validation loss',
    ])
    expect(lab.asked('runs:import')).toEqual([])
    button('Add').click()
    await flushPromises()
    expect(lab.asked('runs:import')[0]?.[0]).toMatchObject({
      file: 'mine.csv',
      label: 'mine',
      columns: { epoch: 'epoch', 'train-loss': 'loss', 'validation-loss': 'val_loss' },
    })
    expect(wrapper.emitted('added')).toEqual([['20261121-outside-0001']])
  })

  it('shows how its file begins while nobody knows what its columns are', async () => {
    const { dialog, button } = await choose('free.csv', 'when,how bad\n1,0.9\n2,\n')
    expect(dialog().querySelector('[role=alert]')?.textContent).toContain('Say which column is a loss')
    const begin = dialog().querySelector('[aria-label="Beginning of the file"]')
    expect([...(begin?.querySelectorAll('th, td') ?? [])].map((each) => each.textContent)).toEqual([
      ...['when', 'how bad'],
      ...['1', '0.9'],
      ...['2', '–'],
    ])
    expect(button('Add').disabled).toBe(true)
  })

  it('that is none is refused in words, and another file can be chosen', async () => {
    const { dialog, button } = await choose('bad.json', '{"loss": [1,2,')
    expect(dialog().textContent).toContain('This file holds no history')
    expect(dialog().textContent).toContain('bad.json, line 1: this is neither JSON nor a line of it')
    expect(button('Choose another file').disabled).toBe(false)
  })
})
