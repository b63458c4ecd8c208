import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { LabError } from '#shared/errors'
import type { RunId } from '#shared/run'
import DesignScreen from '../../../src/renderer/features/design/DesignScreen.vue'
import { route } from '../../../src/renderer/shell/router'
import { useDraftStore } from '../../../src/renderer/stores/draft'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { fakeLab, type FakeLab } from '../fake-lab'
import { TWO_NETWORKS } from '../samples'

let lab: FakeLab
beforeEach(() => {
  setActivePinia(createPinia())
  lab = fakeLab({ 'draft:set': () => undefined, 'presets:list': () => [] })
})

function open() {
  return mount(DesignScreen, { attachTo: document.body })
}

/** The control with this label, as a person finds it. */
function control(screen: VueWrapper, name: string) {
  const label = screen.findAll('label').find((each) => each.text() === name)
  if (!label) throw new Error(`No field is called "${name}"`)
  return screen.get<HTMLInputElement>(`[id="${label.attributes('for')}"]`)
}
function button(screen: VueWrapper, name: string) {
  const found = screen.findAll('button').find((each) => (each.attributes('aria-label') ?? each.text()) === name)
  if (!found) throw new Error(`No button is called "${name}"`)
  return found
}
function problemOf(screen: VueWrapper, name: string): string {
  const input = control(screen, name)
  expect(input.attributes('aria-invalid')).toBe('true')
  return screen.get(`[id="${input.attributes('aria-describedby')}"]`).text()
}
function press(key: string, change: KeyboardEventInit = {}) {
  window.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, cancelable: true, ...change }))
  return nextTick()
}
const unitsShown = (screen: VueWrapper) =>
  screen.findAll<HTMLInputElement>('[data-layer] input').map((input) => input.element.value)

describe('the form', () => {
  test('shows a problem beside its field and in the bar, and cannot be run', async () => {
    const screen = open()
    await control(screen, 'Units of hidden layer 1').setValue('abc')
    await control(screen, 'Epochs').setValue('0')
    expect(problemOf(screen, 'Units of hidden layer 1')).toBe('1 … 16384, got "abc"')
    expect(problemOf(screen, 'Epochs')).toBe('1 … 100000, got 0')
    await control(screen, 'Epochs').setValue('')
    expect(problemOf(screen, 'Epochs')).toBe('1 … 100000, got nothing')
    expect(screen.text()).toContain('2 problems')
    expect(button(screen, 'Run').attributes('disabled')).toBeDefined()
    await control(screen, 'Epochs').setValue('5')
    await control(screen, 'Units of hidden layer 1').setValue('32')
    expect(button(screen, 'Run').attributes('disabled')).toBeUndefined()
  })

  test('takes words where the format has words', async () => {
    const screen = open()
    await control(screen, 'Batch size, or “all”').setValue('all')
    expect(useDraftStore().experiment?.training.batchSize).toBe('all')
  })

  test('counts parameters as the network changes', async () => {
    const screen = open()
    expect(screen.get('[data-test=parameters]').text()).toBe('50,890')
    await control(screen, 'Units of hidden layer 1').setValue('150')
    expect(screen.get('[data-test=parameters]').text()).toBe('119,260')
    await control(screen, 'Units of hidden layer 1').setValue('')
    expect(screen.find('[data-test=parameters]').exists()).toBe(false)
  })

  test('counts the runs of all configurations and seeds', () => {
    useDraftStore().open(TWO_NETWORKS, null)
    const screen = open()
    expect(screen.text()).toContain('2 configurations × 3 seeds = 6 runs')
    expect(screen.text()).toContain('137,080 to 543,860 parameters')
  })

  test('another optimizer brings its own fields and usual values', async () => {
    const screen = open()
    await control(screen, 'Optimizer').setValue('sgd')
    expect(useDraftStore().read(['training', 'optimizer'])).toMatchObject({ kind: 'sgd', learningRate: 0.1 })
    expect(screen.findAll('label').map((each) => each.text())).not.toContain('β₁')
  })

  test('offers only what this version can train', () => {
    const options = control(open(), 'Optimizer').findAll('option')
    expect(options.map((option) => option.element.getAttribute('value'))).toEqual(['sgd', 'adam'])
  })

  test('survives a document that is no experiment', async () => {
    const draft = useDraftStore()
    const screen = open()
    for (const text of ['null', '7', '[]', '{"network":{"layers":"x"},"factors":[null,{"levels":7}]}']) {
      draft.writeText(text)
      await nextTick()
      expect(screen.text()).toContain('Not ready to run')
    }
  })
})

describe('layers', () => {
  test('are set by the size string on Enter, and a wrong one says what is expected', async () => {
    const screen = open()
    const size = control(screen, 'Size')
    await size.setValue('784-150-120')
    expect(problemOf(screen, 'Size')).toBe('MNIST has 10 classes, got 120 as the last')
    expect(unitsShown(screen)).toEqual(['64'])
    await size.setValue('784 150 120 10')
    await size.trigger('keydown', { key: 'Enter' })
    expect(unitsShown(screen)).toEqual(['150', '120'])
    expect(size.element.value).toBe('784-150-120-10')
  })

  test('move up and down, are announced, and keep the focus', async () => {
    useDraftStore().write(
      ['network', 'layers'],
      [30, 20, 10].map((units) => ({ units, activation: 'relu' })),
    )
    const screen = open()
    await button(screen, 'Move hidden layer 1 down').trigger('click')
    await flushPromises()
    expect(unitsShown(screen)).toEqual(['20', '30', '10'])
    expect(screen.get('[aria-live=assertive]').text()).toBe('Hidden layer 1 is now layer 2 of 3')
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move hidden layer 2 down')
    await button(screen, 'Move hidden layer 2 down').trigger('click')
    await flushPromises()
    expect(unitsShown(screen)).toEqual(['20', '10', '30'])
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move hidden layer 3 up')
  })

  test('are added with the focus in the new one, and removed', async () => {
    const screen = open()
    await button(screen, 'Add a hidden layer').trigger('click')
    await flushPromises()
    expect(unitsShown(screen)).toEqual(['64', '64'])
    expect(document.activeElement).toBe(control(screen, 'Units of hidden layer 2').element)
    await button(screen, 'Remove hidden layer 1').trigger('click')
    await button(screen, 'Remove hidden layer 1').trigger('click')
    await flushPromises()
    expect(unitsShown(screen)).toEqual([])
    expect(useDraftStore().experiment?.network.layers).toEqual([])
  })

  test('of a compared network are edited in its level, which keeps the name of its size', async () => {
    const draft = useDraftStore()
    draft.open(TWO_NETWORKS, null)
    const screen = open()
    await screen.get('input[type=radio][value="1"]').setValue(true)
    expect(unitsShown(screen)).toEqual(['500', '250', '100'])
    await control(screen, 'Units of hidden layer 3').setValue('90')
    const level = draft.read(['factors', 0, 'levels', 1]) as { label: string; set: Record<string, unknown> }
    expect(level.label).toBe('784-500-250-90-10')
    expect(level.set['network.layers']).toMatchObject([{ units: 500 }, { units: 250 }, { units: 90 }])
    expect(draft.experiment?.network.layers).toEqual(TWO_NETWORKS.network.layers)
    await control(screen, 'Units of hidden layer 3').setValue('x')
    expect(problemOf(screen, 'Units of hidden layer 3')).toBe('1 … 16384, got "x"')
  })
})

describe('undo and redo', () => {
  test('answer to their keys', async () => {
    const screen = open()
    await control(screen, 'Epochs').setValue('99')
    await press('z')
    expect(control(screen, 'Epochs').element.value).toBe('10')
    await press('Z', { shiftKey: true })
    expect(control(screen, 'Epochs').element.value).toBe('99')
    await press('z')
    await press('y')
    expect(control(screen, 'Epochs').element.value).toBe('99')
  })

  test('leaving a field ends its step', async () => {
    const screen = open()
    const epochs = control(screen, 'Epochs')
    await epochs.setValue('20')
    await epochs.trigger('focusout')
    await epochs.setValue('30')
    await button(screen, 'Undo').trigger('click')
    expect(epochs.element.value).toBe('20')
  })
})

describe('the text', () => {
  async function openText() {
    const screen = open()
    const tab = screen.findAll('[role=tab]').find((each) => each.text() === 'Text')
    await tab?.trigger('mousedown', { button: 0 })
    return { screen, text: screen.get<HTMLTextAreaElement>('textarea') }
  }

  test('is the same experiment, and its problems are beside it', async () => {
    const { screen, text } = await openText()
    expect(JSON.parse(text.element.value)).toEqual(useDraftStore().document)
    await text.setValue(text.element.value.replace('"epochs": 10', '"epochs": 0'))
    expect(screen.get('section[aria-label=Problems]').text()).toContain('training.epochs1 … 100000, got 0')
  })

  test('that is not JSON says so, and the last right one can be had back', async () => {
    const { screen, text } = await openText()
    const right = text.element.value
    await text.setValue(right.slice(0, -1))
    expect(screen.get('section[aria-label=Problems]').text()).toContain('The text is not JSON')
    await button(screen, 'Back to the last right text').trigger('click')
    expect(text.element.value).toBe(right)
  })

  test('keeps its own way of writing while it says the same', async () => {
    const { text } = await openText()
    const short = JSON.stringify(JSON.parse(text.element.value))
    await text.setValue(short)
    await flushPromises()
    expect(text.element.value).toBe(short)
  })
})

describe('Run', () => {
  test('puts the runs into the queue and shows the first one', async () => {
    lab.handlers['runs:enqueue'] = () => ['run-000001', 'run-000002'] as RunId[]
    useDraftStore().open(TWO_NETWORKS, 'two-networks-mnist')
    open()
    await press('Enter')
    await flushPromises()
    expect(lab.asked('runs:enqueue')).toEqual([[TWO_NETWORKS, 'two-networks-mnist']])
    expect(route.value).toMatchObject({ screen: 'live', id: 'run-000001' })
  })

  test('says why nothing was started, and stays', async () => {
    const { toasts, close } = useToasts()
    lab.handlers['runs:enqueue'] = () => {
      throw new LabError('disk/full', 'The disk of the workspace is full.')
    }
    const screen = open()
    await button(screen, 'Run').trigger('click')
    await flushPromises()
    expect(toasts.value.at(-1)?.text).toBe('Nothing was started. The disk of the workspace is full.')
    expect(screen.find('h1').text()).toBe('Design')
    toasts.value.forEach((toast) => close(toast.id))
  })

  test('does nothing while there are problems', async () => {
    const screen = open()
    await control(screen, 'Epochs').setValue('x')
    await press('Enter')
    await flushPromises()
    expect(lab.asked('runs:enqueue')).toEqual([])
  })
})
