/**
 * The worker threads: as many as the host may use, started once and kept. The only file that knows Piscina.
 */
import { Piscina } from 'piscina'
import type { WorkerOutcome, WorkerTask } from '#engine/index'
import { fromFailure, LabError, type Reply } from '#shared/errors'

export interface WorkerPool {
  /**
   * Runs one worker's share. Whoever asks for several at a time makes sure that as many threads are free: the
   * workers of a run wait for each other. Rejects with `engine/worker-died` if the thread ends before its task;
   * a new one takes its place.
   */
  run(task: WorkerTask): Promise<WorkerOutcome>
  /** Ends all threads, whatever they are doing. */
  close(): Promise<void>
}

export function createPool(workerFile: string, threads: number): WorkerPool {
  const pool = new Piscina<WorkerTask, Reply<WorkerOutcome>>({
    filename: workerFile,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
  })
  // A thread that dies while idle concerns no run. The event must have a listener, and what it says will be said
  // again by the next task if the replacement cannot start either.
  let lastIdleDeath: unknown
  pool.on('error', (error) => (lastIdleDeath = error))

  return {
    async run(task) {
      const reply = await pool.run(task).catch((cause: unknown) => {
        throw workerDied(cause, lastIdleDeath)
      })
      if (!reply.ok) throw fromFailure(reply.failure)
      return reply.value
    },
    close: () => pool.destroy(),
  }
}

function workerDied(cause: unknown, before: unknown): LabError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `A worker thread ended in the middle of this run (${reason}). Other runs go on; try this one again.`
  const details = before instanceof Error ? [`An idle worker had ended before: ${before.message}`] : []
  return new LabError('engine/worker-died', message, { cause, details })
}
