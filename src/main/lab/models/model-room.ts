/**
 * What the models of a workspace say: the newest weights of a run, whether it trains or has ended, asked about samples
 * or about the plane.
 */
import type { Desk, SetAddress } from '#lab/datasets/desk/desk-calls'
import type { RunList } from '#lab/queue/run-list'
import type { RunRecord } from '#lab/storage/run-file'
import type { RunFolders } from '#lab/storage/run-folders'
import { LabError } from '#shared/errors'
import type { PredictRequest, Predictions } from '#shared/predict'
import type { Evaluation, RunId } from '#shared/run'

export interface ModelSurroundings {
  folders: Pick<RunFolders, 'readModel' | 'readCheckpoint'>
  list: Pick<RunList, 'one'>
  desk: Pick<Desk, 'ask'>
  /** Where the data of a run is. */
  locate: (record: RunRecord) => Promise<SetAddress>
}

interface Weights {
  bytes: Uint8Array
  isSnapshot: boolean
  /** Of the model; a snapshot says its own. */
  step: number | null
}

export class ModelRoom {
  constructor(private readonly around: ModelSurroundings) {}

  async predict(id: RunId, request: PredictRequest): Promise<Predictions> {
    const { list, desk, locate } = this.around
    const { record, summary } = await list.one(id)
    const { bytes, isSnapshot, step } = await this.newestWeights(record)
    const job = { weights: bytes, experiment: record.experiment, request }
    const { step: written, ...predicted } = await desk.ask('predict', await locate(record), job)
    const of = written ?? step ?? summary.last?.step ?? 0
    return { ...predicted, step: of, epoch: epochOf(of, summary.last), isSnapshot }
  }

  /** A run that has ended has its model; one that trains, or was cut short, has snapshots from its first epoch on. */
  private async newestWeights({ id, model }: RunRecord): Promise<Weights> {
    const { folders } = this.around
    if (model) {
      const bytes = await folders.readModel(id, model.fileSha256)
      return { bytes, isSnapshot: false, step: model.step ?? null }
    }
    const bytes = await folders.readCheckpoint(id)
    if (bytes) return { bytes, isSnapshot: true, step: null }
    throw new LabError(
      'model/none',
      'This run has no weights yet: the first snapshot comes with the end of its first epoch',
    )
  }
}

function epochOf(step: number, last: Evaluation | null): number {
  return last && last.step > 0 ? (step * last.epoch) / last.step : 0
}
