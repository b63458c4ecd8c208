/**
 * The parts of a split as its tables and bars show them.
 */
import type { DatasetFacts } from '#shared/dataset'
import type { SplitFacts } from '#shared/datasets'
import type { Split } from '#shared/experiment'
import { formatCount } from '../../../ui/format'

export const PARTS = ['train', 'validation', 'test'] as const
export type Part = (typeof PARTS)[number]

/** As in curves and tables of runs. */
export const PART_NAMES: Record<Part, string> = { train: 'Train', validation: 'Validation', test: 'Test' }

export interface PartView {
  part: Part
  name: string
  count: number
  /** Of all samples of the set. */
  share: number
  /** What it consists of. */
  origin: string
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

export function partViews(split: Split, { classCounts }: SplitFacts, facts: DatasetFacts): PartView[] {
  return PARTS.map((part) => {
    const count = sum(classCounts[part])
    return {
      part,
      name: PART_NAMES[part],
      count,
      share: count / (facts.train + facts.test),
      origin: originOf(part, split, count, facts),
    }
  })
}

function originOf(part: Part, split: Split, count: number, facts: DatasetFacts): string {
  if (part === 'test') {
    const all = count === facts.test
    return `${all ? 'All' : `The first ${formatCount(count)}`} of the ${formatCount(facts.test)} samples kept for the test`
  }
  if (count === 0) return 'None: nothing can be stopped or chosen by validation'
  const of = `of the ${formatCount(facts.train)} training samples`
  switch (split.kind) {
    case 'official':
      return `All ${of}`
    case 'first':
      return part === 'train' ? `The first ${formatCount(count)} ${of}` : `The ${formatCount(count)} that follow them`
    case 'random':
      return `${formatCount(count)} at random ${of}`
    case 'stratified':
      return `${formatCount(count)} at random ${of}, each class in its share`
    case 'k-fold':
      return part === 'validation' ? `Fold ${split.fold} of ${split.folds} (counted from 0)` : `The other folds`
  }
  return split satisfies never
}

/** Samples of the training part that no part has. */
export function unusedSamples({ classCounts }: SplitFacts, facts: DatasetFacts): number {
  return facts.train - sum(classCounts.train) - sum(classCounts.validation)
}

export interface ClassRow {
  name: string
  /** In the order of the parts. */
  cells: readonly {
    part: Part
    count: number
    /** Of the part. */ share: number
    /** Of the longest bar. */ length: number
  }[]
}

/** Bars show shares of their part, so that parts of different sizes can be compared: alike is alike. */
export function classRows({ classCounts }: SplitFacts, classes: readonly string[]): ClassRow[] {
  const totals = PARTS.map((part) => sum(classCounts[part]) || 1)
  const share = (part: Part, i: number, label: number) => (classCounts[part][label] ?? 0) / (totals[i] ?? 1)
  const longest = Math.max(...PARTS.flatMap((part, i) => classes.map((_, label) => share(part, i, label))), 1e-9)
  return classes.map((name, label) => ({
    name,
    cells: PARTS.map((part, i) => ({
      part,
      count: classCounts[part][label] ?? 0,
      share: share(part, i, label),
      length: share(part, i, label) / longest,
    })),
  }))
}

/** Classes that the training part has nothing of: a model can only guess there. */
export function missingClasses({ classCounts }: SplitFacts, classes: readonly string[]): string[] {
  return classes.filter((_, label) => (classCounts.train[label] ?? 0) === 0)
}
