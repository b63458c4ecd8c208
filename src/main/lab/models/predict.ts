/**
 * Outputs of a model for samples of its data set, or over the plane. Runs where data sets are loaded (the desk's
 * thread), as a whole part of a data set takes a second.
 */
import type { LoadedDataset } from '#lab/engine/host'
import { mustExist } from '#lab/datasets/desk/samples'
import { LabError } from '#shared/errors'
import type { PredictRequest } from '#shared/predict'
import { bytesOf, evenly, labelOf, overPlane, rowsOf } from './inspector'
import { partsOf, type LoadedModels, type ModelOrder } from './loaded-models'

export interface PredictJob {
  order: ModelOrder
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

export function predict(data: LoadedDataset, models: LoadedModels, { order, request }: PredictJob): PredictedValues {
  const model = models.get(data, order)
  const { sizes } = model.plan
  const common = { outputs: sizes.at(-1) ?? 0, step: model.step }
  if (request.of === 'grid') {
    if (sizes[0] !== 2) {
      throw new LabError('model/no-plane', `A boundary is drawn for two inputs; this model takes ${sizes[0]}`)
    }
    const { values } = overPlane(data, model, request, { hidden: false })
    return { ...common, values: bytesOf(values), samples: [], labels: [] }
  }
  const samples =
    request.of === 'samples'
      ? Uint32Array.from(request.samples)
      : evenly(partsOf(data, order.experiment)[request.part], request.count)
  mustExist(data, [...samples])
  const { values } = model.inference().run(rowsOf(data, samples))
  return {
    ...common,
    values: bytesOf(values),
    samples: [...samples],
    labels: Array.from(samples, (sample) => labelOf(data, sample)),
  }
}
