/**
 * A run of this process that is not, or not only, on disk.
 */
import type { Measured, RunRecord } from '#lab/storage/run-file'
import { Turns } from '#lab/storage/turns'
import type { Evaluation, MachineFacts } from '#shared/run'
import { measure } from './measure'
import type { RunInTraining } from './train-run'

export class QueuedRun {
  /** Evaluations that are on disk. */
  history: Evaluation[]
  training: RunInTraining | undefined
  stopWanted = false
  /** Nobody wanted it to end: the lab is being closed. */
  isCutShort = false
  stopsAfterEpoch = false
  /** It is paused because the whole queue is, and goes on with it. */
  pausedByQueue = false
  /** No other run of this lab has trained while it did. */
  alone: boolean
  /** The newest step that is known. */
  step = 0
  /** One change of its record at a time. */
  readonly turns = new Turns()

  /** `history`: of a run that goes on. */
  constructor(
    public record: RunRecord,
    history: readonly Evaluation[] = [],
  ) {
    this.history = [...history]
    this.step = record.resumes?.at(-1)?.step ?? 0
    // of a run that was killed nobody knows any more what trained beside it
    this.alone = record.resumes === undefined || record.machine?.alone === true
  }

  get measured(): Measured {
    return measure(this.history)
  }

  get isIsolated(): boolean {
    return this.record.experiment.isolatedTiming
  }

  get place(): number {
    return this.record.place ?? 0
  }

  /** The facts of the machine as they are stored at its end; before that, company may still come. */
  get machine(): MachineFacts | null {
    const { machine } = this.record
    return machine && { ...machine, alone: this.alone }
  }
}
