/**
 * What a run costs in time on the machine that the coefficients were measured on: one thread of a Xeon with AVX2,
 * Node 20, 128-bit kernels (docs/performance.md, "Estimates"). Another machine is faster or slower by a
 * factor of its own, which is measured there (speed.ts).
 */
import { findDataset, valuesPerSample, type DatasetCatalog } from '../dataset'
import type { Activation, Experiment, Optimizer } from '../experiment'
import { layerSizes } from '../network'
import { partSizes } from '../split'

/** Seconds of one run, without anything that happens once. */
export interface RunWork {
  /** Training of one epoch. */
  epoch: number
  /** One evaluation, of all parts that are looked at. */
  evaluation: number
  /** Of the epoch's seconds, what each more thread adds in waiting for the others and for their weights. */
  together: number
  /** Evaluations in the whole run. */
  evaluations: number
  epochs: number
}

/** Nanoseconds on the reference machine. */
const COST = {
  /** Of a multiplication and an addition with a lit input of the first layer; others are skipped. */
  sparseFlop: 0.029,
  denseFlop: 0.016,
  /** Behind a ReLU, where about half is skipped. */
  reluFlop: 0.0099,
  /** More, where a layer's weights do not fit the cache beside the optimizer's. */
  farFlop: 0.018,
  /** Listing a lit input, and reading one that is not listed. */
  litInput: 2.5,
  denseInput: 1,
  /** An activation and its slope. */
  unit: 0.68,
  droppedUnit: 1,
  row: 130,
  /** Looking whether an input is lit, and carrying it there. */
  input: 0.37,
  /** Of a step for each layer: what does not depend on sizes. */
  layerStep: 3300,
  /** An evaluation's own: scores to the host, a line on the disk. */
  evaluation: 60_000,
  /** Of a step for each thread beside the first: two barriers, and weights that the other core wrote. */
  barriers: 10_000,
  sharedWeight: 2.1,
  /** Of the first layer; and where a core keeps those that it updates. */
  sharedFirstWeight: 1,
  ownFirstWeight: 0.15,
  penalizedWeight: 0.3,
} as const

/** Gradient, step and transposed copy of one weight. */
const WEIGHT_STEP: Record<Optimizer['kind'], number> = {
  sgd: 0.41,
  adam: 1.38,
  adamw: 1.38,
  rmsprop: 1.03,
  adagrad: 1.03,
}
const MOMENTUM_STEP = 0.77

/** Against a sigmoid. */
const ACTIVATION_COST: Partial<Record<Activation, number>> = {
  relu: 0.2,
  'leaky-relu': 0.3,
  linear: 0.1,
  gelu: 4,
  silu: 1.5,
  elu: 1.2,
  softplus: 1.5,
}

/** Shares of inputs that are not 0, of the sets that ship with the lab; others are taken to be lit. */
const DENSITY: Partial<Record<string, number>> = { mnist: 0.191, 'fashion-mnist': 0.498 }
/** More than this, and nothing is skipped; see the engine's layout. */
const SKIPS_BELOW = 0.6
const FAR_BYTES = 2_000_000
const NANO = 1e-9

/** Of one run: no factors. Null if its data set is not in the catalog. */
export function workOf(experiment: Experiment, catalog: DatasetCatalog): RunWork | null {
  const facts = findDataset(experiment.dataset.name, catalog)
  if (!facts) return null
  const { training, dataset } = experiment
  const parts = partSizes(dataset.split, facts)
  const sizes = layerSizes(experiment, catalog)
  const density = densityOf(experiment, facts.kind === 'floats')
  const batch = training.batchSize === 'all' ? parts.train : Math.min(training.batchSize, parts.train)
  const steps = Math.ceil(parts.train / Math.max(1, batch))
  const forward = forwardNs(experiment, sizes, valuesPerSample(facts), density)
  const [first = 0, ...others] = sizes.slice(1).map((outputs, i) => outputs * (sizes[i] ?? 0))
  const otherWeights = others.reduce((sum, each) => sum + each, 0)
  const { train: trainScore, test } = training.evaluation
  const scored = (test === 'each' ? parts.test : 0) + parts.validation + (trainScore === 'full' ? parts.train : 0)
  const backNs = backwardNs(experiment, sizes, density)
  const step = (first + otherWeights) * weightNs(training) + (sizes.length - 1) * COST.layerStep
  return {
    epoch: NANO * (parts.train * (forward + backNs + dropoutNs(experiment, sizes)) + steps * step),
    evaluation: NANO * (scored * forward + COST.evaluation),
    together:
      NANO * steps * (COST.barriers + COST.sharedWeight * otherWeights + firstWeightNs(experiment, density) * first),
    evaluations: evaluationsOf(training, steps),
    epochs: training.epochs,
  }
}

export function evaluationsOf(
  { epochs, evaluation: { every } }: Experiment['training'],
  stepsPerEpoch: number,
): number {
  return 'epochs' in every ? Math.ceil(epochs / every.epochs) : Math.ceil((epochs * stepsPerEpoch) / every.steps)
}

/** Share of the first layer's inputs that are multiplied; 1: nothing is skipped. */
function densityOf({ dataset, training }: Experiment, isFloats: boolean): number {
  const lit = isFloats ? 1 : (DENSITY[dataset.name] ?? 1)
  const { dropoutInput } = training.regularization
  const left = lit * (1 - dropoutInput)
  const isAdded = isStandardized(dataset.scaling) && dropoutInput > 0
  return left < SKIPS_BELOW && !isAdded ? left : 1
}

function isStandardized(scaling: Experiment['dataset']['scaling']): boolean {
  return scaling === 'standardize' || scaling === 'standardize-per-feature'
}

/** What several threads cost more for a weight of the first layer; see the segments in the engine's layout. */
function firstWeightNs({ dataset, training }: Experiment, density: number): number {
  const { dropoutInput, maxNorm } = training.regularization
  const isOwn = density < 1 && !isStandardized(dataset.scaling) && dropoutInput === 0 && maxNorm === 0
  return isOwn ? COST.ownFirstWeight : COST.sharedFirstWeight
}

/** One sample through the network, and its loss. */
function forwardNs(experiment: Experiment, sizes: readonly number[], inputs: number, density: number): number {
  const { dataset, training } = experiment
  const readsAll = density === 1 || isStandardized(dataset.scaling) || training.regularization.dropoutInput > 0
  const reading = inputs * ((density < 1 ? density * COST.litInput : 0) + (readsAll ? COST.denseInput : 0))
  return (
    COST.row +
    inputs * COST.input +
    reading +
    productsNs(experiment, sizes, density, { first: 2, others: 2 }) +
    unitsNs(experiment) / 2
  )
}

/** Back to every layer's gradients: the first layer has one product, the others have two. */
function backwardNs(experiment: Experiment, sizes: readonly number[], density: number): number {
  return productsNs(experiment, sizes, density, { first: 2, others: 4 }) + unitsNs(experiment) / 2
}

function productsNs(
  { network }: Experiment,
  sizes: readonly number[],
  density: number,
  flops: { first: number; others: number },
): number {
  return sizes.slice(1).reduce((sum, outputs, i) => {
    const weights = (sizes[i] ?? 0) * Math.ceil(outputs / 8) * 8 // vectors of 8 columns
    if (i === 0) return sum + flops.first * weights * density * (density < 1 ? COST.sparseFlop : COST.denseFlop)
    const near = network.layers[i - 1]?.activation === 'relu' ? COST.reluFlop : COST.denseFlop
    return sum + flops.others * weights * (near + (4 * weights > FAR_BYTES ? COST.farFlop : 0))
  }, 0)
}

function unitsNs({ network }: Experiment): number {
  return (
    COST.unit * network.layers.reduce((sum, layer) => sum + layer.units * (ACTIVATION_COST[layer.activation] ?? 1), 0)
  )
}

function dropoutNs({ training }: Experiment, sizes: readonly number[]): number {
  const { dropoutInput, dropoutHidden } = training.regularization
  const hidden = sizes.slice(1, -1).reduce((sum, units) => sum + units, 0)
  return COST.droppedUnit * ((dropoutInput > 0 ? (sizes[0] ?? 0) : 0) + (dropoutHidden > 0 ? 2 * hidden : 0))
}

function weightNs({ optimizer, regularization }: Experiment['training']): number {
  const momentum = 'momentum' in optimizer && optimizer.momentum > 0 ? MOMENTUM_STEP : 0
  const penalty = regularization.l1 > 0 || regularization.l2 > 0 ? COST.penalizedWeight : 0
  return WEIGHT_STEP[optimizer.kind] + momentum + penalty
}
