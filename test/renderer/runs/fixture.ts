/**
 * Runs for tests, made of a few words; what a test is about stands in the test.
 */
import type { Evaluation, RunId, RunSummary } from '#shared/run'
import { aRun } from '../samples'

export function idOf(n: number): RunId {
  return `20261120-run-${String(n).padStart(4, '0')}` as RunId
}

/** The n-th run: one that has finished, of a configuration of its own, if the test says nothing else. */
export function runOf(n: number, change: Partial<RunSummary> = {}): RunSummary {
  const configuration = { index: n, levels: {} }
  return aRun({
    configuration,
    label: `run ${n}`,
    title: 'An experiment',
    status: 'finished',
    ...change,
    id: change.id ?? idOf(n),
  })
}

/** Of 1,000 samples each; the loss is told by the test where it matters. */
export function evaluationOf(epoch: number, { loss = 1 / epoch, correct = 900 + epoch } = {}): Evaluation {
  return {
    epoch,
    step: epoch * 100,
    seconds: epoch * 2,
    epochSeconds: 2,
    train: { loss: loss / 2, correct: correct + 10, count: 1000 },
    test: { loss, correct, count: 1000 },
  }
}

/** With a validation part and diagnostics of two hidden ReLU layers and the output. */
export function fullEvaluationOf(epoch: number): Evaluation {
  const layer = (dead: number | null) => ({
    gradientNorm: 0.5,
    weightNorm: 10,
    updateNorm: 0.01,
    saturated: null,
    dead,
    histogram: { low: 0, high: 2.5, counts: [60, 30, 10, 0] },
  })
  return {
    ...evaluationOf(epoch),
    validation: { loss: 0.25, correct: 450, count: 500 },
    learningRate: 0.05,
    diagnostics: [layer(0.03), layer(0.04), layer(null)],
  }
}
