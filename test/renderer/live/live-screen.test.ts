import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import type { FigureSpec } from '#shared/figure'
import type { Evaluation, RunDetails, RunSummary } from '#shared/run'
import FigurePanel from '../../../src/renderer/charts/FigurePanel.vue'
import LiveScreen from '../../../src/renderer/features/live/LiveScreen.vue'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { go, route, startRouter } from '../../../src/renderer/shell/router'
import { fakeLab } from '../fake-lab'
import { evaluationOf, fullEvaluationOf, idOf, runOf } from '../runs/fixture'
import { TWO_NETWORKS } from '../samples'

let stopRouter: () => void
beforeEach(() => {
  setActivePinia(createPinia())
  window.location.hash = '#/live'
  stopRouter = startRouter()
})
afterEach(() => stopRouter())

async function open(
  runs: RunSummary[],
  histories: Record<string, Evaluation[]> = {},
  details: Partial<RunDetails> = {},
) {
  const lab = fakeLab({
    'runs:list': () => ({ revision: 0, runs }),
    'runs:history': (id) => histories[id] ?? [],
    'runs:details': (id) => ({
      summary: runs.find((run) => run.id === id) ?? runOf(0),
      experiment: TWO_NETWORKS,
      machine: null,
      directory: '/lab',
      ...details,
    }),
    'runs:stop': () => undefined,
    'runs:pause': () => undefined,
    'runs:proceed': () => undefined,
    'runs:resume': () => undefined,
    'runs:set-learning-rate': () => undefined,
  })
  const screen = mount(LiveScreen, { attachTo: document.body })
  await flushPromises()
  return { lab, screen }
}

function button(screen: VueWrapper, text: string) {
  return screen.findAll('button').find((each) => each.text() === text)
}
async function press(screen: VueWrapper, text: string): Promise<void> {
  const found = button(screen, text)
  if (!found) throw new Error(`No button is called "${text}"`)
  await found.trigger('click')
  await flushPromises()
}
async function pressSpace(target: EventTarget = document.body): Promise<boolean> {
  const event = new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true })
  target.dispatchEvent(event)
  await flushPromises()
  return event.defaultPrevented
}

const running = runOf(2, { status: 'running', label: '784-150-120-10', epochs: 50, last: evaluationOf(12) })
const waiting = runOf(3, { status: 'waiting', label: 'next in line' })
const ended = runOf(1, { label: 'old one', last: evaluationOf(10), endedAt: '2026-11-20T11:00:00.000Z' })

describe('Live', () => {
  it('says what to do when nothing has been trained', async () => {
    const { screen } = await open([])
    expect(screen.text()).toContain('Nothing has been trained yet')
    expect(screen.find('a[href="#/home"]').exists()).toBe(true)
  })

  it('leads to the run that trains, and puts it into the address', async () => {
    const { screen } = await open([ended, running, waiting])
    expect(route.value.id).toBe(running.id)
    expect(screen.get('h1').text()).toBe('784-150-120-10')
  })

  it('comes back to the run that was looked at last', async () => {
    const { screen } = await open([ended, running, waiting])
    go('live', { id: ended.id })
    await flushPromises()
    go('live')
    await flushPromises()
    expect(route.value.id).toBe(ended.id)
    expect(screen.get('h1').text()).toBe('old one')
  })

  it('shows the epoch, the time left and the speed as they are told', async () => {
    const { lab, screen } = await open([running])
    lab.emit('runs:progress', {
      id: running.id,
      step: 1260,
      steps: 5000,
      epoch: 12,
      epochs: 50,
      running: { loss: 0.0612, accuracy: 0.9814 },
      samplesPerSecond: 37_240,
      learningRate: 0.01,
      secondsLeft: 95,
    })
    await new Promise((resolve) => requestAnimationFrame(resolve))
    await flushPromises()
    const text = screen.text()
    expect(text).toContain('Epoch 13 of 50')
    expect(text).toContain('1 min 35 s left')
    expect(text).toContain('37,240 samples/s')
    expect(text).toContain('Since the last evaluation: loss 0.06120, accuracy 98.14 %')
    expect(screen.get('[role=progressbar]').attributes('aria-valuenow')).toBe('25')
  })

  it('shows the accuracy with its counts and the lowest loss beside the last', async () => {
    const { screen } = await open([
      { ...running, last: evaluationOf(12, { loss: 0.2, correct: 977 }), lowestTestLoss: { epoch: 7, loss: 0.15 } },
    ])
    const text = screen.get('dl').text()
    expect(text).toContain('97.70 %')
    expect(text).toContain('977 of 1,000')
    expect(text).toContain('0.2000')
    expect(text).toContain('lowest 0.1500 at 7')
  })

  it('stops the run that is shown, and asks only once', async () => {
    const { lab, screen } = await open([running, waiting])
    const stop = screen.findAll('button').find((button) => button.text() === 'Stop and keep')
    await Promise.all([stop?.trigger('click'), stop?.trigger('click')])
    await flushPromises()
    expect(lab.asked('runs:stop')).toEqual([[running.id]])
  })

  it('takes a waiting run out of the queue from its row', async () => {
    const { lab, screen } = await open([running, waiting])
    await screen.get('[aria-label="Take next in line out of the queue"]').trigger('click')
    expect(lab.asked('runs:stop')).toEqual([[waiting.id]])
  })

  it('never calls a stopped run finished', async () => {
    const { lab, screen } = await open([{ ...running, last: evaluationOf(3) }])
    const stopped = { ...running, status: 'stopped' as const, last: evaluationOf(3) }
    lab.emit('runs:changed', { revision: 1, changed: [stopped], removed: [] })
    await flushPromises()
    expect(screen.text()).toContain('Stopped at 3 of 50 epochs')
    expect(screen.text()).not.toContain('Finished')
  })

  it('says why a run failed', async () => {
    const reason = 'The loss was not a number after step 3,214.'
    const { screen } = await open([runOf(1, { status: 'failed', reason, last: evaluationOf(2), epochs: 20 })])
    expect(screen.text()).toContain('Failed at 2 of 20 epochs')
    expect(screen.text()).toContain(reason)
  })

  it('offers the comparison with all measured runs of the same experiment, oldest first', async () => {
    const sibling = runOf(4, { last: evaluationOf(5) })
    const other = runOf(5, { experimentId: 'another', last: evaluationOf(5) })
    const { screen } = await open([ended, sibling, other, waiting])
    go('live', { id: sibling.id })
    await flushPromises()
    const link = screen.findAll('a').find((each) => each.text() === 'Compare 2 runs')
    expect(decodeURIComponent(link?.attributes('href') ?? '')).toBe(`#/compare?runs=${ended.id},${sibling.id}`)
  })

  it('goes through the queue with the arrow keys', async () => {
    const { screen } = await open([ended, running, waiting])
    const queue = screen.get('nav')
    await queue.trigger('keydown', { key: 'ArrowDown' })
    expect(route.value.id).toBe(waiting.id)
    await queue.trigger('keydown', { key: 'End' })
    await flushPromises()
    expect(route.value.id).toBe(ended.id)
    expect(document.activeElement?.getAttribute('data-run')).toBe(ended.id)
  })

  it('says that a run is not there', async () => {
    window.location.hash = `#/live/${idOf(99)}`
    stopRouter()
    stopRouter = startRouter()
    const { screen } = await open([running])
    expect(screen.text()).toContain('This run is not in the workspace')
  })

  it('says that a history cannot be read, and reads it when asked again', async () => {
    const { lab, screen } = await open([ended])
    lab.handlers['runs:history'] = () => {
      throw new Error('history.jsonl is not readable')
    }
    lab.connection.value = 'lost'
    await flushPromises()
    lab.connection.value = 'open'
    await flushPromises()
    expect(screen.get('[role=alert]').text()).toContain('history.jsonl is not readable')
    lab.handlers['runs:history'] = () => [evaluationOf(1)]
    await screen.get('[role=alert] button').trigger('click')
    await flushPromises()
    expect(screen.find('[role=alert]').exists()).toBe(false)
  })
})

describe('a run that trains', () => {
  const paused = { ...running, status: 'paused' as const }

  it('is paused by its button, and goes on by it', async () => {
    const { lab, screen } = await open([running])
    await press(screen, 'Pause')
    expect(lab.asked('runs:pause')).toEqual([[running.id]])
    lab.emit('runs:changed', { revision: 1, changed: [paused], removed: [] })
    await flushPromises()
    expect(screen.text()).toContain('Paused')
    expect(screen.get('nav').text()).toContain('Epoch 13 of 50')
    await press(screen, 'Go on')
    expect(lab.asked('runs:proceed')).toEqual([[running.id]])
  })

  it('is paused with Space, but not where Space presses something else', async () => {
    const { lab, screen } = await open([running])
    expect(await pressSpace()).toBe(true)
    expect(lab.asked('runs:pause')).toHaveLength(1)
    expect(await pressSpace(button(screen, 'Stop and keep')?.element)).toBe(false)
    expect(lab.asked('runs:pause')).toHaveLength(1)
  })

  it('says why it was not paused', async () => {
    const { lab, screen } = await open([running])
    lab.handlers['runs:pause'] = () => {
      throw new LabError('run/not-training', 'It is not training any more.')
    }
    await press(screen, 'Pause')
    const { toasts, close } = useToasts()
    expect(toasts.value.at(-1)?.text).toContain('784-150-120-10 was not paused. It is not training any more.')
    toasts.value.forEach((toast) => close(toast.id))
  })

  it('takes a learning rate by hand, says what that means, and shows it afterwards', async () => {
    const details: Partial<RunDetails> = {}
    const { lab, screen } = await open([running], {}, details)
    expect(screen.text()).toContain('Learning rate 0.01')
    await press(screen, 'Change')
    expect(screen.text()).toContain('The run will differ from its experiment')
    const field = screen.get<HTMLInputElement>('form input')
    expect(field.element.value).toBe('0.01')
    await field.setValue('fast')
    expect(screen.get('form').text()).toContain('Above 0, at most 1000, got "fast"')
    await screen.get('form').trigger('submit')
    expect(lab.asked('runs:set-learning-rate')).toEqual([])
    await field.setValue('0.002')
    details.interventions = [{ step: 1260, learningRate: 0.002 }]
    await screen.get('form').trigger('submit')
    await flushPromises()
    expect(lab.asked('runs:set-learning-rate')).toEqual([[running.id, 0.002]])
    expect(screen.find('form').exists()).toBe(false)
    expect(document.activeElement?.textContent).toBe('Change')
    expect(screen.get('[aria-label="Facts of this run"]').text()).toContain('Learning rate set by hand')
    expect(screen.text()).toContain('Learning rate 0.002')
  })
})

describe('a run that was cut short', () => {
  it.each(['interrupted', 'stopped', 'failed'] as const)('can be resumed when it is %s', async (status) => {
    const { lab, screen } = await open([runOf(1, { status, last: evaluationOf(3) })])
    await press(screen, 'Resume')
    expect(lab.asked('runs:resume')).toEqual([[[idOf(1)]]])
  })

  it('cannot when it has finished, and early stopping says why it did', async () => {
    const reason = 'early stopping at epoch 23 of 50'
    const { screen } = await open([runOf(1, { epochs: 50, last: evaluationOf(23), reason })])
    expect(button(screen, 'Resume')).toBeUndefined()
    expect(screen.text()).toContain('Finished at 23 of 50 epochs')
    expect(screen.text()).toContain('Early stopping at epoch 23 of 50')
  })
})

describe('the validation part', () => {
  const split = { kind: 'random', train: 500, validation: 500 } as const
  const experiment = { ...TWO_NETWORKS, dataset: { ...TWO_NETWORKS.dataset, split } }

  it('has its numbers and its lines beside train and test', async () => {
    const last = fullEvaluationOf(2)
    const { screen } = await open([runOf(1, { last })], { [idOf(1)]: [fullEvaluationOf(1), last] }, { experiment })
    const numbers = screen.get('dl').text()
    expect(numbers).toContain('Validation accuracy90.00 %450 of 500')
    expect(numbers).toContain('Validation loss0.2500')
    const spec: FigureSpec = screen.getComponent(FigurePanel).props('spec')
    expect(spec.panels).toEqual([
      ['train-loss', 'validation-loss', 'test-loss'],
      ['train-accuracy', 'validation-accuracy', 'test-accuracy'],
    ])
  })

  it('is not spoken of where there is none', async () => {
    const { screen } = await open([ended], { [ended.id]: [evaluationOf(10)] })
    expect(screen.text()).not.toMatch(/validation/i)
  })
})

describe('the layers', () => {
  const experiment = { ...TWO_NETWORKS, training: { ...TWO_NETWORKS.training, diagnostics: true } }
  async function openLayers(history: Evaluation[], details: Partial<RunDetails>) {
    const { screen } = await open([runOf(1, { last: history.at(-1) ?? null })], { [idOf(1)]: history }, details)
    await screen.get('input[type=radio][value=layers]').setValue(true)
    await flushPromises()
    return screen
  }

  it('show what was measured in each, and only that', async () => {
    const screen = await openLayers([fullEvaluationOf(1), fullEvaluationOf(2)], { experiment })
    const spec: FigureSpec = screen.getComponent(FigurePanel).props('spec')
    expect(spec.panels).toEqual([['gradient-norm'], ['update-ratio'], ['dead-share']])
    const histograms = screen.findAll('svg[role=img]').map((each) => each.attributes('aria-label'))
    expect(histograms).toContain('Hidden 1: 100 activations from 0 to 2.5')
    expect(screen.text()).toContain('Activations at epoch 2')
    expect(screen.text()).toContain('4.00 % dead')
  })

  it('say how to have them measured where a run has no diagnostics', async () => {
    const screen = await openLayers([evaluationOf(1)], { experiment: TWO_NETWORKS })
    expect(screen.text()).toContain('This run has no diagnostics')
    expect(screen.text()).toContain('Switch them on under “Evaluation”')
  })
})
