import { describe, expect, test } from 'vitest'
import type { ExperimentInput } from '#shared/experiment'
import { findDataset } from '#shared/dataset'
import { parseExperiment } from '#shared/experiment-check'
import { expandExperiment } from '#shared/experiment-expand'
import { costOf, runTime } from '#shared/cost/estimate'
import { REFERENCE_SPEED, speedKey, type Speed } from '#shared/cost/speed'
import recorded from './recorded.json'

function designOf(each: (typeof recorded)[number]) {
  return parseExperiment(each.experiment)
}

const small: ExperimentInput = {
  version: 1,
  title: 'Small',
  dataset: { name: 'mnist', split: { kind: 'first', train: 1000, test: 1000 } },
  network: { layers: [{ units: 64, activation: 'relu' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 10 },
}
const plansOf = (changes: object) => expandExperiment(parseExperiment({ ...small, ...changes }))
const alone: Speed = { ...REFERENCE_SPEED, threads: 2, sideBySide: false }

/** The coefficients were fitted to these: they hold the model where it is, and say nothing of other designs. */
describe('epochs that the model was fitted to', () => {
  test.each(recorded)('$name, $threads thread(s): within a factor of 1.5', (each) => {
    const time = runTime(designOf(each), each.threads, REFERENCE_SPEED)
    const ratio = (time?.training ?? NaN) / designOf(each).training.epochs / each.secondsPerEpoch
    expect(ratio).toBeGreaterThan(1 / 1.5)
    expect(ratio).toBeLessThan(1.5)
  })

  test('there are many of them, and quite different ones', () => {
    const keys = new Set(recorded.map((each) => speedKey(designOf(each), 1)))
    expect(keys.size).toBeGreaterThanOrEqual(20)
    const seconds = recorded.map((each) => each.secondsPerEpoch)
    expect(Math.max(...seconds) / Math.min(...seconds)).toBeGreaterThan(1000)
  })
})

test('a machine twice as slow takes twice as long for all that trains', () => {
  const experiment = parseExperiment(small)
  const once = runTime(experiment, 1, REFERENCE_SPEED)
  const slow = runTime(experiment, 1, { ...REFERENCE_SPEED, oneThread: 2 })
  expect(slow?.training).toBeCloseTo(2 * (once?.training ?? 0), 9)
  expect(slow?.evaluations).toBeCloseTo(2 * (once?.evaluations ?? 0), 9)
})

test('a design that was trained here is taken at its own speed, whatever its rate and seeds', () => {
  const key = speedKey(parseExperiment(small), 1, findDataset('mnist')?.sha256)
  const trained = new Map([[key, 5]])
  const other = parseExperiment({
    ...small,
    seeds: { init: 9 },
    training: { ...small.training, optimizer: { kind: 'adam', learningRate: 0.1 } },
  })
  expect(runTime(other, 1, REFERENCE_SPEED, undefined, trained)?.training).toBe(50)
  expect(runTime(other, 2, REFERENCE_SPEED, undefined, trained)?.training).not.toBe(50)
})

test('what was trained under the name of a set says nothing of other data with that name, nor of other folds', () => {
  const experiment = parseExperiment(small)
  expect(speedKey(experiment, 1, 'a')).not.toBe(speedKey(experiment, 1, 'b'))
  const folds = (count: number) =>
    parseExperiment({ ...small, dataset: { name: 'mnist', split: { kind: 'k-fold', folds: count, fold: 0 } } })
  expect(speedKey(folds(2), 1)).not.toBe(speedKey(folds(10), 1))
})

test('evaluations five times an epoch cost more than the training itself, as in the course of report E', () => {
  const [plan] = plansOf({
    dataset: { name: 'mnist', split: { kind: 'first', train: 20_000, test: 10_000 }, scaling: 'standardize' },
    training: {
      ...small.training,
      batchSize: 32,
      evaluation: { every: { steps: 25 }, train: 'full' },
    },
  })
  const time = plan && runTime(plan.experiment, 1, REFERENCE_SPEED)
  expect(time?.evaluations).toBeGreaterThan(time?.training ?? Infinity)
})

test('a test part that is locked until the end costs nothing while it trains', () => {
  const of = (test: 'each' | 'final') =>
    runTime(
      parseExperiment({
        ...small,
        dataset: { name: 'mnist', split: { kind: 'first', train: 1000, validation: 1000, test: 10_000 } },
        training: { ...small.training, evaluation: { test } },
      }),
      1,
      REFERENCE_SPEED,
    )
  expect(of('final')?.evaluations).toBeLessThan((of('each')?.evaluations ?? 0) / 2)
})

describe('many runs', () => {
  const factors = [
    {
      name: 'Width',
      levels: [32, 64, 128].map((units) => ({ label: String(units), set: { 'network.layers[0].units': units } })),
    },
  ]

  test('are counted by configurations and seeds', () => {
    const cost = costOf(plansOf({ factors, replicates: 3 }), REFERENCE_SPEED)
    expect(cost).toMatchObject({ runs: 9, configurations: 3, atOnce: 2, threads: 2 })
  })

  test('one after the other they take the sum of their times, beside each other less', () => {
    const plans = plansOf({ factors, replicates: 2, training: { ...small.training, epochs: 500 } })
    const inTurn = costOf(plans, alone).seconds ?? 0
    const beside = costOf(plans, { ...alone, sideBySide: true }).seconds ?? 0
    const each = plans.map((plan) => costOf([plan], alone).seconds ?? 0)
    expect(inTurn).toBeCloseTo(
      each.reduce((a, b) => a + b, 0),
      6,
    )
    expect(beside).toBeLessThan(inTurn)
  })

  test('never take less than the longest of them', () => {
    const levels = [1, 2000].map((epochs) => ({ label: String(epochs), set: { 'training.epochs': epochs } }))
    const cost = costOf(plansOf({ factors: [{ name: 'Epochs', levels }] }), REFERENCE_SPEED)
    expect(cost.seconds).toBe(cost.longestSeconds)
  })

  test('with early stopping the time is the most that they can take', () => {
    const earlyStopping = { metric: 'train-loss', patience: 3 }
    expect(costOf(plansOf({ training: { ...small.training, earlyStopping } }), alone).mayEndEarly).toBe(true)
    expect(costOf(plansOf({}), alone).mayEndEarly).toBe(false)
  })
})

describe('room on the disk', () => {
  test('one model of 784-64-10 and ten lines of history, to a tenth', () => {
    const { bytes } = costOf(plansOf({}), alone)
    expect(bytes / (4 * 50_890 + 10 * 270 + 4500)).toBeCloseTo(1, 1)
  })

  test('a checkpoint of Adam holds the weights three times, with the best ones four times', () => {
    const plain = costOf(plansOf({}), alone).checkpointBytes
    const earlyStopping = { metric: 'train-loss', patience: 3 }
    const best = costOf(plansOf({ training: { ...small.training, earlyStopping } }), alone).checkpointBytes
    expect(best / plain).toBeCloseTo(4 / 3, 2)
  })
})

test('no time is made up for a data set that nobody knows', () => {
  const [plan] = plansOf({})
  if (!plan) throw new Error('no plan')
  expect(costOf([plan], alone, []).seconds).toBeNull()
})
