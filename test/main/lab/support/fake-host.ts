/**
 * An engine that trains nothing: the test says what it reports, and when.
 */
import type { EngineHost, Training, TrainingEvents, TrainingJob, TrainingResult } from '#lab/engine/host'
import { evaluationAt } from './samples'

export class FakeTraining implements Training {
  readonly result: Promise<TrainingResult>
  stopCalls = 0
  epochs = 0
  private resolve!: (result: TrainingResult) => void
  private reject!: (error: unknown) => void

  constructor(
    readonly job: TrainingJob,
    private readonly events: TrainingEvents,
  ) {
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
        step: this.epochs * 938,
        steps: experiment.training.epochs * 938,
        epoch: this.epochs,
        epochs: experiment.training.epochs,
        running: { loss: 0.5, accuracy: 0.9 },
        samplesPerSecond: 1000,
        secondsLeft: 1,
      })
      this.events.evaluated(evaluationAt(this.epochs))
      this.events.checkpointed({ epoch: this.epochs, bytes: Buffer.from(`checkpoint ${this.epochs}`) })
    }
  }

  finish(): void {
    this.resolve(this.resultOf('finished'))
  }

  fail(error: unknown): void {
    this.reject(error)
  }

  stop(): void {
    this.stopCalls += 1
    this.resolve(this.resultOf('stopped'))
  }

  private resultOf(outcome: TrainingResult['outcome']): TrainingResult {
    const model = Buffer.from(`model after ${this.epochs} epochs`)
    return { outcome, epochs: this.epochs, model, weightsSha256: 'ab'.repeat(32) }
  }
}

export class FakeHost implements EngineHost {
  readonly facts = { kernels: 'none', bitClass: 'fake', placement: 'in-process', threads: 4 } as const
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

  close(): Promise<void> {
    this.closeCalls += 1
    return Promise.resolve()
  }
}

/** Trains every planned epoch and finishes. */
export function trainsThrough(training: FakeTraining): void {
  training.train(training.job.experiment.training.epochs)
  training.finish()
}
