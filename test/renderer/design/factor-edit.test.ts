import { describe, expect, test } from 'vitest'
import { checkExperiment } from '#shared/experiment-check'
import { experimentSchema, type Experiment } from '#shared/experiment'
import { parsePath, valueAt, withValueAt } from '#shared/experiment-path'
import { NEW_EXPERIMENT } from '../../../src/renderer/stores/draft'
import { optimizerOf, scheduleOf } from '../../../src/renderer/features/design/choices'
import { VARIABLE_FIELDS, readFactor } from '../../../src/renderer/features/design/factor-edit'

const context = {
  layers: [{ units: 64, activation: 'relu' }],
  ends: { inputs: 784, outputs: 10, dataset: 'MNIST', outputsReason: 'MNIST has 10 classes' },
}

/** Designs that have between them all fields that can be varied. */
const base = experimentSchema.parse({
  ...NEW_EXPERIMENT,
  dataset: { name: 'mnist', split: { kind: 'random', train: 50_000, validation: 10_000 } },
})
const designs = [
  {},
  { 'network.initializer': { kind: 'uniform', range: 0.05 } },
  ...['sgd', 'adam', 'adamw', 'rmsprop', 'adagrad'].map((kind) => ({ 'training.optimizer': optimizerOf(kind) })),
  ...['step', 'cosine', 'plateau'].map((kind) => ({ 'training.schedule': scheduleOf(kind) })),
  { 'training.optimizer': { ...(optimizerOf('sgd') as object), momentum: 0.9 } },
  { 'training.evaluation.every': { steps: 200 } },
  { 'dataset.split': { kind: 'k-fold', folds: 5, fold: 0 } },
  { 'training.earlyStopping': { metric: 'validation-loss', patience: 5, restoreBest: true } },
].map((change) => changed(base, change))

function changed(design: Experiment, change: object): Experiment {
  return Object.entries(change).reduce((next, [path, value]) => withValueAt(next, parsePath(path), value), design)
}

/** The first design that has the field; Nesterov needs a momentum, and any output goes with squared error only. */
function designWith(path: string): Experiment {
  const found = designs.find((design) => valueAt(design, parsePath(path)) !== undefined)
  if (!found) throw new Error(`No design has ${path}`)
  if (path === 'training.optimizer.nesterov') return changed(found, { 'training.optimizer.momentum': 0.9 })
  return path === 'network.output.activation' ? changed(found, { 'training.loss': 'squared-error' }) : found
}

function field(name: string) {
  const found = VARIABLE_FIELDS.find((each) => each.name === name)
  if (!found) throw new Error(`No field is called "${name}"`)
  return found
}

test.each(VARIABLE_FIELDS.map((each) => [each.name, each] as const))(
  'the example of %s makes a factor that the lab can train',
  (_, each) => {
    const reading = readFactor(each, each.example(context), context)
    expect(reading).toMatchObject({ ok: true })
    if (!reading.ok) return
    const result = checkExperiment({ ...designWith(each.path), factors: [reading.factor] })
    expect(result.ok ? [] : result.problems).toEqual([])
  },
)

describe('values', () => {
  test('become levels under the labels that were typed', () => {
    expect(readFactor(field('Learning rate'), '0.1, 1e-2', context)).toEqual({
      ok: true,
      factor: {
        name: 'Learning rate',
        levels: [
          { label: '0.1', set: { 'training.optimizer.learningRate': 0.1 } },
          { label: '1e-2', set: { 'training.optimizer.learningRate': 0.01 } },
        ],
      },
    })
  })

  test('of a network are sizes, and keep the activation', () => {
    const reading = readFactor(field('Network'), '784-8-10, 784-9-8-10', context)
    expect(reading.ok && reading.factor.levels[1]).toEqual({
      label: '784-9-8-10',
      set: {
        'network.layers': [
          { units: 9, activation: 'relu' },
          { units: 8, activation: 'relu' },
        ],
      },
    })
  })

  test('of the loss bring the output activation that each needs', () => {
    const reading = readFactor(field('Loss'), 'softmax-cross-entropy, binary-cross-entropy, squared-error', context)
    expect(reading.ok && reading.factor.levels.map((level) => level.set)).toEqual([
      { 'training.loss': 'softmax-cross-entropy', 'network.output.activation': 'softmax' },
      { 'training.loss': 'binary-cross-entropy', 'network.output.activation': 'sigmoid' },
      { 'training.loss': 'squared-error' },
    ])
  })

  test('of the activation bring the parameter that it has', () => {
    const reading = readFactor(field('Activation'), 'relu, leaky-relu, elu', context)
    expect(reading.ok && reading.factor.levels.map((level) => level.set['network.layers'])).toEqual([
      [{ units: 64, activation: 'relu' }],
      [{ units: 64, activation: 'leaky-relu', slope: 0.01 }],
      [{ units: 64, activation: 'elu', c: 1 }],
    ])
  })

  test('of a switch are on and off', () => {
    const reading = readFactor(field('Shuffle'), 'on, off', context)
    expect(reading.ok && reading.factor.levels.map((level) => level.set['training.shuffle'])).toEqual([true, false])
  })

  test.each([
    ['Learning rate', '0.1', 'At least two values, with a comma between them'],
    ['Learning rate', '0.1, fast', '“fast” is not a number'],
    ['Learning rate', '0.1, 0.1', '“0.1” is there twice'],
    ['Optimizer', 'adam, lion', '“lion” is none of sgd, adam, adamw, rmsprop, adagrad'],
    ['Network', '784-8-10, 784-8-9', 'MNIST has 10 classes, got 9 as the last'],
  ])('%s: "%s" is refused: %s', (name, text, message) => {
    expect(readFactor(field(name), text, context)).toEqual({ ok: false, message })
  })
})
