import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS } from '#shared/ipc'
import type { FigureSpec } from '#shared/figure'
import type { Experiment } from '#shared/experiment'
import type { RunSummary } from '#shared/run'
import FigurePanel from '../../../src/renderer/charts/FigurePanel.vue'
import CompareScreen from '../../../src/renderer/features/compare/CompareScreen.vue'
import { compareSections, onlyDifferences } from '../../../src/renderer/features/compare/compare-table'
import { runsOfQuery, shownRuns } from '../../../src/renderer/features/compare/compared'
import { route, startRouter } from '../../../src/renderer/shell/router'
import { fakeLab } from '../fake-lab'
import { evaluationOf, fullEvaluationOf, idOf, runOf } from '../runs/fixture'
import { TWO_NETWORKS } from '../samples'

let stopRouter: () => void = () => undefined
beforeEach(() => setActivePinia(createPinia()))
afterEach(() => stopRouter())

const RUNS = [1, 2, 3].map((n) =>
  runOf(n, { label: `net ${n}`, last: evaluationOf(10, { correct: 970 + n }), threads: 2 }),
)

function detailsOf(summary: RunSummary, experiment: Experiment = TWO_NETWORKS) {
  return { summary, experiment, machine: null, directory: '/lab' }
}

async function open(query: string, runs = RUNS, history = [evaluationOf(1), evaluationOf(10)]) {
  window.location.hash = `#/compare${query}`
  stopRouter = startRouter()
  const lab = fakeLab({
    'settings:get': () => ({ ...DEFAULT_SETTINGS, threads: 0, theme: 'light' }),
    'runs:list': () => ({ revision: 0, runs }),
    'runs:history': () => history,
    'runs:details': (id) => detailsOf(runs.find((run) => run.id === id) ?? runOf(0)),
  })
  const screen = mount(CompareScreen, { attachTo: document.body })
  await flushPromises()
  await new Promise((resolve) => requestAnimationFrame(resolve))
  await flushPromises()
  const specs = () => screen.findAllComponents(FigurePanel).map((panel): FigureSpec => panel.props('spec'))
  const press = async (text: string) => {
    const target = [...screen.findAll('button'), ...screen.findAll('label')].find((each) => each.text() === text)
    await (target?.element instanceof HTMLLabelElement ? target.get('input').setValue(true) : target?.trigger('click'))
    await flushPromises()
  }
  return { lab, screen, specs, press }
}

describe('the address of a comparison', () => {
  it('names each run once and in order; what is no run is left out', () => {
    expect(runsOfQuery(`${idOf(2)},${idOf(1)},${idOf(2)},,../x`)).toEqual([idOf(2), idOf(1)])
    expect(runsOfQuery(undefined)).toEqual([])
  })
  it('keeps the colours of those that stay when others are hidden', () => {
    expect(shownRuns([idOf(1), idOf(2), idOf(3)], new Set([idOf(2)]))).toEqual({
      runs: [idOf(1), idOf(3)],
      colors: [0, 2],
    })
  })
})

describe('Compare', () => {
  it('says what to do when no run is chosen', async () => {
    const { screen } = await open('')
    expect(screen.text()).toContain('No runs to compare')
    expect(screen.find('a[href="#/runs"]').exists()).toBe(true)
  })

  it('lays test loss and test accuracy of all runs over each other', async () => {
    const { specs } = await open(`?runs=${idOf(3)},${idOf(1)}`)
    expect(specs()).toMatchObject([
      { runs: [idOf(3), idOf(1)], panels: [['test-loss']], x: 'epoch', logY: false },
      { runs: [idOf(3), idOf(1)], panels: [['test-accuracy']] },
    ])
  })

  it('hides a run from the charts and so from their export', async () => {
    const { screen, specs } = await open(`?runs=${idOf(1)},${idOf(2)},${idOf(3)}`)
    await screen.get('[aria-label="Hide net 2"]').trigger('click')
    expect(specs()[0]).toMatchObject({ runs: [idOf(1), idOf(3)], colors: [0, 2] })
    await screen.get('[aria-label="Show net 2"]').trigger('click')
    expect(specs()[0]?.runs).toHaveLength(3)
  })

  it('shows one run alone, and all of them again', async () => {
    const { screen, specs } = await open(`?runs=${idOf(1)},${idOf(2)},${idOf(3)}`)
    const alone = screen.get('[title="Show net 2 alone, or all again"]')
    await alone.trigger('click')
    expect(specs()[0]?.runs).toEqual([idOf(2)])
    await alone.trigger('click')
    expect(specs()[0]?.runs).toHaveLength(3)
  })

  it('leaves a run out of the comparison and of the address', async () => {
    const { screen } = await open(`?runs=${idOf(1)},${idOf(2)}`)
    await screen.get('[aria-label="Leave net 1 out"]').trigger('click')
    expect(route.value.query['runs']).toBe(idOf(2))
  })

  it('draws all charts by the axis and the scale that are chosen', async () => {
    const { specs, press } = await open(`?runs=${idOf(1)},${idOf(2)}`)
    await press('Seconds')
    await press('Log y')
    expect(specs().every((spec) => spec.x === 'seconds' && spec.logY)).toBe(true)
  })

  it('draws train against test for each run by itself', async () => {
    const { specs, press } = await open(`?runs=${idOf(1)},${idOf(2)}`)
    await press('Run by run')
    expect(specs().map((spec) => [spec.runs, spec.panels])).toEqual([
      [
        [idOf(1)],
        [
          ['train-loss', 'test-loss'],
          ['train-accuracy', 'test-accuracy'],
        ],
      ],
      [
        [idOf(2)],
        [
          ['train-loss', 'test-loss'],
          ['train-accuracy', 'test-accuracy'],
        ],
      ],
    ])
  })

  it('offers charts of the validation part, and draws it, where a run has one', async () => {
    const query = `?runs=${idOf(1)}`
    const { screen: without } = await open(query)
    expect(without.get('select').text()).not.toContain('Validation loss')
    setActivePinia(createPinia())
    const { screen, press, specs } = await open(query, RUNS, [fullEvaluationOf(1)])
    expect(screen.get('select').text()).toContain('Validation loss')
    await press('Run by run')
    expect(specs()[0]?.panels[0]).toEqual(['train-loss', 'validation-loss', 'test-loss'])
  })

  it('leaves out a run that has been removed meanwhile', async () => {
    const { lab, specs } = await open(`?runs=${idOf(1)},${idOf(2)}`)
    lab.emit('runs:changed', { revision: 1, changed: [], removed: [idOf(1)] })
    await flushPromises()
    expect(specs()[0]?.runs).toEqual([idOf(2)])
  })

  it('hides and shows the list of runs with Ctrl+J', async () => {
    const { screen } = await open(`?runs=${idOf(1)}`)
    expect(screen.find('aside').exists()).toBe(true)
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', ctrlKey: true }))
    await flushPromises()
    expect(screen.find('aside').exists()).toBe(false)
  })
})

describe('the table of a comparison', () => {
  const [first = runOf(1), second = runOf(2)] = RUNS
  const other: Experiment = {
    ...TWO_NETWORKS,
    training: { ...TWO_NETWORKS.training, optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0, nesterov: false } },
  }
  const runs = [
    { summary: first, details: detailsOf(first) },
    { summary: second, details: detailsOf(second, other) },
  ]
  const labels = (sections: ReturnType<typeof compareSections>) =>
    sections.flatMap((section) => section.rows.map((row) => row.label))

  it('shows only what differs, with fields that one run does not have', () => {
    const rows = onlyDifferences(compareSections(runs)).flatMap((section) => section.rows)
    const cells = new Map(rows.map((row) => [row.label, row.cells]))
    expect(cells.get('Test samples right')).toEqual(['971 of 1,000', '972 of 1,000'])
    expect(cells.get('training.optimizer.kind')).toEqual(['adam', 'sgd'])
    expect(cells.get('training.optimizer.momentum')).toEqual(['–', '0'])
    expect([...cells.keys()]).not.toContain('training.batchSize')
    expect(rows.every((row) => row.differs)).toBe(true)
  })

  it('shows everything when asked, and says what differs', () => {
    const sections = compareSections(runs)
    expect(labels(sections)).toEqual(expect.arrayContaining(['Status', 'training.batchSize', 'Threads']))
    const batch = sections.flatMap((section) => section.rows).find((row) => row.label === 'training.batchSize')
    expect(batch).toMatchObject({ cells: ['64', '64'], differs: false, isPath: true })
  })

  it('has a row for each field of the design, for validation and for what was set by hand', () => {
    const network = { ...TWO_NETWORKS.network, layers: [{ units: 8, activation: 'elu' as const, c: 2 }] }
    const full = { ...second, last: fullEvaluationOf(2), reason: 'early stopping at epoch 2 of 10' }
    const changed = [
      { summary: first, details: detailsOf(first) },
      {
        summary: full,
        details: {
          ...detailsOf(full, { ...TWO_NETWORKS, network }),
          interventions: [{ step: 1260, learningRate: 0.002 }],
        },
      },
    ]
    const rows = compareSections(changed).flatMap((section) => section.rows)
    const cells = new Map(rows.map((row) => [row.label, row.cells[1]]))
    expect(cells.get('network.layers')).toBe('8 elu (c 2)')
    expect(cells.get('Validation accuracy')).toBe('90.00 %')
    expect(cells.get('Why it ended')).toBe('Early stopping at epoch 2 of 10')
    expect(cells.get('Learning rate set by hand')).toBe('0.002 from step 1,260')
    for (const field of Object.keys(TWO_NETWORKS.training.regularization))
      expect(cells.has(`training.regularization.${field}`)).toBe(true)
    for (const field of ['mistake', 'initialWeights', 'earlyStopping']) {
      expect(cells.get(`training.${field}`), field).toBe('none')
    }
    expect(cells.get('training.diagnostics')).toBe('false')
  })

  it('has no row for what none of the runs has', () => {
    const without = labels(compareSections(runs))
    for (const label of ['Validation accuracy', 'Why it ended', 'Learning rate set by hand']) {
      expect(without).not.toContain(label)
    }
  })

  it('leaves out a section in which nothing differs', () => {
    const same = [first, { ...first, id: idOf(7) }].map((summary) => ({ summary, details: detailsOf(summary) }))
    expect(onlyDifferences(compareSections(same))).toEqual([])
  })
})
