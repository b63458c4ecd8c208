/**
 * The engine inside this process: worker threads over one shared memory.
 *
 * A run holds its threads from start to end, and none starts before enough of them are free, first come first
 * served: the workers of a run wait for each other, and one that never came would be waited for for ever.
 *
 * Nothing here reaches into a running worker. The host looks at the run's control words ten times a second and
 * passes on what it finds.
 */
import {
  createMemory,
  encodeModel,
  initialParameters,
  MemoryBlocks,
  parameterTensors,
  placeDataset,
  planTraining,
  shapeOf,
  type Arithmetic,
  type KernelChoice,
  type PlacedDataset,
  type TrainingPlan,
} from '#engine/index'
import { LabError } from '#shared/errors'
import { HostedRun, sha256 } from './hosted-run'
import { kernelsOfThisMachine, withFastestTiles } from './kernel-choice'
import type { EngineHost, LoadDataset, Training, TrainingEvents, TrainingJob, TrainingResult } from './host'
import { createPool, type WorkerPool } from './pool'

export interface InProcessHostOptions {
  /** The bundled worker (worker.ts). */
  workerFile: string
  threads: number
  load: LoadDataset
  /**
   * Least time between two checkpoints of a run.
   * @default 5000
   */
  checkpointIntervalMs?: number
  /** Kernels of this kind and no others. @default the fastest that this machine can run */
  arithmetic?: Arithmetic
}

/** How long close() waits for minibatches to end before it ends the threads. */
const CLOSE_GRACE_MS = 5000

export function createInProcessHost(options: InProcessHostOptions): EngineHost {
  return new InProcessHost(options)
}

/** A training that has not got its threads yet, or has. */
class Entry {
  stopRequested = false
  /** Set while it trains. */
  run: HostedRun | null = null
  readonly result: Promise<TrainingResult>
  settle!: (result: TrainingResult | PromiseLike<TrainingResult>) => void

  constructor(
    readonly job: TrainingJob,
    readonly events: TrainingEvents,
  ) {
    this.result = new Promise((resolve) => (this.settle = resolve))
  }
}

class InProcessHost implements EngineHost {
  readonly facts: EngineHost['facts']
  private kernels: KernelChoice
  private readonly blocks = new MemoryBlocks(createMemory())
  private readonly datasets = new Map<string, Promise<PlacedDataset>>()
  private readonly waiting: Entry[] = []
  private readonly running = new Set<Entry>()
  private pool: WorkerPool | null = null
  private freeThreads: number
  private closed = false

  constructor(private readonly options: InProcessHostOptions) {
    this.kernels = kernelsOfThisMachine(options.arithmetic)
    const { name, bitClass } = this.kernels
    this.facts = { kernels: name, bitClass, placement: 'in-process', threads: options.threads }
    this.freeThreads = options.threads
  }

  train(job: TrainingJob, events: TrainingEvents): Training {
    const entry = new Entry(job, events)
    const problem = this.refusal(job)
    if (problem) entry.settle(Promise.reject(problem))
    else {
      this.waiting.push(entry)
      this.startWhatFits()
    }
    return { result: entry.result, stop: () => this.stop(entry) }
  }

  async close(): Promise<void> {
    this.closed = true
    const entries = [...this.running, ...this.waiting]
    for (const entry of entries) this.stop(entry)
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_GRACE_MS)))
    await Promise.race([Promise.allSettled(entries.map((entry) => entry.result)), grace])
    clearTimeout(timer)
    await this.pool?.close()
    await Promise.allSettled(entries.map((entry) => entry.result))
  }

  private refusal({ threads }: TrainingJob): LabError | null {
    const most = this.options.threads
    if (this.closed) return new LabError('engine/closed', 'The engine has been closed; nothing can be trained any more')
    if (Number.isInteger(threads) && threads >= 1 && threads <= most) return null
    return new LabError(
      'engine/bad-threads',
      `threads: expected a whole number, 1 … ${most} (what the engine may use), got ${threads}`,
    )
  }

  private stop(entry: Entry): void {
    entry.stopRequested = true
    entry.run?.stop()
    const place = this.waiting.indexOf(entry)
    if (place < 0) return
    this.waiting.splice(place, 1)
    entry.settle(this.untrained(entry.job))
    this.startWhatFits()
  }

  private startWhatFits(): void {
    for (let next = this.waiting[0]; next && next.job.threads <= this.freeThreads; next = this.waiting[0]) {
      this.waiting.shift()
      void this.start(next)
    }
  }

  /** Never rejects: what goes wrong is the result's. */
  private async start(entry: Entry): Promise<void> {
    this.freeThreads -= entry.job.threads
    this.running.add(entry)
    const trained = this.conduct(entry)
    entry.settle(trained)
    await Promise.allSettled([trained])
    this.running.delete(entry)
    this.freeThreads += entry.job.threads
    this.startWhatFits()
  }

  private async conduct(entry: Entry): Promise<TrainingResult> {
    const { job, events } = entry
    const { data, plan } = await this.planFor(job)
    this.pool ??= this.openPool()
    const { checkpointIntervalMs = 5000 } = this.options
    const run = new HostedRun(job.id, plan, data, this.blocks, this.pool, this.kernels, events, checkpointIntervalMs)
    entry.run = run
    if (entry.stopRequested) run.stop()
    return run.train()
  }

  /** With the first run, as an engine that trains nothing need not know its fastest tiles. */
  private openPool(): WorkerPool {
    this.kernels = withFastestTiles(this.kernels)
    return createPool(this.options.workerFile, this.options.threads)
  }

  private async planFor(job: TrainingJob): Promise<{ data: PlacedDataset; plan: TrainingPlan }> {
    const data = await this.dataset(job.experiment.dataset.name)
    return { data, plan: planTraining(job.experiment, shapeOf(data), job.threads) }
  }

  /** The result of a run that was stopped while it waited: its first weights. */
  private async untrained(job: TrainingJob): Promise<TrainingResult> {
    const { plan } = await this.planFor(job)
    const tensors = parameterTensors(initialParameters(plan.initializer, plan.sizes, plan.seeds.init))
    return { outcome: 'stopped', epochs: 0, model: encodeModel(tensors), weightsSha256: sha256(tensors) }
  }

  /** Loaded once and kept; a load that failed is tried again by the next run. */
  private dataset(name: string): Promise<PlacedDataset> {
    const known = this.datasets.get(name)
    if (known) return known
    const placed = this.options.load(name).then(({ facts, train, test }) => {
      const shape = { pixels: facts.height * facts.width, classes: facts.classes.length }
      return placeDataset(this.blocks, name, shape, train, test)
    })
    this.datasets.set(name, placed)
    placed.catch(() => this.datasets.delete(name))
    return placed
  }
}
