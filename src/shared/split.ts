/**
 * How many samples a split puts into each part, before a sample is drawn: what the designer, the checks and the
 * tables have to know of a split.
 */
import type { DatasetFacts } from './dataset'
import type { Split } from './experiment'

export interface PartSizes {
  train: number
  /** 0: there is no validation part. */
  validation: number
  test: number
}

type Parts = Pick<DatasetFacts, 'train' | 'test'>

/** Of a split that fits; of one that does not, what it asks for. */
export function partSizes(split: Split, { train, test }: Parts): PartSizes {
  switch (split.kind) {
    case 'official':
      return { train, validation: 0, test }
    case 'first':
      return { train: split.train, validation: split.validation, test: split.test }
    case 'random':
    case 'stratified':
      return { train: split.train, validation: split.validation, test }
    case 'k-fold': {
      const validation = foldSize(train, split.folds, split.fold)
      return { train: train - validation, validation, test }
    }
    default:
      throw new Error(`no such split: ${String(split satisfies never)}`)
  }
}

/** Folds differ by one sample at most; the first ones are the larger ones. */
export function foldSize(count: number, folds: number, fold: number): number {
  return Math.max(0, Math.ceil((count - fold) / folds))
}

/** "3 samples excluded", for badges, figures and tables; null where nothing is left out. */
export function excludedText(count: number): string | null {
  return count === 0 ? null : `${count} ${count === 1 ? 'sample' : 'samples'} excluded`
}

/** Whether some of the official training samples decide when to stop, whatever the data set. */
export function hasValidation(split: Split): boolean {
  if (split.kind === 'k-fold') return true
  return split.kind !== 'official' && split.validation > 0
}
