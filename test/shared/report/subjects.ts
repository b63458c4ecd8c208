/** Runs as a report sees them, for tests: errors are wrong samples of 10,000. */
import { experimentSchema, type ExperimentInput } from '#shared/experiment'
import type { Evaluation, RunId, RunSummary } from '#shared/run'
import type { Subject, SubjectRun } from '#shared/report/subject'

export interface SubjectRunOptions {
  id?: string
  wrong?: number
  label?: string
  epochs?: number
  change?: Partial<RunSummary>
  training?: Partial<ExperimentInput['training']>
  units?: number
  seed?: number
}

export function subjectRun(options: SubjectRunOptions = {}): SubjectRun {
  const { id = 'run-000001', wrong = 327, label = '784-64-10', epochs = 10, units = 64, seed = 1 } = options
  const experiment = experimentSchema.parse({
    version: 1,
    title: 'Widths',
    dataset: { name: 'mnist' },
    network: { layers: [{ units, activation: 'relu' }] },
    training: { optimizer: { kind: 'adam', learningRate: 0.001 }, epochs, ...options.training },
    seeds: { split: 1, init: seed, shuffle: seed, dropout: seed },
  })
  const history = [1, 2].map((epoch) => evaluation(epoch, wrong + (2 - epoch) * 100))
  const summary: RunSummary = {
    id: id as RunId,
    status: 'finished',
    reason: null,
    label,
    title: 'Widths',
    experimentId: 'e1',
    presetId: null,
    configuration: { index: 0, levels: {} },
    replicate: seed - 1,
    dataset: 'mnist',
    reducedData: false,
    sizes: [784, units, 10],
    parameters: 50_890,
    epochs,
    last: history.at(-1) ?? null,
    lowestTestLoss: null,
    secondsPerEpoch: { median: 1.25, min: 1.1, max: 1.5 },
    threads: 2,
    weightsSha256: 'ab'.repeat(32),
    createdAt: '2026-01-02T03:04:05.000Z',
    startedAt: null,
    endedAt: null,
    tags: [],
    ...options.change,
  }
  return { summary, experiment, history, details: { summary, experiment, machine: null, directory: '' } }
}

export function evaluation(epoch: number, wrong: number): Evaluation {
  return {
    epoch,
    step: epoch * 938,
    seconds: epoch * 1.25,
    epochSeconds: 1.25,
    train: { loss: 0.12345678, correct: 59_000, count: 60_000 },
    test: { loss: 0.098765, correct: 10_000 - wrong, count: 10_000 },
  }
}

export function subject(alias: string, runs: readonly SubjectRun[], title = ''): Subject {
  return { alias, title, runs, missing: [] }
}
