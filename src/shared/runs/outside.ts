/**
 * Runs that the lab did not train: somebody's own history, brought in to be laid over the lab's. They have curves, and
 * no weights, no seeds, no test that the lab could make.
 */
export interface OutsideFacts {
  /** Name of the file that it came from. */
  file: string
  /** Of that file's bytes. */
  sha256: string
  format: 'keras-json' | 'json' | 'csv'
  /** Which column became which measurement. */
  columns: Readonly<Partial<Record<OutsideField, string>>>
  note?: string
}

/** What a column of somebody's history can be. */
export const OUTSIDE_FIELDS = [
  'epoch',
  'step',
  'seconds',
  'train-loss',
  'train-accuracy',
  'validation-loss',
  'validation-accuracy',
  'test-loss',
  'test-accuracy',
  'learning-rate',
] as const
export type OutsideField = (typeof OUTSIDE_FIELDS)[number]

export const OUTSIDE_FIELD_TITLES: Readonly<Record<OutsideField, string>> = {
  epoch: 'Epoch',
  step: 'Step',
  seconds: 'Seconds since the start',
  'train-loss': 'Train loss',
  'train-accuracy': 'Train accuracy',
  'validation-loss': 'Validation loss',
  'validation-accuracy': 'Validation accuracy',
  'test-loss': 'Test loss',
  'test-accuracy': 'Test accuracy',
  'learning-rate': 'Learning rate',
}

/** All outside runs stand under one heading. */
export const OUTSIDE_EXPERIMENT = 'outside'
export const OUTSIDE_TITLE = 'Trained outside the lab'
