/**
 * The words through which the workers of a run meet each other and the host. They lie at the beginning of the
 * run's block, which the host fills with zeros before the workers start.
 *
 * Who writes what: the host STOP, FAILED, RING_READ and frees the snapshot; any worker FAILED and the barrier;
 * worker 0 all the rest. Each word has a cache line to itself.
 */
import type { Evaluation } from '#shared/run'
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
/** Bytes from the start of the block to the first f64 of each group. */
const PROGRESS_AT = 1024
const SNAPSHOT_AT = 2048
export const CONTROL_BYTES = 4096

/** step, epoch, seconds, epochSeconds, then loss, correct, count of train and of test. */
export const RING_ROW_BYTES = 10 * 8

/**
 * Looks at the word before a worker goes to sleep: about 20 µs, in which most barriers are passed. Longer would
 * take the core from others where there are more workers than cores.
 */
const SPINS = 20_000
/** A sleeper looks up this often, should whoever was to wake it be gone. */
const SLEEP_MS = 200

/** Leave now: another worker has failed. Not an error of the worker that throws it. */
export class RunAbandoned extends Error {
  constructor() {
    super('another worker of the run has failed')
    this.name = 'RunAbandoned'
  }
}

export const DECISIONS = { goOn: 0, stop: 1, diverged: 2 } as const
export type Decision = (typeof DECISIONS)[keyof typeof DECISIONS]

export interface Progress {
  step: number
  /** Of training: without evaluations. */
  seconds: number
  /** Sums over the samples trained since the last evaluation. */
  loss: number
  correct: number
  count: number
}

export interface SnapshotFacts {
  step: number
  seconds: number
  random: readonly [number, number, number, number]
  /** The running sums, as a run that goes on from here must begin with them. */
  loss: number
  correct: number
  count: number
}

export class Control {
  private readonly word: number
  private readonly float: number

  constructor(
    private readonly views: Views,
    address: number,
    private readonly ring: { address: number; rows: number },
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
    for (let i = 0; i < SPINS; i++) if (Atomics.load(i32, at) !== value) return
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
  }

  isStopRequested(): boolean {
    return Atomics.load(this.views.i32, this.word + STOP) !== 0
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
  putEvaluation({ step, epoch, seconds, epochSeconds, train, test }: Evaluation): boolean {
    const { i32, f64 } = this.views
    const written = Atomics.load(i32, this.word + RING_WRITTEN)
    for (;;) {
      const read = Atomics.load(i32, this.word + RING_READ)
      if (written - read < this.ring.rows) break
      if (this.isStopRequested() || this.hasFailed()) return false
      Atomics.wait(i32, this.word + RING_READ, read, SLEEP_MS)
    }
    const row = [step, epoch, seconds, epochSeconds ?? NaN]
    row.push(train.loss, train.correct, train.count, test.loss, test.correct, test.count)
    f64.set(row, this.rowAt(written))
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
      const score = (from: number) => ({ loss: f64[from], correct: f64[from + 1], count: f64[from + 2] })
      evaluations.push({
        step: f64[at],
        epoch: f64[at + 1],
        seconds: f64[at + 2],
        epochSeconds: Number.isNaN(f64[at + 3]) ? null : f64[at + 3],
        train: score(at + 4),
        test: score(at + 7),
      })
    }
    Atomics.store(i32, this.word + RING_READ, written)
    Atomics.notify(i32, this.word + RING_READ)
    return evaluations
  }

  private rowAt(index: number): number {
    return (this.ring.address + (index % this.ring.rows) * RING_ROW_BYTES) >>> 3
  }

  // — progress: the newest only, read whole or not at all —

  putProgress({ step, loss, correct, count, seconds }: Progress): void {
    const { i32, f64 } = this.views
    const at = this.float + PROGRESS_AT / 8
    Atomics.add(i32, this.word + PROGRESS_VERSION, 1) // odd: being written
    f64[at] = step
    f64[at + 1] = loss
    f64[at + 2] = correct
    f64[at + 3] = count
    f64[at + 4] = seconds
    Atomics.add(i32, this.word + PROGRESS_VERSION, 1)
  }

  /** Null if it was being written: there will be a next time. */
  readProgress(): Progress | null {
    const { i32, f64 } = this.views
    const at = this.float + PROGRESS_AT / 8
    const before = Atomics.load(i32, this.word + PROGRESS_VERSION)
    const [step, loss, correct, count, seconds] = f64.subarray(at, at + 5)
    const after = Atomics.load(i32, this.word + PROGRESS_VERSION)
    return before === after && before % 2 === 0 ? { step, loss, correct, count, seconds } : null
  }

  // — the snapshot: worker 0 fills it when it is free, the host frees it —

  isSnapshotFree(): boolean {
    return Atomics.load(this.views.i32, this.word + SNAPSHOT) === 0
  }

  publishSnapshot(facts: SnapshotFacts): void {
    const { step, seconds, loss, correct, count, random } = facts
    this.views.f64.set([step, seconds, loss, correct, count, ...random], this.float + SNAPSHOT_AT / 8)
    Atomics.store(this.views.i32, this.word + SNAPSHOT, 1)
  }

  /** The facts of a snapshot that waits to be read, or null. */
  readSnapshot(): SnapshotFacts | null {
    if (this.isSnapshotFree()) return null
    const at = this.float + SNAPSHOT_AT / 8
    const [step, seconds, loss, correct, count, a, b, c, d] = this.views.f64.subarray(at, at + 9)
    return { step, seconds, loss, correct, count, random: [a, b, c, d] }
  }

  freeSnapshot(): void {
    Atomics.store(this.views.i32, this.word + SNAPSHOT, 0)
  }
}
