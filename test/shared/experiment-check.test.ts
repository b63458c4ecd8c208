import { describe, expect, test } from 'vitest'
import { checkExperiment, formatProblem, parseExperiment } from '#shared/experiment-check'
import { parsePath, withValueAt } from '#shared/experiment-path'

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

describe('what the format has but the engine cannot train yet is refused by name', () => {
  test.each<[string, Record<string, unknown>]>([
    ['network.layers[0].activation', { 'network.layers[0].activation': 'tanh' }],
    ['network.bias', { 'network.bias': 'input-trick' }],
    ['training.regularization.l2', { 'training.regularization': { l2: 0.01 } }],
    ['training.optimizer.kind', { 'training.optimizer': { kind: 'rmsprop' } }],
    ['training.earlyStopping', { 'training.earlyStopping': { patience: 3 } }],
    ['training.schedule.kind', { 'training.schedule': { kind: 'cosine' } }],
    ['dataset.scaling', { 'dataset.scaling': 'standardize' }],
    ['dataset.split.train', { 'dataset.split': { kind: 'first', train: 60_001, test: 10 } }],
    ['dataset.name', { 'dataset.name': 'cifar' }],
  ])('%s', (path, values) => {
    const result = checkExperiment(changed(values))
    expect(result).toMatchObject({ ok: false, problems: [{ path }] })
  })
})

test('the levels of a factor are checked as the configurations that they make', () => {
  const levels = ['relu', 'tanh'].map((label) => ({ label, set: { 'network.layers[0].activation': label } }))
  const input = changed({ factors: [{ name: 'Activation', levels }] })
  expect(problemsOf(input)).toEqual([
    'network.layers[0].activation: "tanh" cannot be trained by this version yet; expected "sigmoid", "relu"',
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
