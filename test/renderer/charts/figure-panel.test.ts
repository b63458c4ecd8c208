import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS } from '#shared/ipc'
import { LabError } from '#shared/errors'
import type { FigureRun, FigureSpec } from '#shared/figure'
import FigureChart from '../../../src/renderer/charts/FigureChart.vue'
import FigurePanel from '../../../src/renderer/charts/FigurePanel.vue'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { fakeLab } from '../fake-lab'
import { evaluationOf, idOf, runOf } from '../runs/fixture'

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  const { toasts, close } = useToasts()
  for (const toast of [...toasts.value]) close(toast.id)
})

const SPEC: FigureSpec = {
  runs: [idOf(1), idOf(2)],
  colors: [0, 3],
  panels: [['test-loss']],
  x: 'seconds',
  logY: true,
  title: null,
  widthCm: 12,
  heightCm: 8,
}
const RUNS: FigureRun[] = [1, 2].map((n) => ({
  summary: runOf(n, { last: evaluationOf(2), reducedData: n === 2 }),
  history: [evaluationOf(1), evaluationOf(2)],
  machine: null,
}))

function labThatDraws() {
  return fakeLab({
    'settings:get': () => ({ ...DEFAULT_SETTINGS, threads: 0, theme: 'light' }),
    'figures:render': ({ format }) => ({ name: `figure.${format}`, mediaType: 'x', bytes: new Uint8Array([7]) }),
    'shell:save': (file) => `/documents/${file.name}`,
  })
}

function panel(props: Partial<{ spec: FigureSpec; runs: FigureRun[]; listed: boolean }> = {}) {
  return mount(FigurePanel, {
    props: { title: 'Test loss', spec: SPEC, runs: RUNS, ...props },
    attachTo: document.body,
  })
}

async function exportAs(wrapper: ReturnType<typeof panel>, label: RegExp) {
  const button = wrapper.get('button[aria-label=Export]')
  await button.trigger('pointerdown', { button: 0, ctrlKey: false, pointerType: 'mouse' })
  await button.trigger('click')
  await flushPromises()
  const item = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((each) => label.test(each.innerText))
  item?.click()
  await flushPromises()
}

describe('the export of a chart', () => {
  it.each([
    ['svg', /SVG/],
    ['png', /PNG/],
    ['pdf', /PDF/],
    ['csv', /CSV, as drawn/],
    ['csv-all', /CSV, all/],
    ['tex', /pgfplots/],
    ['json', /JSON/],
    ['zip', /zip/],
  ] as const)('asks for the very figure that is drawn, as %s, and saves it', async (format, label) => {
    const lab = labThatDraws()
    await exportAs(panel(), label)
    expect(lab.asked('figures:render')).toEqual([[{ spec: SPEC, format }]])
    expect(lab.asked('shell:save')).toMatchObject([[{ name: `figure.${format}`, bytes: new Uint8Array([7]) }]])
    expect(useToasts().toasts.value.at(-1)?.text).toBe(`Saved as /documents/figure.${format}`)
  })

  it('says nothing when the person cancels', async () => {
    const lab = labThatDraws()
    lab.handlers['shell:save'] = () => null
    await exportAs(panel(), /SVG/)
    expect(lab.asked('shell:save')).toHaveLength(1)
    expect(useToasts().toasts.value).toEqual([])
  })

  it('says what went wrong', async () => {
    const lab = labThatDraws()
    lab.handlers['figures:render'] = () => {
      throw new LabError('run/not-found', 'Run 1 has been removed.')
    }
    await exportAs(panel(), /SVG/)
    expect(useToasts().toasts.value.at(-1)).toMatchObject({
      tone: 'problem',
      text: 'The figure was not exported. Run 1 has been removed.',
    })
  })

  it('is not offered while there is nothing to draw', () => {
    labThatDraws()
    const wrapper = panel({ runs: [] })
    expect(wrapper.get('button[aria-label=Export]').attributes('disabled')).toBeDefined()
    expect(wrapper.text()).toContain('No points yet')
  })
})

describe('a chart that has the focus', () => {
  it('is copied as a picture by Ctrl+C, and by nothing else', async () => {
    const lab = labThatDraws()
    lab.handlers['shell:copy-picture'] = () => undefined
    const chart = panel().getComponent(FigureChart)
    expect(chart.attributes('tabindex')).toBe('0')
    await chart.trigger('keydown', { key: 'c' })
    expect(lab.asked('figures:render')).toEqual([])
    await chart.trigger('keydown', { key: 'c', ctrlKey: true })
    await flushPromises()
    expect(lab.asked('figures:render')).toEqual([[{ spec: SPEC, format: 'png', dpi: 300 }]])
    expect(lab.asked('shell:copy-picture')).toEqual([[new Uint8Array([7])]])
  })
})

describe('a chart panel', () => {
  it('says in words what the picture shows', () => {
    labThatDraws()
    const label = panel().get('[role=img]').attributes('aria-label')
    expect(label).toContain('Test loss by training time of run 1 and run 2.')
    expect(label).toContain('to 0.500')
  })

  it('leaves the legend to a list beside it, but not in full size, which covers the list', async () => {
    labThatDraws()
    const wrapper = panel({ listed: true })
    const hasLegend = () => wrapper.getComponent(FigureChart).props('legend')
    expect(hasLegend()).toBe(false)
    await wrapper.get('button[aria-label="Full size"]').trigger('click')
    expect(hasLegend()).toBe(true)
  })

  it('shows the same points as a table', async () => {
    labThatDraws()
    const wrapper = panel()
    await wrapper.get('button[aria-label="Show as table"]').trigger('click')
    expect(wrapper.findAll('tbody tr').map((row) => row.text())).toEqual(['2.001.0001.000', '4.000.50000.5000'])
    expect(wrapper.find('[role=img]').exists()).toBe(false)
  })

  it('says that data were reduced, and how the times came about', () => {
    labThatDraws()
    const text = panel().text()
    expect(text).toContain('Reduced data')
    expect(text).toContain('2 threads, machine not recorded')
  })
})
