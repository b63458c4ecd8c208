/**
 * What an experiment will cost: its runs, the time for all of them, and the room on the disk. Meant to be right within
 * a factor of 1.5 (docs/performance.md shows how near it came).
 */
import { BUILT_IN_DATASETS, findDataset, type DatasetCatalog } from '../dataset'
import type { Experiment } from '../experiment'
import type { RunPlan } from '../experiment-expand'
import { layerSizes, parameterCount } from '../network'
import { partSizes } from '../split'
import { speedKey, type Speed } from './speed'
import { evaluationsOf, workOf } from './work'

export interface Cost {
  runs: number
  configurations: number
  /** By the clock, for all runs in the queue by themselves. Null if the data set of a run is not known. */
  seconds: number | null
  /** Of the longest run alone. */
  longestSeconds: number
  /** Share of the time that evaluations take. */
  evaluationShare: number
  /** What is left on the disk: models, histories, definitions. */
  bytes: number
  /** Most that the checkpoints of runs which train at one time need besides. */
  checkpointBytes: number
  /** Whether early stopping may end some of them before. */
  mayEndEarly: boolean
  /** Threads at work, all runs together. */
  threads: number
  /** How many runs train at one time. */
  atOnce: number
}

/** Seconds of one run by the clock, with so many threads. */
export interface RunTime {
  training: number
  evaluations: number
  /** Reading data, starting, writing the model. */
  around: number
}

const AROUND_SECONDS = 0.25
/** Two runs beside each other slow each other down by so much: they share memory and cache. */
const COMPANY = 1.05

/** `plans`: all runs of one experiment, replicates included. */
export function costOf(plans: readonly RunPlan[], speed: Speed, catalog: DatasetCatalog = BUILT_IN_DATASETS): Cost {
  const isIsolated = plans.some(({ experiment }) => experiment.isolatedTiming)
  const isBeside = plans.length > 1 && speed.sideBySide && !isIsolated
  const threadsOf = ({ threads }: Experiment) =>
    threads === 'auto' ? (isBeside ? 1 : speed.threads) : Math.min(threads, speed.threads)
  const widest = Math.max(1, ...plans.map(({ experiment }) => threadsOf(experiment)))
  const atOnce = isBeside ? Math.max(1, Math.min(plans.length, Math.floor(speed.threads / widest))) : 1
  const times = timesOf(plans, threadsOf, speed, catalog)
  const sums = times?.map((time) => time.training + time.evaluations + time.around)
  const all = sums?.reduce((a, b) => a + b, 0) ?? 0
  const longestSeconds = Math.max(0, ...(sums ?? []))
  const evaluating = times?.reduce((sum, time) => sum + time.evaluations, 0) ?? 0
  return {
    runs: plans.length,
    configurations: plans.filter((plan) => plan.replicate === 0).length,
    seconds: sums ? Math.max((all / atOnce) * (atOnce > 1 ? COMPANY : 1), longestSeconds) : null,
    longestSeconds,
    evaluationShare: all > 0 ? evaluating / all : 0,
    bytes: plans.reduce((sum, { experiment }) => sum + keptBytes(experiment, catalog), 0),
    checkpointBytes: atOnce * Math.max(0, ...plans.map(({ experiment }) => checkpointBytes(experiment, catalog))),
    mayEndEarly: plans.some(({ experiment }) => experiment.training.earlyStopping !== null),
    threads: widest * atOnce,
    atOnce,
  }
}

/** Replicates of a configuration take equally long, so that each configuration is worked out once. */
function timesOf(
  plans: readonly RunPlan[],
  threadsOf: (experiment: Experiment) => number,
  speed: Speed,
  catalog: DatasetCatalog,
): RunTime[] | null {
  const known = new Map<number, RunTime | null>()
  const trained = new Map(speed.trained.map(({ key, secondsPerEpoch }) => [key, secondsPerEpoch]))
  const times = plans.map(({ configuration: { index }, experiment }) => {
    const time = known.get(index) ?? runTime(experiment, threadsOf(experiment), speed, catalog, trained)
    known.set(index, time)
    return time
  })
  return times.some((time) => time === null) ? null : times.filter((time) => time !== null)
}

/** `trained`: seconds of an epoch by `speedKey`. Null if the data set is not known. */
export function runTime(
  experiment: Experiment,
  threads: number,
  speed: Speed,
  catalog: DatasetCatalog = BUILT_IN_DATASETS,
  trained: ReadonlyMap<string, number> = new Map(),
): RunTime | null {
  const work = workOf(experiment, catalog)
  if (!work) return null
  const scale = threads > 1 ? speed.allThreads : speed.oneThread
  const key = speedKey(experiment, threads, findDataset(experiment.dataset.name, catalog)?.sha256)
  const epoch = trained.get(key) ?? scale * onThreads(work.epoch, work.together, threads)
  return {
    training: work.epochs * epoch,
    evaluations: (work.evaluations * scale * work.evaluation) / threads,
    around: AROUND_SECONDS,
  }
}

/** A step is split among the threads; meeting twice in each, and reading what others wrote, comes on top. */
export function onThreads(oneThread: number, together: number, threads: number): number {
  return oneThread / threads + together * 2 * (1 - 1 / threads)
}

const FLOAT_BYTES = 4
const RUN_FILE_BYTES = 4000
const MODEL_HEAD_BYTES = 500
/** A line of history.jsonl, what a validation score adds, and what each layer of diagnostics does. */
const LINE_BYTES = 270
const SCORE_BYTES = 65
const LAYER_BYTES = 330

function keptBytes(experiment: Experiment, catalog: DatasetCatalog): number {
  const facts = findDataset(experiment.dataset.name, catalog)
  if (!facts) return 0
  const { training, dataset, network } = experiment
  const parts = partSizes(dataset.split, facts)
  const batch = training.batchSize === 'all' ? parts.train : training.batchSize
  const evaluations = evaluationsOf(training, Math.ceil(parts.train / batch))
  const line =
    LINE_BYTES +
    (parts.validation > 0 ? SCORE_BYTES : 0) +
    (training.diagnostics ? LAYER_BYTES * (network.layers.length + 1) : 0)
  const models = 1 + keptCount(training)
  return models * modelBytes(experiment, catalog) + RUN_FILE_BYTES + evaluations * line
}

/** Weights that are kept beside the model: those of the last epoch are the model, or lie beside the best ones. */
export function keptCount({
  keepWeights,
  epochs,
  earlyStopping,
}: Pick<Experiment['training'], 'keepWeights' | 'epochs' | 'earlyStopping'>): number {
  if (!keepWeights) return 0
  return Math.ceil(epochs / keepWeights.every.epochs) - 1 + (earlyStopping?.restoreBest ? 1 : 0)
}

export function modelBytes(experiment: Experiment, catalog: DatasetCatalog): number {
  // a layer without biases has them in the file as zeros
  return FLOAT_BYTES * parameterCount(layerSizes(experiment, catalog), 'each-layer') + MODEL_HEAD_BYTES
}

/** The weights, what the optimizer keeps of each, and the best ones where early stopping wants them back. */
function checkpointBytes(experiment: Experiment, catalog: DatasetCatalog): number {
  if (!findDataset(experiment.dataset.name, catalog)) return 0
  const { optimizer, earlyStopping } = experiment.training
  return modelBytes(experiment, catalog) * (1 + slotCount(optimizer) + (earlyStopping?.restoreBest ? 1 : 0))
}

/** Numbers that an optimizer keeps for each weight. */
export function slotCount(optimizer: Experiment['training']['optimizer']): number {
  switch (optimizer.kind) {
    case 'sgd':
      return optimizer.momentum > 0 ? 1 : 0
    case 'adam':
    case 'adamw':
      return 2
    case 'rmsprop':
      return optimizer.momentum > 0 ? 2 : 1
    case 'adagrad':
      return 1
  }
  return optimizer satisfies never
}
