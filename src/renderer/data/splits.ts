/**
 * Splits as people choose them: what they are called, which fields they have, and with which values they begin.
 */
import { LIMITS, splitSchema, type Split } from '#shared/experiment'
import type { DatasetFacts } from '#shared/dataset'
import { problemsOf, type Problem } from '#shared/experiment-problems'
import { splitProblems } from '#shared/experiment-support'
import { formatCount } from '../ui/format'

type Parts = Pick<DatasetFacts, 'train' | 'test'>

export const SPLIT_NAMES: Record<Split['kind'], string> = {
  official: 'Official: all of both parts',
  first: 'The first n of each part',
  random: 'Drawn at random',
  stratified: 'Drawn at random, stratified',
  'k-fold': 'Folds, for cross-validation',
}

/** What the choice means, in one line. */
export const SPLIT_HINTS: Record<Split['kind'], string> = {
  official: 'All training samples train; there is no validation part',
  first: 'In the order of the files, as many published trainings do it',
  random: 'From the training part, by the seed of the split; tested on all of the test part',
  stratified: 'At random, but each class keeps its share to one sample; tested on all of the test part',
  'k-fold': 'The training part in equal folds, by class; one fold validates, the others train',
}

export interface SplitField {
  field: 'train' | 'validation' | 'test' | 'folds' | 'fold'
  label: string
  /** What the arrow keys add. */
  step: (facts: Parts) => number
}

/** A hundredth, as 1, 2 or 5 times a power of ten. */
function handyStep(samples: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, samples / 100))))
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= samples / 100) ?? 1
}

const TRAIN: SplitField = { field: 'train', label: 'To train on', step: ({ train }) => handyStep(train) }
const VALIDATION: SplitField = { field: 'validation', label: 'To validate on', step: ({ train }) => handyStep(train) }
const TEST: SplitField = { field: 'test', label: 'To test on', step: ({ test }) => handyStep(test) }

const FIELDS: Record<Split['kind'], readonly SplitField[]> = {
  official: [],
  first: [TRAIN, VALIDATION, TEST],
  random: [TRAIN, VALIDATION],
  stratified: [TRAIN, VALIDATION],
  'k-fold': [
    { field: 'folds', label: 'Folds', step: () => 1 },
    { field: 'fold', label: 'Fold, from 0', step: () => 1 },
  ],
}

export function fieldsOfSplit(kind: unknown): readonly SplitField[] {
  return isSplitKind(kind) ? FIELDS[kind] : []
}

export function isSplitKind(kind: unknown): kind is Split['kind'] {
  return typeof kind === 'string' && Object.hasOwn(SPLIT_NAMES, kind)
}

/** Whether the seed of the split changes which samples are where. */
export function isDrawn(kind: unknown): boolean {
  return kind === 'random' || kind === 'stratified' || kind === 'k-fold'
}

/** Of such a kind, with sizes that the set has: parts that are quick to train on, or a validation part of a sixth. */
export function startOfSplit(kind: Split['kind'], { train, test }: Parts): Split {
  switch (kind) {
    case 'official':
      return { kind }
    case 'first': {
      const some = Math.min(10_000, train)
      return { kind, train: some, validation: 0, test: Math.min(2000, test) }
    }
    case 'random':
    case 'stratified': {
      const validation = Math.round(train / 6)
      return { kind, train: train - validation, validation }
    }
    case 'k-fold':
      return { kind, folds: Math.min(5, Math.max(2, train)), fold: 0 }
  }
  return kind satisfies never
}

export interface SplitTemplate {
  label: string
  /** Where it comes from. */
  hint: string
  split: Split
}

/** Splits with one click; those of the reports for the sets that they used. */
export function splitTemplates({ name, train, test }: DatasetFacts): SplitTemplate[] {
  const parts = (...sizes: number[]) => sizes.map(formatCount).join(' / ')
  const reported: Record<string, SplitTemplate> = {
    'fashion-mnist': {
      label: `${parts(40_000, 20_000, 10_000)} at random`,
      hint: 'As in the Fashion validation study, S3-3',
      split: { kind: 'random', train: 40_000, validation: 20_000 },
    },
    mnist: {
      label: `First ${parts(20_000, 10_000, 10_000)}`,
      hint: 'As in Tricks of the trade, S4',
      split: { kind: 'first', train: 20_000, validation: 10_000, test: 10_000 },
    },
  }
  const own = reported[name]
  const stratified = startOfSplit('stratified', { train, test }) as Extract<Split, { train: number }>
  return [
    ...(own ? [own] : []),
    {
      label: `${parts(stratified.train, 'validation' in stratified ? stratified.validation : 0, test)} stratified`,
      hint: 'A validation part of a sixth with all classes in their shares',
      split: stratified,
    },
    { label: 'Official', hint: 'All samples train, none validate', split: { kind: 'official' } },
  ]
}

export type SplitCheck = { split: Split; problems: readonly [] } | { split: null; problems: readonly Problem[] }

/** `loose` is what a form holds, right or wrong. Paths of problems are as in an experiment: `dataset.split.train`. */
export function checkSplit(loose: unknown, facts: DatasetFacts): SplitCheck {
  const parsed = splitSchema.safeParse(loose)
  if (parsed.success) {
    const problems = splitProblems(parsed.data, facts)
    return problems.length === 0 ? { split: parsed.data, problems: [] } : { split: null, problems }
  }
  const wrong = parsed.error.issues.flatMap((issue) => problemsOf(issue, loose))
  const own = wrong.map(({ path, message }) => ({
    path: `dataset.split.${path}`,
    message: rangeMessage(path, loose, facts) ?? message,
  }))
  return { split: null, problems: [...own, ...problemsBeside(wrong, loose, facts)] }
}

/** The format allows far more samples than this set has. */
function rangeMessage(path: string, loose: unknown, { train, test }: Parts): string | null {
  if (path !== 'train' && path !== 'validation' && path !== 'test') return null
  const most = path === 'test' ? test : train
  const got = (loose as Record<string, unknown>)[path]
  return `a whole number, ${path === 'validation' ? 0 : 1} … ${most}, got ${JSON.stringify(got) ?? 'nothing'}`
}

/** Of the fields that are in order, with the smallest value in place of those that are not. */
function problemsBeside(wrong: readonly Problem[], loose: unknown, facts: DatasetFacts): Problem[] {
  const smallest = { train: 1, validation: 0, test: 1, folds: 2, fold: 0 } as const
  const fixed = wrong.flatMap(({ path }) => (path in smallest ? [[path, smallest[path as keyof typeof smallest]]] : []))
  const parsed = splitSchema.safeParse({ ...(loose as object), ...(Object.fromEntries(fixed) as object) })
  return parsed.success ? splitProblems(parsed.data, facts) : []
}

/** Null: it is one. */
export function seedProblem(seed: unknown): string | null {
  const fits = typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 && seed <= LIMITS.seed
  return fits ? null : `A whole number, 0 … ${LIMITS.seed}, got ${seed === '' ? 'nothing' : JSON.stringify(seed)}`
}

/** "drawn at random with seed 1": how the parts came about. */
export function splitWords(split: Split, seed: number): string {
  switch (split.kind) {
    case 'official':
      return 'the official parts'
    case 'first':
      return 'the first samples of each part'
    case 'random':
      return `drawn at random with seed ${seed}`
    case 'stratified':
      return `drawn at random by class with seed ${seed}`
    case 'k-fold':
      return `fold ${split.fold} of ${split.folds}, drawn with seed ${seed}, validates`
  }
  return split satisfies never
}
