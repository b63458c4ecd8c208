import { describe, expect, test } from 'vitest'
import { datasetFacts } from '#shared/dataset'
import { checkExperiment, parseExperiment } from '#shared/experiment-check'
import { withValues } from '#shared/experiment-path'
import { experimentSchema, type ExperimentInput } from '#shared/experiment'
import { NEW_EXPERIMENT } from '../../../src/renderer/stores/draft'
import { designHints } from '../../../src/renderer/features/design/hints'

/** Without a validation part, which no hint asks for by itself. */
const PLAIN = {
  ...NEW_EXPERIMENT,
  dataset: { name: 'mnist' },
  training: { optimizer: { kind: 'adam' }, epochs: 10 },
} satisfies ExperimentInput

const sigmoid = { layers: [{ units: 64, activation: 'sigmoid' as const }] }
const pathsOf = (change: Partial<ExperimentInput>) =>
  designHints(experimentSchema.parse({ ...PLAIN, ...change })).map((hint) => hint.path)

test('an ordinary design has no hints', () => {
  expect(pathsOf({})).toEqual([])
  expect(pathsOf(NEW_EXPERIMENT)).toEqual([])
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
    const training = { ...PLAIN.training, evaluation: { test: 'final' as const } }
    expect(pathsOf({ dataset: { name: 'mnist', split }, training })).toEqual([])
  }
})

test('one seed is pointed at only where configurations are compared', () => {
  const factors = [{ name: 'Epochs', levels: [1, 2].map((n) => ({ label: `${n}`, set: { 'training.epochs': n } })) }]
  expect(pathsOf({ factors })).toEqual(['replicates'])
  expect(pathsOf({ factors, replicates: 3 })).toEqual([])
})

describe('a hint with an obvious answer', () => {
  const of = (change: object) => designHints(experimentSchema.parse({ ...PLAIN, ...change }))
  const training = (change: object) => ({ training: { ...PLAIN.training, ...change } })
  const factors = [
    {
      name: 'Rate',
      levels: [0.01, 0.001].map((rate) => ({ label: String(rate), set: { 'training.optimizer.learningRate': rate } })),
    },
  ]
  const designs: Record<string, object> = {
    'unscaled inputs': { dataset: { name: 'mnist', scaling: 'none' } },
    'weights of zero': { network: { layers: [{ units: 8, activation: 'tanh' }], initializer: { kind: 'zeros' } } },
    'saturated at the start': {
      dataset: { name: 'mnist', scaling: 'standardize' },
      network: { layers: [{ units: 64, activation: 'sigmoid' }], initializer: { kind: 'uniform', range: 1 } },
    },
    'no activation': { network: { layers: [{ units: 8, activation: 'linear' }] } },
    'a rate far too high': training({ optimizer: { kind: 'adam', learningRate: 1 } }),
    'a rate far too low': training({ optimizer: { kind: 'sgd', learningRate: 1e-7 } }),
    'a batch larger than the training part': {
      dataset: { name: 'mnist', split: { kind: 'first', train: 60_000, test: 10_000 } },
      ...training({ batchSize: 100_000 }),
    },
    'L1 of an output': { network: { layers: [] }, ...training({ regularization: { activityL1: 0.01 } }) },
    'dropout without hidden units': {
      network: { layers: [] },
      ...training({ regularization: { dropoutHidden: 0.5 } }),
    },
    'a test part that is watched': {
      dataset: { name: 'mnist', split: { kind: 'random', train: 50_000, validation: 10_000 } },
    },
    'one seed only': {
      factors: [
        {
          ...factors[0],
          levels: factors[0]?.levels.map((each) => ({ ...each, set: { 'training.epochs': 5 + each.label.length } })),
        },
      ],
    },
    'more draws than combinations': { factors, replicates: 3, sampling: { kind: 'random', n: 50 } },
    'a mistake on purpose': training({ mistake: 'gradient-sign' }),
  }

  test.each(Object.entries(designs))(
    '%s: the change makes a design that can be run, and the hint goes',
    (_, change) => {
      const [hint] = of(change).filter((each) => each.fix)
      if (!hint?.fix) throw new Error('no hint')
      const changed = withValues(experimentSchema.parse({ ...PLAIN, ...change }), Object.entries(hint.fix.set))
      const result = checkExperiment(changed)
      expect(result.ok ? [] : result.problems).toEqual([])
      expect(designHints(parseExperiment(changed)).map((each) => each.message)).not.toContain(hint.message)
    },
  )

  test('says the share of saturated units as it is worked out: 79 % with U(−1, 1), 784 standardized inputs', () => {
    expect(of(designs['saturated at the start'] ?? {}).map((each) => each.message)[0]).toMatch(/^79 %.*spread of 16\.2/)
  })
})

describe('hints about values that are no bytes', () => {
  const iris = { ...datasetFacts('two-moons'), name: 'iris', title: 'Iris', width: 4 }
  const hintsFor = (low: number, high: number, scaling: 'none' | 'unit' | 'standardize' = 'none', known = true) => {
    const experiment = experimentSchema.parse({ ...PLAIN, dataset: { name: 'iris', scaling } })
    const inputs = new Map(known ? [['iris', { low, high, meanSquare: (low ** 2 + high ** 2) / 2 }]] : [])
    const hints = designHints(experiment, [iris], inputs).filter(({ path }) => path === 'dataset.scaling')
    return hints.map(({ message }) => message)
  }

  test('large and tiny values are pointed at by their range', () => {
    expect(hintsFor(-3, 250)).toEqual([
      'Values go in as −3 … 250: the first layer starts far from zero. Standardized for each feature it learns faster',
    ])
    expect(hintsFor(0, 0.004)).toEqual([
      'Values go in as 0 … 0.004: they hardly move the first layer. Standardized they do',
    ])
  })

  test('floats stay as they are where bytes are divided', () => {
    expect(hintsFor(-3, 250, 'unit')).toEqual(hintsFor(-3, 250))
  })

  test('values near 1, standardized ones and those that nobody has counted yet are not', () => {
    expect(hintsFor(-0.5, 0.5)).toEqual([])
    expect(hintsFor(-3, 250, 'standardize')).toEqual([])
    expect(hintsFor(-3, 250, 'none', false)).toEqual([])
  })
})
