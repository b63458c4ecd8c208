/**
 * What the newest weights of a run say, asked anew whenever there may be newer ones.
 */
import type { PredictRequest, Predictions } from '#shared/predict'
import type { RunId } from '#shared/run'
import { lab } from '../lab'
import { useLatestAnswer } from './latest-answer'

export interface PredictQuestion {
  id: RunId
  request: PredictRequest
  /** Of the newest evaluation, and whether the run has ended: what an answer may depend on besides. */
  at: string
}

export function usePredictions(question: () => PredictQuestion | null) {
  return useLatestAnswer<PredictQuestion, Predictions>(question, ({ id, request }) =>
    lab.call('runs:predict', id, request),
  )
}
