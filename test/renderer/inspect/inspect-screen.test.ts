import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import { DEFAULT_SETTINGS } from '#shared/ipc'
import type { ModelFacts, ModelSource, PartPredictions } from '#shared/inspect/inspected'
import type { RunSummary } from '#shared/run'
import InspectScreen from '../../../src/renderer/features/inspect/InspectScreen.vue'
import { go, route, startRouter } from '../../../src/renderer/shell/router'
import { useInspectStore } from '../../../src/renderer/stores/inspect'
import { said } from '../../shared/inspect/said'
import { listing } from '../data/datasets'
import { fakeLab, type Handlers } from '../fake-lab'
import { evaluationOf, idOf, runOf } from '../runs/fixture'

let stopRouter: () => void = () => undefined
beforeEach(() => setActivePinia(createPinia()))
afterEach(() => stopRouter())

const RUNS = [1, 2].map((n) => runOf(n, { label: `net ${n}`, status: 'finished', last: evaluationOf(10) }))

function factsOf(source: ModelSource, change: Partial<ModelFacts> = {}): ModelFacts {
  return {
    source,
    title: 'net 1',
    sizes: [2, 4, 2],
    activations: ['relu'],
    outputActivation: 'softmax',
    loss: 'softmax-cross-entropy',
    parameters: 22,
    dataset: 'two-moons',
    dataProblem: null,
    classNames: ['Upper moon', 'Lower moon'],
    step: 40,
    epoch: 10,
    isSnapshot: false,
    moments: [],
    scaling: 'as they are',
    parts: [
      { part: 'train', count: 4 },
      { part: 'test', count: 4 },
    ],
    isTestLocked: false,
    ...change,
  }
}

/** Rows 0 and 3 are right. */
const FIRST = said(
  [
    [0.9, 0.1],
    [0.8, 0.2],
    [0.3, 0.7],
    [0.1, 0.9],
  ],
  [0, 1, 0, 1],
  { first: 100 },
)
/** Rows 0 and 1 are right. */
const SECOND = said(
  [
    [0.9, 0.1],
    [0.2, 0.8],
    [0.3, 0.7],
    [0.6, 0.4],
  ],
  [0, 1, 0, 1],
  { first: 100 },
)

function answerOf({ source }: { source: ModelSource }): PartPredictions {
  return source.of === 'run' && source.run === idOf(2) ? SECOND : FIRST
}

async function open(query: string, handlers: Handlers = {}, runs: RunSummary[] = RUNS) {
  window.location.hash = `#/inspect${query}`
  stopRouter = startRouter()
  const lab = fakeLab({
    'settings:get': () => DEFAULT_SETTINGS,
    'runs:list': () => ({ revision: 0, runs }),
    'datasets:list': () => listing(),
    'inspect:model': (source) => factsOf(source),
    'inspect:predictions': answerOf,
    ...handlers,
  })
  const screen = mount(InspectScreen, { attachTo: document.body })
  for (let i = 0; i < 4; i++) await flushPromises()
  return { lab, screen, store: useInspectStore() }
}

describe('Inspect', () => {
  it('shows the newest model where none is named, on its test part', async () => {
    const { lab } = await open('')
    expect(route.value.query['run']).toBe(idOf(2))
    expect(lab.asked('inspect:predictions').map(([request]) => request.part)).toEqual(['test'])
  })

  it('lets a person go to another screen', async () => {
    const { lab } = await open(`?run=${idOf(1)}`)
    const asked = lab.asked('inspect:model').length
    go('settings')
    await flushPromises()
    expect(route.value.screen).toBe('settings')
    expect(lab.asked('inspect:model')).toHaveLength(asked)
  })

  it('says what to do where there is no model', async () => {
    const { screen } = await open('', {}, [])
    expect(screen.text()).toContain('No model to look into yet')
    expect(screen.text()).toContain('Open a preset')
  })

  it('says why a model cannot be looked into, and asks again', async () => {
    let isThere = false
    const { screen, store } = await open(`?run=${idOf(1)}`, {
      'inspect:model': (source) => {
        if (!isThere) throw new LabError('model/none', 'This run has left no weights')
        return factsOf(source)
      },
    })
    expect(screen.text()).toContain('This run has left no weights')
    isThere = true
    store.again()
    for (let i = 0; i < 4; i++) await flushPromises()
    expect(screen.text()).not.toContain('This run has left no weights')
    expect(screen.text()).toContain('50.00 %')
  })

  it('says that the data have gone, and keeps the model', async () => {
    const { screen, lab } = await open(`?run=${idOf(1)}`, {
      'inspect:model': (source) => factsOf(source, { dataProblem: 'What is called so now is another set', parts: [] }),
    })
    expect(screen.text()).toContain('What is called so now is another set')
    expect(screen.text()).toContain('2-4-2')
    expect(lab.asked('inspect:predictions')).toEqual([])
  })

  it('never asks about a test part that is locked, and offers the final evaluation', async () => {
    const { screen, lab } = await open(`?run=${idOf(1)}&part=test`, {
      'inspect:model': (source) => factsOf(source, { isTestLocked: true, parts: [{ part: 'train', count: 4 }] }),
    })
    expect(lab.asked('inspect:predictions').map(([request]) => request.part)).toEqual(['train'])
    expect(screen.text()).toContain('The test part is locked.')
    expect(screen.text()).toContain('Final evaluation…')
  })

  it('draws the matrix with its totals, and leads from a cell to its samples', async () => {
    const { screen, store } = await open(`?run=${idOf(1)}`)
    const cells = screen.findAll('[role=gridcell].cell')
    expect(cells.map((cell) => cell.text())).toEqual(['1', '1', '1', '1'])
    expect(screen.text()).toContain('50.00 %')
    await cells[1]?.trigger('click')
    await flushPromises()
    expect(route.value.query).toMatchObject({ tab: 'gallery', show: 'all', true: '0', predicted: '1' })
    expect([...store.shownSamples]).toEqual([102])
  })

  it('is operated by keys: arrows move, Enter opens the cell', async () => {
    const { screen } = await open(`?run=${idOf(1)}`)
    const grid = screen.get('[role=grid]')
    await grid.trigger('keydown', { key: 'ArrowDown' })
    await grid.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(route.value.query).toMatchObject({ true: '1', predicted: '0' })
  })

  it('divides a pair into McNemar’s four cells, which show their samples', async () => {
    const { screen, store } = await open(`?run=${idOf(1)}&pair=${idOf(2)}&tab=gallery`)
    const cells = screen.findAll('section[aria-label="The two models"] button')
    expect(cells.map((cell) => cell.attributes('aria-label'))).toEqual([
      'Both right: 1 samples',
      'A right, B wrong: 1 samples',
      'A wrong, B right: 1 samples',
      'Both wrong: 1 samples',
    ])
    expect(screen.text()).toContain('no evidence of a difference')
    await cells[2]?.trigger('click')
    expect([...store.shownSamples]).toEqual([101])
  })

  it('does not compare two models that were not asked about the same samples', async () => {
    const { screen, store } = await open(`?run=${idOf(1)}&pair=${idOf(2)}&tab=gallery`, {
      'inspect:predictions': (request) =>
        request.source.of === 'run' && request.source.run === idOf(2)
          ? said([[0.9, 0.1]], [0], { first: 7 })
          : answerOf(request),
    })
    expect(store.paired).toBeNull()
    expect(screen.text()).toContain('not asked about the same samples')
  })

  it('says so of two models of different data', async () => {
    const { screen } = await open(`?run=${idOf(1)}&pair=${idOf(2)}&tab=gallery`, {
      'inspect:model': (source) =>
        factsOf(source, source.of === 'run' && source.run === idOf(2) ? { dataset: 'spirals' } : {}),
      'inspect:predictions': (request) =>
        request.source.of === 'run' && request.source.run === idOf(2)
          ? said([[0.9, 0.1]], [0], { first: 7 })
          : answerOf(request),
    })
    expect(screen.text()).toMatch(/know different data, .* and spirals/)
  })

  it('suspects no label by outputs that are no probabilities, and waits for nothing', async () => {
    const { screen, store } = await open(`?run=${idOf(1)}&tab=gallery&show=suspected`, {
      'inspect:model': (source) => factsOf(source, { outputActivation: 'linear' }),
    })
    expect(store.suspects.isWaiting).toBe(false)
    expect(screen.text()).toContain('No label can be suspected')
  })

  it.each([
    ['offers the newest weights of a run that trains', 'running', true],
    ['does not speak of newer weights where a run was cut short', 'interrupted', false],
  ] as const)('%s', async (_, status, isOffered) => {
    const handlers = { 'inspect:model': (source: ModelSource) => factsOf(source, { isSnapshot: true }) }
    const { screen } = await open(
      `?run=${idOf(1)}`,
      handlers,
      RUNS.map((run) => ({ ...run, status })),
    )
    expect(screen.text()).toContain('Snapshot of epoch 10')
    expect(screen.find('button[title="Take the newest weights"]').exists()).toBe(isOffered)
  })

  it('sets a run beside itself at its first epoch, and lets both moments be moved', async () => {
    const moments = [
      { step: 20, epoch: 5, kind: 'kept' as const },
      { step: 40, epoch: 10, kind: 'last' as const },
    ]
    const { screen } = await open(`?run=${idOf(1)}`, { 'inspect:model': (source) => factsOf(source, { moments }) })
    await screen.get('select[aria-label="Beside"]').setValue(idOf(1))
    for (let i = 0; i < 4; i++) await flushPromises()
    expect(route.value.query).toMatchObject({ pair: idOf(1), pairStep: '20' })
    expect(screen.get<HTMLSelectElement>('select[aria-label="Model B"]').element.value).toBe(idOf(1))
    expect(screen.text()).toMatch(/Epoch, A.*10, the last.*Epoch, B.*5/)
  })

  it('suspects labels by all seeds of the configuration', async () => {
    const configuration = { index: 0, levels: {} }
    const seeds = RUNS.map((run, replicate) => ({ ...run, experimentId: 'one', configuration, replicate }))
    const { store } = await open(`?run=${idOf(1)}&tab=gallery&show=suspected`, {}, seeds)
    expect(store.suspects.found?.models).toBe(2)
  })

  it('keeps the last answers while those of another moment are on their way', async () => {
    const moments = [
      { step: 20, epoch: 5, kind: 'kept' as const },
      { step: 40, epoch: 10, kind: 'last' as const },
    ]
    const { screen, lab, store } = await open(`?run=${idOf(1)}`, {
      'inspect:model': (source) => factsOf(source, { moments }),
    })
    await screen.get('input[type=range]').setValue(0)
    expect(store.answers).not.toBeNull()
    for (let i = 0; i < 4; i++) await flushPromises()
    expect(lab.asked('inspect:predictions').at(-1)?.[0].source).toMatchObject({ step: 20 })
    expect(route.value.query['step']).toBe('20')
  })
})
