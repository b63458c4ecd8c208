import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { experimentSchema, type Experiment } from '#shared/experiment'
import type { Evaluation, RunSummary } from '#shared/run'
import DoctorLine from '../../../src/renderer/features/live/DoctorLine.vue'
import { route, startRouter } from '../../../src/renderer/shell/router'
import { useDraftStore } from '../../../src/renderer/stores/draft'
import { listing } from '../data/datasets'
import { fakeLab } from '../fake-lab'
import { evaluationOf, runOf } from '../runs/fixture'

function experimentWith(outputs: 'classes' | number): Experiment {
  return experimentSchema.parse({
    version: 1,
    title: 'Rates',
    dataset: { name: 'mnist' },
    network: { layers: [{ units: 64, activation: 'relu' }], output: { units: outputs } },
    training: { optimizer: { kind: 'sgd', learningRate: 0.1 }, epochs: 10 },
  })
}

const usual = experimentWith('classes')
const tooWide = experimentWith(200)

beforeEach(() => {
  setActivePinia(createPinia())
  window.location.hash = '#/live'
  startRouter()()
  fakeLab({ 'datasets:list': () => listing(), 'draft:set': () => undefined })
})

async function open(history: readonly Evaluation[], experiment = usual, change: Partial<RunSummary> = {}) {
  const sizes = [784, 64, experiment === tooWide ? 200 : 10]
  const run = runOf(1, { status: 'running', sizes, ...change })
  const line = mount(DoctorLine, { props: { run, experiment, history } })
  await flushPromises()
  return line
}

const learns = [1, 2, 3].map((epoch) => evaluationOf(epoch, { loss: 0.3 / epoch, correct: 900 + 10 * epoch }))

describe('the doctor’s line', () => {
  it('waits for the first evaluation, and does not call it healthy before', async () => {
    const text = (await open([])).text()
    expect(text).toContain('The doctor looks at it with the first evaluation')
    expect(text).not.toContain('Healthy')
  })

  it('says that a run is healthy, as far as its curves show', async () => {
    expect((await open(learns)).text()).toMatch(/^Healthy ?as far as its curves show$/)
  })

  it('names what it found first, with its numbers, and the others when asked', async () => {
    const rising = [1, 2, 3, 4].map((epoch) => evaluationOf(epoch, { loss: epoch, correct: 900 }))
    const line = await open(rising, tooWide)
    expect(line.findAll('li')).toHaveLength(1)
    const more = line.get('button[aria-expanded]')
    expect(more.text()).toMatch(/^\d+ more findings?$/)
    await more.trigger('click')
    expect(line.findAll('li').length).toBeGreaterThan(1)
    expect(more.text()).toBe('Only the first')
    expect(line.text()).toContain('The loss rises')
    expect(line.text()).toContain('its loss begins at ln 200 = 5.2983, not at ln 10 = 2.3026')
  })

  it('opens the change that it proposes as a design, and trains nothing itself', async () => {
    const line = await open(learns, tooWide)
    const propose = line.findAll('button').find((button) => button.attributes('title')?.startsWith('Opens the design'))
    await propose?.trigger('click')
    expect(route.value.screen).toBe('design')
    expect(useDraftStore().experiment?.network.output.units).toBe('classes')
    expect(useDraftStore().experiment?.title).toBe('Rates, 10 outputs')
  })
})
