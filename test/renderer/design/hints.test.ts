import { expect, test } from 'vitest'
import { experimentSchema, type ExperimentInput } from '#shared/experiment'
import { NEW_EXPERIMENT } from '../../../src/renderer/stores/draft'
import { designHints } from '../../../src/renderer/features/design/hints'

const sigmoid = { layers: [{ units: 64, activation: 'sigmoid' as const }] }
const pathsOf = (change: Partial<ExperimentInput>) =>
  designHints(experimentSchema.parse({ ...NEW_EXPERIMENT, ...change })).map((hint) => hint.path)

test('an ordinary design has no hints', () => {
  expect(pathsOf({})).toEqual([])
})

test.each<[string, Partial<ExperimentInput>]>([
  ['dataset.scaling', { dataset: { name: 'mnist', scaling: 'none' } }],
  ['dataset.split.kind', { dataset: { name: 'mnist', split: { kind: 'first', train: 100, test: 100 } } }],
  ['network.initializer.kind', { network: { ...sigmoid, initializer: { kind: 'zeros' } } }],
  ['network.initializer.kind', { network: { ...sigmoid, initializer: { kind: 'uniform', range: 1 } } }],
  ['training.optimizer.learningRate', { training: { optimizer: { kind: 'adam', learningRate: 1 }, epochs: 1 } }],
  ['network.layers[0].activation', { network: { layers: [{ units: 9, activation: 'linear' }] } }],
  ['training.mistake', { training: { optimizer: { kind: 'adam' }, epochs: 1, mistake: 'softmax-twice' } }],
  [
    'training.regularization.dropoutHidden',
    {
      network: { layers: [] },
      training: { optimizer: { kind: 'adam' }, epochs: 1, regularization: { dropoutHidden: 0.5 } },
    },
  ],
  [
    'training.schedule.warmupEpochs',
    { training: { optimizer: { kind: 'adam' }, epochs: 3, schedule: { kind: 'constant', warmupEpochs: 3 } } },
  ],
])('%s is pointed at', (path, change) => {
  expect(pathsOf(change)).toEqual([path])
})

test('a small range and all of the data are not', () => {
  expect(pathsOf({ network: { ...sigmoid, initializer: { kind: 'uniform', range: 0.05 } } })).toEqual([])
  for (const split of [
    { kind: 'first', train: 60_000, test: 10_000 },
    { kind: 'random', train: 50_000, validation: 10_000 },
  ] as const) {
    expect(pathsOf({ dataset: { name: 'mnist', split } })).toEqual([])
  }
})

test('one seed is pointed at only where configurations are compared', () => {
  const factors = [{ name: 'Epochs', levels: [1, 2].map((n) => ({ label: `${n}`, set: { 'training.epochs': n } })) }]
  expect(pathsOf({ factors })).toEqual(['replicates'])
  expect(pathsOf({ factors, replicates: 3 })).toEqual([])
})
