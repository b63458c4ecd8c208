import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Histogram, ScalingFacts } from '#shared/datasets'
import { LabError } from '#shared/errors'
import ScalingTab from '../../../src/renderer/features/data/scaling/ScalingTab.vue'
import { barsPath, countTicks, valueTicks } from '../../../src/renderer/features/data/scaling/histogram-shape'
import { meaningOf, momentsOf, rangeOf } from '../../../src/renderer/features/data/scaling/scaling-words'
import { useDraftStore } from '../../../src/renderer/stores/draft'
import { fakeLab, type FakeLab } from '../fake-lab'
import { anOwnSet, listing } from './datasets'
import { buttonNamed } from './page'

const letters = anOwnSet()
const floats = anOwnSet({ kind: 'floats', height: 1, width: 4 })

/** Half of the values are 0, half are 200. */
const BYTES: Histogram = {
  low: 0,
  high: 256,
  counts: Array.from({ length: 256 }, (_, i) => (i === 0 || i === 200 ? 8 : 0)),
}
const UNIT: Histogram = { low: 0, high: 0.8, counts: [8, 0, 0, 8] }
function facts(change: Partial<ScalingFacts> = {}): ScalingFacts {
  const one = { min: 1, max: 1 }
  return { before: BYTES, after: BYTES, shift: { min: 0, max: 0 }, divisor: one, constantFeatures: 0, ...change }
}
const BY_SCALING: Record<string, ScalingFacts> = {
  none: facts(),
  unit: facts({ after: UNIT, divisor: { min: 255, max: 255 } }),
  standardize: facts({
    after: { low: -1, high: 1, counts: [8, 8] },
    shift: { min: 100, max: 100 },
    divisor: { min: 100, max: 100 },
  }),
  'standardize-per-feature': facts({
    after: { low: -1, high: 1, counts: [8, 8] },
    shift: { min: 0, max: 150 },
    divisor: { min: 1, max: 100 },
    constantFeatures: 16,
  }),
}

let lab: FakeLab
beforeEach(() => {
  setActivePinia(createPinia())
  lab = fakeLab({
    'datasets:list': () => listing([letters]),
    'datasets:scaling': ({ dataset }) => BY_SCALING[dataset.scaling] ?? facts(),
    'draft:set': () => undefined,
  })
})

async function open(dataset = letters) {
  const tab = mount(ScalingTab, { props: { dataset }, attachTo: document.body })
  await flushPromises()
  return tab
}

describe('the Scaling tab', () => {
  test('begins with what suits the set, and says whose statistics these are', async () => {
    const tab = await open()
    expect(lab.asked('datasets:scaling')[0]?.[0].dataset.scaling).toBe('unit')
    expect(tab.get('[data-test=statistics-of]').text()).toContain(
      'training part only, here of this split: the official parts',
    )
    expect(tab.findAll('svg[role=img]').map((chart) => chart.attributes('aria-label'))).toEqual([
      'Before: 16 values from 0 to 200; most of them near 0; mean 100, standard deviation 100',
      'After: 16 values from 0 to 0.7843; most of them near 0; mean 0.3922, standard deviation 0.3922',
    ])
  })

  test('asks for the training part of the split that is looked at', async () => {
    const split = { kind: 'random', train: 9, validation: 3 } as const
    const draft = useDraftStore()
    draft.write(['dataset'], { name: 'letters', split, scaling: 'standardize' })
    draft.write(['seeds', 'split'], 4)
    const tab = await open()
    expect(lab.asked('datasets:scaling')[0]?.[0]).toEqual({
      dataset: { name: 'letters', split, scaling: 'standardize' },
      seed: 4,
    })
    expect(tab.get('[data-test=statistics-of]').text()).toContain('drawn at random with seed 4')
  })

  test('shows ranges of means and deviations, and counts constant features', async () => {
    const tab = await open()
    await tab.get('input[value=standardize-per-feature]').setValue(true)
    await flushPromises()
    const numbers = tab.findAll('dl > div').map((each) => `${each.get('dt').text()}: ${each.get('dd').text()}`)
    expect(numbers).toEqual([
      'Means, subtracted: 0 to 150',
      'Standard deviations, divided by: 1 to 100',
      'Constant pixels, set to 0: 16',
    ])
    expect(tab.get('[data-test=meaning]').text()).toContain('the 16 that never change become 0')
  })

  test('brings its scaling into the design', async () => {
    const tab = await open()
    await tab.get('input[value=standardize]').setValue(true)
    await buttonNamed('Use in the current design').trigger('click')
    expect(useDraftStore().experiment?.dataset.scaling).toBe('standardize')
  })

  test('leads to the split', async () => {
    const tab = await open()
    await buttonNamed('Change the split').trigger('click')
    expect(tab.emitted('split')).toHaveLength(1)
  })

  test('a split that does not fit has no statistics, and nothing is asked', async () => {
    useDraftStore().write(['dataset'], { name: 'letters', split: { kind: 'random', train: 99, validation: 0 } })
    const tab = await open()
    expect(tab.text()).toContain('The split does not fit')
    expect(lab.asked('datasets:scaling')).toHaveLength(0)
  })

  test('says why there are no statistics', async () => {
    lab.handlers['datasets:scaling'] = () => {
      throw new LabError('dataset/gone', 'Its folder has gone.')
    }
    expect((await open()).text()).toContain('Its folder has gone.')
  })
})

describe('numbers of a histogram', () => {
  test('bytes are counted exactly, other values only about', () => {
    expect(rangeOf(BYTES)).toEqual({ low: 0, high: 200 })
    expect(rangeOf({ low: -1, high: 1, counts: [0, 3, 1, 0] })).toEqual({ low: -0.5, high: 0.5 })
    expect(rangeOf({ low: -1, high: 1, counts: [0, 0] })).toEqual({ low: -1, high: 1 })
    expect(momentsOf('none', letters, facts()).before).toEqual({ mean: 100, deviation: 100, isRough: false })
    const rough = facts({ before: UNIT, after: UNIT })
    expect(momentsOf('none', floats, rough).before.isRough).toBe(true)
  })

  test('the lab’s own mean and deviation are taken where it has them', () => {
    const { before, after } = momentsOf('standardize', floats, BY_SCALING.standardize ?? facts())
    expect(before).toEqual({ mean: 100, deviation: 100, isRough: false })
    expect(after).toEqual({ mean: 0, deviation: 1, isRough: false })
  })

  test('features that are constant keep the deviation below 1', () => {
    const { after } = momentsOf('standardize-per-feature', letters, BY_SCALING['standardize-per-feature'] ?? facts())
    expect(after.deviation).toBeCloseTo(Math.sqrt(48 / 64), 12)
  })
})

describe('what a scaling means', () => {
  test('large inputs saturate, small ones stand still, all others suit', () => {
    expect(meaningOf('none', letters, facts())).toContain('sigmoids begin saturated')
    expect(meaningOf('unit', floats, facts({ after: { low: -0.01, high: 0.01, counts: [1, 1] } }))).toContain('slow')
    expect(meaningOf('standardize', letters, BY_SCALING.standardize ?? facts())).toContain('what initializers')
    expect(meaningOf('none', floats, facts({ after: { low: -2, high: 2, counts: [1, 1] } }))).toContain('as they come')
  })
})

describe('the bars', () => {
  const box = { width: 100, height: 50 }
  test('a value that occurs once is seen beside one that occurs a million times', () => {
    const path = barsPath({ low: 0, high: 2, counts: [1, 1e6] }, box)
    expect(path).toBe('M0.00 50V45.00H50.00V50ZM50.00 50V0.00H100.00V50Z')
  })
  test('nothing is drawn where nothing is', () => {
    expect(barsPath({ low: 0, high: 2, counts: [0, 0] }, box)).toBe('')
  })
  test('ticks are powers of ten, and round values', () => {
    const histogram = { low: 0, high: 256, counts: [1e6, 1] }
    expect(countTicks(histogram, box).map(({ text }) => text)).toEqual(['1', '100', '10 k', '1 M'])
    expect(valueTicks(histogram, { width: 300, height: 50 }).map(({ text }) => text)).toEqual(['0', '100', '200'])
  })
})
