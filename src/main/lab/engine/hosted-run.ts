/**
 * One run as the host sees it: a block of the shared memory, a task for each worker, and a look at the control
 * words ten times a second.
 */
import { createHash } from 'node:crypto'
import {
  Control,
  encodeCheckpoint,
  encodeKept,
  encodeModel,
  layOut,
  modelTensors,
  scalingInUse,
  viewsOf,
  type KernelChoice,
  type MemoryBlocks,
  type PlacedDataset,
  type RunLayout,
  type HeldSnapshot,
  type Tensor,
  type TrainingPlan,
  type TrainingState,
  type WorkerOutcome,
} from '#engine/index'
import { LabError } from '#shared/errors'
import type { RunId, Score } from '#shared/run'
import type { Training, TrainingEvents, TrainingResult } from './host'
import type { WorkerPool } from './pool'
import { TimeLeft } from './time-left'

const POLL_MS = 100
/** A run whose weights are kept waits at the end of such an epoch until they have been seen. */
const KEEP_MS = 10

/** Of the tensors' bytes in their order, nothing between them. */
export function sha256(tensors: readonly (readonly [string, Tensor])[]): string {
  const hash = createHash('sha256')
  for (const [, { bytes }] of tensors) hash.update(bytes)
  return hash.digest('hex')
}

export interface HostedRunParts {
  id: RunId
  plan: TrainingPlan
  data: PlacedDataset
  /** Where it begins; null: at the first weights of its seed. */
  state: TrainingState | null
  /** What the model's file says of its network. */
  description: Readonly<Record<string, string>>
  blocks: MemoryBlocks
  pool: WorkerPool
  kernels: KernelChoice
  events: TrainingEvents
  checkpointIntervalMs: number
}

export class HostedRun implements Omit<Training, 'result'> {
  private readonly layout: RunLayout
  private readonly control: Control
  private readonly timeLeft: TimeLeft
  private lastCheckpointAt = -Infinity
  private lastStep = 0
  private running: { loss: number; accuracy: number } | null = null
  /** What a listener threw: the run ends with it. */
  private listenerError: { error: unknown } | null = null

  /** Takes the run's memory, which train() gives back: whoever makes a HostedRun trains it. */
  constructor(private readonly parts: HostedRunParts) {
    const { plan, data, blocks } = parts
    const { bytes } = layOut(plan, data, 0)
    this.layout = layOut(plan, data, blocks.take(bytes, `Training ${plan.sizes.join('-')}`))
    this.control = new Control(viewsOf(blocks.memory), this.layout.control, this.layout.ring)
    this.control.clear()
    this.timeLeft = new TimeLeft(plan.steps)
  }

  stop(): void {
    this.control.requestStop()
  }

  stopAfterEpoch(wanted: boolean): void {
    this.control.setEpochTheLast(wanted)
  }

  pause(): void {
    this.control.requestPause()
    this.timeLeft.pause()
  }

  proceed(): void {
    this.control.requestProceed()
    this.timeLeft.proceed()
  }

  setLearningRate(rate: number): void {
    this.control.requestLearningRate(rate)
  }

  async train(): Promise<TrainingResult> {
    const timer = setInterval(() => this.poll(), POLL_MS)
    const keeping =
      this.parts.plan.keepEveryEpochs === null ? undefined : setInterval(() => this.lookForKept(), KEEP_MS)
    try {
      const outcome = await this.runWorkers()
      if (this.listenerError) throw this.listenerError.error
      return this.resultOf(outcome)
    } finally {
      clearInterval(timer)
      clearInterval(keeping)
      this.parts.blocks.giveBack(this.layout.control)
    }
  }

  /** Resolves when no worker is at the run's memory any more, and only then. */
  private async runWorkers(): Promise<WorkerOutcome> {
    const { plan, data, state, blocks, pool, kernels } = this.parts
    const { layout } = this
    // only worker 0 fills the block; the others want to know the step
    const progressOnly = state && { ...state, parameters: [], slots: null, best: null }
    const tasks = Array.from({ length: plan.workers }, (_, worker) => {
      const begin = worker === 0 ? state : progressOnly
      return pool.run({ memory: blocks.memory, plan, layout, data, worker, state: begin, kernels })
    })
    // a worker that died cannot send the others away itself
    for (const task of tasks) task.catch(() => this.control.fail())
    const settled = await Promise.allSettled(tasks)
    this.lastCheckpointAt = -Infinity
    this.poll() // what came since the last look, also if the run has failed
    for (const each of settled) if (each.status === 'rejected') throw each.reason
    return await tasks[0]
  }

  private resultOf({ outcome, step, modelStep, where }: WorkerOutcome): TrainingResult {
    const { plan, data, blocks, description } = this.parts
    if (outcome === 'diverged') throw diverged(step, where, plan)
    if (outcome === 'abandoned') throw new LabError('engine/worker-died', 'A worker of this run failed; try it again.')
    const views = viewsOf(blocks.memory)
    const tensors = modelTensors(views.f32, this.layout)
    const epochs = Math.floor(step / plan.stepsPerEpoch)
    const model = encodeModel(tensors, scalingInUse(plan, data, this.layout, views), description)
    return { outcome, epochs, step: modelStep, model, weightsSha256: sha256(tensors) }
  }

  private lookForKept(): void {
    const snapshot = this.control.holdSnapshot()
    if (!snapshot) return
    this.control.putBackSnapshot()
    if (snapshot.isKept) this.poll()
  }

  /** The snapshot is looked for first: the evaluations up to its step, and maybe more, are in the ring by then. */
  private poll(): void {
    if (this.listenerError) return
    try {
      const snapshot = this.control.holdSnapshot()
      this.passOnEvaluations()
      this.passOnProgress()
      if (snapshot) this.passOnSnapshot(snapshot)
    } catch (error) {
      this.listenerError = { error }
      this.stop()
    }
  }

  private passOnEvaluations(): void {
    for (const evaluation of this.control.takeEvaluations()) this.parts.events.evaluated(evaluation)
  }

  private passOnProgress(): void {
    const progress = this.control.readProgress()
    if (!progress || progress.step === this.lastStep) return
    const { step, seconds, loss, correct, count, learningRate } = progress
    const { id, plan, events } = this.parts
    this.lastStep = step
    if (count > 0) this.running = { loss: loss / count, accuracy: correct / count }
    const epoch = step / plan.stepsPerEpoch
    events.progressed({
      id,
      step,
      steps: plan.steps,
      epoch,
      epochs: plan.epochs,
      running: this.running,
      samplesPerSecond: seconds > 0 ? (epoch * plan.trainCount) / seconds : 0,
      learningRate,
      secondsLeft: this.timeLeft.after(step, seconds),
    })
  }

  /** Weights that are kept go before the checkpoint of their step: a run that goes on from it has them already. */
  private passOnSnapshot(facts: HeldSnapshot): void {
    const now = performance.now()
    const { plan, blocks, kernels, events, checkpointIntervalMs } = this.parts
    const { f32 } = viewsOf(blocks.memory)
    const { isKept } = facts
    const isBetweenEpochs = facts.step % plan.stepsPerEpoch === 0
    const isDue = isBetweenEpochs && now - this.lastCheckpointAt >= checkpointIntervalMs
    if (!isKept && !isDue) return this.control.putBackSnapshot()
    const kept = isKept ? this.encodeKept(facts) : null
    const checkpoint = isDue ? encodeCheckpoint(f32, plan, this.layout, facts, kernels.bitClass) : null
    this.control.freeSnapshot()
    if (kept) events.kept?.({ step: facts.step, bytes: kept })
    if (!checkpoint) return
    this.lastCheckpointAt = now
    events.checkpointed({ epoch: facts.step / plan.stepsPerEpoch, bytes: checkpoint })
  }

  private encodeKept(facts: HeldSnapshot): Uint8Array {
    const { plan, data, blocks, description } = this.parts
    const views = viewsOf(blocks.memory)
    return encodeKept(views.f32, plan, this.layout, facts, scalingInUse(plan, data, this.layout, views), description)
  }
}

export interface ModelParts extends Pick<HostedRunParts, 'plan' | 'data' | 'blocks' | 'pool' | 'kernels'> {
  parameters: TrainingState['parameters']
}

/** Of the whole test part. The model is laid out as a run that has not begun: the same code as in a training scores it. */
export async function scoreModel({ plan, data, parameters, blocks, pool, kernels }: ModelParts): Promise<Score> {
  const { memory } = blocks
  const { bytes } = layOut(plan, data, 0)
  const layout = layOut(plan, data, blocks.take(bytes, `Scoring ${plan.sizes.join('-')}`))
  try {
    new Control(viewsOf(memory), layout.control, layout.ring).clear()
    const state = { parameters, slots: null, best: null, progress: null }
    return await pool.score({ memory, plan, layout, data, worker: 0, state, kernels })
  } finally {
    blocks.giveBack(layout.control)
  }
}

function diverged(step: number, where: string | null, plan: TrainingPlan): LabError {
  const epoch = Math.ceil(step / plan.stepsPerEpoch)
  return new LabError(
    'run/diverged',
    `A number in ${where ?? 'the loss'} was no longer finite at step ${step} (epoch ${epoch}). ` +
      'Try a smaller learning rate, inputs divided by 255 (dataset.scaling "unit"), or another initializer.',
  )
}
