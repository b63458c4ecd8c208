import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import { experimentSchema } from '#shared/experiment'
import type { Predictions } from '#shared/predict'
import type { RunSummary } from '#shared/run'
import SamplesPanel from '../../../src/renderer/features/live/SamplesPanel.vue'
import { listing } from '../data/datasets'
import { fakeLab, type FakeLab } from '../fake-lab'
import { evaluationOf, runOf } from '../runs/fixture'

const experiment = experimentSchema.parse({
  version: 1,
  title: 'Digits',
  dataset: { name: 'mnist' },
  network: { layers: [{ units: 64, activation: 'relu' }] },
  training: { optimizer: { kind: 'sgd' }, epochs: 10 },
})

/** Of a 3 and of a 5; both are taken for a 3. */
function predictions(epoch: number): Predictions {
  const values = new Float32Array(20)
  values[3] = 0.75
  values[13] = 0.5
  const at = { step: epoch * 100, epoch, isSnapshot: true }
  return { ...at, outputs: 10, values: new Uint8Array(values.buffer), samples: [4, 9], labels: [3, 5] }
}

let lab: FakeLab
let epochOfWeights: number
beforeEach(() => {
  setActivePinia(createPinia())
  epochOfWeights = 2
  lab = fakeLab({
    'datasets:list': () => listing(),
    'runs:predict': () => predictions(epochOfWeights),
  })
})

async function open(change: Partial<RunSummary> = {}) {
  const run = runOf(1, { status: 'running', last: evaluationOf(2), ...change })
  const panel = mount(SamplesPanel, { props: { run, experiment } })
  await flushPromises()
  await flushPromises()
  return panel
}

describe('predictions while a run trains', () => {
  it('show true and predicted class with how sure it is, and of which epoch the weights are', async () => {
    const text = (await open()).text()
    expect(text).toContain('Of the training part, as there is no other, by the weights after epoch 2')
    expect(text).toContain('75 %')
    expect(lab.asked('runs:predict')[0]?.[1]).toEqual({ of: 'part', part: 'train', count: 12 })
  })

  it('are asked for anew after each evaluation', async () => {
    const panel = await open()
    await panel.setProps({ run: runOf(1, { status: 'running', last: evaluationOf(3) }) })
    await flushPromises()
    expect(lab.asked('runs:predict')).toHaveLength(2)
  })

  it('say when there are no weights yet', async () => {
    lab.handlers['runs:predict'] = () => {
      throw new LabError('model/none', 'no weights yet')
    }
    const text = (await open()).text()
    expect(text).toContain('No predictions yet')
    expect(text).not.toContain('Try again')
  })

  it('say why they cannot be had, and can be asked for again', async () => {
    lab.handlers['runs:predict'] = () => {
      throw new LabError('model/unfit', 'The model takes 4 inputs')
    }
    const panel = await open()
    expect(panel.text()).toContain('The model takes 4 inputs')
    lab.handlers['runs:predict'] = () => predictions(2)
    await panel.get('button').trigger('click')
    await flushPromises()
    expect(panel.text()).toContain('75 %')
  })

  it('say that the data has gone', async () => {
    const panel = await open({ dataset: 'letters' })
    expect(panel.text()).toContain('Its data set is not here')
    expect(lab.asked('runs:predict')).toEqual([])
  })
})
