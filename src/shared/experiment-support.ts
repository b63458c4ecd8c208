/**
 * What this version can train. The format says a little more than that (so that files stay valid as the lab grows);
 * a field that would have to be ignored, and fields that make no sense together, are refused here by name.
 */
import { BUILT_IN_DATASETS, findDataset, unknownDataset, type DatasetCatalog, type DatasetFacts } from './dataset'
import type { Experiment, Schedule, Split } from './experiment'
import type { Problem } from './experiment-problems'
import { hasValidation, partSizes } from './split'

/** In the order in which they are offered. */
export const SUPPORTED_SPLITS = [
  'official',
  'first',
  'random',
  'stratified',
  'k-fold',
] as const satisfies readonly Split['kind'][]

/** The problems of one configuration (no factors): what cannot be trained, and why. */
export function unsupportedFields(experiment: Experiment, catalog: DatasetCatalog = BUILT_IN_DATASETS): Problem[] {
  return [
    ...dataProblems(experiment.dataset, catalog),
    ...outputProblems(experiment, catalog),
    ...optimizerProblems(experiment.training.optimizer),
    ...lossProblems(experiment),
    ...watchProblems(experiment),
  ]
}

/**
 * True if a part of the official training samples is used for nothing. Samples that are kept for validation are used:
 * a validation study on all data is not "reduced".
 */
export function isReducedData(
  { name, split }: Experiment['dataset'],
  catalog: DatasetCatalog = BUILT_IN_DATASETS,
): boolean {
  const facts = findDataset(name, catalog)
  if (!facts) return false
  const { train, validation } = partSizes(split, facts)
  return train + validation < facts.train
}

function dataProblems({ name, split, exclude = [] }: Experiment['dataset'], catalog: DatasetCatalog): Problem[] {
  const facts = findDataset(name, catalog)
  if (!facts) return [{ path: 'dataset.name', message: unknownDataset(name, catalog) }]
  return [...splitProblems(split, facts), ...exclusionProblems(exclude, facts)]
}

/** That a part would have nothing left is seen when it is drawn: the engine refuses it. */
export function exclusionProblems(exclude: readonly number[], { title, train, test }: DatasetFacts): Problem[] {
  const at = exclude.findIndex((sample) => sample >= train + test)
  if (at < 0) return []
  const message = `a sample of ${title}, 0 … ${train + test - 1}, got ${exclude[at]}`
  return [{ path: `dataset.exclude[${at}]`, message }]
}

/** Parts that a set has not the samples for, each at its field. */
export function splitProblems(split: Split, facts: DatasetFacts): Problem[] {
  switch (split.kind) {
    case 'official':
      return []
    case 'first':
      return [...trainingPartProblems(split, facts), ...testPartProblems(split.test, facts)]
    case 'random':
    case 'stratified':
      return trainingPartProblems(split, facts)
    case 'k-fold':
      return foldProblems(split, facts)
  }
  return split satisfies never
}

function foldProblems({ folds, fold }: { folds: number; fold: number }, facts: DatasetFacts): Problem[] {
  if (folds > facts.train) {
    const message = `at most ${facts.train}, as each fold has one of the training samples of ${facts.title}, got ${folds}`
    return [{ path: 'dataset.split.folds', message }]
  }
  if (fold < folds) return []
  return [{ path: 'dataset.split.fold', message: `a whole number, 0 … ${folds - 1}, got ${fold}` }]
}

/** Train and validation come out of the official training part; the test part is never touched for them. */
function trainingPartProblems(split: { train: number; validation: number }, facts: DatasetFacts): Problem[] {
  const { train, validation } = split
  if (train > facts.train) {
    const message = `a whole number, 1 … ${facts.train} (all of ${facts.title}), got ${train}`
    return [{ path: 'dataset.split.train', message }]
  }
  if (train + validation > facts.train) {
    const message = `at most ${facts.train - train}, as train and validation together have the ${facts.train} training samples of ${facts.title}, got ${validation}`
    return [{ path: 'dataset.split.validation', message }]
  }
  return []
}

function testPartProblems(test: number, facts: DatasetFacts): Problem[] {
  if (test <= facts.test) return []
  const message = `a whole number, 1 … ${facts.test} (all of ${facts.title}), got ${test}`
  return [{ path: 'dataset.split.test', message }]
}

/** One unit can tell two classes apart; otherwise each class needs its own. */
function outputProblems({ dataset, network }: Experiment, catalog: DatasetCatalog): Problem[] {
  const { units, activation } = network.output
  const classes = findDataset(dataset.name, catalog)?.classes.length
  if (units === 'classes' || classes === undefined || units >= classes) return []
  if (units === 1 && classes === 2 && activation !== 'softmax') return []
  const message = `"classes", or at least ${classes} (one unit for each class), got ${units}`
  return [{ path: 'network.output.units', message }]
}

function optimizerProblems(optimizer: Experiment['training']['optimizer']): Problem[] {
  if (optimizer.kind !== 'sgd' || !optimizer.nesterov || optimizer.momentum > 0) return []
  return [{ path: 'training.optimizer.nesterov', message: 'false, or a momentum above 0 with it, got true' }]
}

/** The output activation that a loss is the likelihood of; squared error goes with any. */
export const OUTPUT_OF_LOSS = {
  'softmax-cross-entropy': 'softmax',
  'binary-cross-entropy': 'sigmoid',
  'squared-error': null,
} as const satisfies Record<Experiment['training']['loss'], Experiment['network']['output']['activation'] | null>

function lossProblems({ network, training }: Experiment): Problem[] {
  const { loss, mistake, regularization } = training
  const needed = OUTPUT_OF_LOSS[loss]
  const problems: Problem[] = []
  if (needed && network.output.activation !== needed) {
    const message = `${loss} needs the output activation ${JSON.stringify(needed)}, got ${JSON.stringify(network.output.activation)}`
    problems.push({ path: 'training.loss', message })
  }
  if (mistake === 'softmax-twice' && loss !== 'softmax-cross-entropy') {
    const message = `"softmax-twice" is a mistake with the loss "softmax-cross-entropy", which has a softmax of its own, got ${JSON.stringify(loss)}`
    problems.push({ path: 'training.mistake', message })
  }
  if (regularization.labelSmoothing > 0 && loss === 'squared-error') {
    const message = `0, as only a cross-entropy has labels to smooth, got ${regularization.labelSmoothing}`
    problems.push({ path: 'training.regularization.labelSmoothing', message })
  }
  return problems
}

/** What decides during a training looks at the validation part; the test part is never used for it. */
function watchProblems({ dataset, training }: Experiment): Problem[] {
  if (hasValidation(dataset.split)) return []
  const { schedule, earlyStopping } = training
  return [
    ...watchProblem('training.schedule.metric', metricOf(schedule)),
    ...watchProblem('training.earlyStopping.metric', earlyStopping?.metric),
  ]
}

function metricOf(schedule: Schedule): string | undefined {
  return schedule.kind === 'plateau' ? schedule.metric : undefined
}

function watchProblem(path: string, metric: string | undefined): Problem[] {
  if (!metric?.startsWith('validation-')) return []
  const message = `${JSON.stringify(metric)} needs a split with a validation part: the test part is never used for stopping. Give the split one, or watch "train-loss"`
  return [{ path, message }]
}
