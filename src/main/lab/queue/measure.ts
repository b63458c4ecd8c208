/**
 * What a history says in short: the last evaluation, the lowest losses, the time an epoch takes.
 */
import type { Evaluation, Spread } from '#shared/run'
import type { Measured } from '#lab/storage/run-file'

export const NOTHING_MEASURED: Measured = { evaluations: 0, last: null, lowestTestLoss: null, secondsPerEpoch: null }

export function measure(history: readonly Evaluation[]): Measured {
  const seconds = history.flatMap((evaluation) => evaluation.epochSeconds ?? [])
  return {
    evaluations: history.length,
    last: history.at(-1) ?? null,
    lowestTestLoss: lowestTestLoss(history),
    ...bestValidation(history),
    secondsPerEpoch: spread(seconds),
  }
}

/** The earliest of equal ones. A loss that is not a number is never the lowest. */
function lowestTestLoss(history: readonly Evaluation[]): Measured['lowestTestLoss'] {
  let lowest: Measured['lowestTestLoss'] = null
  for (const { epoch, test } of history) {
    if (!test || !Number.isFinite(test.loss)) continue
    if (lowest === null || test.loss < lowest.loss) lowest = { epoch, loss: test.loss }
  }
  return lowest
}

/** The earliest of equal ones: the epoch that a study by validation chooses. */
function bestValidation(history: readonly Evaluation[]): Pick<Measured, 'bestValidation'> {
  let best: NonNullable<Measured['bestValidation']> | null = null
  for (const { epoch, validation: score, train, test } of history) {
    if (!score || !Number.isFinite(score.loss) || (best !== null && score.loss >= best.score.loss)) continue
    best = { epoch, score, train, ...(test && { test }) }
  }
  return best ? { bestValidation: best } : {}
}

/** Null for no values. The median of an even number is the mean of the middle two. */
export function spread(values: readonly number[]): Spread | null {
  const sorted = [...values].sort((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return null
  const middle = (sorted.length - 1) / 2
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2
  return { median, min, max }
}
