import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Component } from 'vue'
import type { FigureRun, FigureSpec } from '#shared/figure'
import FigurePanel from '../../../src/renderer/charts/FigurePanel.vue'
import CurvesTab from '../../../src/renderer/features/compare/CurvesTab.vue'
import FactorsTab from '../../../src/renderer/features/compare/FactorsTab.vue'
import GapTab from '../../../src/renderer/features/compare/GapTab.vue'
import GradientsTab from '../../../src/renderer/features/compare/GradientsTab.vue'
import TimeTab from '../../../src/renderer/features/compare/TimeTab.vue'
import {
  groupColors,
  groupingFor,
  newView,
  showMeasured,
  waitingText,
} from '../../../src/renderer/features/compare/compare-view'
import { valuesAt } from '../../../src/renderer/features/compare/cursor-values'
import { madeUpRun } from '../../shared/figures/made-up-runs'
import { fakeLab } from '../fake-lab'

beforeEach(() => {
  setActivePinia(createPinia())
  fakeLab({})
})

function ofWidth(width: string, index: number, replicate = 0): FigureRun {
  const run = madeUpRun({
    id: `run-${width}-${replicate}`,
    label: width,
    replicate,
    seed: index * 5 + replicate + 1,
    epochs: 5,
  })
  return { ...run, summary: { ...run.summary, configuration: { index, levels: { Width: width } } } }
}
const STUDY = [ofWidth('32', 0), ofWidth('32', 0, 1), ofWidth('64', 1), ofWidth('64', 1, 1)]
const ONE = [madeUpRun({ epochs: 5 })]

function show(tab: Component, runs: readonly FigureRun[], change: Partial<ReturnType<typeof newView>> = {}) {
  const view = Object.assign(newView(), change)
  const ids = runs.map(({ summary }) => summary.id)
  const shown = { runs: ids, colors: ids.map((_, i) => i) }
  const props = { shown, runs, listed: true, highlight: [], cursor: null, view }
  const wrapper = mount(tab, { props, attachTo: document.body })
  const specs = () => wrapper.findAllComponents(FigurePanel).map((panel): FigureSpec => panel.props('spec'))
  return { wrapper, specs, view }
}

describe.each([
  ['Curves', CurvesTab],
  ['Factors', FactorsTab],
  ['Time', TimeTab],
  ['Gap', GapTab],
  ['Gradients', GradientsTab],
] as const)('%s', (_, tab) => {
  it('says so when all runs are hidden', () => {
    expect(show(tab, []).wrapper.text()).toContain('All runs are hidden')
  })
})

describe('Curves', () => {
  it('draw configurations with the band that is chosen, smoothed, on a log axis', () => {
    const { specs } = show(CurvesTab, STUDY, { by: 'configuration', band: 'ci95', smooth: 0.9, logX: true })
    expect(specs()[0]).toMatchObject({
      by: 'configuration',
      band: 'ci95',
      smooth: { kind: 'ema', amount: 0.9 },
      logX: true,
    })
  })

  it('make small multiples by a factor that varies, and forget one that does not', () => {
    expect(show(CurvesTab, STUDY, { facet: 'Width' }).specs()[0]?.facets).toEqual(['Width'])
    expect(show(CurvesTab, STUDY.slice(0, 2), { facet: 'Width' }).specs()[0]).not.toHaveProperty('facets')
  })
})

describe('Factors', () => {
  it('set a value of each run against what varies', () => {
    const { specs, wrapper } = show(FactorsTab, STUDY)
    expect(specs()).toMatchObject([{ kind: 'factor', panels: [['test-error']], at: 'last' }])
    expect(wrapper.get('[aria-label="Factor"]').text()).toContain('Width')
  })

  it.each([
    ['heat', { kind: 'heat' }],
    ['bars', { kind: 'factor', marks: 'bars' }],
    ['box', { kind: 'box' }],
    ['parallel', { kind: 'parallel' }],
  ] as const)('have a view as %s', (factorKind, spec) => {
    expect(show(FactorsTab, STUDY, { factorKind }).specs()[0]).toMatchObject(spec)
  })

  it('say that nothing varies with one run, which boxes do not need', () => {
    expect(show(FactorsTab, ONE).wrapper.text()).toContain('Nothing varies among these runs')
    expect(show(FactorsTab, ONE, { factorKind: 'box' }).specs()).toHaveLength(1)
  })
})

describe('Time', () => {
  it('is error against seconds, and all epochs as boxes', () => {
    expect(show(TimeTab, ONE).specs()).toMatchObject([
      { panels: [['test-error']], x: 'seconds' },
      { kind: 'box', panels: [['seconds-per-epoch']], by: 'run' },
    ])
  })
})

describe('Gap', () => {
  it('is of loss and of accuracy', () => {
    expect(show(GapTab, ONE).specs()).toMatchObject([{ panels: [['loss-gap']] }, { panels: [['accuracy-gap']] }])
  })
})

describe('Gradients', () => {
  it('say how to record them where no run has', () => {
    expect(show(GradientsTab, ONE).wrapper.text()).toContain('No run here has recorded its layers')
  })

  it('are a map, or lines', () => {
    const runs = [madeUpRun({ epochs: 3, layers: 3 })]
    expect(show(GradientsTab, runs).specs()).toMatchObject([{ kind: 'gradients', panels: [['gradient-norm']] }])
    expect(show(GradientsTab, runs, { layerView: 'lines' }).specs()[0]).not.toHaveProperty('kind')
  })
})

describe('the list beside the charts', () => {
  const ids = STUDY.map(({ summary }) => summary.id)

  it('has a color for each run, or one for all seeds of a configuration', () => {
    expect(groupColors(ids, STUDY, 'run')).toEqual([0, 1, 2, 3])
    expect(groupColors(ids, STUDY, 'configuration')).toEqual([0, 0, 1, 1])
  })

  it('has the values at the cursor, of runs that came so far', () => {
    const [first = expect.fail(), ...rest] = STUDY
    const short = { ...first, history: first.history.slice(0, 2) }
    const { head, byRun } = valuesAt([short, ...rest], 3, 'epoch', 'test-accuracy')
    const score = rest[0]?.history[2]?.test ?? expect.fail()
    expect(head).toBe('Test accuracy at epoch 3')
    expect(byRun.get(rest[0]?.summary.id ?? expect.fail())).toBe(
      `${((score.correct / score.count) * 100).toFixed(2)} %`,
    )
    expect(byRun.has(short.summary.id)).toBe(false)
  })
})

describe('how a comparison begins', () => {
  const isOf = (part: 'validation' | 'test') => (metric: string) => metric.startsWith(part)
  const locked = STUDY.map((run): FigureRun => ({
    summary: { ...run.summary, testPolicy: 'final' },
    history: run.history.map(({ test, ...at }) => ({ ...at, ...(test && { validation: test }) })),
    machine: null,
  }))

  it('is with the validation part where the test part is locked, and with the test part where it was watched', () => {
    const view = newView()
    showMeasured(view, STUDY)
    expect([...view.metrics, view.factorMetric, view.timeMetric].every(isOf('test'))).toBe(true)
    showMeasured(view, locked)
    expect([...view.metrics, view.factorMetric, view.timeMetric].every(isOf('validation'))).toBe(true)
  })

  it('is by configuration where several have seeds, and by run otherwise', () => {
    const ids = (runs: readonly FigureRun[]) => runs.map(({ summary }) => summary.id)
    expect(groupingFor(ids(STUDY), STUDY)).toBe('configuration')
    expect(groupingFor(ids(STUDY.slice(0, 2)), STUDY)).toBe('run') // the seeds of one
    const firsts = STUDY.filter(({ summary }) => summary.replicate === 0)
    expect(groupingFor(ids(firsts), firsts)).toBe('run')
  })

  it('says why a chart is empty', () => {
    expect(waitingText('test-loss', locked)).toContain('locked until their final evaluation')
    expect(waitingText('validation-loss', STUDY)).toBe('These runs have not measured their validation part')
    expect(
      waitingText(
        'test-loss',
        ONE.map((run) => ({ ...run, history: [] })),
      ),
    ).toBe('No evaluations yet')
  })
})
