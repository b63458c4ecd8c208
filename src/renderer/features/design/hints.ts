/**
 * What is allowed but worth a second thought, with the reason and what to do. Never stops a run.
 */
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import { findDataset } from '#shared/dataset'
import { isReducedData } from '#shared/experiment-support'
import { formatCount } from '../../ui/format'

export interface Hint {
  path: string
  message: string
}

export function designHints(experiment: Experiment): Hint[] {
  const configurations = expandExperiment({ ...experiment, replicates: 1 }).map((run) => run.experiment)
  const hints = configurations.flatMap((each) => [
    ...scalingHints(each),
    ...initializerHints(each),
    ...learningRateHints(each),
    ...dataHints(each),
    ...networkHints(each),
    ...idleHints(each),
  ])
  const all = [...hints, ...seedHints(experiment, configurations.length)]
  return [...new Map(all.map((hint) => [hint.message, hint])).values()]
}

function scalingHints({ dataset, network }: Experiment): Hint[] {
  if (dataset.scaling !== 'none' || network.layers.length === 0) return []
  const message = 'Pixels go in as 0 … 255: the first layer starts far from zero. Divided by 255 it learns faster'
  return [{ path: 'dataset.scaling', message }]
}

function initializerHints({ dataset, network, training }: Experiment): Hint[] {
  const { initializer, layers } = network
  const path = 'network.initializer.kind'
  if (layers.length === 0 || training.initialWeights !== null) return []
  if (initializer.kind === 'zeros') {
    return [{ path, message: 'All weights zero: the units of a layer start equal and stay equal' }]
  }
  const facts = findDataset(dataset.name)
  if (initializer.kind !== 'uniform' || !facts || layers[0]?.activation !== 'sigmoid') return []
  // Sum of fan-in terms a·U(−1,1)·x with a mean square of x near 0.1, as in MNIST divided by 255.
  const spread = initializer.range * Math.sqrt((facts.height * facts.width * 0.1) / 3)
  if (spread < 4) return []
  const message = `Sums in the first layer start with a spread of ${spread.toFixed(1)}: most sigmoids begin saturated`
  return [{ path, message }]
}

/** Far above what anybody reports for the optimizer. */
const HIGH_RATE: Partial<Record<string, number>> = { sgd: 5, adam: 0.1, adamw: 0.1, rmsprop: 0.1, adagrad: 5 }

function learningRateHints({ training: { optimizer } }: Experiment): Hint[] {
  const high = HIGH_RATE[optimizer.kind]
  if (high === undefined || optimizer.learningRate < high) return []
  const message = `A learning rate of ${optimizer.learningRate} is very high for this optimizer: the loss may only rise`
  return [{ path: 'training.optimizer.learningRate', message }]
}

function dataHints({ dataset }: Experiment): Hint[] {
  const facts = findDataset(dataset.name)
  if (!facts || !('train' in dataset.split) || !isReducedData(dataset)) return []
  const message = `Trains on ${formatCount(dataset.split.train)} of ${formatCount(facts.train)} samples; runs and figures are marked “reduced data”`
  return [{ path: 'dataset.split.kind', message }]
}

function networkHints({ network }: Experiment): Hint[] {
  const { layers } = network
  if (layers.length === 0 || layers.some(({ activation }) => activation !== 'linear')) return []
  const message = 'No hidden layer has an activation: the network is no more than a linear one'
  return [{ path: 'network.layers[0].activation', message }]
}

/** What is set and can do nothing. */
function idleHints({ network, training }: Experiment): Hint[] {
  const { regularization, schedule, epochs, mistake } = training
  const hints: Hint[] = []
  if (network.layers.length === 0) {
    const fields = (['dropoutHidden', 'activityL1', 'activityL2'] as const).filter((field) => regularization[field] > 0)
    const message = 'There is no hidden layer that this could act on'
    hints.push(...fields.map((field) => ({ path: `training.regularization.${field}`, message })))
  }
  if (schedule.warmupEpochs >= epochs) {
    const message = `The warm-up is as long as the training: the learning rate is never reached for longer than a step`
    hints.push({ path: 'training.schedule.warmupEpochs', message })
  }
  if (mistake !== 'none') {
    hints.push({ path: 'training.mistake', message: 'A deliberate mistake is set: the runs are marked with it' })
  }
  return hints
}

function seedHints({ replicates }: Experiment, configurations: number): Hint[] {
  if (configurations < 2 || replicates > 1) return []
  const message =
    'One run of each configuration: a small difference between them may be chance. Three or more show the spread'
  return [{ path: 'replicates', message }]
}
