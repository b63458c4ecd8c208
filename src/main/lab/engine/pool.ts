/**
 * The worker threads: as many as the host may use, started once and kept. The only file that knows Piscina.
 */
import { Piscina, queueOptionsSymbol, type TaskQueue } from 'piscina'
import type { WorkerOutcome, WorkerTask } from '#engine/index'
import { fromFailure, LabError, type Reply } from '#shared/errors'
import type { Score } from '#shared/run'
import type { ThreadTask } from './worker'

export interface WorkerPool {
  /**
   * Runs one worker's share. Whoever asks for several at a time makes sure that as many threads are free: the
   * workers of a run wait for each other. Rejects with `engine/worker-died` if the thread ends before its task;
   * a new one takes its place.
   */
  run(task: WorkerTask): Promise<WorkerOutcome>
  /** Scores the task's weights on the test part, by one thread. */
  score(task: WorkerTask): Promise<Score>
  /** Ends all threads, whatever they are doing. */
  close(): Promise<void>
}

export function createPool(workerFile: string, threads: number): WorkerPool {
  const waiting = new WaitingTasks()
  const pool = new Piscina<PoolTask, Reply<WorkerOutcome | Score>>({
    filename: workerFile,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    taskQueue: waiting,
  })
  let unfinished = 0
  let lastError: unknown
  const check = () =>
    queueMicrotask(() => {
      if (waiting.size > 0 && pool.threads.length < unfinished) waiting.giveUp(lastError)
    })
  // deaths of threads without a task: no run is lost by them, but one may be waiting for just that thread
  pool.on('error', (error) => {
    lastError = error
    check()
  })
  pool.on('workerDestroy', check)

  async function work(task: ThreadTask): Promise<WorkerOutcome | Score> {
    unfinished++
    try {
      const reply = await new Promise<Reply<WorkerOutcome | Score>>((resolve, reject) => {
        pool.run({ ...task, [queueOptionsSymbol]: { giveUp: reject } }).then(resolve, reject)
      })
      if (reply.ok) return reply.value
      throw fromFailure(reply.failure)
    } catch (error) {
      throw error instanceof LabError ? error : workerDied(error)
    } finally {
      unfinished--
    }
  }

  return {
    // what a thread answers depends on the task's purpose alone
    run: (task) => work({ ...task, purpose: 'train' }) as Promise<WorkerOutcome>,
    score: (task) => work({ ...task, purpose: 'score' }) as Promise<Score>,
    close: () => pool.destroy(),
  }
}

/** Symbols stay on this side: the worker gets the task as it was. */
type PoolTask = ThreadTask & { [queueOptionsSymbol]: QueueOptions }

interface QueueOptions {
  giveUp(reason: unknown): void
}

type QueuedTask = Parameters<TaskQueue['push']>[0]

/**
 * Tasks whose thread is still starting. Piscina would leave them here for ever if no thread can start at all,
 * since it has no use for a task without one: giveUp() rejects them.
 */
class WaitingTasks implements TaskQueue {
  private tasks: QueuedTask[] = []

  get size(): number {
    return this.tasks.length
  }

  push(task: QueuedTask): void {
    this.tasks.push(task)
  }

  unshift(task: QueuedTask): void {
    this.tasks.unshift(task)
  }

  shift(): QueuedTask | null {
    return this.tasks.shift() ?? null
  }

  remove(task: QueuedTask): void {
    this.tasks = this.tasks.filter((each) => each !== task)
  }

  giveUp(reason: unknown): void {
    for (const task of this.tasks.splice(0)) (task[queueOptionsSymbol] as QueueOptions).giveUp(reason)
  }
}

function workerDied(cause: unknown): LabError {
  const reason = cause instanceof Error ? cause.message : 'no reason known'
  const message = `A worker thread ended before this run did (${reason}). Other runs go on; try this one again.`
  return new LabError('engine/worker-died', message, { cause })
}
