import { describe, expect, test } from 'vitest'
import { examine, MOST_FINDINGS, type DoctorFacts } from '#shared/doctor'
import { doubledSoftmaxFloor } from '#shared/doctor/numbers'
import type { ExperimentInput } from '#shared/experiment'
import { checkExperiment, parseExperiment } from '#shared/experiment-check'
import { withValues } from '#shared/experiment-path'
import type { Evaluation, LayerDiagnostics } from '#shared/run'

const base: ExperimentInput = {
  version: 1,
  title: 'A run',
  dataset: { name: 'mnist', split: { kind: 'random', train: 40_000, validation: 20_000 } },
  network: { layers: [{ units: 64, activation: 'relu' }] },
  training: { optimizer: { kind: 'sgd', learningRate: 0.1 }, epochs: 10 },
}

function facts(changes: Record<string, unknown> = {}, more: Partial<DoctorFacts> = {}): DoctorFacts {
  const experiment = parseExperiment(withValues(base, Object.entries(changes)))
  const hidden = experiment.network.layers.map((layer) => layer.units)
  const { units } = experiment.network.output
  return {
    experiment,
    sizes: [784, ...hidden, units === 'classes' ? 10 : units],
    classes: 10,
    hasBytes: true,
    status: 'finished',
    reason: null,
    ...more,
  }
}

/** One evaluation an epoch: training and validation losses, and the same training accuracy throughout. */
function history(train: readonly number[], validation: readonly number[] = train, accuracy = 0.95): Evaluation[] {
  const score = (loss: number) => ({ loss, correct: Math.round(accuracy * 1000), count: 1000 })
  return train.map((loss, i) => ({
    epoch: i + 1,
    step: 100 * (i + 1),
    seconds: i + 1,
    epochSeconds: 1,
    train: score(loss),
    validation: score(validation[i] ?? loss),
  }))
}

function withLayers(evaluations: Evaluation[], layers: Partial<LayerDiagnostics>[]): Evaluation[] {
  const whole = { gradientNorm: 1, weightNorm: 1, updateNorm: 0.01, saturated: null, dead: null }
  const histogram = { low: 0, high: 1, counts: [1] }
  return evaluations.map((each) => ({
    ...each,
    diagnostics: layers.map((layer) => ({ ...whole, histogram, ...layer })),
  }))
}

const kinds = (...args: Parameters<typeof examine>) => examine(...args).map((finding) => finding.kind)

const healthy = history([0.4, 0.25, 0.2, 0.17, 0.15, 0.14, 0.135, 0.132, 0.131, 0.1305])

test('a run that learned and levelled off is healthy, and so is one of which nothing is known', () => {
  expect(examine(facts(), healthy)).toEqual([])
  expect(examine(facts({}, { status: 'running' }), [])).toEqual([])
})

describe('a doubled softmax', () => {
  test('has its floors at 1.461150 with 10 outputs and 4.306872 with 200', () => {
    expect(doubledSoftmaxFloor(10)).toBeCloseTo(1.46115, 6)
    expect(doubledSoftmaxFloor(200)).toBeCloseTo(4.306872, 6)
  })

  test('is seen from a loss that stays above its floor though most samples are right', () => {
    const [finding] = examine(facts({ 'training.mistake': 'softmax-twice' }), history([1.6, 1.52, 1.5, 1.49, 1.486]))
    expect(finding).toMatchObject({ kind: 'doubled-softmax', change: { set: { 'training.mistake': 'none' } } })
    expect(finding?.evidence).toContain('1.461150')
  })

  test('is not suspected where few samples are right, as then the loss is high anyway', () => {
    expect(kinds(facts(), history([1.6, 1.55, 1.53, 1.52, 1.515], undefined, 0.45))).not.toContain('doubled-softmax')
  })

  test('is not suspected below the floor', () => {
    expect(kinds(facts(), history([1.6, 1.2, 1, 0.9, 0.89]))).not.toContain('doubled-softmax')
  })
})

test('200 outputs for 10 classes: the loss begins at ln 200 = 5.2983', () => {
  const [finding] = examine(facts({ 'network.output.units': 200 }), history([0.5, 0.3, 0.25, 0.24, 0.239]))
  expect(finding).toMatchObject({ kind: 'wrong-class-count', change: { set: { 'network.output.units': 'classes' } } })
  expect(finding?.evidence).toContain('ln 200 = 5.2983')
})

test('a loss that rises: a tenth of the learning rate', () => {
  const [finding] = examine(facts(), history([1.5, 1.8, 2.4, 3.1]))
  expect(finding).toMatchObject({ kind: 'loss-rising', change: { set: { 'training.optimizer.learningRate': 0.01 } } })
})

test('one that rises because the sign is wrong on purpose is called by its name', () => {
  expect(kinds(facts({ 'training.mistake': 'gradient-sign' }), history([2.5, 2.9, 4], undefined, 0.1))[0]).toBe(
    'uphill',
  )
})

test('a loss that went up once and came down again is no finding', () => {
  expect(kinds(facts(), history([0.4, 0.5, 0.3, 0.25, 0.2499]))).not.toContain('loss-rising')
})

test.each([
  {
    name: 'failed',
    more: { status: 'failed' as const, reason: 'A number in the loss was no longer finite at step 3' },
    loss: 0.3,
  },
  { name: 'told', more: {}, loss: NaN },
])('a number that is no longer finite is all that is said ($name)', ({ more, loss }) => {
  expect(kinds(facts({}, more), history([0.3, 0.3, loss]))).toEqual(['not-finite'])
})

test('another failure is not taken for it', () => {
  expect(kinds(facts({}, { status: 'failed', reason: 'the disk is full' }), healthy)).toEqual([])
})

test('a loss that stays at ln 10 with chance accuracy does no better than guessing', () => {
  const flat = history([2.303, 2.302, 2.3026, 2.3025], undefined, 0.11)
  expect(kinds(facts(), flat)[0]).toBe('stuck-at-guessing')
  const zeros = examine(facts({ 'network.initializer': { kind: 'zeros' } }), flat)[0]
  expect(zeros?.change?.set).toEqual({ 'network.initializer': { kind: 'glorot-uniform' } })
})

test('a first loss far above ln 10: unscaled inputs where they are, else the initializer', () => {
  const far = history([8, 3, 2, 1.5, 1.49], undefined, 0.92)
  expect(kinds(facts({ 'dataset.scaling': 'none' }), far)).toContain('unscaled-inputs')
  expect(kinds(facts(), far)).toContain('high-first-loss')
})

describe('over-fitting', () => {
  const over = history([0.4, 0.2, 0.1, 0.05, 0.02, 0.01], [0.4, 0.3, 0.28, 0.31, 0.36, 0.42])

  test('is said with the epoch of the lowest validation loss, and early stopping is offered', () => {
    const [finding] = examine(facts(), over)
    expect(finding).toMatchObject({ kind: 'over-fitting' })
    expect(finding?.evidence).toContain('epoch 3')
    expect(Object.keys(finding?.change?.set ?? {})).toEqual(['training.earlyStopping'])
  })

  test('is not said of a gap that does not grow', () => {
    const gap = history([0.2, 0.15, 0.14, 0.139, 0.1389], [0.4, 0.36, 0.35, 0.351, 0.352])
    expect(kinds(facts(), gap)).not.toContain('over-fitting')
  })

  test('is not said where the training loss rises as well', () => {
    expect(kinds(facts(), history([0.2, 0.1, 0.1, 0.11], [0.3, 0.2, 0.25, 0.3]))).not.toContain('over-fitting')
  })
})

describe('a run that was still learning when it ended', () => {
  const falling = history([2, 1.6, 1.3, 1.05, 0.85, 0.7, 0.58, 0.48, 0.4, 0.33])

  test('is offered twice the epochs', () => {
    const [finding] = examine(facts(), falling)
    expect(finding).toMatchObject({ kind: 'still-descending', change: { set: { 'training.epochs': 20 } } })
  })

  test('is not said while it trains, nor of one that was stopped by somebody or by itself', () => {
    expect(kinds(facts({}, { status: 'running' }), falling)).toEqual([])
    expect(kinds(facts({}, { status: 'stopped' }), falling)).toEqual([])
    expect(kinds(facts({}, { reason: 'early stopping at epoch 10' }), falling)).toEqual([])
  })
})

describe('layers', () => {
  test('saturated units come before what follows from them', () => {
    const asleep = withLayers(history([1, 0.9, 0.85, 0.84], undefined, 0.8), [{ saturated: 0.79 }, {}])
    const found = examine(facts({ 'network.layers': [{ units: 64, activation: 'sigmoid' }] }), asleep)
    expect(found[0]).toMatchObject({ kind: 'saturated' })
    expect(found[0]?.evidence).toContain('79.0 %')
  })

  test('dead units', () => {
    expect(kinds(facts(), withLayers(healthy, [{ dead: 0.7 }, {}]))).toEqual(['dead'])
    expect(kinds(facts(), withLayers(healthy, [{ dead: 0.3 }, {}]))).toEqual([])
  })

  const ten = { 'network.layers': Array.from({ length: 10 }, () => ({ units: 64, activation: 'sigmoid' })) }
  const gradients = (first: number, last: number) => [
    { gradientNorm: first },
    ...Array.from({ length: 8 }, () => ({ gradientNorm: 1 })),
    { gradientNorm: last },
    { gradientNorm: 1 },
  ]

  test.each([
    { first: 6e-7, last: 1, kind: 'vanishing-gradients' },
    { first: 1e5, last: 1, kind: 'exploding-gradients' },
  ])('$kind: by a weight, first hidden layer against the last', ({ first, last, kind }) => {
    expect(kinds(facts(ten), withLayers(healthy, gradients(first, last)))).toEqual([kind])
  })

  test('the larger first layer alone is no sign: 0.56 by a weight is healthy', () => {
    const norm = 0.56 * Math.sqrt(50_240 / 4160)
    expect(kinds(facts(ten), withLayers(healthy, gradients(norm, 1)))).toEqual([])
  })
})

test('training accuracy below that of a linear network after five epochs', () => {
  const poor = history([1, 0.8, 0.7, 0.65, 0.64, 0.639], undefined, 0.8)
  expect(kinds(facts(), poor)).toEqual(['below-linear'])
  expect(kinds(facts({ 'network.layers': [] }), poor)).toEqual([])
  expect(kinds(facts({ 'training.regularization.dropoutHidden': 0.5 }), poor)).toEqual([])
})

test('hidden layers without an activation', () => {
  const linear = facts({ 'network.layers': [{ units: 64, activation: 'linear' }] })
  expect(kinds(linear, healthy)).toEqual(['no-activation'])
})

test('never more than five, and every change that is offered makes a design that can be run', () => {
  const changes = {
    'network.output.units': 200,
    'dataset.scaling': 'none',
    'network.layers': [{ units: 64, activation: 'linear' }],
  }
  const bad = withLayers(history([9, 5, 6, 12, 40, 90], undefined, 0.2), [{ saturated: 0.9, dead: 0.9 }, {}])
  const found = examine(facts(changes), bad)
  expect(found).toHaveLength(MOST_FINDINGS)
  for (const { kind, change } of found) {
    const changed = withValues(facts(changes).experiment, Object.entries(change?.set ?? {}))
    expect({ kind, ok: checkExperiment(changed).ok }).toEqual({ kind, ok: true })
  }
})
