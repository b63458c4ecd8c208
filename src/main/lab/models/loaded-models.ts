/**
 * Models that are being looked into, in memory and ready to be asked. Made where data sets are loaded (the desk's
 * thread), and kept while they are among the newest few.
 */
import type { LayerParameters } from '#engine/tensors'
import { decodeScaling, decodeWeights, planTraining, readSafetensors } from '#engine/index'
import { Inference } from '#engine/inference'
import { inputScaling, type InputScaling } from '#engine/input-scaling'
import { createMemory, MemoryBlocks } from '#engine/memory'
import type { TrainingPlan } from '#engine/plan'
import { drawSplit, type SplitSamples } from '#engine/split'
import type { KernelChoice } from '#engine/wasm/choice'
import { kernelsOfThisMachine, withFastestTiles } from '#lab/engine/kernel-choice'
import type { LoadedDataset } from '#lab/engine/host'
import { valuesPerSample } from '#shared/dataset'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'

/** Which model is asked; plain data. */
export interface ModelOrder {
  /** Equal for equal weights: a hash of their file. */
  key: string
  /** Model or checkpoint, as a safetensors file. */
  weights: Uint8Array
  /** Its network, loss, and scaling, and the split whose parts are asked for. */
  experiment: Experiment
}

export interface LoadedModel {
  plan: Pick<TrainingPlan, 'sizes' | 'activations' | 'outputLoss'>
  parameters: readonly LayerParameters[]
  scaling: InputScaling
  /** Of the weights, where their file says so. */
  step: number | null
  /** Made when it is asked for first. */
  inference(): Inference
}

const MOST_MODELS = 6

export class LoadedModels {
  private readonly blocks = new MemoryBlocks(createMemory())
  private kernels: KernelChoice | undefined
  /** The one that was asked for last is last. */
  private readonly models = new Map<string, LoadedModel & { close(): void }>()

  get(data: LoadedDataset, order: ModelOrder): LoadedModel {
    const { dataset, network, training, seeds } = order.experiment
    const key = JSON.stringify([order.key, data.facts.sha256 ?? data.facts.name, dataset, network, training, seeds])
    const model = this.models.get(key) ?? this.load(data, order)
    this.models.delete(key)
    this.models.set(key, model)
    for (const [oldest, each] of [...this.models].slice(0, -MOST_MODELS)) {
      each.close()
      this.models.delete(oldest)
    }
    return model
  }

  clear(): void {
    for (const model of this.models.values()) model.close()
    this.models.clear()
  }

  private load(data: LoadedDataset, order: ModelOrder): LoadedModel & { close(): void } {
    const { experiment } = order
    const model = readModel(data, order)
    let inference: Inference | undefined
    return {
      ...model,
      inference: () => {
        this.kernels ??= withFastestTiles(kernelsOfThisMachine())
        inference ??= new Inference(this.blocks, this.kernels, {
          ...{ experiment, parameters: model.parameters, scaling: model.scaling },
          kind: kindOf(data),
          classes: data.facts.classes.length,
          density: densityOf(data),
        })
        return inference
      },
      close: () => inference?.close(),
    }
  }
}

/** Throws `model/unfit` if it does not take what a sample of the set has. */
export function readModel(data: LoadedDataset, { weights, experiment }: ModelOrder): Omit<LoadedModel, 'inference'> {
  const { facts, train, test } = data
  const inputs = valuesPerSample(facts)
  const file = readSafetensors(weights)
  const [, taken = 0] = file.tensors.get('layers.0.weight')?.shape ?? []
  if (taken !== inputs) {
    throw new LabError('model/unfit', `The model takes ${taken} inputs; a sample of ${facts.title} has ${inputs}`)
  }
  const shape = { pixels: inputs, classes: facts.classes.length, train: train.count, test: test.count }
  const plan = planTraining(experiment, shape, 1, train.labels)
  const step = file.metadata.get('step')
  return {
    plan,
    parameters: decodeWeights(weights, plan, 'The model'),
    scaling: decodeScaling(file, inputs) ?? scalingOf(data, experiment),
    step: step === undefined ? null : Number(step),
  }
}

/** The parts of the experiment's own split. */
export function partsOf({ train, test }: LoadedDataset, { dataset, seeds }: Experiment): SplitSamples {
  return drawSplit(dataset, seeds.split, { train: train.count, test: test.count }, train.labels)
}

export function kindOf({ train }: LoadedDataset): 'bytes' | 'floats' {
  return train.images instanceof Float32Array ? 'floats' : 'bytes'
}

/** By the training part of the run's own split, as it was while the run trained. */
function scalingOf(data: LoadedDataset, experiment: Experiment): InputScaling {
  const rows = { pixels: valuesPerSample(data.facts), values: data.train.images, at: 0 }
  return inputScaling(experiment.dataset.scaling, rows, partsOf(data, experiment).train)
}

/** Of some samples: enough to choose a way. */
function densityOf({ facts, train }: LoadedDataset): number {
  const values = train.images.subarray(0, 256 * valuesPerSample(facts))
  let lit = 0
  for (const value of values) if (value !== 0) lit++
  return lit / values.length
}
