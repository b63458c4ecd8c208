/** Trains with several workers, each in a thread of its own, as the host does it; and with one, here. */
import { createHash } from 'node:crypto'
import { decodeCheckpoint, encodeCheckpoint, type TrainingState } from '#engine/checkpoint'
import { Control } from '#engine/control'
import { placeDataset, shapeOf, trainingLabels, type PlacedDataset, type RawPart } from '#engine/data'
import { createKernels, type Kernels } from '#engine/kernels'
import { layOut } from '#engine/layout'
import { createMemory, MemoryBlocks, viewsOf } from '#engine/memory'
import { planTraining } from '#engine/plan'
import { readParameters } from '#engine/tensors'
import { trainWorker, type WorkerOutcome } from '#engine/train'
import type { KernelChoice } from '#engine/wasm/choice'
import { createPool, type WorkerPool } from '#lab/engine/pool'
import type { Experiment } from '#shared/experiment'
import type { Evaluation } from '#shared/run'
import { testWorkerFile } from '../setup/build-worker'

/** All of a training that must have the same bits: not the times. */
export interface Trained {
  outcome: Pick<WorkerOutcome, 'outcome' | 'step' | 'modelStep'>
  /** Of the bytes of all weights and biases. */
  hash: string
  history: Omit<Evaluation, 'seconds' | 'epochSeconds'>[]
}

export interface Settings {
  choice: KernelChoice
  /** @default 1 */
  workers?: number
  /** Share of the inputs that are not 0, as the engine is told: it decides by it whether to skip zeros. */
  density?: number
  state?: TrainingState | null
}

/** One memory for all runs of a test file, as a memory takes a large piece of the address space. */
export class Together {
  private readonly blocks = new MemoryBlocks(createMemory())
  private readonly pool: WorkerPool

  constructor(threads: number) {
    this.pool = createPool(testWorkerFile, threads)
  }

  close(): Promise<void> {
    return this.pool.close()
  }

  place(pixels: number, classes: number, train: RawPart, test: RawPart): PlacedDataset {
    return placeDataset(this.blocks, 'test', { pixels, classes }, train, test)
  }

  /** Each worker in its own thread. */
  async train(experiment: Experiment, data: PlacedDataset, settings: Settings): Promise<Trained> {
    const run = this.prepare(experiment, data, settings)
    const { choice: kernels, workers = 1 } = settings
    try {
      const tasks = Array.from({ length: workers }, (_, worker) => this.pool.run({ ...run.task, worker, kernels }))
      const [first] = await Promise.all(tasks)
      return run.result(first)
    } finally {
      this.blocks.giveBack(run.task.layout.control)
    }
  }

  /** The only worker here, with kernels that may do something besides. Takes a checkpoint at the end of each epoch. */
  trainHere(experiment: Experiment, data: PlacedDataset, settings: Settings, wrap = (kernels: Kernels) => kernels) {
    const run = this.prepare(experiment, data, settings)
    const { task, control } = run
    const { bitClass } = settings.choice
    const checkpoints: Uint8Array[] = []
    const takeCheckpoint = () => {
      const facts = control.holdSnapshot()
      if (!facts) return
      checkpoints.push(encodeCheckpoint(viewsOf(task.memory).f32, task.plan, task.layout, facts, bitClass))
      control.freeSnapshot()
    }
    const scratch = task.layout.workers[0].scratch
    const kernels = wrap(createKernels(task.memory, settings.choice, scratch))
    const outcome = trainWorker({ ...task, worker: 0 }, beforeGathering(kernels, takeCheckpoint))
    takeCheckpoint()
    const states = checkpoints.map((bytes) => decodeCheckpoint(bytes, task.plan, bitClass))
    const trained = run.result(outcome)
    this.blocks.giveBack(task.layout.control)
    return { ...trained, states }
  }

  private prepare(experiment: Experiment, placed: PlacedDataset, { workers = 1, density, state = null }: Settings) {
    const { memory } = this.blocks
    const data = density === undefined ? placed : { ...placed, density }
    const plan = planTraining(experiment, shapeOf(data), workers, trainingLabels(data, viewsOf(this.blocks.memory)))
    const layout = layOut(plan, data, this.blocks.take(layOut(plan, data, 0).bytes, 'test'))
    const control = new Control(viewsOf(memory), layout.control, layout.ring)
    control.clear()
    return {
      task: { memory, plan, layout, data, state },
      control,
      result({ outcome, step, modelStep }: WorkerOutcome): Trained {
        const hash = createHash('sha256')
        for (const layer of layout.layers) {
          const { weights, biases } = readParameters(viewsOf(memory).f32, layer, layer.parameters)
          hash.update(new Uint8Array(weights.buffer)).update(new Uint8Array(biases.buffer))
        }
        const history = control.takeEvaluations().map(({ seconds: _, epochSeconds: __, ...each }) => each)
        return { outcome: { outcome, step, modelStep }, hash: hash.digest('hex'), history }
      },
    }
  }
}

/** Samples are read first in every step, so also first in every epoch. */
function beforeGathering(kernels: Kernels, act: () => void): Kernels {
  const after = <T extends unknown[]>(gather: (...args: T) => void) => {
    return (...args: T) => {
      act()
      gather(...args)
    }
  }
  const { imageForward, gather, gatherScaled, gatherFloats } = kernels
  return {
    ...kernels,
    imageForward: after(imageForward),
    gather: after(gather),
    gatherScaled: after(gatherScaled),
    gatherFloats: after(gatherFloats),
  }
}
