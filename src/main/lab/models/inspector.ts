/**
 * Looks into models: what they say of whole parts, of single samples and of the plane, and what goes on inside. Runs
 * where data sets are loaded (the desk's thread), as some of it takes a second.
 */
import { deadShare, histogramOf, saturatedShare } from '#engine/diagnostics'
import { explain } from '#engine/explain'
import type { Inferred, RowSource } from '#engine/inference'
import { scaledInputs } from '#engine/input-scaling'
import { transposed } from '#engine/tensors'
import { sampleAt, mustExist } from '#lab/datasets/desk/samples'
import type { LoadedDataset } from '#lab/engine/host'
import { valuesPerSample } from '#shared/dataset'
import { LabError } from '#shared/errors'
import type {
  DrawnAnswer,
  LayerInsight,
  PartPredictions,
  PlaneAnswer,
  PlaneRequest,
  SampleInsight,
  SplitPart,
} from '#shared/inspect/inspected'
import { kindOf, partsOf, readModel, type LoadedModel, type LoadedModels, type ModelOrder } from './loaded-models'
import { nearestSamples } from './nearest'

export type SampleAnswer = Omit<SampleInsight, 'overEpochs'>
export type Plane = Omit<PlaneRequest, 'source'>

/** Numbers of an answer over the plane: 64 MB. */
const MOST_PLANE_VALUES = 16_000_000

export function predictPart(
  data: LoadedDataset,
  models: LoadedModels,
  order: ModelOrder,
  part: SplitPart,
): PartPredictions {
  const samples = partsOf(data, order.experiment)[part].toSorted()
  const inference = models.get(data, order).inference()
  const began = performance.now()
  const { values, losses } = inference.run(rowsOf(data, samples))
  const outputs = inference.sizes.at(-1) ?? 0
  mustBeFinite(values, outputs)
  return {
    outputs,
    samples: bytesOf(samples),
    labels: Uint8Array.from(samples, (sample) => labelOf(data, sample)),
    values: bytesOf(values),
    losses: bytesOf(losses),
    seconds: (performance.now() - began) / 1000,
  }
}

export function explainSample(
  data: LoadedDataset,
  models: LoadedModels,
  order: ModelOrder,
  { sample, neighbors }: { sample: number; neighbors: number },
): SampleAnswer {
  mustExist(data, [sample])
  const model = models.get(data, order)
  const label = labelOf(data, sample)
  const inputs = scaledInputs(sampleAt(data, sample), model.scaling)
  const { values, hidden, inputGradient } = explain(plainOf(model), inputs, label)
  const { train } = partsOf(data, order.experiment)
  return {
    label,
    values: bytesOf(values),
    inputGradient: bytesOf(inputGradient),
    activations: hidden.map(bytesOf),
    nearest: nearestSamples(data, model.scaling, train, sample, neighbors).map((each) => ({
      ...each,
      label: labelOf(data, each.sample),
    })),
  }
}

/** f32[outputs] of one sample, by weights that nobody will ask again: they are not kept. */
export function valuesOfSample(data: LoadedDataset, order: ModelOrder, sample: number): Uint8Array {
  mustExist(data, [sample])
  const model = readModel(data, order)
  const inputs = scaledInputs(sampleAt(data, sample), model.scaling)
  return bytesOf(explain(plainOf(model), inputs, labelOf(data, sample)).values)
}

export function answerDrawn(
  data: LoadedDataset,
  models: LoadedModels,
  order: ModelOrder,
  pixels: Uint8Array,
): DrawnAnswer {
  const size = valuesPerSample(data.facts)
  if (kindOf(data) !== 'bytes' || pixels.length !== size) {
    const expected = kindOf(data) === 'bytes' ? `${size} bytes` : 'values that are not bytes: nothing can be drawn'
    throw new LabError(
      'model/unfit',
      `A sample of ${data.facts.title} has ${expected}; what was drawn has ${pixels.length} bytes`,
    )
  }
  const model = models.get(data, order)
  const { values, hidden } = explain(plainOf(model), scaledInputs(pixels, model.scaling), 0)
  return { values: bytesOf(values), activations: hidden.map(bytesOf) }
}

/** Weights may all be numbers and still be too large for the sums: nothing can be sorted or counted then. */
function mustBeFinite(values: Float32Array, outputs: number): void {
  if (values.every(Number.isFinite)) return
  let count = 0
  for (let row = 0; row < values.length; row += outputs) {
    if (!values.subarray(row, row + outputs).every(Number.isFinite)) count++
  }
  const all = values.length / outputs
  throw new LabError(
    'model/overflow',
    `The model's answers to ${count.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} samples are no finite numbers: its weights are too ` +
      'large for sums in float32. Its training diverged, or its inputs are not scaled as it expects',
  )
}

/** Activations over `count` samples of the training part, at even distances in it. */
export function insightOfLayers(
  data: LoadedDataset,
  models: LoadedModels,
  order: ModelOrder,
  count: number,
): LayerInsight[] {
  const model = models.get(data, order)
  const samples = evenly(partsOf(data, order.experiment).train, count)
  const { hidden } = model.inference().run(rowsOf(data, samples), { hidden: true })
  return model.parameters.map(({ inputs, outputs, weights, biases }, i): LayerInsight => {
    const layer = {
      ...{ inputs, outputs, biases: bytesOf(biases) },
      weights: bytesOf(transposed(weights, inputs, outputs)),
    }
    const values = hidden.at(i)
    if (i === hidden.length || !values) return layer
    const { kind } = model.plan.activations[i]
    return {
      ...layer,
      activation: {
        histogram: histogramOf(values),
        saturated: saturatedShare(values, kind),
        dead: kind === 'relu' ? deadShare(values, outputs) : null,
        means: bytesOf(meansOf(values, outputs)),
      },
    }
  })
}

export function answerPlane(data: LoadedDataset, models: LoadedModels, order: ModelOrder, plane: Plane): PlaneAnswer {
  const model = models.get(data, order)
  const [inputs = 0, ...units] = model.plan.sizes
  if (inputs !== 2) {
    throw new LabError('model/no-plane', `A boundary is drawn for two inputs; this model takes ${inputs}`)
  }
  const cells = plane.columns * plane.rows
  const each = units.reduce((a, b) => a + b, 0)
  if (cells * each > MOST_PLANE_VALUES) {
    const most = Math.floor(MOST_PLANE_VALUES / each)
    throw new LabError('model/plane-too-large', `Expected at most ${most} cells for this network, got ${cells}`)
  }
  const { values, hidden } = overPlane(data, model, plane, { hidden: true })
  return {
    outputs: units.at(-1) ?? 0,
    values: bytesOf(values),
    hidden: hidden.map((map, i) => ({ units: units[i], values: bytesOf(map) })),
  }
}

/** Middle points of the cells, row by row from the bottom. Sets of bytes have points between their values as well. */
export function overPlane(
  data: LoadedDataset,
  model: LoadedModel,
  { x, y, columns, rows }: Plane,
  keep: { hidden: boolean },
): Pick<Inferred, 'values' | 'hidden'> {
  const pointAt = (cell: number) => [
    x[0] + (((cell % columns) + 0.5) * (x[1] - x[0])) / columns,
    y[0] + ((Math.floor(cell / columns) + 0.5) * (y[1] - y[0])) / rows,
  ]
  const count = columns * rows
  if (kindOf(data) === 'floats') {
    const source = {
      count,
      label: () => 0,
      fill: (cell: number, into: Uint8Array | Float32Array) => into.set(pointAt(cell)),
    }
    return model.inference().run(source, keep)
  }
  const [, ...units] = model.plan.sizes
  const maps = units.map((width) => new Float32Array(count * width))
  for (let cell = 0; cell < count; cell++) {
    const { values, hidden } = explain(plainOf(model), scaledInputs(pointAt(cell), model.scaling), 0)
    ;[...hidden, values].forEach((each, i) => maps[i].set(each, cell * units[i]))
  }
  return { values: maps[maps.length - 1], hidden: keep.hidden ? maps.slice(0, -1) : [] }
}

/** Over a part in the order of its numbers: the same ones each time, whatever is asked for beside. */
export function evenly(part: Uint32Array, count: number): Uint32Array {
  const sorted = part.toSorted()
  const wanted = Math.min(count, sorted.length)
  return Uint32Array.from({ length: wanted }, (_, i) => sorted[Math.floor((i * sorted.length) / wanted)] ?? 0)
}

export function rowsOf(data: LoadedDataset, samples: Uint32Array): RowSource {
  return {
    count: samples.length,
    fill: (row, values) => values.set(sampleAt(data, samples[row] ?? 0)),
    label: (row) => labelOf(data, samples[row] ?? 0),
  }
}

export function labelOf({ train, test }: LoadedDataset, sample: number): number {
  return (sample < train.count ? train.labels[sample] : test.labels[sample - train.count]) ?? 0
}

export function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function plainOf({ plan, parameters }: Pick<LoadedModel, 'plan' | 'parameters'>) {
  const { activations, outputLoss } = plan
  return { parameters, activations, outputLoss }
}

function meansOf(values: Float32Array, units: number): Float32Array {
  const sums = new Float64Array(units)
  values.forEach((value, i) => (sums[i % units] += value))
  return Float32Array.from(sums, (sum) => sum / (values.length / units))
}
