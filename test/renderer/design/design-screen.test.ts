import { DOMWrapper, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
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

/** The control with this label, as a person finds it. By the page's own search: there are hundreds of elements. */
function control(screen: VueWrapper, name: string): DOMWrapper<HTMLInputElement> {
  const root = screen.element as HTMLElement
  const label = [...root.querySelectorAll('label')].find((each) => each.textContent.trim() === name)
  const found = label && root.querySelector<HTMLInputElement>(`[id="${label.htmlFor}"]`)
  if (!found) throw new Error(`No field is called "${name}"`)
  return new DOMWrapper(found)
}
function button(screen: VueWrapper, name: string): DOMWrapper<HTMLButtonElement> {
  const all = [...(screen.element as HTMLElement).querySelectorAll('button')]
  const found = all.find((each) => (each.getAttribute('aria-label') ?? each.textContent.trim()) === name)
  if (!found) throw new Error(`No button is called "${name}"`)
  return new DOMWrapper(found)
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
    expect(screen.get('[data-test=cost]').attributes('title')).toContain('137,080 to 543,860 parameters')
  })

  test('another optimizer brings its own fields and usual values', async () => {
    const screen = open()
    await control(screen, 'Optimizer').setValue('sgd')
    expect(useDraftStore().read(['training', 'optimizer'])).toMatchObject({ kind: 'sgd', learningRate: 0.1 })
    expect(screen.findAll('label').map((each) => each.text())).not.toContain('β₁')
  })

  test('offers every kind of split', () => {
    const options = control(open(), 'Samples').findAll('option')
    const kinds = options.map((option) => option.element.getAttribute('value'))
    expect(kinds).toEqual(['official', 'first', 'random', 'stratified', 'k-fold'])
  })

  test('a loss brings the output activation that it needs, in one step', async () => {
    const screen = open()
    await control(screen, 'Loss').setValue('binary-cross-entropy')
    expect(control(screen, 'Output activation').element.value).toBe('sigmoid')
    expect(screen.get('[aria-live=assertive]').text()).toBe('The output activation is now sigmoid')
    expect(useDraftStore().experiment?.training.loss).toBe('binary-cross-entropy')
    await button(screen, 'Undo').trigger('click')
    expect(control(screen, 'Output activation').element.value).toBe('softmax')
    expect(control(screen, 'Loss').element.value).toBe('softmax-cross-entropy')
    await control(screen, 'Loss').setValue('squared-error')
    expect(control(screen, 'Output activation').element.value).toBe('softmax')
  })

  test('an output activation that the loss cannot take is said at the loss', async () => {
    const screen = open()
    await control(screen, 'Output activation').setValue('linear')
    expect(problemOf(screen, 'Loss')).toBe('Softmax-cross-entropy needs the output activation "softmax", got "linear"')
  })

  test('a library’s defaults of the optimizer come with one click', async () => {
    const screen = open()
    await control(screen, 'Optimizer').setValue('rmsprop')
    await button(screen, 'PyTorch').trigger('click')
    expect(useDraftStore().experiment?.training.optimizer).toEqual({
      kind: 'rmsprop',
      learningRate: 0.01,
      rho: 0.99,
      epsilon: 1e-8,
      momentum: 0,
    })
    await button(screen, 'Keras').trigger('click')
    expect(useDraftStore().experiment?.training.optimizer).toMatchObject({ learningRate: 0.001, rho: 0.9 })
  })

  test('Nesterov without a momentum is wrong, beside its switch', async () => {
    const screen = open()
    await control(screen, 'Optimizer').setValue('sgd')
    await control(screen, 'Nesterov momentum').setValue(true)
    expect(problemOf(screen, 'Nesterov momentum')).toBe('False, or a momentum above 0 with it, got true')
    await control(screen, 'Momentum').setValue('0.9')
    expect(useDraftStore().experiment?.training.optimizer).toMatchObject({ momentum: 0.9, nesterov: true })
  })

  test('the bias trick and a fixed number of outputs count as parameters do', async () => {
    const screen = open()
    await control(screen, 'Biases').setValue('input-trick')
    expect(screen.get('[data-test=parameters]').text()).toBe('50,880')
    await control(screen, 'Biases').setValue('each-layer')
    await control(screen, 'Output units, or “classes”').setValue('200')
    expect(screen.get('[data-test=parameters]').text()).toBe('63,240')
    expect(control(screen, 'Size').element.value).toBe('784-64-200')
  })

  test('samples to validate on come with the random split, and are counted out of the training part', async () => {
    const screen = open()
    await control(screen, 'Samples').setValue('random')
    expect(useDraftStore().experiment?.dataset.split).toEqual({ kind: 'random', train: 50_000, validation: 10_000 })
    await control(screen, 'To train on').setValue('55000')
    expect(problemOf(screen, 'To validate on')).toContain('At most 5000')
  })

  test('initial weights from a file are no text when the field is empty', async () => {
    const screen = open()
    await control(screen, 'Start from a file instead').setValue('start.safetensors')
    expect(useDraftStore().experiment?.training.initialWeights).toBe('start.safetensors')
    expect(screen.text()).toContain('Not used: the weights come from the file')
    await control(screen, 'Start from a file instead').setValue('')
    expect(useDraftStore().experiment?.training.initialWeights).toBeNull()
  })

  test('a deliberate mistake is marked over the form', async () => {
    const screen = open()
    expect(screen.text()).not.toContain('Deliberate mistake:')
    await control(screen, 'Deliberate mistake').setValue('gradient-sign')
    expect(screen.text()).toContain('Deliberate mistake: steps uphill')
    await control(screen, 'Epochs').setValue('x')
    expect(screen.text()).toContain('Deliberate mistake: steps uphill')
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

test('a text that leaves fields to their defaults fills the form with them', async () => {
  const draft = useDraftStore()
  const screen = open()
  const layers = [{ units: 8, activation: 'relu' }]
  const short = { version: 1, title: 'Short', dataset: { name: 'mnist' }, network: { layers }, training: {} }
  draft.writeText(JSON.stringify({ ...short, training: { optimizer: { kind: 'adam' }, epochs: 3 } }))
  await nextTick()
  expect(control(screen, 'Batch size, or “all”').element.value).toBe('64')
  expect(control(screen, 'Loss').element.value).toBe('softmax-cross-entropy')
  draft.writeText(JSON.stringify(short)) // not an experiment: it is shown as it is, with its problem
  await nextTick()
  expect(draft.document).toEqual(short)
  expect(draft.problems.map(({ path }) => path)).toContain('training.optimizer')
})

describe('a folded group', () => {
  const fold = (screen: VueWrapper, title: string) => {
    const found = screen.findAll<HTMLDetailsElement>('details').find((each) => each.get('h2').text() === title)
    if (!found) throw new Error(`No group is called "${title}"`)
    return found
  }

  test('says in one line what it is set to', async () => {
    const screen = open()
    expect(fold(screen, 'Regularization').get('summary').text()).toContain('None')
    await control(screen, 'L2').setValue('0.001')
    expect(fold(screen, 'Regularization').get('summary').text()).toContain('L2 0.001')
  })

  test('shows that there is a problem inside, and opens on the way to it', async () => {
    const screen = open()
    await control(screen, 'L2').setValue('-1')
    expect(fold(screen, 'Regularization').get('summary').text()).toContain('Has a problem')
    expect(fold(screen, 'Regularization').element.open).toBe(false)
    await screen.get('[aria-controls=design-notes]').trigger('click')
    await screen.get('#design-notes button').trigger('click')
    expect(fold(screen, 'Regularization').element.open).toBe(true)
    expect(document.activeElement).toBe(control(screen, 'L2').element)
  })

  test('shows that a factor varies one of its fields', () => {
    const levels = [0, 0.5].map((rate) => ({
      label: String(rate),
      set: { 'training.regularization.dropoutHidden': rate },
    }))
    useDraftStore().open({ ...TWO_NETWORKS, factors: [{ name: 'Dropout', levels }] }, null)
    expect(fold(open(), 'Regularization').get('summary').text()).toContain('varies')
  })

  test('early stopping watches the validation part where there is one, and else the training loss', async () => {
    const screen = open()
    await control(screen, 'Samples').setValue('official')
    await control(screen, 'Stop early when it no longer improves').setValue(true)
    expect(useDraftStore().experiment?.training.earlyStopping).toEqual({
      metric: 'train-loss',
      patience: 5,
      restoreBest: true,
    })
    await control(screen, 'What has to improve').setValue('validation-loss')
    expect(problemOf(screen, 'What has to improve')).toContain('needs a split with a validation part')
    await control(screen, 'Samples').setValue('random')
    expect(useDraftStore().experiment?.training.earlyStopping?.metric).toBe('validation-loss')
  })

  test('another schedule keeps the warm-up', async () => {
    const screen = open()
    await control(screen, 'Warm-up, in epochs').setValue('2')
    const kind = screen.get<HTMLSelectElement>('[data-path="training.schedule.kind"] select')
    await kind.setValue('cosine')
    expect(useDraftStore().experiment?.training.schedule).toEqual({ kind: 'cosine', final: 0, warmupEpochs: 2 })
    expect(fold(screen, 'Schedule').get('summary').text()).toContain('Cosine to 0, warm-up 2 epochs')
    expect(fold(screen, 'Schedule').find('figure').exists()).toBe(true)
  })
})

describe('layers', () => {
  test('have the parameter of their activation beside them', async () => {
    const screen = open()
    await control(screen, 'Activation of hidden layer 1').setValue('leaky-relu')
    expect(control(screen, 'slope of hidden layer 1').element.value).toBe('0.01')
    await control(screen, 'slope of hidden layer 1').setValue('2')
    expect(problemOf(screen, 'slope of hidden layer 1')).toBe('0 … 1, got 2')
    await control(screen, 'Activation of hidden layer 1').setValue('tanh')
    expect(useDraftStore().experiment?.network.layers).toEqual([{ units: 64, activation: 'tanh' }])
  })

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
    await screen.get('[aria-label^="Network to edit"] input[value="1"]').setValue(true)
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
