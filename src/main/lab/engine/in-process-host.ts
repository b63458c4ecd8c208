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
  decodeCheckpoint,
  decodeWeights,
  encodeDescription,
  encodeModel,
  initialParameters,
  MemoryBlocks,
  parameterTensors,
  placeDataset,
  planTraining,
  scalingOfPlan,
  shapeOf,
  trainingLabels,
  viewsOf,
  type Arithmetic,
  type KernelChoice,
  type PlacedDataset,
  type TrainingPlan,
  type TrainingState,
} from '#engine/index'
import { valuesPerSample } from '#shared/dataset'
import type { Experiment } from '#shared/experiment'
import { LabError } from '#shared/errors'
import type { Score } from '#shared/run'
import { HostedRun, scoreModel, sha256 } from './hosted-run'
import { gflopsOf, kernelsOfThisMachine, withFastestTiles } from './kernel-choice'
import type {
  EngineFacts,
  EngineHost,
  LoadDataset,
  ScoreJob,
  Training,
  TrainingEvents,
  TrainingJob,
  TrainingResult,
} from './host'
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
  /** What is said of the place, where this host is not in the lab's own process. @default in-process */
  place?: Pick<EngineFacts, 'placement' | 'wideVectors' | 'wideVectorsOffered' | 'remark'>
}

const IN_PROCESS = { placement: 'in-process', wideVectors: false, wideVectorsOffered: false, remark: null } as const

/** How long close() waits for minibatches to end before it ends the threads. */
const CLOSE_GRACE_MS = 5000

export function createInProcessHost(options: InProcessHostOptions): InProcessHost {
  return new InProcessHost(options)
}

type Wish = (run: HostedRun) => void

/** A training that has not got its threads yet, or has. */
class Entry {
  stopRequested = false
  readonly result: Promise<TrainingResult>
  settle!: (result: TrainingResult | PromiseLike<TrainingResult>) => void
  private run: HostedRun | null = null
  private readonly wishes: Wish[] = []

  constructor(
    readonly job: TrainingJob,
    readonly events: TrainingEvents,
  ) {
    this.result = new Promise((resolve) => (this.settle = resolve))
  }

  /** Now, or as soon as it trains. */
  tell(wish: Wish): void {
    if (this.run) wish(this.run)
    else this.wishes.push(wish)
  }

  attach(run: HostedRun): void {
    this.run = run
    for (const wish of this.wishes.splice(0)) wish(run)
  }
}

/** All that must be known before a run can be laid out. */
interface Prepared {
  data: PlacedDataset
  plan: TrainingPlan
  /** Null: the first weights of its seed. */
  state: TrainingState | null
}

export class InProcessHost implements EngineHost {
  facts: EngineFacts
  kernels: KernelChoice
  private readonly blocks = new MemoryBlocks(createMemory())
  private readonly datasets = new Map<string, Promise<PlacedDataset>>()
  private readonly waiting: Entry[] = []
  private readonly running = new Set<Entry>()
  private pool: WorkerPool | null = null
  /** For questions, which are short and need not wait until a training ends. */
  private spare: WorkerPool | null = null
  private freeThreads: number
  private isTimed = false
  private closed = false

  constructor(private readonly options: InProcessHostOptions) {
    this.kernels = kernelsOfThisMachine(options.arithmetic)
    const { name, bitClass } = this.kernels
    const { threads, place = IN_PROCESS } = options
    this.facts = { ...place, kernels: name, bitClass, threads, gflops: null }
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
    return {
      result: entry.result,
      stop: () => this.stop(entry),
      stopAfterEpoch: (wanted) => entry.tell((run) => run.stopAfterEpoch(wanted)),
      pause: () => entry.tell((run) => run.pause()),
      proceed: () => entry.tell((run) => run.proceed()),
      setLearningRate: (rate) => entry.tell((run) => run.setLearningRate(rate)),
    }
  }

  async inspect(job: TrainingJob): Promise<{ step: number }> {
    const { state } = await this.prepare({ ...job, threads: 1 })
    return { step: state?.progress?.step ?? 0 }
  }

  async score({ experiment, own, model }: ScoreJob): Promise<Score> {
    if (this.closed) throw new LabError('engine/closed', 'The engine has been closed; nothing can be tested any more')
    const data = await this.dataset(experiment.dataset.name, own)
    const plan = this.plan(experiment, data, 1)
    const parameters = decodeWeights(model, plan)
    this.timeKernels()
    this.spare ??= createPool(this.options.workerFile, 1)
    return scoreModel({ plan, data, parameters, blocks: this.blocks, pool: this.spare, kernels: this.kernels })
  }

  /** Now, and not with the first run: an engine that trains nothing need not know its fastest tiles. */
  timeKernels(): void {
    if (this.isTimed) return
    this.isTimed = true
    this.kernels = withFastestTiles(this.kernels)
    this.facts = { ...this.facts, gflops: gflopsOf(this.kernels) }
  }

  /** Now, and not with the first run. */
  startThreads(): WorkerPool {
    this.timeKernels()
    this.pool ??= createPool(this.options.workerFile, this.options.threads)
    return this.pool
  }

  async close(): Promise<void> {
    this.closed = true
    const entries = [...this.running, ...this.waiting]
    for (const entry of entries) this.stop(entry)
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_GRACE_MS)))
    await Promise.race([Promise.allSettled(entries.map((entry) => entry.result)), grace])
    clearTimeout(timer)
    await this.spare?.close()
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
    entry.tell((run) => run.stop())
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
    const prepared = await this.prepare(job)
    const pool = this.startThreads()
    const { blocks, kernels } = this
    const { checkpointIntervalMs = 5000 } = this.options
    const description = encodeDescription(job.experiment)
    const run = new HostedRun({
      id: job.id,
      ...prepared,
      description,
      blocks,
      pool,
      kernels,
      events,
      checkpointIntervalMs,
    })
    entry.attach(run)
    return run.train()
  }

  private async prepare(job: TrainingJob): Promise<Prepared> {
    const data = await this.dataset(job.experiment.dataset.name, job.own)
    const plan = this.plan(job.experiment, data, job.threads)
    return { data, plan, state: stateOf(job, plan, this.kernels.bitClass) }
  }

  private plan(experiment: Experiment, data: PlacedDataset, threads: number): TrainingPlan {
    return planTraining(experiment, shapeOf(data), threads, trainingLabels(data, viewsOf(this.blocks.memory)))
  }

  /** The result of a run that was stopped while it waited: the weights that it would have begun with. */
  private async untrained(job: TrainingJob): Promise<TrainingResult> {
    const { plan, data, state } = await this.prepare(job)
    const tensors = parameterTensors(state?.parameters ?? initialParameters(plan))
    const step = state?.progress?.step ?? 0
    const epochs = Math.floor(step / plan.stepsPerEpoch)
    const scaling = scalingOfPlan(plan, data, viewsOf(this.blocks.memory))
    const model = encodeModel(tensors, scaling, encodeDescription(job.experiment))
    return { outcome: 'stopped', epochs, step, model, weightsSha256: sha256(tensors) }
  }

  /** Loaded once and kept by what it holds, not by its name; a load that failed is tried again by the next run. */
  private dataset(name: string, own: TrainingJob['own'] = null): Promise<PlacedDataset> {
    const key = own?.sha256 ?? name
    const known = this.datasets.get(key)
    if (known) return known
    const placed = this.options.load(name, own).then(({ facts, train, test }) => {
      const shape = { pixels: valuesPerSample(facts), classes: facts.classes.length }
      return placeDataset(this.blocks, name, shape, train, test)
    })
    this.datasets.set(key, placed)
    placed.catch(() => this.datasets.delete(key))
    return placed
  }
}

function stateOf({ checkpoint, initialWeights }: TrainingJob, plan: TrainingPlan, bitClass: string) {
  if (checkpoint) return decodeCheckpoint(checkpoint, plan, bitClass)
  if (initialWeights)
    return { parameters: decodeWeights(initialWeights, plan), slots: null, best: null, progress: null }
  return null
}
