import { describe, expect, test } from 'vitest'
import { checkExperiment, formatProblem, parseExperiment } from '#shared/experiment-check'
import { LabError } from '#shared/errors'

const minimal = {
  version: 1,
  title: 'Two networks',
  dataset: { name: 'mnist' },
  network: { layers: [{ units: 150, activation: 'sigmoid' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 2 },
}

/** A copy of the minimal experiment with the value at one place replaced. */
function changed(change: (draft: any) => void): unknown {
  const draft = structuredClone(minimal)
  change(draft)
  return draft
}

function problemsOf(input: unknown): string[] {
  const result = checkExperiment(input)
  return result.ok ? [] : result.problems.map(formatProblem)
}

test('a short experiment is filled in with defaults', () => {
  const experiment = parseExperiment(minimal)
  expect(experiment.training.batchSize).toBe(64)
  expect(experiment.training.optimizer).toEqual({
    kind: 'adam',
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  })
  expect(experiment.dataset).toEqual({ name: 'mnist', split: { kind: 'official' }, scaling: 'unit' })
})

test('an experiment that was filled in is read back as it is', () => {
  const experiment = parseExperiment(minimal)
  expect(parseExperiment(JSON.parse(JSON.stringify(experiment)))).toEqual(experiment)
})

describe('a problem names the path, what was expected and what came', () => {
  test.each<[string, (draft: any) => void]>([
    ['network.layers[0].units: 1 … 16384, got "abc"', (d) => (d.network.layers[0].units = 'abc')],
    ['network.layers[0].units: a whole number, 1 … 16384, got 2.5', (d) => (d.network.layers[0].units = 2.5)],
    ['network.layers[0].units: 1 … 16384, got 0', (d) => (d.network.layers[0].units = 0)],
    ['training.epochs: 1 … 100000, got nothing', (d) => delete d.training.epochs],
    [
      'training.optimizer.kind: one of sgd, adam, adamw, rmsprop, adagrad, got "adm"',
      (d) => (d.training.optimizer.kind = 'adm'),
    ],
    ['training.batchSize: "all", or 1 … 1000000, got "some"', (d) => (d.training.batchSize = 'some')],
    [
      'training.evaluation.every.steps: 1 … 1000000000, got 0',
      (d) => (d.training.evaluation = { every: { steps: 0 } }),
    ],
    ['training.shuffle: true or false, got "yes"', (d) => (d.training.shuffle = 'yes')],
    ['dataset: an object such as { "name": "mnist" }, got 7', (d) => (d.dataset = 7)],
    ['version: 1 (the version of the format), got 2', (d) => (d.version = 2)],
  ])('%s', (message, change) => {
    expect(problemsOf(changed(change))).toEqual([message])
  })
})

test('a misspelt field is refused by its full path', () => {
  const input = changed((d) => (d.training.optimizer.learningrate = 0.1))
  expect(problemsOf(input)).toEqual([
    'training.optimizer.learningrate: not a field of this version of the format; check the spelling or remove it',
  ])
})

describe('what the format has but the engine cannot train yet is refused by name', () => {
  test.each<[string, (draft: any) => void]>([
    ['network.layers[0].activation', (d) => (d.network.layers[0].activation = 'tanh')],
    ['network.bias', (d) => (d.network.bias = 'input-trick')],
    ['training.regularization.l2', (d) => (d.training.regularization = { l2: 0.01 })],
    ['training.optimizer.kind', (d) => (d.training.optimizer = { kind: 'rmsprop' })],
    ['training.earlyStopping', (d) => (d.training.earlyStopping = { patience: 3 })],
    ['training.schedule.kind', (d) => (d.training.schedule = { kind: 'cosine' })],
    ['dataset.scaling', (d) => (d.dataset.scaling = 'standardize')],
    ['dataset.split.train', (d) => (d.dataset.split = { kind: 'first', train: 60_001, test: 10 })],
    ['dataset.name', (d) => (d.dataset.name = 'cifar')],
  ])('%s', (path, change) => {
    const result = checkExperiment(changed(change))
    expect(result).toMatchObject({ ok: false, problems: [{ path }] })
  })
})

test('the levels of a factor are checked as the configurations that they make', () => {
  const input = changed((d) => {
    d.factors = [
      {
        name: 'Activation',
        levels: [
          { label: 'relu', set: { 'network.layers[0].activation': 'relu' } },
          { label: 'tanh', set: { 'network.layers[0].activation': 'tanh' } },
        ],
      },
    ]
  })
  expect(problemsOf(input)).toEqual([
    'network.layers[0].activation: "tanh" cannot be trained by this version yet; expected "sigmoid", "relu"',
  ])
})

test('every value that JSON can hold is answered with problems, never with an exception', () => {
  for (const input of [
    null,
    3,
    'text',
    [],
    {},
    { version: 1 },
    { ...minimal, factors: [{}] },
    { ...minimal, seeds: [] },
  ]) {
    expect(problemsOf(input).length).toBeGreaterThan(0)
  }
})

test('parseExperiment throws one error with a line for each problem', () => {
  const input = changed((d) => {
    d.title = ''
    d.training.epochs = 0
  })
  expect(() => parseExperiment(input)).toThrowError(LabError)
  try {
    parseExperiment(input)
  } catch (error) {
    expect((error as LabError).details).toEqual(['title: a title, got ""', 'training.epochs: 1 … 100000, got 0'])
  }
})
