/**
 * An engine that trains nothing: the test says what it reports, and when.
 */
import type {
  EngineFacts,
  EngineHost,
  ScoreJob,
  Training,
  TrainingEvents,
  TrainingJob,
  TrainingResult,
} from '#lab/engine/host'
import { LabError } from '#shared/errors'
import type { Score } from '#shared/run'
import { evaluationFor } from './samples'

const STEPS = 938

/** The epoch that a checkpoint of this engine says: it is a text. */
function epochOf(checkpoint: Uint8Array | null | undefined): number {
  if (!checkpoint) return 0
  const epoch = /^checkpoint (\d+)$/.exec(Buffer.from(checkpoint).toString())?.[1]
  if (epoch === undefined) throw new LabError('checkpoint/unfit', 'The checkpoint does not belong to this run')
  return Number(epoch)
}

export class FakeTraining implements Training {
  readonly result: Promise<TrainingResult>
  stopCalls = 0
  /** What was asked of it besides, in order: "pause", "proceed", "rate 0.1". */
  readonly asked: string[] = []
  epochs: number
  private resolve!: (result: TrainingResult) => void
  private reject!: (error: unknown) => void

  constructor(
    readonly job: TrainingJob,
    readonly events: TrainingEvents,
  ) {
    this.epochs = epochOf(job.checkpoint)
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  /** Trains so many epochs, each with its evaluation, its progress and its checkpoint. */
  train(epochs: number): void {
    for (let i = 0; i < epochs; i++) {
      this.epochs += 1
      const { id, experiment } = this.job
      this.events.progressed({
        id,
        step: this.epochs * STEPS,
        steps: experiment.training.epochs * STEPS,
        epoch: this.epochs,
        epochs: experiment.training.epochs,
        running: { loss: 0.5, accuracy: 0.9 },
        samplesPerSecond: 1000,
        learningRate: 0.001,
        secondsLeft: 1,
      })
      this.events.evaluated(evaluationFor(experiment, this.epochs))
      this.events.checkpointed({ epoch: this.epochs, bytes: Buffer.from(`checkpoint ${this.epochs}`) })
    }
  }

  finish(outcome: TrainingResult['outcome'] = 'finished'): void {
    this.resolve(this.resultOf(outcome))
  }

  fail(error: unknown): void {
    this.reject(error)
  }

  stop(): void {
    this.stopCalls += 1
    this.resolve(this.resultOf('stopped'))
  }

  stopAfterEpoch(wanted: boolean): void {
    this.asked.push(wanted ? 'stop after epoch' : 'go on after epoch')
  }

  pause(): void {
    this.asked.push('pause')
  }

  proceed(): void {
    this.asked.push('proceed')
  }

  setLearningRate(rate: number): void {
    this.asked.push(`rate ${rate}`)
  }

  private resultOf(outcome: TrainingResult['outcome']): TrainingResult {
    const model = Buffer.from(`model after ${this.epochs} epochs`)
    return { outcome, epochs: this.epochs, step: this.epochs * STEPS, model, weightsSha256: 'ab'.repeat(32) }
  }
}

export class FakeHost implements EngineHost {
  facts: EngineFacts = {
    kernels: 'none',
    bitClass: 'fake',
    placement: 'in-process',
    threads: 4,
    wideVectors: false,
    wideVectorsOffered: false,
    gflops: null,
    remark: null,
  }
  readonly trainings: FakeTraining[] = []
  closeCalls = 0
  private readonly waiting = new Set<() => void>()

  /** `script` is what a training does as soon as it begins. */
  constructor(private readonly script: (training: FakeTraining) => void = () => undefined) {}

  train(job: TrainingJob, events: TrainingEvents): FakeTraining {
    const training = new FakeTraining(job, events)
    this.trainings.push(training)
    for (const look of [...this.waiting]) look()
    queueMicrotask(() => this.script(training))
    return training
  }

  /** The n-th training, once it has begun; 0 is the first. */
  started(n: number): Promise<FakeTraining> {
    return new Promise((resolve) => {
      const look = () => {
        const training = this.trainings[n]
        if (!training) return
        this.waiting.delete(look)
        resolve(training)
      }
      this.waiting.add(look)
      look()
    })
  }

  inspect({ checkpoint, initialWeights }: TrainingJob): Promise<{ step: number }> {
    if (initialWeights && Buffer.from(initialWeights).toString() !== 'weights') {
      return Promise.reject(new LabError('weights/unfit', 'Expected the weights of this network'))
    }
    return Promise.resolve().then(() => ({ step: epochOf(checkpoint) * STEPS }))
  }

  /** Models whose score was asked for. */
  readonly scored: ScoreJob[] = []

  score(job: ScoreJob): Promise<Score> {
    this.scored.push(job)
    return Promise.resolve({ loss: 0.1, correct: 9700, count: 10_000 })
  }

  close(): Promise<void> {
    this.closeCalls += 1
    return Promise.resolve()
  }
}

/** Trains every planned epoch that is left and finishes. */
export function trainsThrough(training: FakeTraining): void {
  training.train(training.job.experiment.training.epochs - training.epochs)
  training.finish()
}
