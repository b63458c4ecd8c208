/**
 * A trained network that is asked and not trained: the forward pass and the losses of the engine itself, so that what
 * it says of a part is what an evaluation said of it, bit for bit where the kernels are those of the run.
 *
 * It is laid out as a run of one worker whose data set is a block of ROW_BLOCK samples, which is written anew for each
 * block that goes through.
 */
import type { Experiment } from '#shared/experiment'
import type { PlacedDataset } from './data'
import type { InputScaling } from './input-scaling'
import { createKernels } from './kernels'
import { layOut } from './layout'
import { viewsOf, type MemoryBlocks } from './memory'
import { foldBias, forward, measure, type Hand } from './network'
import { applyOutput } from './output-values'
import { foldInput, placeInput } from './placed-input'
import { planTraining, ROW_BLOCK, type TrainingPlan } from './plan'
import { writeParameters, type LayerParameters } from './tensors'
import type { KernelChoice } from './wasm/choice'

/** A network with what its inputs go through, and what its samples are. */
export interface InferenceModel {
  /** Its network, its loss and its scaling; nothing else is looked at. */
  experiment: Experiment
  parameters: readonly LayerParameters[]
  scaling: InputScaling
  kind: 'bytes' | 'floats'
  classes: number
  /** Share of the values that are not 0: a matter of speed, though not of bits. */
  density: number
}

/** Samples as they come, before scaling. */
export interface RowSource {
  count: number
  /** Writes the values of sample `row`: u8 or f32[values of a sample], by the kind of the model. */
  fill(row: number, values: Uint8Array | Float32Array): void
  /** The class of sample `row`; 0 where there is none. */
  label(row: number): number
}

/** f32[count, …] */
export interface Inferred {
  /** f32[count, outputs], after the output activation. */
  values: Float32Array
  /** f32[count] */
  losses: Float32Array
  /** u8[count]: whether the class that is answered is the label's. */
  correct: Uint8Array
  /** f32[count, units] of each hidden layer; empty unless they were asked for. */
  hidden: Float32Array[]
}

export class Inference {
  private readonly plan: TrainingPlan
  private readonly data: PlacedDataset
  private readonly hand: Hand

  /** Takes memory, which `close` gives back. */
  constructor(
    private readonly blocks: MemoryBlocks,
    kernels: KernelChoice,
    { experiment, parameters, scaling, kind, classes, density }: InferenceModel,
  ) {
    const pixels = parameters[0].inputs
    this.plan = inferencePlan(experiment, { pixels, classes })
    this.data = this.placeBlock({ pixels, classes, kind, density })
    const { bytes } = layOut(this.plan, this.data, 0)
    const layout = layOut(this.plan, this.data, blocks.take(bytes, `Looking into ${this.sizes.join('-')}`))
    const views = viewsOf(blocks.memory)
    views.u8.fill(0, layout.control, layout.control + bytes)
    const run = { plan: this.plan, layout, data: this.data }
    const own = layout.workers[0]
    this.hand = { run, views, index: 0, own, blocks: [], kernels: createKernels(blocks.memory, kernels, own.scratch) }
    placeInput(run, views, scaling)
    layout.layers.forEach((layer, i) => writeParameters(views.f32, layer, layer.parameters, parameters[i]))
    foldInput(this.hand)
    foldBias(this.hand)
    const order = layout.order >>> 2
    for (let row = 0; row < ROW_BLOCK; row++) views.u32[order + row] = row
  }

  get sizes(): readonly number[] {
    return this.plan.sizes
  }

  close(): void {
    this.blocks.giveBack(this.hand.run.layout.control)
    this.blocks.giveBack(this.data.images)
  }

  run(source: RowSource, { hidden: wantsHidden }: { hidden: boolean } = { hidden: false }): Inferred {
    const { count } = source
    const units = this.sizes.slice(1)
    const outputs = units.at(-1) ?? 0
    const inferred: Inferred = {
      values: new Float32Array(count * outputs),
      losses: new Float32Array(count),
      correct: new Uint8Array(count),
      hidden: wantsHidden ? units.slice(0, -1).map((width) => new Float32Array(count * width)) : [],
    }
    for (let first = 0; first < count; first += ROW_BLOCK) {
      const rows = Math.min(ROW_BLOCK, count - first)
      this.pass(source, first, rows)
      this.collect(inferred, first, rows)
    }
    applyOutput(this.plan.outputLoss.kind, inferred.values, outputs)
    return inferred
  }

  private pass(source: RowSource, first: number, rows: number): void {
    const { views, run, own } = this.hand
    const { pixels, kind, images, labels } = this.data
    for (let row = 0; row < rows; row++) {
      const at = row * pixels
      const values =
        kind === 'bytes'
          ? views.u8.subarray(images + at, images + at + pixels)
          : views.f32.subarray((images >>> 2) + at, (images >>> 2) + at + pixels)
      source.fill(first + row, values)
      views.u8[labels + row] = source.label(first + row)
    }
    const block = { begin: 0, count: rows, order: run.layout.order }
    forward(this.hand, own.evaluation, block, null)
    measure(this.hand, own.evaluation, block)
  }

  /** The sums of the output layer go where its values will be. */
  private collect(inferred: Inferred, first: number, rows: number): void {
    const { views, run, own } = this.hand
    const { sums, activations, losses, correct } = own.evaluation
    const last = run.layout.layers.length - 1
    const copy = (address: number, i: number, into: Float32Array) => {
      const { outputs, ldw } = run.layout.layers[i]
      for (let row = 0; row < rows; row++) {
        const at = (address + row * ldw) >>> 2
        into.set(views.f32.subarray(at, at + outputs), (first + row) * outputs)
      }
    }
    copy(sums[last], last, inferred.values)
    inferred.hidden.forEach((into, i) => copy(activations[i], i, into))
    inferred.losses.set(views.f32.subarray(losses >>> 2, (losses >>> 2) + rows), first)
    inferred.correct.set(views.u8.subarray(correct, correct + rows), first)
  }

  private placeBlock(shape: { pixels: number; classes: number; kind: 'bytes' | 'floats'; density: number }) {
    const valueBytes = ROW_BLOCK * shape.pixels * (shape.kind === 'bytes' ? 1 : 4)
    const images = this.blocks.take(valueBytes + ROW_BLOCK, 'Samples to look at')
    const pixelDensity = new Array<number>(shape.pixels).fill(shape.density)
    return { ...shape, train: ROW_BLOCK, test: 1, images, labels: images + valueBytes, pixelDensity }
  }
}

/** A plan that never trains, and that asks for no memory beyond what one forward pass takes. */
function inferencePlan(experiment: Experiment, shape: { pixels: number; classes: number }): TrainingPlan {
  const { dataset, training } = experiment
  const { labelSmoothing, dropoutInput } = training.regularization
  const off = { l1: 0, l2: 0, activityL1: 0, activityL2: 0, dropoutHidden: 0, maxNorm: 0, clipNorm: 0 }
  return planTraining(
    {
      ...experiment,
      dataset: { name: dataset.name, scaling: dataset.scaling, split: { kind: 'official' } },
      training: {
        ...training,
        optimizer: { kind: 'sgd', learningRate: 1, momentum: 0, nesterov: false },
        batchSize: 1,
        epochs: 1,
        // dropped inputs decide how standardized ones lose their mean: see InputLayout
        regularization: { ...off, labelSmoothing, dropoutInput },
        evaluation: { every: { epochs: 1 }, train: 'running', test: 'final' },
        diagnostics: false,
        keepWeights: null,
        earlyStopping: null,
      },
    },
    { ...shape, train: ROW_BLOCK, test: 1 },
    1,
  )
}
