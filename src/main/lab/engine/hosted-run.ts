/**
 * One run as the host sees it: a block of the shared memory, a task for each worker, and a look at the control
 * words ten times a second.
 */
import { createHash } from 'node:crypto'
import {
  Control,
  encodeCheckpoint,
  encodeModel,
  layOut,
  modelTensors,
  viewsOf,
  type KernelChoice,
  type MemoryBlocks,
  type PlacedDataset,
  type RunLayout,
  type Tensor,
  type TrainingPlan,
  type WorkerOutcome,
} from '#engine/index'
import { LabError } from '#shared/errors'
import type { RunId } from '#shared/run'
import type { TrainingEvents, TrainingResult } from './host'
import type { WorkerPool } from './pool'

const POLL_MS = 100

/** Of the tensors' bytes in their order, nothing between them. */
export function sha256(tensors: readonly (readonly [string, Tensor])[]): string {
  const hash = createHash('sha256')
  for (const [, { bytes }] of tensors) hash.update(bytes)
  return hash.digest('hex')
}

export class HostedRun {
  private readonly layout: RunLayout
  private readonly control: Control
  private readonly beganAt = performance.now()
  private lastCheckpointAt = -Infinity
  private lastStep = 0
  private running: { loss: number; accuracy: number } | null = null
  /** What a listener threw: the run ends with it. */
  private listenerError: { error: unknown } | null = null

  /** Takes the run's memory, which train() gives back: whoever makes a HostedRun trains it. */
  constructor(
    private readonly id: RunId,
    private readonly plan: TrainingPlan,
    private readonly data: PlacedDataset,
    private readonly blocks: MemoryBlocks,
    private readonly pool: WorkerPool,
    private readonly kernels: KernelChoice,
    private readonly events: TrainingEvents,
    private readonly checkpointIntervalMs: number,
  ) {
    const { bytes } = layOut(plan, data, 0)
    this.layout = layOut(plan, data, blocks.take(bytes, `Training ${plan.sizes.join('-')}`))
    this.control = new Control(viewsOf(blocks.memory), this.layout.control, this.layout.ring)
    this.control.clear()
  }

  stop(): void {
    this.control.requestStop()
  }

  async train(): Promise<TrainingResult> {
    const timer = setInterval(() => this.poll(), POLL_MS)
    try {
      const { outcome, step } = await this.runWorkers()
      if (this.listenerError) throw this.listenerError.error
      if (outcome === 'diverged') throw diverged(step, this.plan)
      return this.resultOf(outcome === 'finished' ? 'finished' : 'stopped', step)
    } finally {
      clearInterval(timer)
      this.blocks.giveBack(this.layout.control)
    }
  }

  /** Resolves when no worker is at the run's memory any more, and only then. */
  private async runWorkers(): Promise<WorkerOutcome> {
    const { plan, layout, data, blocks, kernels } = this
    const tasks = Array.from({ length: plan.workers }, (_, worker) =>
      this.pool.run({ memory: blocks.memory, plan, layout, data, worker, state: null, kernels }),
    )
    // a worker that died cannot send the others away itself
    for (const task of tasks) task.catch(() => this.control.fail())
    const settled = await Promise.allSettled(tasks)
    this.lastCheckpointAt = -Infinity
    this.poll() // what came since the last look, also if the run has failed
    for (const each of settled) if (each.status === 'rejected') throw each.reason
    return await tasks[0]
  }

  private resultOf(outcome: TrainingResult['outcome'], step: number): TrainingResult {
    const tensors = modelTensors(viewsOf(this.blocks.memory).f32, this.layout)
    const epochs = Math.floor(step / this.plan.stepsPerEpoch)
    return { outcome, epochs, model: encodeModel(tensors), weightsSha256: sha256(tensors) }
  }

  private poll(): void {
    if (this.listenerError) return
    try {
      this.passOnEvaluations()
      this.passOnProgress()
      this.passOnCheckpoint()
    } catch (error) {
      this.listenerError = { error }
      this.stop()
    }
  }

  private passOnEvaluations(): void {
    for (const evaluation of this.control.takeEvaluations()) this.events.evaluated(evaluation)
  }

  private passOnProgress(): void {
    const progress = this.control.readProgress()
    if (!progress || progress.step === this.lastStep) return
    const { step, seconds, loss, correct, count } = progress
    const { plan } = this
    this.lastStep = step
    if (count > 0) this.running = { loss: loss / count, accuracy: correct / count }
    const epoch = step / plan.stepsPerEpoch
    const elapsed = (performance.now() - this.beganAt) / 1000
    this.events.progressed({
      id: this.id,
      step,
      steps: plan.steps,
      epoch,
      epochs: plan.epochs,
      running: this.running,
      samplesPerSecond: seconds > 0 ? (epoch * plan.trainCount) / seconds : 0,
      secondsLeft: (elapsed / step) * (plan.steps - step),
    })
  }

  private passOnCheckpoint(): void {
    const now = performance.now()
    if (now - this.lastCheckpointAt < this.checkpointIntervalMs) return
    const facts = this.control.readSnapshot()
    if (!facts) return
    const bytes = encodeCheckpoint(
      viewsOf(this.blocks.memory).f32,
      this.plan,
      this.layout,
      facts,
      this.kernels.bitClass,
    )
    this.control.freeSnapshot()
    this.lastCheckpointAt = now
    this.events.checkpointed({ epoch: facts.step / this.plan.stepsPerEpoch, bytes })
  }
}

function diverged(step: number, plan: TrainingPlan): LabError {
  const epoch = Math.ceil(step / plan.stepsPerEpoch)
  return new LabError(
    'run/diverged',
    `The loss was no longer a finite number at step ${step} (epoch ${epoch}). ` +
      'Try a smaller learning rate, inputs divided by 255 (dataset.scaling "unit"), or another initializer.',
  )
}
