/**
 * What a model said of the samples of a part, ready to be counted, sorted and shown: one row for each sample.
 */
import { f32Of } from '../datasets'
import type { PartPredictions } from './inspected'

export interface PartAnswers {
  outputs: number
  /** Names of the classes, with one more for outputs that stand for no class, if any were the largest. */
  classes: readonly string[]
  /** u32[n]: numbers over the whole set. */
  samples: Uint32Array
  /** u8[n]: true classes. */
  labels: Uint8Array
  /** u8[n]: the class of the largest output. */
  predicted: Uint8Array
  /** f32[n]: the largest output; of one output unit, of the class that it decided for. */
  confidence: Float32Array
  /** f32[n]: the largest output minus the second largest. */
  margin: Float32Array
  /** f32[n]: of each sample, by the model's own loss. */
  losses: Float32Array
  /** u8[n]: how many outputs are larger than that of the true class; 0 for the right answer. */
  ranks: Uint8Array
  /** f32[n, outputs] */
  values: Float32Array
  correct: number
  seconds: number
}

/** What outputs beyond the classes are called: a network may have more of them than there are classes. */
export const NO_CLASS = 'No class'

export function answersOf(said: PartPredictions, classNames: readonly string[]): PartAnswers {
  const { outputs, labels, seconds } = said
  const values = f32Of(said.values)
  const count = labels.length
  const answers = {
    predicted: new Uint8Array(count),
    confidence: new Float32Array(count),
    margin: new Float32Array(count),
    ranks: new Uint8Array(count),
  }
  let correct = 0
  for (let row = 0; row < count; row++) {
    const [label, first, second] = largestTwo(values, row, outputs)
    answers.predicted[row] = Math.min(label, classNames.length)
    answers.confidence[row] = first
    answers.margin[row] = first - second
    answers.ranks[row] = rankOf(values, row, outputs, labels[row] ?? 0)
    if (label === labels[row]) correct++
  }
  const hasNoClass = answers.predicted.some((label) => label === classNames.length)
  const classes = hasNoClass ? [...classNames, NO_CLASS] : classNames
  return {
    outputs,
    classes,
    samples: u32Of(said.samples),
    labels,
    ...answers,
    losses: f32Of(said.losses),
    values,
    correct,
    seconds,
  }
}

/** The class of the largest output, that output and the second largest. One unit tells two classes apart at one half. */
function largestTwo(
  values: Float32Array,
  row: number,
  outputs: number,
): [label: number, first: number, second: number] {
  if (outputs === 1) {
    const p = values[row] ?? 0
    return p > 0.5 ? [1, p, 1 - p] : [0, 1 - p, p]
  }
  let [label, first, second] = [0, -Infinity, -Infinity]
  for (let i = 0; i < outputs; i++) {
    const value = values[row * outputs + i] ?? 0
    if (value > first) [label, first, second] = [i, value, first]
    else if (value > second) second = value
  }
  return [label, first, second]
}

function rankOf(values: Float32Array, row: number, outputs: number, truth: number): number {
  if (outputs === 1) return Number((values[row] ?? 0) > 0.5) === truth ? 0 : 1
  const own = values[row * outputs + truth] ?? 0
  let rank = 0
  for (let i = 0; i < outputs; i++) {
    const value = values[row * outputs + i] ?? 0
    // of equal ones the first counts as the larger, as it does for the answer itself
    if (value > own || (value === own && i < truth)) rank++
  }
  return Math.min(255, rank)
}

/** Share of the samples whose true class is among the k largest outputs; 0 of no samples. */
export function topShare({ ranks }: Pick<PartAnswers, 'ranks'>, k: number): number {
  return ranks.length === 0 ? 0 : ranks.reduce((sum, rank) => sum + (rank < k ? 1 : 0), 0) / ranks.length
}

export function isRightAt({ labels, predicted }: Pick<PartAnswers, 'labels' | 'predicted'>, row: number): boolean {
  return labels[row] === predicted[row]
}

/** What the model gave class `label` for a sample: of one output unit, its share of either class. */
export function valueAt(
  { outputs, values }: Pick<PartAnswers, 'outputs' | 'values'>,
  row: number,
  label: number,
): number {
  if (outputs > 1) return values[row * outputs + label] ?? 0
  const p = values[row] ?? 0
  return label === 1 ? p : 1 - p
}

/** Whether two models were asked about the same samples, in the same order, and agree what they are. */
export function areSameSamples(
  a: Pick<PartAnswers, 'samples' | 'labels'>,
  b: Pick<PartAnswers, 'samples' | 'labels'>,
): boolean {
  return (
    a.samples.length === b.samples.length &&
    a.samples.every((sample, i) => sample === b.samples[i]) &&
    a.labels.every((label, i) => label === b.labels[i])
  )
}

/** Little-endian, as `f32Of`. */
function u32Of(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer) // a copy begins at 0, as whole words must
}
