/**
 * What is allowed but worth a second thought, with the reason and what to do. Never stops a run.
 */
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import {
  BUILT_IN_DATASETS,
  findDataset,
  valuesPerSample,
  type DatasetCatalog,
  type DatasetFacts,
} from '#shared/dataset'
import { isReducedData } from '#shared/experiment-support'
import { formatNumber } from '#shared/figures/axis-scale'
import { partSizes } from '#shared/split'
import { featureWord, holdsFloats } from '../../data/scalings'
import { formatCount } from '../../ui/format'
import type { AllInputFacts, InputFacts } from './input-facts'

export interface Hint {
  path: string
  message: string
}

/** `inputs`: how large the values of sets of floats are; without it nothing is said of these. */
export function designHints(
  experiment: Experiment,
  catalog: DatasetCatalog = BUILT_IN_DATASETS,
  inputs: AllInputFacts = new Map(),
): Hint[] {
  const configurations = expandExperiment({ ...experiment, replicates: 1 }, catalog).map((run) => run.experiment)
  const hints = configurations.flatMap((each) => [
    ...dataHintsOf(each, catalog, inputs),
    ...learningRateHints(each),
    ...networkHints(each),
    ...idleHints(each),
  ])
  const all = [...hints, ...seedHints(experiment, configurations.length)]
  return [...new Map(all.map((hint) => [hint.message, hint])).values()]
}

function dataHintsOf(experiment: Experiment, catalog: DatasetCatalog, inputs: AllInputFacts): Hint[] {
  const facts = findDataset(experiment.dataset.name, catalog)
  if (!facts) return []
  const range = inputs.get(facts.name)
  return [
    ...scalingHints(experiment, facts, range),
    ...initializerHints(experiment, facts, range),
    ...reducedHints(experiment, facts, catalog),
  ]
}

/** Inputs beyond this size make the first sums large. */
const LARGE_INPUT = 10
/** Inputs below this size hardly move them. */
const SMALL_INPUT = 0.05

function scalingHints({ dataset, network }: Experiment, facts: DatasetFacts, range: InputFacts | undefined): Hint[] {
  const path = 'dataset.scaling'
  const { scaling } = dataset
  if (network.layers.length === 0 || scaling === 'standardize' || scaling === 'standardize-per-feature') return []
  if (!holdsFloats(facts)) {
    const message = 'Pixels go in as 0 … 255: the first layer starts far from zero. Divided by 255 it learns faster'
    return scaling === 'none' ? [{ path, message }] : []
  }
  if (!range) return []
  const divisor = scaling === 'unit' ? 255 : 1
  const [low, high] = [range.low / divisor, range.high / divisor]
  const largest = Math.max(Math.abs(low), Math.abs(high))
  const ends = `Values go in as ${shortText(low)} … ${shortText(high)}`
  if (largest > LARGE_INPUT) {
    const message = `${ends}: the first layer starts far from zero. Standardized for each ${featureWord(facts)} it learns faster`
    return [{ path, message }]
  }
  if (largest >= SMALL_INPUT || largest === 0) return []
  const why = scaling === 'unit' ? ', as divided by 255 is made for bytes' : ''
  return [{ path, message: `${ends}${why}: they hardly move the first layer. Standardized they do` }]
}

function shortText(value: number): string {
  return formatNumber(Number(value.toPrecision(3)))
}

function initializerHints(
  { dataset, network, training }: Experiment,
  facts: DatasetFacts,
  range: InputFacts | undefined,
): Hint[] {
  const { initializer, layers } = network
  const path = 'network.initializer.kind'
  if (layers.length === 0 || training.initialWeights !== null) return []
  if (initializer.kind === 'zeros') {
    return [{ path, message: 'All weights zero: the units of a layer start equal and stay equal' }]
  }
  const meanSquare = meanSquareOf(dataset.scaling, facts, range)
  if (initializer.kind !== 'uniform' || meanSquare === null || layers[0]?.activation !== 'sigmoid') return []
  // Sum of fan-in terms a·U(−1,1)·x.
  const spread = initializer.range * Math.sqrt((valuesPerSample(facts) * meanSquare) / 3)
  if (spread < 4) return []
  const message = `Sums in the first layer start with a spread of ${spread.toFixed(1)}: most sigmoids begin saturated`
  return [{ path, message }]
}

/** Of the inputs as they go in; null where nobody knows. Of pictures in bytes it is near that of MNIST. */
function meanSquareOf(
  scaling: Experiment['dataset']['scaling'],
  facts: DatasetFacts,
  range: InputFacts | undefined,
): number | null {
  if (scaling === 'standardize' || scaling === 'standardize-per-feature') return 1
  const divisor = scaling === 'unit' ? 255 : 1
  if (!holdsFloats(facts)) return 0.1 * (255 / divisor) ** 2
  return range ? range.meanSquare / divisor ** 2 : null
}

function reducedHints({ dataset }: Experiment, facts: DatasetFacts, catalog: DatasetCatalog): Hint[] {
  if (!isReducedData(dataset, catalog)) return []
  const { train } = partSizes(dataset.split, facts)
  const message = `Trains on ${formatCount(train)} of ${formatCount(facts.train)} samples; runs and figures are marked “reduced data”`
  return [{ path: 'dataset.split.kind', message }]
}

/** Far above what anybody reports for the optimizer. */
const HIGH_RATE: Partial<Record<string, number>> = { sgd: 5, adam: 0.1, adamw: 0.1, rmsprop: 0.1, adagrad: 5 }

function learningRateHints({ training: { optimizer } }: Experiment): Hint[] {
  const high = HIGH_RATE[optimizer.kind]
  if (high === undefined || optimizer.learningRate < high) return []
  const message = `A learning rate of ${optimizer.learningRate} is very high for this optimizer: the loss may only rise`
  return [{ path: 'training.optimizer.learningRate', message }]
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
