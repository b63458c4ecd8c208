/** Trains in the test's own thread, as the only worker: no pool, no host, every byte in reach. */
import { type TrainingState } from '#engine/checkpoint'
import { Control } from '#engine/control'
import { placeDataset, shapeOf, trainingLabels, type RawPart } from '#engine/data'
import { createKernels, type Kernels } from '#engine/kernels'
import { layOut } from '#engine/layout'
import { createMemory, MemoryBlocks, viewsOf } from '#engine/memory'
import { planTraining } from '#engine/plan'
import { readParameters } from '#engine/tensors'
import { trainWorker } from '#engine/train'
import type { KernelChoice } from '#engine/wasm/choice'
import type { Experiment } from '#shared/experiment'

export interface AloneOptions {
  pixels?: number
  classes?: number
  state?: TrainingState | null
  /** Workers that the run is laid out for; only worker 0 is there. */
  workers?: number
  /** @default plain TypeScript */
  choice?: KernelChoice
  /** Kernels that do something besides. */
  wrap?: (kernels: Kernels, control: Control) => Kernels
}

/** A run that is laid out and has not begun. */
export function prepareAlone(experiment: Experiment, train: RawPart, test: RawPart, options: AloneOptions = {}) {
  const { pixels = 784, classes = 10, state = null, workers = 1, choice } = options
  const { wrap = (kernels: Kernels) => kernels } = options
  const blocks = new MemoryBlocks(createMemory())
  const data = placeDataset(blocks, 'test', { pixels, classes }, train, test)
  const plan = planTraining(experiment, shapeOf(data), workers, trainingLabels(data, viewsOf(blocks.memory)))
  const layout = layOut(plan, data, blocks.take(layOut(plan, data, 0).bytes, 'test'))
  const { memory } = blocks
  const views = viewsOf(memory)
  const control = new Control(views, layout.control, layout.ring)
  control.clear()
  const kernels = wrap(createKernels(memory, choice, layout.workers[0].scratch), control)
  return {
    plan,
    layout,
    data,
    control,
    views,
    train: () => trainWorker({ memory, plan, layout, data, worker: 0, state }, kernels),
    parameters: () => layout.layers.map((layer) => readParameters(views.f32, layer, layer.parameters)),
  }
}

export function trainAlone(...args: Parameters<typeof prepareAlone>) {
  const run = prepareAlone(...args)
  const { outcome, step, modelStep, where } = run.train()
  return {
    ...run,
    outcome,
    step,
    modelStep,
    where,
    evaluations: run.control.takeEvaluations(),
    parameters: run.parameters(),
  }
}
