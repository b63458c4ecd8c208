/**
 * Two models on the same samples: which of them each gets right, for McNemar's exact test.
 */
import { answersOf } from '../inspect/answers'
import type { PartPredictions } from '../inspect/inspected'
import { agreementOf, type Agreement, type Share } from '../statistics/proportions'

export interface PairOnSamples {
  agreement: Agreement
  /** Wrong samples of the first and of the second model. */
  wrong: readonly [number, number]
  total: number
}

/** Null where they were not asked about the same samples, or where there are no classes. */
export function pairOf(first: PartPredictions, second: PartPredictions): PairOnSamples | null {
  if (first.labels.length === 0 || !isSame(first.samples, second.samples) || !isSame(first.labels, second.labels))
    return null
  const agreement = agreementOf(rightOnes(first), rightOnes(second))
  const { both, onlyFirst, onlySecond, neither } = agreement
  return {
    agreement,
    wrong: [onlySecond + neither, onlyFirst + neither],
    total: both + onlyFirst + onlySecond + neither,
  }
}

/**
 * The agreement of two configurations of one seed each; null unless the answers have just the errors that are compared.
 * They do not where the weights that answer are others than those of the last evaluation: early stopping brings better
 * ones back.
 */
export function agreementOn(
  pair: PairOnSamples | null | undefined,
  first: readonly Share[],
  second: readonly Share[],
): Agreement | null {
  const errors = [first[0]?.count, second[0]?.count]
  const isTheirs = first.length === 1 && second.length === 1 && pair?.wrong.every((count, i) => count === errors[i])
  return pair && isTheirs ? pair.agreement : null
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** Every class that a byte can name: here nobody reads their names. */
const ANY_CLASS = Array.from({ length: 256 }, (_, label) => String(label))

function rightOnes(said: PartPredictions): boolean[] {
  const answers = answersOf(said, ANY_CLASS)
  return Array.from(answers.labels, (label, row) => answers.predicted[row] === label)
}
