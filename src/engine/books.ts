/**
 * What worker 0 keeps for all workers of a run, between their barriers: the order of the samples, the clock, running
 * sums, evaluations, the learning rate, the best weights, snapshots, and the decision whether the run goes on.
 */
import type { Evaluation, Score } from '#shared/run'
import type { TrainingState } from './checkpoint'
import { DECISIONS, type Control, type SnapshotFacts } from './control'
import { rowsOf, trainingLabels } from './data'
import { inputScaling } from './input-scaling'
import { diagnose, findOverflow } from './diagnostics'
import { gatherScores, type PartToScore } from './evaluate'
import { initialParameters } from './initializers'
import type { LayerLayout } from './layout'
import type { Hand } from './network'
import { foldInput, placeInput } from './placed-input'
import { isKeepDue, keepsLast } from './plan'
import { Random, seededRandom, STREAMS } from './random'
import { scheduleFactor, Watch } from './schedule'
import { splitSamples, type SplitSamples } from './split'
import { writeParameters, type LayerParameters } from './tensors'
import { transposeRows } from './update'

/** Rows of the last batch that tell how many of a hidden layer's values are zeros. */
const ROWS_TO_LOOK_AT = 32

export class Books {
  /** Where a number was no longer finite; null while all are. */
  overflow: string | null = null
  private random = new Random([0, 0, 0, 0])
  private readonly clock = new Stopwatch()
  /** Training seconds at the beginning of the epoch. */
  private epochBegan = 0
  /** Sums over the samples trained since the last evaluation. */
  private running = { loss: 0, correct: 0, count: 0 }
  /** Sum over the step's rows so far. */
  private stepLoss = 0
  /** Rows of the slab that the batch's memory holds; 0 before the first step. */
  private slabRows = 0
  private learningRate: number
  private plateauFactor = 1
  private readonly plateau: Watch | null
  private readonly stopping: Watch | null
  private bestStep = 0
  /** The last snapshot is of weights that are to be kept: the host must have it. */
  private isSnapshotKept = false

  constructor(
    private readonly hand: Hand,
    private readonly control: Control,
  ) {
    const { optimizer, schedule, earlyStopping } = hand.run.plan
    this.learningRate = optimizer.learningRate
    this.plateau = schedule.kind === 'plateau' ? new Watch(schedule.metric) : null
    this.stopping = earlyStopping && new Watch(earlyStopping.metric)
  }

  /** Fills the run's block: worker 0 does, as it is little work, and the others wait. */
  open(state: TrainingState | null): void {
    const { plan } = this.hand.run
    this.clearBlock()
    const { train } = this.placeSamples()
    this.placeInput(train)
    this.placeParameters(state)
    this.random = seededRandom(plan.seeds.shuffle, STREAMS.shuffle)
    if (state?.progress) this.goOnFrom(state.progress)
    this.learningRate = this.control.takeLearningRate() ?? this.learningRate
    this.control.setLearningRate(this.learningRate * this.plateauFactor)
    if (this.control.isStopRequested()) this.control.decide(DECISIONS.stop)
  }

  /** Or the end, if the run is to stop with the epoch that is over now. */
  beginEpoch(): void {
    const { plan, layout } = this.hand.run
    const { u32 } = this.hand.views
    if (this.slabRows > 0 && this.control.isEpochTheLast()) return this.control.close()
    this.clock.start()
    const order = u32.subarray(layout.order >>> 2, (layout.order >>> 2) + plan.trainCount)
    order.set(u32.subarray(layout.samples.train >>> 2, (layout.samples.train >>> 2) + plan.trainCount))
    if (plan.shuffle) this.random.shuffle(order)
    if (this.slabRows > 0) this.lookForZeros()
  }

  /** Adds a slab of the batch up, in the order of its rows. */
  addUp(rows: number): void {
    const { f32, u8 } = this.hand.views
    const { losses, correct } = this.hand.run.layout.batch
    let loss = 0
    for (let r = 0; r < rows; r++) {
      loss += f32[(losses >>> 2) + r]
      this.running.correct += u8[correct + r]
    }
    this.slabRows = rows
    this.stepLoss += loss
    this.running.loss += loss
    this.running.count += rows
    if (!Number.isFinite(loss)) this.overflow ??= findOverflow(this.hand.run, this.hand.views, rows) ?? 'the loss'
  }

  /** After all rows of a step: waits out a pause, and decides whether the run goes on behind the next barrier. */
  account(step: number): void {
    const { control } = this
    const seconds = this.clock.read()
    control.putProgress({ step, seconds, learningRate: this.rateAfter(step), ...this.running })
    control.endAdvance((step - 1) % this.hand.run.plan.stepsPerEpoch === 0)
    if (control.isPauseRequested()) {
      this.clock.stop()
      control.waitWhilePaused()
      this.clock.start()
    }
    this.learningRate = control.takeLearningRate() ?? this.learningRate
    control.setLearningRate(this.learningRate * this.plateauFactor)
    this.decideBy(this.stepLoss)
    this.stepLoss = 0
  }

  pauseClock(): void {
    this.clock.stop()
  }

  /** After a pass over the parts: the evaluation to the host, unless the run is to stop before it is whole. */
  report(step: number, parts: readonly PartToScore[]): void {
    this.control.resetChunks()
    if (this.control.isStopRequested()) return this.control.decide(DECISIONS.stop)
    const { plan } = this.hand.run
    const scores = this.scoresOf(parts)
    this.decideBy(scores.train.loss + (scores.test?.loss ?? 0) + (scores.validation?.loss ?? 0))
    if (this.control.decision() === DECISIONS.diverged) {
      this.overflow ??= 'an evaluation'
      return
    }
    this.watch(step, scores)
    const seconds = this.clock.read()
    const endsEpoch = step % plan.stepsPerEpoch === 0
    const evaluation: Evaluation = {
      ...{ step, epoch: step / plan.stepsPerEpoch, seconds },
      epochSeconds: endsEpoch ? seconds - this.epochBegan : null,
      ...scores,
      learningRate: this.rateAfter(step),
      ...(plan.diagnostics && { diagnostics: diagnose(this.hand.run, this.hand.views, this.slabRows) }),
    }
    if (!this.control.putEvaluation(evaluation)) return this.control.decide(DECISIONS.stop)
    this.running = { loss: 0, correct: 0, count: 0 }
    if (!endsEpoch) this.clock.start() // else the next epoch does
  }

  /**
   * Leaves a snapshot of the state as it is between two epochs, if the host has taken the last one; of an epoch whose
   * weights are to be kept, it waits until it has.
   */
  endEpoch(step: number): void {
    this.clock.stop()
    const seconds = this.clock.read()
    this.epochBegan = seconds
    const isKept = isKeepDue(this.hand.run.plan, step)
    if (isKept ? this.control.waitForSnapshot(this.isSnapshotKept) : this.control.isSnapshotFree()) {
      this.leaveSnapshot(step, seconds, isKept)
    }
    this.clock.start()
  }

  /** The last weights of a run that ended within an epoch or early, if the model will have others. */
  keepLast(step: number): void {
    if (!keepsLast(this.hand.run.plan) || !this.control.waitForSnapshot(this.isSnapshotKept)) return
    this.leaveSnapshot(step, this.clock.read(), true)
  }

  private leaveSnapshot(step: number, seconds: number, isKept: boolean): void {
    const { state, snapshot } = this.hand.run.layout
    this.hand.views.u8.copyWithin(snapshot, state.address, state.address + state.bytes)
    this.control.publishSnapshot(this.factsAt(step, seconds), isKept)
    this.isSnapshotKept = isKept
  }

  /** Brings the weights of the best evaluation back, and tells its step; 0 if there is nothing to bring back. */
  restoreBest(): number {
    const { parameters, best } = this.hand.run.layout
    if (best.bytes === 0 || this.bestStep === 0) return 0
    this.hand.views.u8.copyWithin(parameters.address, best.address, best.address + best.bytes)
    return this.bestStep
  }

  /** Zeros behind the control words, as a block may have served another run; not where kernels may be set up already. */
  private clearBlock(): void {
    const { layout } = this.hand.run
    this.hand.views.u8.fill(0, layout.ring.address, layout.control + layout.cleared)
  }

  private placeSamples(): SplitSamples {
    const { plan, layout, data } = this.hand.run
    const { views } = this.hand
    const { u32 } = views
    const samples = splitSamples(plan.split, plan.seeds.split, trainingLabels(data, views))
    for (const part of ['train', 'validation', 'test'] as const) u32.set(samples[part], layout.samples[part] >>> 2)
    return samples
  }

  /** `train`: the samples from which the mean and the deviation of standardized inputs are taken. */
  private placeInput(train: Uint32Array): void {
    const { run, views } = this.hand
    placeInput(run, views, inputScaling(run.plan.scaling, rowsOf(run.data, views), train))
  }

  private placeParameters(state: TrainingState | null): void {
    const { plan, layout } = this.hand.run
    const { f32 } = this.hand.views
    const parameters = state?.parameters ?? initialParameters(plan)
    const { optimizer } = plan
    const accumulated = optimizer.kind === 'adagrad' ? optimizer.initialAccumulator : 0
    layout.layers.forEach((layer, i) => {
      writeParameters(f32, layer, layer.parameters, parameters[i])
      layer.slots.forEach((slot, s) =>
        writeParameters(f32, layer, slot, state?.slots?.[s][i] ?? constantParameters(layer, accumulated)),
      )
      if (layer.best && state?.best) writeParameters(f32, layer, layer.best, state.best[i])
      if (layer.transposed !== 0) transposeRows(this.hand, layer, 0, layer.inputs)
    })
    foldInput(this.hand)
  }

  private goOnFrom({ loss, correct, count, seconds, random, learningRate, plateau, stopping }: SnapshotFacts): void {
    this.random = new Random(random)
    this.running = { loss, correct, count }
    this.clock.seconds = seconds
    this.epochBegan = seconds
    this.learningRate = learningRate
    this.plateauFactor = plateau.factor
    if (this.plateau) this.plateau.state = { best: plateau.best, waited: plateau.waited }
    if (this.stopping) this.stopping.state = { best: stopping.best, waited: stopping.waited }
    this.bestStep = stopping.bestStep
  }

  private factsAt(step: number, seconds: number): SnapshotFacts {
    const nothing = { best: Infinity, waited: 0 }
    return {
      ...{ step, seconds, random: this.random.getState(), ...this.running, learningRate: this.learningRate },
      plateau: { factor: this.plateauFactor, ...(this.plateau?.state ?? nothing) },
      stopping: { bestStep: this.bestStep, ...(this.stopping?.state ?? nothing) },
    }
  }

  private scoresOf(parts: readonly PartToScore[]): Pick<Evaluation, 'train' | 'test' | 'validation'> {
    const { run, views } = this.hand
    const scores = gatherScores(run, views, parts)
    const test = run.plan.scoresTest ? scores.shift() : undefined
    const validation = run.plan.validationCount > 0 ? scores.shift() : undefined
    const train = scores[0] ?? this.runningScore()
    return { train, ...(test && { test }), ...(validation && { validation }) }
  }

  private runningScore(): Score {
    const { loss, correct, count } = this.running
    return { loss: loss / count, correct, count }
  }

  /** Lowers the learning rate, keeps the best weights, and ends the run, as the plan has it. */
  private watch(step: number, scores: Pick<Evaluation, 'train' | 'validation'>): void {
    const { plan, layout } = this.hand.run
    if (this.plateau && plan.schedule.kind === 'plateau') {
      this.plateau.see(scores)
      if (this.plateau.state.waited >= plan.schedule.patience) {
        this.plateauFactor *= plan.schedule.factor
        this.plateau.state = { ...this.plateau.state, waited: 0 }
        this.control.setLearningRate(this.learningRate * this.plateauFactor)
      }
    }
    if (!this.stopping || !plan.earlyStopping) return
    if (this.stopping.see(scores)) {
      this.bestStep = step
      const { parameters, best } = layout
      if (best.bytes > 0) {
        this.hand.views.u8.copyWithin(best.address, parameters.address, parameters.address + parameters.bytes)
      }
    }
    if (this.stopping.state.waited >= plan.earlyStopping.patience) this.control.decide(DECISIONS.converged)
  }

  /** The learning rate of the step that follows. */
  private rateAfter(step: number): number {
    return this.learningRate * this.plateauFactor * scheduleFactor(this.hand.run.plan, step + 1)
  }

  /** Looks at what the last batch left: where much of a hidden layer is zeros, the next epoch skips them. */
  private lookForZeros(): void {
    const { plan, layout } = this.hand.run
    const { f32 } = this.hand.views
    const rows = Math.min(this.slabRows, ROWS_TO_LOOK_AT)
    plan.activations.forEach((_, i) => {
      const { outputs, ldw } = layout.layers[i]
      let zeros = 0
      for (let r = 0; r < rows; r++) {
        const at = (layout.batch.outputs[i] + r * ldw) >>> 2
        for (let n = at; n < at + outputs; n++) if (f32[n] === 0) zeros++
      }
      f32[(layout.dark >>> 2) + i] = zeros / (rows * outputs)
    })
  }

  private decideBy(loss: number): void {
    if (!Number.isFinite(loss)) this.control.decide(DECISIONS.diverged)
    else if (this.control.isStopRequested()) this.control.decide(DECISIONS.stop)
  }
}

function constantParameters({ inputs, outputs }: LayerLayout, value: number): LayerParameters {
  const weights = new Float32Array(inputs * outputs).fill(value)
  return { inputs, outputs, weights, biases: new Float32Array(outputs).fill(value) }
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
