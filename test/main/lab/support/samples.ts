import { experimentSchema, type Experiment, type ExperimentInput } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import type { Evaluation } from '#shared/run'
import { newRunIds } from '#lab/queue/run-id'
import type { RunRecord } from '#lab/storage/run-file'

export function sampleExperiment(change: Partial<ExperimentInput> = {}): Experiment {
  return experimentSchema.parse({
    version: 1,
    title: 'A small network',
    dataset: { name: 'mnist' },
    network: { layers: [{ units: 32, activation: 'relu' }] },
    training: { optimizer: { kind: 'adam' }, epochs: 50 },
    ...change,
  })
}

/** One run for each of `count` levels of a factor. */
export function experimentOfRuns(count: number, epochs = 3): Experiment {
  const rates = Array.from({ length: count }, (_, i) => 0.001 * (i + 1))
  return sampleExperiment({
    training: { optimizer: { kind: 'adam' }, epochs },
    factors: [
      {
        name: 'Rate',
        levels: rates.map((rate) => ({ label: `rate ${rate}`, set: { 'training.optimizer.learningRate': rate } })),
      },
    ],
  })
}

/** The n-th evaluation of a run: each of its values tells which one it is. */
export function evaluationAt(epoch: number): Evaluation {
  return {
    epoch,
    step: epoch * 938,
    seconds: epoch * 1.5,
    epochSeconds: 1 + (epoch % 3),
    train: { loss: 1 / epoch, correct: 50_000 + epoch, count: 60_000 },
    test: { loss: 1.1 / epoch, correct: 9000 + epoch, count: 10_000 },
  }
}

/** As the experiment wants it: without a locked test part, with a validation part whose loss is lowest at epoch 2. */
export function evaluationFor({ dataset, training }: Experiment, epoch: number): Evaluation {
  const { test, ...rest } = evaluationAt(epoch)
  const validation = { loss: 0.5 + Math.abs(epoch - 2), correct: 400 + epoch, count: 500 }
  return {
    ...rest,
    ...(test && training.evaluation.test === 'each' && { test }),
    ...('validation' in dataset.split && dataset.split.validation > 0 && { validation }),
  }
}

export function sampleRecord(change: Partial<RunRecord> = {}): RunRecord {
  const [plan] = expandExperiment(sampleExperiment())
  if (!plan) throw new Error('an experiment has at least one run')
  return {
    version: 1,
    id: newRunIds(1, new Date(Date.UTC(2026, 10, 21)))[0],
    status: 'waiting',
    reason: null,
    owner: '0123456789abcdef',
    createdAt: '2026-11-21T00:00:00.000Z',
    startedAt: null,
    endedAt: null,
    experimentId: 'an-experiment',
    presetId: null,
    experiment: plan.experiment,
    configuration: plan.configuration,
    replicate: 0,
    tags: [],
    threads: 2,
    versions: { lab: '0.1.0', node: '20.19.0' },
    machine: null,
    measured: null,
    model: null,
    ...change,
  }
}
