/**
 * What runs in each worker thread: bundled to a file of its own, which the pool loads by name. Its default export
 * takes one worker's share of one run, from the first step to the last, or scores a model that is given to it.
 */
import { scoreTestPart, trainWorker, type WorkerOutcome, type WorkerTask } from '#engine/index'
import { LabError, toFailure, type Reply } from '#shared/errors'
import type { Score } from '#shared/run'

/** `score`: of the weights in the task's state, on the test part. @default train */
export type ThreadTask = WorkerTask & { purpose?: 'train' | 'score' }

/** Errors are answers here, as a thrown one would lose its code on the way. */
export default function work(task: ThreadTask): Reply<WorkerOutcome | Score> {
  try {
    return { ok: true, value: task.purpose === 'score' ? scoreTestPart(task) : trainWorker(task) }
  } catch (error) {
    return { ok: false, failure: toFailure(error instanceof LabError ? error : workerDied(error)) }
  }
}

function workerDied(cause: unknown): LabError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new LabError(
    'engine/worker-died',
    `A worker of this run failed (${reason}). Other runs go on; try this one again.`,
    { cause },
  )
}
