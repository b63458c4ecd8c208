/**
 * The words through which the workers of a run meet each other and the host. They lie at the beginning of the
 * run's block, which the host fills with zeros before the workers start.
 *
 * Who writes what: the host STOP, LAST_EPOCH, PAUSE and ADVANCE (which worker 0 turns back), its wish for a learning rate, FAILED, RING_READ and frees the snapshot; any
 * worker FAILED and the barrier; worker 0 all the rest. Each word has a cache line to itself.
 */
import type { Advance, Evaluation, LayerDiagnostics, Score } from '#shared/run'
import { LINE, type Views } from './memory'

const WORD = LINE / 4
const ARRIVED = 0 * WORD
const GENERATION = 1 * WORD
const SLEEPERS = 2 * WORD
const STOP = 3 * WORD
const FAILED = 4 * WORD
const DECISION = 5 * WORD
const CLAIMED = 6 * WORD
const RING_WRITTEN = 7 * WORD
const RING_READ = 8 * WORD
const SNAPSHOT = 9 * WORD
const PROGRESS_VERSION = 10 * WORD
const PAUSE = 11 * WORD
/** In the same line: both are the host's to write, but for a halt that an advance ends with. */
const ADVANCE = PAUSE + 1
const RATE_WISHES = 12 * WORD
const RATE_WISHES_SEEN = 13 * WORD
const LAST_EPOCH = 14 * WORD
const CLOSED = 15 * WORD
/** Bytes from the start of the block to the first f64 of each group. */
const PROGRESS_AT = 1024
const RATE_AT = 1280
const RATE_WISH_AT = 1344
const SNAPSHOT_AT = 2048
export const CONTROL_BYTES = 4096

/** step, epoch, seconds, epochSeconds, learning rate, then loss, correct, count of train, test and validation. */
const EVALUATION_FLOATS = 14
export const HISTOGRAM_BINS = 20
/** Three norms, two shares, low and high of the histogram, its counts. */
const LAYER_FLOATS = 7 + HISTOGRAM_BINS

/** Bytes of an evaluation with the diagnostics of so many layers. */
export function ringRowBytes(layers: number): number {
  return (EVALUATION_FLOATS + layers * LAYER_FLOATS) * 8
}

/**
 * Looks at the word before a worker goes to sleep, about a millisecond at most: a step has two barriers in a tenth of
 * one, and a worker that sleeps is back so late that the others wait for it in their turn. Where there are more workers
 * than free cores a wait takes the core from whoever is waited for; so each wait that was in vain makes the next
 * ones shorter.
 */
const SPINS = { least: 20_000, most: 1_000_000, more: 50_000 } as const
/** A sleeper looks up this often, should whoever was to wake it be gone. */
const SLEEP_MS = 200

const SNAPSHOT_STATES = { free: 0, filled: 1, held: 2 } as const

/** Leave now: another worker has failed. Not an error of the worker that throws it. */
export class RunAbandoned extends Error {
  constructor() {
    super('another worker of the run has failed')
    this.name = 'RunAbandoned'
  }
}

const HALTS = { none: 0, step: 1, epoch: 2 } as const

export const DECISIONS = { goOn: 0, stop: 1, diverged: 2, converged: 3 } as const
export type Decision = (typeof DECISIONS)[keyof typeof DECISIONS]

export interface Progress {
  step: number
  /** Of training: without evaluations. */
  seconds: number
  /** Sums over the samples trained since the last evaluation. */
  loss: number
  correct: number
  count: number
  /** Of the next step. */
  learningRate: number
}

/** All that a run must know, beside its tensors, to go on from here to the same bits. */
export interface SnapshotFacts {
  step: number
  seconds: number
  random: readonly [number, number, number, number]
  /** The running sums. */
  loss: number
  correct: number
  count: number
  /** What the schedule's factors are applied to: the optimizer's, unless it was changed by hand. */
  learningRate: number
  plateau: { factor: number; best: number; waited: number }
  stopping: { best: number; waited: number; bestStep: number }
}

/** `isKept`: its weights are to be kept. */
export type HeldSnapshot = SnapshotFacts & { isKept: boolean }

export class Control {
  private readonly word: number
  private readonly float: number
  private spins: number = SPINS.most

  constructor(
    private readonly views: Views,
    address: number,
    private readonly ring: { address: number; rows: number; layers: number },
  ) {
    this.word = address >>> 2
    this.float = address >>> 3
  }

  /** By the host, before the workers start. */
  clear(): void {
    this.views.i32.fill(0, this.word, this.word + CONTROL_BYTES / 4)
  }

  // — the barrier —

  /** Returns when all `workers` have come here. Throws RunAbandoned once one of them has failed. */
  meet(workers: number): void {
    const { i32 } = this.views
    const generationAt = this.word + GENERATION
    const generation = Atomics.load(i32, generationAt)
    if (Atomics.add(i32, this.word + ARRIVED, 1) === workers - 1) {
      Atomics.store(i32, this.word + ARRIVED, 0)
      Atomics.add(i32, generationAt, 1)
      if (Atomics.load(i32, this.word + SLEEPERS) > 0) Atomics.notify(i32, generationAt)
    } else {
      this.waitWhile(generationAt, generation)
    }
    if (this.hasFailed()) throw new RunAbandoned()
  }

  private waitWhile(at: number, value: number): void {
    const { i32 } = this.views
    for (let i = 0; i < this.spins; i++) {
      if (Atomics.load(i32, at) === value) continue
      this.spins = Math.min(SPINS.most, this.spins + SPINS.more)
      return
    }
    this.spins = Math.max(SPINS.least, this.spins / 2)
    Atomics.add(i32, this.word + SLEEPERS, 1)
    while (Atomics.load(i32, at) === value && !this.hasFailed()) Atomics.wait(i32, at, value, SLEEP_MS)
    Atomics.sub(i32, this.word + SLEEPERS, 1)
  }

  /** Everybody leaves at the next barrier, also those who wait at one. */
  fail(): void {
    Atomics.store(this.views.i32, this.word + FAILED, 1)
    Atomics.notify(this.views.i32, this.word + GENERATION)
    Atomics.notify(this.views.i32, this.word + RING_READ)
  }

  hasFailed(): boolean {
    return Atomics.load(this.views.i32, this.word + FAILED) !== 0
  }

  // — stop, and what worker 0 makes of it —

  requestStop(): void {
    Atomics.store(this.views.i32, this.word + STOP, 1)
    Atomics.notify(this.views.i32, this.word + RING_READ)
    Atomics.notify(this.views.i32, this.word + PAUSE)
    Atomics.notify(this.views.i32, this.word + SNAPSHOT)
  }

  isStopRequested(): boolean {
    return Atomics.load(this.views.i32, this.word + STOP) !== 0
  }

  /** By the host: the epoch that is trained now is to be the last, or not after all. */
  setEpochTheLast(isLast: boolean): void {
    Atomics.store(this.views.i32, this.word + LAST_EPOCH, isLast ? 1 : 0)
  }

  isEpochTheLast(): boolean {
    return Atomics.load(this.views.i32, this.word + LAST_EPOCH) !== 0
  }

  /**
   * By worker 0 between two barriers, to be read by all after the second. All see the same, whenever the request
   * itself came.
   */
  decide(decision: Decision): void {
    Atomics.store(this.views.i32, this.word + DECISION, decision)
  }

  decision(): Decision {
    return Atomics.load(this.views.i32, this.word + DECISION) as Decision
  }

  /**
   * By worker 0 between two epochs: no epoch follows. It has a word of its own, as the others may still be reading the
   * last step's decision, and would leave before worker 0 came to the barrier behind this.
   */
  close(): void {
    Atomics.store(this.views.i32, this.word + CLOSED, 1)
  }

  isClosed(): boolean {
    return Atomics.load(this.views.i32, this.word + CLOSED) !== 0
  }

  // — pause: worker 0 waits, and the others at their barrier for worker 0 —

  requestPause(): void {
    Atomics.store(this.views.i32, this.word + ADVANCE, HALTS.none)
    Atomics.store(this.views.i32, this.word + PAUSE, 1)
  }

  requestProceed(): void {
    Atomics.store(this.views.i32, this.word + ADVANCE, HALTS.none)
    this.endPause()
  }

  /** By the host: on to the next step, or to the first one of the next epoch, and pause there. */
  requestAdvance(by: Advance): void {
    Atomics.store(this.views.i32, this.word + ADVANCE, HALTS[by])
    this.endPause()
  }

  /** By worker 0 at every step: pauses if an advance ends here. */
  endAdvance(beginsEpoch: boolean): void {
    const { i32 } = this.views
    const advance = Atomics.load(i32, this.word + ADVANCE)
    if (advance === HALTS.none || (advance === HALTS.epoch && !beginsEpoch)) return
    // unless the host has wished for something else meanwhile
    if (Atomics.compareExchange(i32, this.word + ADVANCE, advance, HALTS.none) !== advance) return
    Atomics.store(i32, this.word + PAUSE, 1)
  }

  private endPause(): void {
    Atomics.store(this.views.i32, this.word + PAUSE, 0)
    Atomics.notify(this.views.i32, this.word + PAUSE)
  }

  isPauseRequested(): boolean {
    return Atomics.load(this.views.i32, this.word + PAUSE) !== 0
  }

  /** By worker 0: returns when the run is to go on, or to end. */
  waitWhilePaused(): void {
    while (this.isPauseRequested() && !this.isStopRequested() && !this.hasFailed()) {
      Atomics.wait(this.views.i32, this.word + PAUSE, 1, SLEEP_MS)
    }
  }

  // — the learning rate: the host wishes, worker 0 sets it between two steps, all read it before a step —

  requestLearningRate(rate: number): void {
    this.views.f64[this.float + RATE_WISH_AT / 8] = rate
    Atomics.add(this.views.i32, this.word + RATE_WISHES, 1)
  }

  /** By worker 0: the newest wish since the last call, or null. */
  takeLearningRate(): number | null {
    const { i32, f64 } = this.views
    const wishes = Atomics.load(i32, this.word + RATE_WISHES)
    if (wishes === Atomics.exchange(i32, this.word + RATE_WISHES_SEEN, wishes)) return null
    return f64[this.float + RATE_WISH_AT / 8]
  }

  /** By worker 0, when no other is between the beginning of a step and the first barrier in it. */
  setLearningRate(rate: number): void {
    this.views.f64[this.float + RATE_AT / 8] = rate
  }

  learningRate(): number {
    return this.views.f64[this.float + RATE_AT / 8]
  }

  // — chunks of an evaluation —

  claimChunk(): number {
    return Atomics.add(this.views.i32, this.word + CLAIMED, 1)
  }

  /** By worker 0 when nobody claims. */
  resetChunks(): void {
    Atomics.store(this.views.i32, this.word + CLAIMED, 0)
  }

  // — evaluations on their way to the host —

  /** By worker 0. Waits while the ring is full; false if the run is to stop before there is room. */
  putEvaluation(evaluation: Evaluation): boolean {
    const { i32, f64 } = this.views
    const written = Atomics.load(i32, this.word + RING_WRITTEN)
    for (;;) {
      const read = Atomics.load(i32, this.word + RING_READ)
      if (written - read < this.ring.rows) break
      if (this.isStopRequested() || this.hasFailed()) return false
      Atomics.wait(i32, this.word + RING_READ, read, SLEEP_MS)
    }
    f64.set(packEvaluation(evaluation), this.rowAt(written))
    Atomics.store(i32, this.word + RING_WRITTEN, written + 1)
    return true
  }

  /** By the host: what has come since the last call, in order. */
  takeEvaluations(): Evaluation[] {
    const { i32, f64 } = this.views
    const written = Atomics.load(i32, this.word + RING_WRITTEN)
    const read = Atomics.load(i32, this.word + RING_READ)
    const evaluations: Evaluation[] = []
    for (let i = read; i < written; i++) {
      const at = this.rowAt(i)
      const floats = f64.subarray(at, at + ringRowBytes(this.ring.layers) / 8)
      evaluations.push(unpackEvaluation(floats, this.ring.layers))
    }
    Atomics.store(i32, this.word + RING_READ, written)
    Atomics.notify(i32, this.word + RING_READ)
    return evaluations
  }

  private rowAt(index: number): number {
    return (this.ring.address + (index % this.ring.rows) * ringRowBytes(this.ring.layers)) >>> 3
  }

  // — progress: the newest only, read whole or not at all —

  putProgress({ step, loss, correct, count, seconds, learningRate }: Progress): void {
    const { i32, f64 } = this.views
    const at = this.float + PROGRESS_AT / 8
    Atomics.add(i32, this.word + PROGRESS_VERSION, 1) // odd: being written
    f64[at] = step
    f64[at + 1] = loss
    f64[at + 2] = correct
    f64[at + 3] = count
    f64[at + 4] = seconds
    f64[at + 5] = learningRate
    Atomics.add(i32, this.word + PROGRESS_VERSION, 1)
  }

  /** Null if it was being written: there will be a next time. */
  readProgress(): Progress | null {
    const { i32, f64 } = this.views
    const at = this.float + PROGRESS_AT / 8
    const before = Atomics.load(i32, this.word + PROGRESS_VERSION)
    const [step, loss, correct, count, seconds, learningRate] = f64.subarray(at, at + 6)
    const after = Atomics.load(i32, this.word + PROGRESS_VERSION)
    return before === after && before % 2 === 0 ? { step, loss, correct, count, seconds, learningRate } : null
  }

  // — the snapshot: worker 0 fills it when it is free, the host reads it while it holds it, and frees it —

  isSnapshotFree(): boolean {
    return Atomics.load(this.views.i32, this.word + SNAPSHOT) === SNAPSHOT_STATES.free
  }

  /**
   * By worker 0: waits until the snapshot is free. One that the host does not hold may be taken back, unless it
   * `mustBeRead`. False if the run is to stop before.
   */
  waitForSnapshot(mustBeRead: boolean): boolean {
    const { i32 } = this.views
    const at = this.word + SNAPSHOT
    const { free, filled } = SNAPSHOT_STATES
    for (;;) {
      if (!mustBeRead) Atomics.compareExchange(i32, at, filled, free)
      const state = Atomics.load(i32, at)
      if (state === free) return true
      if (this.isStopRequested() || this.hasFailed()) return false
      Atomics.wait(i32, at, state, SLEEP_MS)
    }
  }

  /** `isKept`: its weights are to be kept; the host must have it. */
  publishSnapshot({ random, plateau, stopping, ...facts }: SnapshotFacts, isKept: boolean): void {
    const { step, seconds, loss, correct, count, learningRate } = facts
    const floats = [step, seconds, loss, correct, count, learningRate, ...random]
    floats.push(plateau.factor, plateau.best, plateau.waited, stopping.best, stopping.waited, stopping.bestStep)
    floats.push(isKept ? 1 : 0)
    this.views.f64.set(floats, this.float + SNAPSHOT_AT / 8)
    Atomics.store(this.views.i32, this.word + SNAPSHOT, SNAPSHOT_STATES.filled)
  }

  /** The facts of a snapshot that waits to be read, or null. The host holds it until it frees it or puts it back. */
  holdSnapshot(): HeldSnapshot | null {
    const { free, filled, held } = SNAPSHOT_STATES
    if (Atomics.compareExchange(this.views.i32, this.word + SNAPSHOT, filled, held) === free) return null
    const at = this.float + SNAPSHOT_AT / 8
    const floats = this.views.f64.subarray(at, at + 17)
    const [step, seconds, loss, correct, count, learningRate, a, b, c, d, factor, ...watches] = floats
    const [lowest, waited, best, stoppingWaited, bestStep, isKept] = watches
    return {
      ...{ step, seconds, loss, correct, count, learningRate, random: [a, b, c, d], isKept: isKept === 1 },
      plateau: { factor, best: lowest, waited },
      stopping: { best, waited: stoppingWaited, bestStep },
    }
  }

  freeSnapshot(): void {
    this.letGoOfSnapshot(SNAPSHOT_STATES.free)
  }

  /** As it was before it was held: there will be a next time. */
  putBackSnapshot(): void {
    this.letGoOfSnapshot(SNAPSHOT_STATES.filled)
  }

  private letGoOfSnapshot(state: number): void {
    Atomics.store(this.views.i32, this.word + SNAPSHOT, state)
    Atomics.notify(this.views.i32, this.word + SNAPSHOT)
  }
}

const NO_SCORE: Score = { loss: NaN, correct: 0, count: 0 }

/** NaN stands for null and for what is not there. */
function packEvaluation(evaluation: Evaluation): number[] {
  const { step, epoch, seconds, epochSeconds, learningRate = NaN } = evaluation
  const { train, test = NO_SCORE, validation = NO_SCORE } = evaluation
  const floats = [step, epoch, seconds, epochSeconds ?? NaN, learningRate]
  for (const { loss, correct, count } of [train, test, validation]) floats.push(loss, correct, count)
  for (const layer of evaluation.diagnostics ?? []) {
    const { gradientNorm, weightNorm, updateNorm, saturated, dead, histogram } = layer
    floats.push(gradientNorm, weightNorm, updateNorm, saturated ?? NaN, dead ?? NaN)
    floats.push(histogram.low, histogram.high, ...histogram.counts)
  }
  return floats
}

function unpackEvaluation(floats: Float64Array, layers: number): Evaluation {
  const [step, epoch, seconds, epochSeconds, learningRate] = floats
  const score = (at: number): Score => ({ loss: floats[at], correct: floats[at + 1], count: floats[at + 2] })
  const [test, validation] = [score(8), score(11)]
  const diagnostics = Array.from({ length: layers }, (_, i) =>
    unpackLayer(floats, EVALUATION_FLOATS + i * LAYER_FLOATS),
  )
  return {
    ...{ step, epoch, seconds, epochSeconds: orNull(epochSeconds), train: score(5), learningRate },
    ...(test.count > 0 && { test }),
    ...(validation.count > 0 && { validation }),
    ...(layers > 0 && { diagnostics }),
  }
}

function unpackLayer(floats: Float64Array, at: number): LayerDiagnostics {
  const [gradientNorm, weightNorm, updateNorm, saturated, dead, low, high] = floats.subarray(at, at + 7)
  const counts = Array.from(floats.subarray(at + 7, at + LAYER_FLOATS))
  const norms = { gradientNorm, weightNorm, updateNorm }
  return { ...norms, saturated: orNull(saturated), dead: orNull(dead), histogram: { low, high, counts } }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
