import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { QueueState } from '#shared/ipc'
import type { RunSummary } from '#shared/run'
import QueueList from '../../../src/renderer/features/live/QueueList.vue'
import { queueMenu, type QueueDeeds } from '../../../src/renderer/features/live/queue-menu'
import { queueOf } from '../../../src/renderer/features/live/queue'
import FinalEvaluation from '../../../src/renderer/runs/FinalEvaluation.vue'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { startRouter } from '../../../src/renderer/shell/router'
import { fakeLab } from '../fake-lab'
import { evaluationOf, idOf, runOf } from '../runs/fixture'

let stopRouter: () => void
beforeEach(() => {
  setActivePinia(createPinia())
  window.location.hash = '#/live'
  stopRouter = startRouter()
})
afterEach(() => stopRouter())

const running = runOf(1, { status: 'running', last: evaluationOf(2) })
const waiting = [2, 3, 4].map((n) => runOf(n, { status: 'waiting', place: 10 - n, experimentId: n === 3 ? 'b' : 'a' }))
const cut = runOf(5, { status: 'stopped', cutShort: true })

async function open(runs: RunSummary[], chosen = running.id, state: QueueState = { paused: false, reason: null }) {
  const lab = fakeLab({
    'runs:list': () => ({ revision: 0, runs }),
    'queue:state': () => state,
    'queue:pause': () => undefined,
    'queue:proceed': () => undefined,
    'queue:move': () => undefined,
    'queue:resume-all': () => ({ resumed: [idOf(6)], refused: [{ id: idOf(5), message: 'Other kernels' }] }),
    'runs:retrain': () => idOf(9),
    'runs:evaluate-test': () => [],
  })
  const list = mount(QueueList, { props: { queue: queueOf(runs), chosen }, attachTo: document.body })
  await flushPromises()
  return { lab, list }
}

async function press(text: string): Promise<void> {
  const found = [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === text)
  if (!found) throw new Error(`No button is called "${text}"`)
  found.click()
  await flushPromises()
}

describe('the queue', () => {
  it('has its waiting runs in the order of their places', async () => {
    const { list } = await open([running, ...waiting])
    const labels = list.findAll('section[aria-label=Waiting] a').map((row) => row.attributes('data-run'))
    expect(labels).toEqual([idOf(4), idOf(3), idOf(2)])
  })

  it('is paused and goes on by one button, and says when a full disk has paused it', async () => {
    const { lab, list } = await open([running])
    await press('Pause all')
    expect(lab.asked('queue:pause')).toEqual([[]])
    lab.emit('queue:changed', { paused: true, reason: 'Could not write history.jsonl: the disk is full' })
    await flushPromises()
    expect(list.text()).toContain('the disk is full')
    expect(list.text()).toContain('Nothing is lost')
    await press('Try again')
    expect(lab.asked('queue:proceed')).toEqual([[]])
  })

  it('resumes all that was cut short with one press, and tells what could not go on', async () => {
    const { lab } = await open([running, cut, runOf(6, { status: 'interrupted' }), runOf(7, { status: 'stopped' })])
    await press('Resume 2 runs cut short')
    expect(lab.asked('queue:resume-all')).toEqual([[]])
    expect(useToasts().toasts.value.at(-1)?.text).toContain('Other kernels')
  })

  it.each([
    ['ArrowUp', idOf(3), [[idOf(3)], idOf(4)]],
    ['ArrowDown', idOf(4), [[idOf(4)], idOf(2)]],
    ['Home', idOf(2), [[idOf(2)], idOf(4)]],
    ['End', idOf(4), [[idOf(4)], null]],
  ])('moves a waiting run with Alt and %s', async (key, chosen, expected) => {
    const { lab, list } = await open([running, ...waiting], chosen)
    await list.get(`[data-run="${chosen}"]`).trigger('keydown', { key, altKey: true })
    await flushPromises()
    expect(lab.asked('queue:move')).toEqual([expected])
  })

  it('moves nothing that trains, nor beyond the ends of the line', async () => {
    const { lab, list } = await open([running, ...waiting], running.id)
    await list.get(`[data-run="${running.id}"]`).trigger('keydown', { key: 'ArrowDown', altKey: true })
    await list.setProps({ chosen: idOf(4) })
    await list.get(`[data-run="${idOf(4)}"]`).trigger('keydown', { key: 'ArrowUp', altKey: true })
    await flushPromises()
    expect(lab.asked('queue:move')).toEqual([])
  })

  it('moves a run to where it is dropped', async () => {
    const { lab, list } = await open([running, ...waiting])
    const rows = list.findAll('section[aria-label=Waiting] li')
    await rows[2]?.trigger('dragstart')
    await rows[0]?.trigger('dragover', { clientY: -1 })
    expect(rows[0]?.classes()).toContain('above')
    await rows[0]?.trigger('drop')
    await flushPromises()
    expect(lab.asked('queue:move')).toEqual([[[idOf(2)], idOf(4)]])
  })
})

describe('the menu of a run in the queue', () => {
  const nothing = () => undefined
  const deeds: QueueDeeds = { move: nothing, stopAfterEpoch: nothing, repeat: nothing, resume: nothing }
  const labels = (run: RunSummary, line: RunSummary[] = []) => queueMenu(run, line, deeds).map((item) => item.label)
  const line = [...waiting].reverse()

  it('moves one that waits, alone or with its experiment', () => {
    const moves: unknown[] = []
    const items = queueMenu(line[2] as RunSummary, line, { ...deeds, move: (...args) => moves.push(args) })
    for (const item of items) if (!item.disabled && item.label !== 'Duplicate') item.action()
    expect(moves).toEqual([
      [[idOf(2)], idOf(4)],
      [[idOf(2)], idOf(3)],
      [[idOf(4), idOf(2)], idOf(4)],
    ])
  })

  it('offers each run what it can do', () => {
    expect(labels(running)).toEqual(['Stop after this epoch', 'Duplicate'])
    expect(labels({ ...running, stopsAfterEpoch: true })[0]).toBe('Go on after this epoch')
    expect(labels(runOf(8))).toEqual(['Train again from the start'])
    expect(labels(runOf(8, { status: 'failed' }))).toEqual(['Resume', 'Train again from the start'])
  })
})

describe('the final evaluation', () => {
  const validation = { loss: 0.2, correct: 940, count: 1000 }
  const locked = runOf(1, {
    testPolicy: 'final',
    last: { ...evaluationOf(9), validation },
    bestValidation: { epoch: 7, score: validation },
  })

  it('asks before it unlocks the test part, and says how often it was looked at', async () => {
    const { lab } = await open([locked])
    const card = mount(FinalEvaluation, { props: { run: locked }, attachTo: document.body })
    expect(card.text()).toContain('The test part is locked')
    await press('Final evaluation…')
    expect(document.body.textContent).toContain('Nobody has looked at it in this experiment')
    await press('Unlock and test')
    expect(lab.asked('runs:evaluate-test')).toEqual([[[locked.id]]])
  })

  it('leads to the retrained run, which says by which run it was chosen', async () => {
    const { lab } = await open([locked])
    const card = mount(FinalEvaluation, { props: { run: locked }, attachTo: document.body })
    await press('Retrain on train + validation')
    expect(lab.asked('runs:retrain')).toEqual([[locked.id]])
    expect(window.location.hash).toContain(idOf(9))
    const score = { loss: 0.1, correct: 9800, count: 10_000 }
    const origin = { kind: 'retrain', from: locked.id, epochs: 7, chosenBy: 'validation-loss' } as const
    const finalEvaluation = { at: '2026-11-21T00:00:00.000Z', score, epoch: 7, looks: 2 }
    await card.setProps({ run: runOf(9, { origin, finalEvaluation, testPolicy: 'final', last: evaluationOf(7) }) })
    expect(card.text().replace(/\s+/g, ' ')).toContain(
      'Test 98.00 % (9,800 of 10,000), loss 0.1000, weights of epoch 7; test part looked at twice in this experiment',
    )
    expect(card.text()).toContain('(7 epochs), trained on 1,000, tested once')
  })

  it('is not spoken of where the test part was watched all along', async () => {
    await open([running])
    expect(mount(FinalEvaluation, { props: { run: runOf(2, { testPolicy: 'each' }) } }).text()).toBe('')
  })
})
