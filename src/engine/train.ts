/**
 * Training, as every worker of a run does it from the first step to the last.
 *
 * A step has two phases with a barrier behind each. Phase A goes by rows of the batch: forward, loss, and the
 * gradients back to every layer's sums. Phase B goes by rows of the weights: gradient, optimizer, transposed
 * copy. Phase A writes only what belongs to its rows and phase B only what belongs to its weights, so that the
 * workers need nothing of each other within a phase.
 *
 * Worker 0 also keeps the books (order, clock, running sums, evaluations, snapshots) between the same barriers.
 */
import type { Score } from '#shared/run'
import type { TrainingState } from './checkpoint'
import { Control, DECISIONS, RunAbandoned, type Decision } from './control'
import { gatherScores, scoreChunks, type PartToScore } from './evaluate'
import { createKernels, type Kernels } from './kernels'
import { ROW_BLOCK, sliceEvenly } from './layout'
import { viewsOf, type Views } from './memory'
import { backward, forward, measure, type Run } from './network'
import { isEvaluationDue } from './plan'
import type { KernelChoice } from './wasm/choice'
import { Random, seededRandom, STREAMS } from './random'
import { initialParameters } from './initializers'
import { writeParameters, type LayerParameters } from './tensors'
import { transposeRows, updateParameters } from './update'

export interface WorkerOutcome {
  /** `abandoned`: another worker failed. */
  outcome: 'finished' | 'stopped' | 'diverged' | 'abandoned'
  /** Optimizer steps done. */
  step: number
}

export interface WorkerTask extends Run {
  memory: WebAssembly.Memory
  worker: number
  /** Where to begin; null: at the first weights that the plan's seed gives. */
  state: TrainingState | null
  /** The same for all workers of a run. @default plain TypeScript */
  kernels?: KernelChoice
}

/**
 * Trains until the run is over. `control` of the layout must have been cleared. An error sends the other workers
 * away from their barriers before it is thrown.
 */
export function trainWorker(task: WorkerTask, kernels: Kernels = kernelsOf(task)): WorkerOutcome {
  const views = viewsOf(task.memory)
  const control = new Control(views, task.layout.control, task.layout.ring)
  const worker = new TrainingWorker(task, task.worker, views, control, kernels)
  try {
    return worker.train(task.state)
  } catch (error) {
    if (error instanceof RunAbandoned) return { outcome: 'abandoned', step: worker.step }
    control.fail()
    throw error
  }
}

function kernelsOf({ memory, layout, worker, kernels }: WorkerTask): Kernels {
  return createKernels(memory, kernels, layout.workers[worker].scratch)
}

class TrainingWorker {
  /** Optimizer steps done. */
  step = 0
  private readonly books: Books | null

  constructor(
    private readonly run: Run,
    private readonly worker: number,
    private readonly views: Views,
    private readonly control: Control,
    private readonly kernels: Kernels,
  ) {
    this.books = worker === 0 ? new Books(run, views, control) : null
  }

  train(state: TrainingState | null): WorkerOutcome {
    const { plan } = this.run
    this.step = state?.progress?.step ?? 0
    this.prepare(state)
    let decision = this.meetAndRead()
    while (decision === DECISIONS.goOn && this.step < plan.steps) {
      this.books?.beginEpoch()
      this.meet()
      decision = this.trainEpoch()
      // the others go on meanwhile: nobody writes to the weights before worker 0 comes to the next barrier
      if (decision === DECISIONS.goOn) this.books?.endEpoch(this.step)
    }
    return { outcome: OUTCOMES[decision], step: this.step }
  }

  private trainEpoch(): Decision {
    const { plan } = this.run
    for (let first = 0; first < plan.trainCount; first += plan.batchSize) {
      const batchRows = Math.min(plan.batchSize, plan.trainCount - first)
      const decision = this.trainStep(first, batchRows)
      if (decision !== DECISIONS.goOn) return decision
      if (isEvaluationDue(plan, this.step)) {
        const verdict = this.evaluate()
        if (verdict !== DECISIONS.goOn) return verdict
      }
    }
    return DECISIONS.goOn
  }

  private trainStep(first: number, batchRows: number): Decision {
    this.propagate(first, batchRows)
    this.meet()
    this.step++
    this.books?.account(this.step, batchRows)
    updateParameters(this.kernels, this.run, this.worker, batchRows, this.step)
    return this.meetAndRead()
  }

  /** Phase A, over this worker's rows of the batch whose first sample is `first` in the order. */
  private propagate(first: number, batchRows: number): void {
    const { run, kernels } = this
    const { layout, data, plan } = run
    const bounds = sliceEvenly(batchRows, 4, plan.workers)
    const end = bounds[this.worker + 1]
    for (let begin = bounds[this.worker]; begin < end; begin += ROW_BLOCK) {
      const rows = { begin, count: Math.min(ROW_BLOCK, end - begin), order: layout.order + (first + begin) * 4 }
      forward(kernels, run, layout.batch, data.train, rows)
      measure(kernels, run, layout.batch, data.train, rows, 1 / batchRows)
      backward(kernels, run, rows)
    }
  }

  private evaluate(): Decision {
    const { data, plan } = this.run
    const parts: PartToScore[] = [{ part: data.test, count: plan.testCount }]
    if (plan.trainScore === 'full') parts.push({ part: data.train, count: plan.trainCount })
    this.books?.pauseClock()
    scoreChunks(this.kernels, this.run, this.views, this.control, this.worker, parts)
    this.meet()
    this.books?.report(this.step, parts)
    return this.meetAndRead()
  }

  /** Fills the run's block: worker 0 does, as it is little work, and the others wait. */
  private prepare(state: TrainingState | null): void {
    if (!this.books) return
    const { plan, layout } = this.run
    const parameters = state?.parameters ?? initialParameters(plan.initializer, plan.sizes, plan.seeds.init)
    this.books.clearBlock()
    layout.layers.forEach((layer, i) => {
      writeParameters(this.views.f32, layer, layer.parameters, parameters[i])
      this.writeMoment(i, 'mean', state?.moments?.mean)
      this.writeMoment(i, 'square', state?.moments?.square)
      if (layer.transposed !== 0) transposeRows(this.kernels, layer, 0, layer.inputs)
    })
    this.books.open(state?.progress ?? null)
  }

  private writeMoment(i: number, which: 'mean' | 'square', from: readonly LayerParameters[] | undefined): void {
    const layer = this.run.layout.layers[i]
    if (layer.moments && from) writeParameters(this.views.f32, layer, layer.moments[which], from[i])
  }

  private meet(): void {
    this.control.meet(this.run.plan.workers)
  }

  private meetAndRead(): Decision {
    this.meet()
    return this.control.decision()
  }
}

const OUTCOMES = {
  [DECISIONS.goOn]: 'finished',
  [DECISIONS.stop]: 'stopped',
  [DECISIONS.diverged]: 'diverged',
} as const

/** What worker 0 keeps for all. */
class Books {
  private random = new Random([0, 0, 0, 0])
  private readonly clock = new Stopwatch()
  /** Training seconds at the beginning of the epoch. */
  private epochBegan = 0
  /** Sums over the samples trained since the last evaluation. */
  private running = { loss: 0, correct: 0, count: 0 }

  constructor(
    private readonly run: Run,
    private readonly views: Views,
    private readonly control: Control,
  ) {}

  /** Zeros behind the control words, as a block may have served another run; not where kernels may be set up already. */
  clearBlock(): void {
    const { layout } = this.run
    this.views.u8.fill(0, layout.ring.address, layout.control + layout.cleared)
  }

  open(progress: TrainingState['progress']): void {
    const { plan, layout } = this.run
    const scale = plan.scaling === 'unit' ? 255 : 1
    for (let byte = 0; byte < 256; byte++) this.views.f32[(layout.table >>> 2) + byte] = byte / scale
    this.random = progress ? new Random(progress.random) : seededRandom(plan.seeds.shuffle, STREAMS.shuffle)
    if (progress) {
      const { loss, correct, count, seconds } = progress
      this.running = { loss, correct, count }
      this.clock.seconds = seconds
      this.epochBegan = seconds
    }
    if (this.control.isStopRequested()) this.control.decide(DECISIONS.stop)
  }

  beginEpoch(): void {
    const { plan, layout } = this.run
    this.clock.start()
    const order = this.views.u32.subarray(layout.order >>> 2, (layout.order >>> 2) + plan.trainCount)
    for (let i = 0; i < order.length; i++) order[i] = i
    if (plan.shuffle) this.random.shuffle(order)
  }

  /** Adds the batch up in the order of its rows, and decides whether the run goes on behind the next barrier. */
  account(step: number, batchRows: number): void {
    const { f32, u8 } = this.views
    const { losses, correct } = this.run.layout.batch
    let loss = 0
    for (let r = 0; r < batchRows; r++) {
      loss += f32[(losses >>> 2) + r]
      this.running.correct += u8[correct + r]
    }
    this.running.loss += loss
    this.running.count += batchRows
    this.control.putProgress({ step, seconds: this.clock.read(), ...this.running })
    this.decideBy(loss)
  }

  pauseClock(): void {
    this.clock.stop()
  }

  /** After a pass over the parts: the evaluation to the host, unless the run is to stop before it is whole. */
  report(step: number, parts: readonly PartToScore[]): void {
    this.control.resetChunks()
    if (this.control.isStopRequested()) return this.control.decide(DECISIONS.stop)
    const { plan } = this.run
    const [test, full] = gatherScores(this.run, this.views, parts)
    const train = full ?? this.runningScore()
    this.decideBy(test.loss + train.loss)
    if (this.control.decision() === DECISIONS.diverged) return
    const seconds = this.clock.read()
    const endsEpoch = step % plan.stepsPerEpoch === 0
    const epochSeconds = endsEpoch ? seconds - this.epochBegan : null
    const put = this.control.putEvaluation({
      step,
      epoch: step / plan.stepsPerEpoch,
      seconds,
      epochSeconds,
      train,
      test,
    })
    if (!put) return this.control.decide(DECISIONS.stop)
    this.running = { loss: 0, correct: 0, count: 0 }
    if (!endsEpoch) this.clock.start() // else the next epoch does
  }

  /** Leaves a snapshot of the state as it is between two epochs, if the host has taken the last one. */
  endEpoch(step: number): void {
    const seconds = this.clock.read()
    this.epochBegan = seconds
    this.clock.start()
    if (!this.control.isSnapshotFree()) return
    const { state, snapshot } = this.run.layout
    this.views.u8.copyWithin(snapshot, state.address, state.address + state.bytes)
    this.control.publishSnapshot({ step, seconds, random: this.random.getState(), ...this.running })
  }

  private runningScore(): Score {
    const { loss, correct, count } = this.running
    return { loss: loss / count, correct, count }
  }

  private decideBy(loss: number): void {
    if (!Number.isFinite(loss)) this.control.decide(DECISIONS.diverged)
    else if (this.control.isStopRequested()) this.control.decide(DECISIONS.stop)
  }
}

/** Seconds while it runs. */
class Stopwatch {
  seconds = 0
  private since: number | null = null

  start(): void {
    this.since ??= performance.now()
  }

  stop(): void {
    this.seconds = this.read()
    this.since = null
  }

  read(): number {
    return this.since === null ? this.seconds : this.seconds + (performance.now() - this.since) / 1000
  }
}
