/**
 * Runs for tests, made of a few words; what a test is about stands in the test.
 */
import type { Evaluation, RunId, RunSummary } from '#shared/run'

export function idOf(n: number): RunId {
  return `20261120-run-${String(n).padStart(4, '0')}` as RunId
}

export function runOf(n: number, more: Partial<RunSummary> = {}): RunSummary {
  return {
    id: idOf(n),
    status: 'finished',
    reason: null,
    label: `run ${n}`,
    title: 'An experiment',
    experimentId: 'experiment-1',
    presetId: null,
    configuration: { index: 0, levels: {} },
    replicate: 0,
    dataset: 'mnist',
    reducedData: false,
    sizes: [784, 64, 10],
    parameters: 50_890,
    epochs: 10,
    last: null,
    lowestTestLoss: null,
    secondsPerEpoch: null,
    threads: 2,
    weightsSha256: null,
    createdAt: '2026-11-20T10:00:00.000Z',
    startedAt: null,
    endedAt: null,
    tags: [],
    ...more,
  }
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
