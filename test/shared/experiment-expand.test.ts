import { expect, test } from 'vitest'
import { parseExperiment } from '#shared/experiment-check'
import { expandExperiment } from '#shared/experiment-expand'
import type { ExperimentInput } from '#shared/experiment'

const base: ExperimentInput = {
  version: 1,
  title: 'Widths',
  dataset: { name: 'mnist' },
  network: { layers: [{ units: 64, activation: 'relu' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 2 },
}

const width = (units: number) => ({ label: `${units}`, set: { 'network.layers[0].units': units } })
const rate = (learningRate: number) => ({
  label: `${learningRate}`,
  set: { 'training.optimizer.learningRate': learningRate },
})

test('an experiment without factors is one run, named by its sizes', () => {
  const plans = expandExperiment(parseExperiment(base))
  expect(plans.map((plan) => plan.configuration.label)).toEqual(['784-64-10'])
  expect(plans[0]?.experiment.factors).toEqual([])
})

test('two factors make every combination, the last factor running fastest', () => {
  const factors = [
    { name: 'Width', levels: [width(32), width(64)] },
    { name: 'Rate', levels: [rate(0.1), rate(0.01)] },
  ]
  const plans = expandExperiment(parseExperiment({ ...base, factors }))
  expect(plans.map((plan) => plan.configuration.label)).toEqual(['32 · 0.1', '32 · 0.01', '64 · 0.1', '64 · 0.01'])
  expect(plans[1]?.configuration.levels).toEqual({ Width: '32', Rate: '0.01' })
  expect(plans[1]?.experiment.network.layers[0]?.units).toBe(32)
  expect(plans[1]?.experiment.training.optimizer.learningRate).toBe(0.01)
})

test('one level may set several fields, a whole list among them', () => {
  const layers = [
    { units: 150, activation: 'sigmoid' },
    { units: 120, activation: 'sigmoid' },
  ]
  const level = { label: 'deep', set: { 'network.layers': layers, 'training.epochs': 5 } }
  const [plan] = expandExperiment(parseExperiment({ ...base, factors: [{ name: 'Network', levels: [level] }] }))
  expect(plan?.experiment.network.layers).toEqual(layers)
  expect(plan?.experiment.training.epochs).toBe(5)
})

test('replicates differ in the init, shuffle and dropout seeds and share the split', () => {
  const seeds = { split: 7, init: 10, shuffle: 20, dropout: 4_294_967_295 }
  const plans = expandExperiment(parseExperiment({ ...base, replicates: 2, seeds }))
  expect(plans.map((plan) => plan.experiment.seeds)).toEqual([seeds, { split: 7, init: 11, shuffle: 21, dropout: 0 }])
  expect(plans.map((plan) => plan.replicate)).toEqual([0, 1])
})

test('a factor may not change what the experiment is', () => {
  const factors = [{ name: 'Version', levels: [{ label: '2', set: { version: 2 } }] }]
  expect(() => expandExperiment({ ...parseExperiment(base), factors })).toThrow(/may not set version/)
})

test('a million configurations are refused before they are made', () => {
  const levels = Array.from({ length: 1000 }, (_, i) => width(i + 1))
  const factors = [
    { name: 'A', levels },
    { name: 'B', levels },
  ]
  const experiment = { ...parseExperiment(base), factors }
  expect(() => expandExperiment(experiment)).toThrow(/at most 10000/)
})

test('two factors of one name, or for one field, are refused: the second would hide the first', () => {
  const checked = parseExperiment(base)
  const twice = [
    { name: 'A', levels: [width(32)] },
    { name: 'A', levels: [rate(0.1)] },
  ]
  expect(() => expandExperiment({ ...checked, factors: twice })).toThrow('Two factors are called "A"')
  const same = [
    { name: 'A', levels: [width(32)] },
    { name: 'B', levels: [width(64)] },
  ]
  expect(() => expandExperiment({ ...checked, factors: same })).toThrow(
    'Factors "A" and "B" both set network.layers[0].units',
  )
})

test('a deliberate mistake is part of the label, once', () => {
  const labels = (change: object, factors: unknown[] = []) =>
    expandExperiment(parseExperiment({ ...base, training: { ...base.training, ...change }, factors })).map(
      (plan) => plan.configuration.label,
    )
  const levels = ['none', 'softmax-twice'].map((mistake) => ({
    label: mistake.replace('-', ' '),
    set: { 'training.mistake': mistake },
  }))
  expect(labels({})).toEqual(['784-64-10'])
  expect(labels({ mistake: 'gradient-sign' })).toEqual(['784-64-10 · steps uphill'])
  expect(labels({}, [{ name: 'Mistake', levels }])).toEqual(['none', 'softmax twice'])
  expect(labels({ mistake: 'softmax-twice' }, [{ name: 'Rate', levels: [rate(0.1)] }])).toEqual(['0.1 · softmax twice'])
})
