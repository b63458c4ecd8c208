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
import { saturatedAtStart } from './saturation'
import { batchHints, comparisonHints, idleHints, learningRateHints, testHints } from './training-hints'

export interface Hint {
  path: string
  message: string
  /** The change that would answer it, path → value, where one is obvious. */
  fix?: { label: string; set: Readonly<Record<string, unknown>> }
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
    ...testHints(each),
    ...idleHints(each),
  ])
  const all = [...hints, ...comparisonHints(experiment, configurations.length)]
  return [...new Map(all.map((hint) => [hint.message, hint])).values()]
}

function dataHintsOf(experiment: Experiment, catalog: DatasetCatalog, inputs: AllInputFacts): Hint[] {
  const facts = findDataset(experiment.dataset.name, catalog)
  if (!facts) return []
  const range = inputs.get(facts.name)
  return [
    ...scalingHints(experiment, facts, range),
    ...initializerHints(experiment, facts, range),
    ...batchHints(experiment, facts),
    ...reducedHints(experiment, facts, catalog),
  ]
}

/** A share of units beyond which a training begins badly. */
const MANY_SATURATED = 0.25
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
    const fix = { label: 'Divide by 255', set: { [path]: 'unit' } }
    return scaling === 'none' ? [{ path, message, fix }] : []
  }
  if (!range) return []
  const fix = { label: 'Standardize', set: { [path]: 'standardize-per-feature' } }
  const { low, high } = range // “unit” divides bytes only
  const largest = Math.max(Math.abs(low), Math.abs(high))
  const ends = `Values go in as ${shortText(low)} … ${shortText(high)}`
  if (largest > LARGE_INPUT) {
    const message = `${ends}: the first layer starts far from zero. Standardized for each ${featureWord(facts)} it learns faster`
    return [{ path, message, fix }]
  }
  if (largest >= SMALL_INPUT || largest === 0) return []
  return [{ path, message: `${ends}: they hardly move the first layer. Standardized they do`, fix }]
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
    const message = 'All weights zero: the units of a layer start equal and stay equal'
    return [{ path, message, fix: { label: 'Glorot', set: { 'network.initializer': { kind: 'glorot-uniform' } } } }]
  }
  const meanSquare = meanSquareOf(dataset.scaling, facts, range)
  const first = layers[0]
  if (meanSquare === null || !first) return []
  const fanIn = valuesPerSample(facts)
  const start = saturatedAtStart(first.activation, initializer, fanIn, first.units, meanSquare)
  if (!start || start.share < MANY_SATURATED) return []
  const share = Math.round(start.share * 100)
  const message = `${share} % of the first layer’s units begin saturated: with ${formatCount(fanIn)} inputs and these weights their sums have a spread of ${start.spread.toFixed(1)}`
  const isSmall = initializer.kind === 'lecun-normal' // then it is the inputs that are large
  const fix = { label: 'N(0, 1/√fan-in)', set: { 'network.initializer': { kind: 'lecun-normal' } } }
  return [{ path, message, ...(isSmall ? {} : { fix }) }]
}

/** Of the inputs as they go in; null where nobody knows. Of pictures in bytes it is near that of MNIST. */
function meanSquareOf(
  scaling: Experiment['dataset']['scaling'],
  facts: DatasetFacts,
  range: InputFacts | undefined,
): number | null {
  if (scaling === 'standardize' || scaling === 'standardize-per-feature') return 1
  if (!holdsFloats(facts)) return scaling === 'unit' ? 0.1 : 0.1 * 255 ** 2
  return range ? range.meanSquare : null
}

function reducedHints({ dataset }: Experiment, facts: DatasetFacts, catalog: DatasetCatalog): Hint[] {
  if (!isReducedData(dataset, catalog)) return []
  const { train } = partSizes(dataset.split, facts)
  const message = `Trains on ${formatCount(train)} of ${formatCount(facts.train)} samples; runs and figures are marked “reduced data”`
  return [{ path: 'dataset.split.kind', message }]
}

function networkHints({ network }: Experiment): Hint[] {
  const { layers } = network
  if (layers.length === 0 || layers.some(({ activation }) => activation !== 'linear')) return []
  const message = 'No hidden layer has an activation: the network is no more than a linear one'
  const relu = layers.map(({ units }) => ({ units, activation: 'relu' }))
  return [
    { path: 'network.layers[0].activation', message, fix: { label: 'Use ReLU', set: { 'network.layers': relu } } },
  ]
}
