/**
 * The design that a validated run has chosen, on its train and validation part together: nothing is left to choose by,
 * so nothing watches, and the test part stays locked until the one look at it.
 */
import { LabError } from '#shared/errors'
import type { Experiment, Schedule, Split } from '#shared/experiment'
import { hasEnded, type RunOrigin, type RunSummary } from '#shared/run'

type Retraining = Extract<RunOrigin, { kind: 'retrain' }>

/** For as many epochs as the run had trained at its lowest validation loss. Throws if it has none, or goes on. */
export function retrainingOf(run: RunSummary): Retraining {
  const { label, status, bestValidation } = run
  if (!hasEnded(status)) {
    throw new LabError('run/not-ended', `"${label}" is ${status}: its best epoch is known when it has ended`)
  }
  if (!bestValidation) {
    const message = `"${label}" has no validation part that could choose its epochs: train it with a split that has one`
    throw new LabError('run/no-validation', message)
  }
  return {
    kind: 'retrain',
    from: run.id,
    epochs: Math.max(1, Math.ceil(bestValidation.epoch)),
    chosenBy: 'validation-loss',
  }
}

export function retrainedExperiment(experiment: Experiment, epochs: number): Experiment {
  const { dataset, training } = experiment
  return {
    ...experiment,
    dataset: { ...dataset, split: withoutValidation(dataset.split) },
    training: {
      ...training,
      epochs,
      earlyStopping: null,
      schedule: watchingTrain(training.schedule),
      evaluation: { ...training.evaluation, test: 'final' },
    },
  }
}

function withoutValidation(split: Split): Split {
  switch (split.kind) {
    case 'official':
      return split
    case 'k-fold':
      return { kind: 'official' }
    case 'first':
    case 'random':
    case 'stratified':
      return { ...split, train: split.train + split.validation, validation: 0 }
  }
  return split satisfies never
}

function watchingTrain(schedule: Schedule): Schedule {
  return schedule.kind === 'plateau' ? { ...schedule, metric: 'train-loss' } : schedule
}
