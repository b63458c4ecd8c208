import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Evaluation, RunSummary } from '#shared/run'
import LiveScreen from '../../../src/renderer/features/live/LiveScreen.vue'
import { go, route, startRouter } from '../../../src/renderer/shell/router'
import { fakeLab } from '../fake-lab'
import { evaluationOf, idOf, runOf } from '../runs/fixture'
import { TWO_NETWORKS } from '../samples'

let stopRouter: () => void
beforeEach(() => {
  setActivePinia(createPinia())
  window.location.hash = '#/live'
  stopRouter = startRouter()
})
afterEach(() => stopRouter())

async function open(runs: RunSummary[], histories: Record<string, Evaluation[]> = {}) {
  const lab = fakeLab({
    'runs:list': () => ({ revision: 0, runs }),
    'runs:history': (id) => histories[id] ?? [],
    'runs:details': (id) => ({
      summary: runs.find((run) => run.id === id) ?? runOf(0),
      experiment: TWO_NETWORKS,
      machine: null,
      directory: '/lab',
    }),
    'runs:stop': () => undefined,
  })
  const screen = mount(LiveScreen, { attachTo: document.body })
  await flushPromises()
  return { lab, screen }
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
    expect(text).toContain('This epoch so far: loss 0.06120, accuracy 98.14 %')
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
