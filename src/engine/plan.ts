/**
 * What one run does, worked out before it starts: every number that the workers need, and nothing to decide.
 */
import { LabError } from '#shared/errors'
import type { Experiment, Initializer, Optimizer, Seeds } from '#shared/experiment'

export type EngineActivation = 'sigmoid' | 'relu'
export type EngineOptimizer = Extract<Optimizer, { kind: 'sgd' | 'adam' }>
export type EngineInitializer = Exclude<Initializer, { kind: 'file' }>

export interface TrainingPlan {
  /** Units from the input to the output. */
  sizes: readonly number[]
  /** One for each hidden layer. */
  activations: readonly EngineActivation[]
  initializer: EngineInitializer
  optimizer: EngineOptimizer
  scaling: 'none' | 'unit'
  /** Samples used of the training part and of the test part: the first ones. */
  trainCount: number
  testCount: number
  /** At most trainCount. */
  batchSize: number
  shuffle: boolean
  epochs: number
  stepsPerEpoch: number
  /** Optimizer steps in the whole run. */
  steps: number
  evaluateEvery: { epochs: number } | { steps: number }
  /** Score on the training part: as it was trained, or a pass over all of it. */
  trainScore: 'running' | 'full'
  /** How many evaluations the run will make. */
  evaluations: number
  seeds: Pick<Seeds, 'init' | 'shuffle'>
  workers: number
}

/** What a plan must know of the data. */
export interface DatasetShape {
  pixels: number
  classes: number
  train: number
  test: number
}

export function planTraining(experiment: Experiment, data: DatasetShape, workers: number): TrainingPlan {
  const { network, training, seeds } = experiment
  const { trainCount, testCount } = countSamples(experiment.dataset.split, data)
  const batchSize = training.batchSize === 'all' ? trainCount : Math.min(training.batchSize, trainCount)
  const stepsPerEpoch = Math.ceil(trainCount / batchSize)
  const evaluateEvery = training.evaluation.every
  return {
    sizes: [data.pixels, ...network.layers.map((layer) => layer.units), data.classes],
    activations: network.layers.map((layer) => supportedActivation(layer.activation)),
    initializer: supportedInitializer(network.initializer),
    optimizer: supportedOptimizer(training.optimizer),
    scaling: supportedScaling(experiment.dataset.scaling),
    trainCount,
    testCount,
    batchSize,
    shuffle: training.shuffle,
    epochs: training.epochs,
    stepsPerEpoch,
    steps: stepsPerEpoch * training.epochs,
    evaluateEvery,
    trainScore: training.evaluation.train,
    evaluations:
      'epochs' in evaluateEvery
        ? Math.ceil(training.epochs / evaluateEvery.epochs)
        : Math.ceil((stepsPerEpoch * training.epochs) / evaluateEvery.steps),
    seeds: { init: seeds.init, shuffle: seeds.shuffle },
    workers,
  }
}

/** True after the steps (counted from 1) at which the plan evaluates; always after the last. */
export function isEvaluationDue(plan: TrainingPlan, step: number): boolean {
  if (step === plan.steps) return true
  if ('steps' in plan.evaluateEvery) return step % plan.evaluateEvery.steps === 0
  return step % (plan.stepsPerEpoch * plan.evaluateEvery.epochs) === 0
}

function countSamples(split: Experiment['dataset']['split'], data: DatasetShape) {
  if (split.kind === 'official') return { trainCount: data.train, testCount: data.test }
  if (split.kind !== 'first') throw unsupported('dataset.split.kind', split.kind, 'official, first')
  if (split.train > data.train || split.test > data.test) {
    throw new LabError(
      'engine/bad-split',
      `dataset.split: the data set has ${data.train} training and ${data.test} test samples, got ${split.train} and ${split.test}; take fewer`,
    )
  }
  return { trainCount: split.train, testCount: split.test }
}

function supportedActivation(activation: string): EngineActivation {
  if (activation === 'sigmoid' || activation === 'relu') return activation
  throw unsupported('activation', activation, 'sigmoid, relu')
}

function supportedInitializer(initializer: Initializer): EngineInitializer {
  if (initializer.kind !== 'file') return initializer
  throw unsupported('network.initializer.kind', initializer.kind, 'a built-in initializer')
}

function supportedOptimizer(optimizer: Optimizer): EngineOptimizer {
  if (optimizer.kind === 'sgd' || optimizer.kind === 'adam') return optimizer
  throw unsupported('training.optimizer.kind', optimizer.kind, 'sgd, adam')
}

function supportedScaling(scaling: Experiment['dataset']['scaling']): 'none' | 'unit' {
  if (scaling === 'none' || scaling === 'unit') return scaling
  throw unsupported('dataset.scaling', scaling, 'none, unit')
}

function unsupported(field: string, value: string, expected: string): LabError {
  return new LabError(
    'engine/unsupported',
    `${field}: expected ${expected}, got "${value}"; this version cannot train it`,
  )
}
