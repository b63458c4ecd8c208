/**
 * The final evaluation: the one look at a test part that was locked while a run trained. It is made from the model on
 * disk, stored with the run, and never made again. Each one on the same test part counts within its experiment.
 */
import { LabError } from '#shared/errors'
import { type FinalEvaluation, type RunId, type RunSummary, type Score } from '#shared/run'
import type { EngineHost, OwnSet } from './engine/host'
import type { RunList } from './queue/run-list'
import type { RunRecord } from './storage/run-file'
import type { RunFolders } from './storage/run-folders'
import { Turns } from './storage/turns'

export interface TestSurroundings {
  host: EngineHost
  folders: RunFolders
  list: RunList
  locate: (record: RunRecord) => Promise<OwnSet | null>
  isAlive: (token: string) => Promise<boolean>
}

export class FinalEvaluations {
  /** One at a time, so that each knows how many came before it. */
  private readonly turns = new Turns()

  constructor(private readonly around: TestSurroundings) {}

  /** One for each run, in their order; all are looked at before the first is tested. */
  async evaluate(ids: readonly RunId[]): Promise<FinalEvaluation[]> {
    const { list } = this.around
    return this.turns.take(async () => {
      for (const id of ids) mustBeTestable((await list.one(id)).summary)
      const evaluations: FinalEvaluation[] = []
      for (const id of ids) evaluations.push(await this.evaluateOne(id))
      return evaluations
    })
  }

  private async evaluateOne(id: RunId): Promise<FinalEvaluation> {
    const { folders, list, isAlive } = this.around
    const before = (await list.one(id)).record.finalEvaluation
    if (before) return before
    const evaluation = await folders.whileClaimed(id, isAlive, () => this.evaluateClaimed(id))
    await list.refresh()
    return evaluation
  }

  private async evaluateClaimed(id: RunId): Promise<FinalEvaluation> {
    const { host, folders, locate } = this.around
    const record = await folders.read(id) // what another program may have written since we looked
    if (record.finalEvaluation) return record.finalEvaluation
    const model = await folders.readModel(id, record.model?.fileSha256)
    const score = await host.score({ id, experiment: record.experiment, own: await locate(record), model })
    const looks = 1 + (await this.looksBefore(record, score))
    const finalEvaluation = { at: new Date().toISOString(), score, epoch: modelEpoch(record), looks }
    await folders.save({ ...record, finalEvaluation })
    return finalEvaluation
  }

  /** Final evaluations in the same experiment, on the same data and as many test samples: those are the same samples. */
  private async looksBefore({ experimentId, experiment }: RunRecord, { count }: Score): Promise<number> {
    const { runs } = await this.around.list.all()
    return runs.filter(
      (run) =>
        run.experimentId === experimentId &&
        run.dataset === experiment.dataset.name &&
        run.finalEvaluation?.score.count === count,
    ).length
  }
}

function mustBeTestable({ label, status, testPolicy }: RunSummary): void {
  if (testPolicy !== 'final') {
    const message = `The test part of "${label}" was watched at every evaluation: there is nothing left to unlock`
    throw new LabError('test/not-locked', message)
  }
  if (status !== 'finished') {
    throw new LabError('run/not-finished', `"${label}" is ${status}: only a run that has finished is tested`)
  }
}

/** Epochs of the weights in the model: fewer than were trained if early stopping brought the best ones back. */
function modelEpoch({ model, measured }: RunRecord): number {
  const last = measured?.last
  if (!model) return 0
  if (model.step === undefined || !last || last.step === 0) return model.epochs
  return (model.step * last.epoch) / last.step
}
