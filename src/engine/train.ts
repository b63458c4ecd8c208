/**
 * Training, as every worker of a run does it from the first step to the last.
 *
 * A step has two phases with a barrier behind each. Phase A goes by rows of the batch: forward, loss, and the
 * gradients back to every layer's sums. Phase B goes by rows of the weights: gradient, optimizer, transposed
 * copy. Phase A writes only what belongs to its rows and phase B only what belongs to its weights, so that the
 * workers need nothing of each other within a phase. A batch that is too large to be held goes through both in slabs,
 * whose gradients add up; then, and where gradients are clipped, the optimizer has a phase of its own. So have limits
 * on the length of the weights.
 *
 * Where the first layer's sums are shared out by segments of the inputs (layout.ts), phase B ends with those of the
 * next batch: a worker has its weights in its cache then, and they are the only ones that it needs.
 *
 * Worker 0 also keeps the books (books.ts) between the same barriers.
 */
import type { Score } from '#shared/run'
import { blocksOf } from './blocks'
import { Books } from './books'
import type { TrainingState } from './checkpoint'
import { Control, DECISIONS, RunAbandoned, type Decision } from './control'
import { gatherScores, scoreChunks, type PartToScore } from './evaluate'
import { createKernels, type Kernels } from './kernels'
import { sliceEvenly } from './layout'
import { viewsOf } from './memory'
import { backward, foldBias, forward, measure, sumOwnSegments, type Hand, type Run } from './network'
import { isEvaluationDue, keepsGradients, ROW_BLOCK } from './plan'
import { scheduleFactor } from './schedule'
import { addGradients, applyGradients, limitNorms, updateParameters, type SlabRows, type Step } from './update'
import type { KernelChoice } from './wasm/choice'

export interface WorkerOutcome {
  /** `abandoned`: another worker failed. `converged`: early stopping ended it. */
  outcome: 'finished' | 'converged' | 'stopped' | 'diverged' | 'abandoned'
  /** Optimizer steps done. */
  step: number
  /** Step of the weights that are in the memory now: an earlier one if the best ones came back. */
  modelStep: number
  /** Where a number was no longer finite, in words, if the run diverged; known to worker 0. */
  where: string | null
}

export interface WorkerTask extends Run {
  memory: WebAssembly.Memory
  worker: number
  /** Where to begin; null: at the first weights that the plan's seed gives. */
  state: TrainingState | null
  /** The same for all workers of a run. @default plain TypeScript */
  kernels?: KernelChoice
}

/** The score of the weights in `state` on the whole test part, by one worker. `control` must have been cleared. */
export function scoreTestPart(task: WorkerTask, kernels: Kernels = kernelsOf(task)): Score {
  const score = workerOf(task, kernels).scoreTest(task.state)
  if (!score) throw new Error('a score is the first worker’s to tell')
  return score
}

/**
 * Trains until the run is over. `control` of the layout must have been cleared. An error sends the other workers
 * away from their barriers before it is thrown.
 */
export function trainWorker(task: WorkerTask, kernels: Kernels = kernelsOf(task)): WorkerOutcome {
  const trainer = workerOf(task, kernels)
  try {
    return trainer.train(task.state)
  } catch (error) {
    if (error instanceof RunAbandoned) {
      return { outcome: 'abandoned', step: trainer.step, modelStep: trainer.step, where: null }
    }
    trainer.control.fail()
    throw error
  }
}

function workerOf({ memory, plan, layout, data, worker }: WorkerTask, kernels: Kernels): TrainingWorker {
  const views = viewsOf(memory)
  const own = layout.workers[worker]
  const blocks = blocksOf(plan, layout, worker)
  const hand: Hand = { run: { plan, layout, data }, kernels, views, index: worker, own, blocks }
  return new TrainingWorker(hand, new Control(views, layout.control, layout.ring))
}

function kernelsOf({ memory, layout, worker, kernels }: WorkerTask): Kernels {
  return createKernels(memory, kernels, layout.workers[worker].scratch)
}

const OUTCOMES = {
  [DECISIONS.goOn]: 'finished',
  [DECISIONS.stop]: 'stopped',
  [DECISIONS.diverged]: 'diverged',
  [DECISIONS.converged]: 'converged',
} as const

class TrainingWorker {
  /** Optimizer steps done. */
  step = 0
  private readonly books: Books | null

  constructor(
    private readonly hand: Hand,
    readonly control: Control,
  ) {
    this.books = hand.index === 0 ? new Books(hand, control) : null
  }

  train(state: TrainingState | null): WorkerOutcome {
    const { plan } = this.hand.run
    this.step = state?.progress?.step ?? 0
    this.books?.open(state)
    let decision = this.meetAndRead()
    while (decision === DECISIONS.goOn && this.step < plan.steps) {
      this.books?.beginEpoch()
      this.meet()
      decision = this.control.isClosed() ? DECISIONS.stop : this.trainEpoch()
      // the others go on meanwhile: nobody writes to the weights before worker 0 comes to the next barrier
      if (decision === DECISIONS.goOn) this.books?.endEpoch(this.step)
    }
    const outcome = OUTCOMES[decision]
    if (outcome === 'converged') this.books?.keepLast(this.step)
    const wantsBest = outcome === 'finished' || outcome === 'converged'
    const modelStep = (wantsBest && this.books?.restoreBest()) || this.step
    return { outcome, step: this.step, modelStep, where: this.books?.overflow ?? null }
  }

  private trainEpoch(): Decision {
    const { plan } = this.hand.run
    this.prepareBatch(0)
    this.meet()
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

  /** The batch whose first sample is `first` in the order. */
  private trainStep(first: number, batchRows: number): Decision {
    const { hand, books } = this
    const { plan, layout } = hand.run
    const step = this.beginStep()
    for (let begin = 0; begin < batchRows; begin += plan.slabRows) {
      const rows = Math.min(plan.slabRows, batchRows - begin)
      this.propagate(first, begin, rows, batchRows)
      this.meet()
      books?.addUp(rows)
      const order = layout.order + (first + begin) * 4
      const slab = { rows, order, isFirst: begin === 0, isLast: begin + rows === batchRows }
      if (slab.isLast) books?.account(this.step)
      this.useDeltas(slab, step)
    }
    if (plan.regularization.maxNorm > 0) {
      this.meet()
      limitNorms(hand)
    }
    this.prepareBatch(first + plan.batchSize)
    return this.meetAndRead()
  }

  /** The batch whose first sample is `first` in the order, if there is one in this epoch. */
  private prepareBatch(first: number): void {
    const { layout, plan } = this.hand.run
    const rows = Math.min(plan.batchSize, plan.trainCount - first)
    if (rows > 0) sumOwnSegments(this.hand, layout.order + first * 4, rows)
  }

  private beginStep(): Step {
    const { plan } = this.hand.run
    this.step++
    foldBias(this.hand)
    return {
      step: this.step,
      learningRate: this.control.learningRate() * scheduleFactor(plan, this.step),
      isObserved: plan.diagnostics && isEvaluationDue(plan, this.step),
    }
  }

  /** Phase A, over this worker's rows of the slab that begins at row `begin` of the batch. */
  private propagate(first: number, begin: number, slabRows: number, batchRows: number): void {
    const { hand } = this
    const { layout, plan } = hand.run
    const masks = { step: this.step, firstRow: begin }
    const scale = 1 / batchRows
    const bounds = sliceEvenly(slabRows, 4, plan.workers)
    const end = bounds[hand.index + 1]
    for (let row = bounds[hand.index]; row < end; row += ROW_BLOCK) {
      const order = layout.order + (first + begin + row) * 4
      const rows = { begin: row, count: Math.min(ROW_BLOCK, end - row), order }
      forward(hand, layout.batch, rows, masks)
      measure(hand, layout.batch, rows, scale)
      backward(hand, rows, masks, scale)
    }
  }

  /** Phase B, over this worker's rows of the weights. */
  private useDeltas(slab: SlabRows, step: Step): void {
    const { hand } = this
    const { plan } = hand.run
    if (!keepsGradients(plan)) return updateParameters(hand, slab, step)
    addGradients(hand, slab, step.isObserved || plan.regularization.clipNorm > 0)
    this.meet()
    if (slab.isLast) applyGradients(hand, step)
  }

  /** Of the weights as they are, on the test part; nothing is trained. Null for the workers but the first. */
  scoreTest(state: TrainingState | null): Score | null {
    this.books?.open(state)
    this.meet()
    const parts = [testPart(this.hand.run)]
    scoreChunks(this.hand, this.control, parts)
    this.meet()
    return this.hand.index === 0 ? gatherScores(this.hand.run, this.hand.views, parts)[0] : null
  }

  private evaluate(): Decision {
    const { layout, plan } = this.hand.run
    const parts: PartToScore[] = plan.scoresTest ? [testPart(this.hand.run)] : []
    if (plan.validationCount > 0) parts.push({ samples: layout.samples.validation, count: plan.validationCount })
    if (plan.trainScore === 'full') parts.push({ samples: layout.samples.train, count: plan.trainCount })
    this.books?.pauseClock()
    scoreChunks(this.hand, this.control, parts)
    this.meet()
    this.books?.report(this.step, parts)
    return this.meetAndRead()
  }

  private meet(): void {
    this.control.meet(this.hand.run.plan.workers)
  }

  private meetAndRead(): Decision {
    this.meet()
    return this.control.decision()
  }
}

function testPart({ layout, plan }: Run): PartToScore {
  return { samples: layout.samples.test, count: plan.testCount }
}
