import { describe, expect, test } from 'vitest'
import { BUILT_IN_DATASETS } from '#shared/dataset'
import { checkExperiment, formatProblem, parseExperiment } from '#shared/experiment-check'
import { expandExperiment } from '#shared/experiment-expand'
import { PLAIN_ACTIVATIONS } from '#shared/experiment'
import { parsePath, withValueAt } from '#shared/experiment-path'
import { isReducedData } from '#shared/experiment-support'

const minimal = {
  version: 1,
  title: 'Two networks',
  dataset: { name: 'mnist' },
  network: { layers: [{ units: 150, activation: 'sigmoid' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 2 },
}

/** The minimal experiment with the values at some paths replaced. */
function changed(values: Record<string, unknown>): unknown {
  return Object.entries(values).reduce<unknown>(
    (draft, [path, value]) => withValueAt(draft, parsePath(path), value),
    minimal,
  )
}

function first(train: number, validation: number, test = 10) {
  return { kind: 'first', train, validation, test }
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
  test.each<[string, Record<string, unknown>]>([
    ['network.layers[0].units: 1 … 16384, got "abc"', { 'network.layers[0].units': 'abc' }],
    ['network.layers[0].units: a whole number, 1 … 16384, got 2.5', { 'network.layers[0].units': 2.5 }],
    ['network.layers[0].units: 1 … 16384, got 0', { 'network.layers[0].units': 0 }],
    ['training.epochs: 1 … 100000, got nothing', { 'training.epochs': undefined }],
    [
      'training.optimizer.kind: one of sgd, adam, adamw, rmsprop, adagrad, got "adm"',
      { 'training.optimizer.kind': 'adm' },
    ],
    ['training.batchSize: "all", or 1 … 1000000, got "some"', { 'training.batchSize': 'some' }],
    ['training.evaluation.every.steps: 1 … 1000000000, got 0', { 'training.evaluation': { every: { steps: 0 } } }],
    ['training.shuffle: true or false, got "yes"', { 'training.shuffle': 'yes' }],
    ['dataset: an object such as { "name": "mnist" }, got 7', { dataset: 7 }],
    ['version: 1 (the version of the format), got 2', { version: 2 }],
  ])('%s', (message, values) => {
    expect(problemsOf(changed(values))).toEqual([message])
  })
})

test('a misspelt field is refused by its full path', () => {
  const input = changed({ 'training.optimizer.learningrate': 0.1 })
  expect(problemsOf(input)).toEqual([
    'training.optimizer.learningrate: not a field of this version of the format; check the spelling or remove it',
  ])
})

describe('what cannot be trained is refused with its field and its reason', () => {
  test.each<[string, string, Record<string, unknown>]>([
    [
      'dataset.name',
      'There is no data set "cifar"; expected "mnist", "fashion-mnist" or "two-moons"',
      { 'dataset.name': 'cifar' },
    ],
    ['dataset.split.fold', 'a whole number, 0 … 4, got 5', { 'dataset.split': { kind: 'k-fold', folds: 5, fold: 5 } }],
    [
      'dataset.split.train',
      'a whole number, 1 … 60000 (all of MNIST), got 60001',
      { 'dataset.split': first(60_001, 0) },
    ],
    [
      'dataset.split.validation',
      'at most 10000, as train and validation together have the 60000 training samples of MNIST, got 10001',
      { 'dataset.split': first(50_000, 10_001) },
    ],
    [
      'dataset.split.validation',
      'at most 0, as train and validation together have the 60000 training samples of MNIST, got 1',
      { 'dataset.split': { kind: 'random', train: 60_000, validation: 1 } },
    ],
    [
      'dataset.split.train',
      'a whole number, 1 … 60000 (all of MNIST), got 60001',
      { 'dataset.split': { kind: 'stratified', train: 60_001, validation: 0 } },
    ],
    [
      'dataset.split.test',
      'a whole number, 1 … 10000 (all of MNIST), got 10001',
      { 'dataset.split': first(100, 0, 10_001) },
    ],
    [
      'network.output.units',
      '"classes", or at least 10 (one unit for each class), got 9',
      { 'network.output.units': 9 },
    ],
    [
      'training.loss',
      'softmax-cross-entropy needs the output activation "softmax", got "linear"',
      { 'network.output.activation': 'linear' },
    ],
    [
      'training.loss',
      'binary-cross-entropy needs the output activation "sigmoid", got "softmax"',
      { 'training.loss': 'binary-cross-entropy' },
    ],
    [
      'training.mistake',
      '"softmax-twice" is a mistake with the loss "softmax-cross-entropy", which has a softmax of its own, got "squared-error"',
      { 'training.mistake': 'softmax-twice', 'training.loss': 'squared-error' },
    ],
    [
      'training.regularization.labelSmoothing',
      '0, as only a cross-entropy has labels to smooth, got 0.1',
      { 'training.regularization': { labelSmoothing: 0.1 }, 'training.loss': 'squared-error' },
    ],
    [
      'training.optimizer.nesterov',
      'false, or a momentum above 0 with it, got true',
      { 'training.optimizer': { kind: 'sgd', nesterov: true } },
    ],
    [
      'training.earlyStopping.metric',
      '"validation-loss" needs a split with a validation part: the test part is never used for stopping. Give the split one, or watch "train-loss"',
      { 'training.earlyStopping': { patience: 3 } },
    ],
    [
      'training.schedule.metric',
      '"validation-accuracy" needs a split with a validation part: the test part is never used for stopping. Give the split one, or watch "train-loss"',
      { 'training.schedule': { kind: 'plateau', metric: 'validation-accuracy' } },
    ],
  ])('%s: %s', (path, message, values) => {
    expect(problemsOf(changed(values))).toEqual([`${path}: ${message}`])
  })
})

describe('what makes sense together is taken', () => {
  const validated = { 'dataset.split': { kind: 'random', train: 50_000, validation: 10_000 } }
  test.each<[string, Record<string, unknown>]>([
    ['every activation', { 'network.layers': activations() }],
    ['no hidden layer', { 'network.layers': [] }],
    ['more outputs than classes', { 'network.output.units': 200 }],
    ['squared error of any output', { 'training.loss': 'squared-error', 'network.output.activation': 'linear' }],
    [
      'binary cross-entropy of sigmoids',
      { 'training.loss': 'binary-cross-entropy', 'network.output.activation': 'sigmoid' },
    ],
    ['softmax twice', { 'training.mistake': 'softmax-twice' }],
    ['steps uphill with any loss', { 'training.mistake': 'gradient-sign', 'training.loss': 'squared-error' }],
    ['Nesterov with a momentum', { 'training.optimizer': { kind: 'sgd', momentum: 0.9, nesterov: true } }],
    ['a validation part beside the training part', validated],
    ['stopping on the validation loss', { ...validated, 'training.earlyStopping': { patience: 3 } }],
    [
      'stopping on the validation loss of a fold',
      { 'dataset.split': { kind: 'k-fold', folds: 5, fold: 4 }, 'training.earlyStopping': { patience: 3 } },
    ],
    ['stopping on the training loss', { 'training.earlyStopping': { patience: 3, metric: 'train-loss' } }],
    ['a plateau of the validation accuracy', { ...validated, 'training.schedule': { kind: 'plateau' } }],
    ['weights from a file', { 'training.initialWeights': 'start.safetensors' }],
    ['the constant input in place of biases', { 'network.bias': 'input-trick' }],
    ['all samples in one batch', { 'training.batchSize': 'all' }],
  ])('%s', (_, values) => {
    expect(problemsOf(changed(values))).toEqual([])
  })

  function activations() {
    return [...PLAIN_ACTIVATIONS, 'leaky-relu', 'elu'].map((activation) => ({ units: 8, activation }))
  }
})

test('data is reduced when a part of the training samples is used for nothing', () => {
  const reduced = (split: unknown) => isReducedData(parseExperiment(changed({ 'dataset.split': split })).dataset)
  expect(reduced({ kind: 'official' })).toBe(false)
  expect(reduced({ kind: 'random', train: 50_000, validation: 10_000 })).toBe(false)
  expect(reduced({ kind: 'random', train: 50_000, validation: 9999 })).toBe(true)
  expect(reduced({ kind: 'first', train: 60_000, test: 10 })).toBe(false)
  expect(reduced({ kind: 'first', train: 59_999, test: 10_000 })).toBe(true)
  expect(reduced({ kind: 'stratified', train: 50_000, validation: 9999 })).toBe(true)
  expect(reduced({ kind: 'k-fold', folds: 7, fold: 3 })).toBe(false)
})

describe('a data set that somebody brought', () => {
  const own = {
    ...BUILT_IN_DATASETS[0],
    name: 'my-digits',
    title: 'My digits',
    train: 12,
    test: 5,
    classes: ['a', 'b', 'c'],
  }
  const catalog = [...BUILT_IN_DATASETS, own]
  const wanted = (values: Record<string, unknown> = {}) => changed({ 'dataset.name': 'my-digits', ...values })
  const problems = (input: unknown) => {
    const result = checkExperiment(input, catalog)
    return result.ok ? [] : result.problems.map(formatProblem)
  }

  test('may be named where it is known, and nowhere else', () => {
    expect(problems(wanted())).toEqual([])
    expect(problemsOf(wanted())[0]).toContain('There is no data set "my-digits"')
    expect(expandExperiment(parseExperiment(wanted(), catalog), catalog)[0].configuration.label).toBe('784-150-3')
  })

  test('bounds what a split may ask for, and what counts as reduced', () => {
    expect(problems(wanted({ 'dataset.split': { kind: 'k-fold', folds: 13, fold: 0 } }))).toEqual([
      'dataset.split.folds: at most 12, as each fold has one of the training samples of My digits, got 13',
    ])
    expect(problems(wanted({ 'dataset.split': first(12, 0, 6) }))).toEqual([
      'dataset.split.test: a whole number, 1 … 5 (all of My digits), got 6',
    ])
    expect(problems(wanted({ 'network.output.units': 2 }))).toEqual([
      'network.output.units: "classes", or at least 3 (one unit for each class), got 2',
    ])
    const reduced = (train: number) =>
      isReducedData(parseExperiment(wanted({ 'dataset.split': first(train, 0, 5) }), catalog).dataset, catalog)
    expect([reduced(11), reduced(12)]).toEqual([true, false])
  })

  test('of many, a message names the first', () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ ...own, name: `set-${i}` }))
    expect(checkExperiment(wanted(), many)).toMatchObject({
      problems: [{ message: expect.stringMatching(/"set-0", .*"set-11" or one of 8 more$/) as string }],
    })
  })
})

test('the levels of a factor are checked as the configurations that they make', () => {
  const levels = ['softmax', 'linear'].map((label) => ({ label, set: { 'network.output.activation': label } }))
  const input = changed({ factors: [{ name: 'Output', levels }] })
  expect(problemsOf(input)).toEqual([
    'training.loss: softmax-cross-entropy needs the output activation "softmax", got "linear"',
  ])
})

test('what a level sets wrongly is said with the level, the field and what came', () => {
  const level = { label: 'x', set: { 'training.epochs': 'many', 'training.epoch': 3 } }
  expect(problemsOf(changed({ factors: [{ name: 'f', levels: [level] }] }))).toEqual([
    'factors: f = x: training.epochs: 1 … 100000, got "many"',
    'factors: f = x: training.epoch: not a field of this version of the format; check the spelling or remove it',
  ])
})

test.each(['\u001b[2J', 'two\nlines', '\u009b31m'])('%j is no title and no label', (text) => {
  const problem = `one line of text, without control characters, got ${JSON.stringify(text)}`
  expect(problemsOf(changed({ title: text }))).toEqual([`title: ${problem}`])
  const levels = [{ label: text, set: {} }]
  expect(problemsOf(changed({ factors: [{ name: 'f', levels }] }))).toEqual([`factors[0].levels[0].label: ${problem}`])
})

test('a value that is far too deep is a problem and no overflow of the stack', () => {
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown
  const factors = [{ name: 'f', levels: [{ label: 'x', set: { 'training.epochs': deep } }] }]
  expect(problemsOf({ ...minimal, factors })).toEqual(['at most 64 objects and lists in each other, got more'])
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
  const input = changed({ title: '', 'training.epochs': 0 })
  const details = ['title: a title, got ""', 'training.epochs: 1 … 100000, got 0']
  expect(() => parseExperiment(input)).toThrow(expect.objectContaining({ code: 'experiment/invalid', details }))
})
