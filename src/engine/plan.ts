/**
 * What one run does, worked out before it starts: every number that the workers need, and nothing to decide.
 */
import { LabError } from '#shared/errors'
import type { Experiment, Initializer, Layer, Optimizer, Scaling, Schedule, Seeds } from '#shared/experiment'
import type { ActivationKind, OutputLossKind } from './kernels'
import { planSplit, type PlannedSplit } from './split'

/** Rows that go through the network together, in training and in evaluation: they stay in the cache. */
export const ROW_BLOCK = 128
/** Rows of a batch whose values are held at a time: a larger batch goes in slabs, whose gradients add up in order. */
export const SLAB = 512

export interface PlannedActivation {
  kind: ActivationKind
  /** Slope of leaky-relu, c of elu; 0 for the others. */
  parameter: number
}

/** What the optimizer keeps for each weight and bias, by the name that it has in checkpoints. */
export type SlotName = 'momentum' | 'm' | 'v' | 'square' | 'sum'

export interface TrainingPlan {
  /** Units from the input to the output. */
  sizes: readonly number[]
  /** One for each hidden layer. */
  activations: readonly PlannedActivation[]
  outputLoss: { kind: OutputLossKind; smoothing: number }
  bias: Experiment['network']['bias']
  initializer: Initializer
  optimizer: Optimizer
  slots: readonly SlotName[]
  schedule: Schedule
  regularization: Omit<Experiment['training']['regularization'], 'labelSmoothing'>
  /** −1: each step goes uphill, on purpose. */
  gradientSign: 1 | -1
  scaling: Scaling
  split: PlannedSplit
  trainCount: number
  /** 0: there is no validation part. */
  validationCount: number
  testCount: number
  /** At most trainCount. */
  batchSize: number
  /** Rows of a batch that are held at a time. */
  slabRows: number
  shuffle: boolean
  epochs: number
  stepsPerEpoch: number
  /** Optimizer steps in the whole run. */
  steps: number
  evaluateEvery: { epochs: number } | { steps: number }
  /** Score on the training part: as it was trained, or a pass over all of it. */
  trainScore: 'running' | 'full'
  /** False: the test part stays unseen while the run trains. */
  scoresTest: boolean
  /** How many evaluations the run will make at most. */
  evaluations: number
  earlyStopping: Experiment['training']['earlyStopping']
  diagnostics: boolean
  /** Weights are kept at the end of every so many epochs; null: of none. */
  keepEveryEpochs: number | null
  seeds: Seeds
  workers: number
}

/** What a plan must know of the data. */
export interface DatasetShape {
  pixels: number
  classes: number
  train: number
  test: number
}

/**
 * Throws `engine/unsupported` or `engine/bad-split`: an experiment that was checked before does not come so far.
 *
 * `labels` are those of the official training part. Without them excluded samples are counted in, as an estimate may.
 */
export function planTraining(
  experiment: Experiment,
  data: DatasetShape,
  workers: number,
  labels?: Uint8Array,
): TrainingPlan {
  const { network, training, seeds } = experiment
  const { exclude = [] } = experiment.dataset
  const split = planSplit(experiment.dataset.split, data, labels && { samples: exclude, seed: seeds.split, labels })
  const trainCount = split.train
  const batchSize = training.batchSize === 'all' ? trainCount : Math.min(training.batchSize, trainCount)
  const stepsPerEpoch = Math.ceil(trainCount / batchSize)
  const steps = stepsPerEpoch * training.epochs
  const evaluateEvery = training.evaluation.every
  const { labelSmoothing, ...regularization } = training.regularization
  return {
    sizes: [data.pixels, ...network.layers.map((layer) => layer.units), outputUnits(experiment, data)],
    activations: network.layers.map(plannedActivation),
    outputLoss: { kind: outputLossOf(experiment), smoothing: labelSmoothing },
    bias: network.bias,
    initializer: network.initializer,
    optimizer: training.optimizer,
    slots: slotsOf(training.optimizer),
    schedule: training.schedule,
    regularization,
    gradientSign: training.mistake === 'gradient-sign' ? -1 : 1,
    scaling: experiment.dataset.scaling,
    split,
    trainCount,
    validationCount: split.validation,
    testCount: split.test,
    batchSize,
    slabRows: Math.min(batchSize, SLAB),
    shuffle: training.shuffle,
    epochs: training.epochs,
    stepsPerEpoch,
    steps,
    evaluateEvery,
    trainScore: training.evaluation.train,
    scoresTest: training.evaluation.test === 'each',
    evaluations:
      'epochs' in evaluateEvery
        ? Math.ceil(training.epochs / evaluateEvery.epochs)
        : Math.ceil(steps / evaluateEvery.steps),
    earlyStopping: training.earlyStopping,
    diagnostics: training.diagnostics,
    keepEveryEpochs: training.keepWeights?.every.epochs ?? null,
    seeds,
    workers,
  }
}

/** True after the steps (counted from 1) at which the plan evaluates; always after the last. */
export function isEvaluationDue(plan: TrainingPlan, step: number): boolean {
  if (step === plan.steps) return true
  if ('steps' in plan.evaluateEvery) return step % plan.evaluateEvery.steps === 0
  return step % (plan.stepsPerEpoch * plan.evaluateEvery.epochs) === 0
}

/**
 * Whether the weights at the end of this step's epoch are to be kept. Those of the last one are the model, unless it is
 * the best weights that come back.
 */
export function isKeepDue(plan: TrainingPlan, step: number): boolean {
  const { keepEveryEpochs, stepsPerEpoch, steps } = plan
  if (keepEveryEpochs === null) return false
  if (step === steps) return keepsLast(plan)
  return step % (stepsPerEpoch * keepEveryEpochs) === 0
}

/** Whether the last weights are kept beside the model, which are the best ones. */
export function keepsLast({ keepEveryEpochs, earlyStopping }: TrainingPlan): boolean {
  return keepEveryEpochs !== null && (earlyStopping?.restoreBest ?? false)
}

/**
 * Whether gradients are kept whole before they are used: when their common length must be known first, or when they
 * add up over several slabs.
 */
export function keepsGradients({ regularization, batchSize, slabRows }: TrainingPlan): boolean {
  return regularization.clipNorm > 0 || batchSize > slabRows
}

/** Whether the layer's biases are trained; otherwise they stay 0. */
export function hasBias(plan: Pick<TrainingPlan, 'bias'>, layer: number): boolean {
  return plan.bias === 'each-layer' || hasConstantInput(plan, layer)
}

/** The layer's biases are the weights of an input that is always 1, and treated as weights in all that they meet. */
export function hasConstantInput({ bias }: Pick<TrainingPlan, 'bias'>, layer: number): boolean {
  return bias === 'input-trick' && layer === 0
}

function outputUnits({ network }: Experiment, data: DatasetShape): number {
  const { units, activation } = network.output
  if (units === 'classes') return data.classes
  const isOneForTwo = units === 1 && data.classes === 2 && activation !== 'softmax'
  if (units >= data.classes || isOneForTwo) return units
  throw unsupported('network.output.units', String(units), `at least ${data.classes}, a unit for each class`)
}

function plannedActivation(layer: Layer): PlannedActivation {
  const kind = layer.activation
  if (kind === 'leaky-relu') return { kind, parameter: layer.slope }
  if (kind === 'elu') return { kind, parameter: layer.c }
  return { kind, parameter: 0 }
}

function outputLossOf({ network, training }: Experiment): OutputLossKind {
  const { activation } = network.output
  const { loss, mistake } = training
  if (loss === 'squared-error') return `${activation}-squared-error`
  if (loss === 'binary-cross-entropy' && activation === 'sigmoid') return 'sigmoid-binary-cross-entropy'
  if (loss === 'softmax-cross-entropy' && activation === 'softmax') {
    return mistake === 'softmax-twice' ? 'softmax-twice-cross-entropy' : 'softmax-cross-entropy'
  }
  const expected = loss === 'binary-cross-entropy' ? 'sigmoid' : 'softmax'
  throw unsupported('network.output.activation', activation, `${expected}, which the loss ${loss} goes with`)
}

function slotsOf(optimizer: Optimizer): SlotName[] {
  switch (optimizer.kind) {
    case 'sgd':
      return optimizer.momentum > 0 ? ['momentum'] : []
    case 'adam':
    case 'adamw':
      return ['m', 'v']
    case 'rmsprop':
      return optimizer.momentum > 0 ? ['square', 'momentum'] : ['square']
    case 'adagrad':
      return ['sum']
    default:
      throw new Error(`no such optimizer: ${String(optimizer satisfies never)}`)
  }
}

export function unsupported(field: string, value: string, expected: string): LabError {
  return new LabError(
    'engine/unsupported',
    `${field}: expected ${expected}, got "${value}"; this version cannot train it`,
  )
}
