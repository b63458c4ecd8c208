/**
 * Outputs of a model for samples of its data set, or over the plane. Runs where data sets are loaded (the desk's
 * thread), as a whole part of a data set takes seconds.
 */
import { inputScaling, scaledInputs, type InputScaling } from '#engine/input-scaling'
import { drawSplit } from '#engine/split'
import type { LoadedDataset } from '#lab/engine/host'
import { valuesPerSample } from '#shared/dataset'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import type { PredictRequest } from '#shared/predict'
import { outputsOf, readModel, type PlainModel } from './forward'

export interface PredictJob {
  /** Model or checkpoint, as a safetensors file. */
  weights: Uint8Array
  experiment: Experiment
  request: PredictRequest
}

export interface PredictedValues {
  outputs: number
  /** f32[n, outputs] */
  values: Uint8Array
  samples: number[]
  labels: number[]
  /** Of the weights, where the file says so. */
  step: number | null
}

/** Rows that go through the network together: their values stay in the cache. */
const BLOCK = 64

export function predict(data: LoadedDataset, { weights, experiment, request }: PredictJob): PredictedValues {
  const { model, step } = readModel(weights, experiment.network.layers.length + 1)
  const inputs = valuesPerSample(data.facts)
  if (model[0]?.inputs !== inputs) {
    throw new LabError(
      'model/unfit',
      `The model takes ${model[0]?.inputs ?? 0} inputs; a sample of ${data.facts.title} has ${inputs}`,
    )
  }
  const training = trainingPart(data, experiment)
  const scaling = scalingOf(data, experiment, training.train)
  const outputs = model.at(-1)?.outputs ?? 0
  const answer = (values: Float32Array, samples: number[]): PredictedValues => ({
    outputs,
    values: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    samples,
    labels: samples.map((sample) => labelOf(data, sample)),
    step,
  })
  if (request.of === 'grid') return answer(overGrid(request, model, experiment, scaling, inputs), [])
  const samples = request.of === 'samples' ? [...request.samples] : evenly(training[request.part], request.count)
  const count = data.train.count + data.test.count
  const wrong = samples.find((sample) => sample >= count)
  if (wrong !== undefined)
    throw new LabError('dataset/no-sample', `${data.facts.title} has ${count} samples, got number ${wrong}`)
  const rows = (at: number, row: Float32Array) =>
    row.set(scaledInputs(sampleAt(data, samples[at] ?? 0, inputs), scaling))
  return answer(inBlocks(samples.length, inputs, outputs, model, experiment, rows), samples)
}

/** `fill` writes the inputs of one row. */
function inBlocks(
  count: number,
  inputs: number,
  outputs: number,
  model: PlainModel,
  { network }: Experiment,
  fill: (at: number, row: Float32Array) => void,
): Float32Array {
  const values = new Float32Array(count * outputs)
  for (let first = 0; first < count; first += BLOCK) {
    const rows = Math.min(BLOCK, count - first)
    const block = new Float32Array(rows * inputs)
    for (let r = 0; r < rows; r++) fill(first + r, block.subarray(r * inputs, (r + 1) * inputs))
    values.set(outputsOf(model, network, block), first * outputs)
  }
  return values
}

function overGrid(
  { x, y, columns, rows }: Extract<PredictRequest, { of: 'grid' }>,
  model: PlainModel,
  experiment: Experiment,
  scaling: InputScaling,
  inputs: number,
): Float32Array {
  if (inputs !== 2)
    throw new LabError('model/no-plane', `A boundary is drawn for two inputs; this model takes ${inputs}`)
  const outputs = model.at(-1)?.outputs ?? 0
  const width = (x[1] - x[0]) / columns
  const height = (y[1] - y[0]) / rows
  return inBlocks(columns * rows, 2, outputs, model, experiment, (at, row) => {
    const point = [x[0] + ((at % columns) + 0.5) * width, y[0] + (Math.floor(at / columns) + 0.5) * height]
    row.set(scaledInputs(point, scaling))
  })
}

function trainingPart({ train, test }: LoadedDataset, { dataset, seeds }: Experiment) {
  return drawSplit(dataset, seeds.split, { train: train.count, test: test.count }, train.labels)
}

/** By the training part of the run's own split, as it was while the run trained. */
function scalingOf({ facts, train }: LoadedDataset, { dataset }: Experiment, samples: Uint32Array): InputScaling {
  return inputScaling(dataset.scaling, { pixels: valuesPerSample(facts), values: train.images, at: 0 }, samples)
}

/** Over a part in the order of its numbers: the same ones each time, whatever is asked for beside. */
function evenly(part: Uint32Array, count: number): number[] {
  const sorted = part.toSorted()
  const wanted = Math.min(count, sorted.length)
  return Array.from({ length: wanted }, (_, i) => sorted[Math.floor((i * sorted.length) / wanted)] ?? 0)
}

function sampleAt({ train, test }: LoadedDataset, sample: number, size: number) {
  const [part, at] = sample < train.count ? [train, sample] : [test, sample - train.count]
  return part.images.subarray(at * size, (at + 1) * size)
}

function labelOf({ train, test }: LoadedDataset, sample: number): number {
  return (sample < train.count ? train.labels[sample] : test.labels[sample - train.count]) ?? 0
}
