/**
 * One number for a whole run, where a figure sets it against a factor.
 */
import type { FigureRun, Metric, ValuePlace } from '../figure'
import type { Evaluation, RunSummary } from '../run'
import { measuredAt } from './line-panels'
import { partOf, valueOf } from './metrics'

/** Undefined where the run has no such value; values that are no numbers are left out by whoever draws them. */
export function runValue(run: FigureRun, metric: Metric, place: ValuePlace): number | undefined {
  if (metric === 'seconds-per-epoch') return run.summary.secondsPerEpoch?.median
  const at = chosenEvaluation(run, metric, place)
  return at && valueOf(metric, at, 0)
}

function chosenEvaluation(run: FigureRun, metric: Metric, place: ValuePlace): Evaluation | undefined {
  const part = partOf(metric)
  switch (place) {
    case 'last':
      return measuredAt(run, part).at(-1)
    case 'best': {
      const best = bestEvaluation(run.history)
      // a test part that was looked at once has been looked at with the weights of one epoch
      return best && measuredAt(run, part).find(({ epoch }) => epoch === best.epoch)
    }
    case 'final':
      return finalEvaluationOf(run, part === 'test')
  }
  return place satisfies never
}

/** At the lowest validation loss; undefined without a validation part. */
export function bestEvaluation(history: readonly Evaluation[]): Evaluation | undefined {
  let best: Evaluation | undefined
  for (const at of history) if ((at.validation?.loss ?? Infinity) < (best?.validation?.loss ?? Infinity)) best = at
  return best
}

/** Of the weights that the final evaluation tested; without one, those that the run left. */
function finalEvaluationOf(run: FigureRun, ofTest: boolean): Evaluation | undefined {
  const final: RunSummary['finalEvaluation'] = run.summary.finalEvaluation
  if (ofTest || !final) return measuredAt(run, ofTest ? 'test' : null).at(-1)
  return run.history.findLast(({ epoch }) => epoch <= final.epoch)
}

export const PLACE_WORDS: Record<ValuePlace, string> = {
  last: 'at the last evaluation',
  best: 'at the lowest validation loss',
  final: 'of the final evaluation',
}
