/**
 * The models of runs: what a run left, its newest snapshot while it trains or where it was cut short, and the weights
 * that it kept on its way.
 */
import { createHash } from 'node:crypto'
import { planSplit } from '#engine/split'
import type { SetAddress } from '#lab/datasets/desk/desk-calls'
import { catalogOf } from '#lab/queue/run-data'
import type { RunList } from '#lab/queue/run-list'
import type { RunRecord } from '#lab/storage/run-file'
import type { KeptFile, RunFolders } from '#lab/storage/run-folders'
import { datasetFacts, type DatasetFacts } from '#shared/dataset'
import { LabError } from '#shared/errors'
import type { Moment, ModelSource, SplitPart } from '#shared/inspect/inspected'
import { isTestLocked, type Evaluation, type RunId, type RunSummary } from '#shared/run'
import { readSafetensors } from '#engine/index'
import { scalingWords, type Subject } from './subject'

export interface RunModelSurroundings {
  folders: Pick<RunFolders, 'readModel' | 'readCheckpoint' | 'keptWeights' | 'readKept'>
  list: Pick<RunList, 'one'>
  /** Where the data of a run is, by its content and not by its name, and what it is called there. */
  locate: (record: RunRecord) => Promise<SetAddress>
}

/** Some weights of a run. */
interface Weights {
  key: string
  step: number
  isSnapshot: boolean
  read(): Promise<Uint8Array>
  saysScaling: boolean
}

export class RunModels {
  constructor(private readonly around: RunModelSurroundings) {}

  async subject(source: Extract<ModelSource, { of: 'run' }>): Promise<Subject> {
    const { record, summary } = await this.around.list.one(source.run)
    const facts = datasetFacts(record.experiment.dataset.name, catalogOf(record))
    const kept = await this.around.folders.keptWeights(source.run)
    const weights = await this.weights(record, summary, kept, source.step)
    const { network, training, dataset } = record.experiment
    const sha256 = record.data?.sha256 ?? facts.sha256
    return {
      facts: {
        source,
        title: summary.label,
        sizes: summary.sizes,
        activations: network.layers.map((layer) => layer.activation),
        outputActivation: network.output.activation,
        loss: training.loss,
        parameters: summary.parameters,
        classNames: facts.classes,
        step: weights.step,
        epoch: epochOf(weights.step, summary.last),
        isSnapshot: weights.isSnapshot,
        moments: momentsOf(record, summary, kept),
        scaling: scalingWords(dataset.scaling, facts.kind ?? 'bytes'),
        isTestLocked: isTestLocked(summary),
      },
      key: weights.key,
      weights: () => weights.read(),
      experiment: record.experiment,
      partCounts: countsOf(record, facts),
      locate: async () => ({ ...(await this.around.locate(record)), sha256 }),
      saysScaling: weights.saysScaling,
    }
  }

  private async weights(
    { id, model }: RunRecord,
    { label, last }: RunSummary,
    kept: readonly KeptFile[],
    step: number | null,
  ): Promise<Weights> {
    const { folders } = this.around
    const modelStep = model && (model.step ?? last?.step ?? 0)
    if (model && modelStep !== null && (step === null || step === modelStep)) {
      const read = () => folders.readModel(id, model.fileSha256)
      return { key: model.fileSha256, step: modelStep, isSnapshot: false, read, saysScaling: true }
    }
    if (step === null) return this.snapshot(id, last)
    const file = kept.find((each) => each.step === step)
    if (file) {
      return { key: file.sha256, step, isSnapshot: false, read: () => folders.readKept(id, file), saysScaling: true }
    }
    const steps = kept.map((each) => each.step).join(', ')
    const has = steps === '' ? 'it kept none on its way' : `it kept those of the steps ${steps}`
    throw new LabError('model/no-moment', `"${label}" has no weights of step ${step}: ${has}`)
  }

  /** Of a run that trains, or was cut short: from its first epoch on. */
  private async snapshot(id: RunId, last: Evaluation | null): Promise<Weights> {
    const bytes = await this.around.folders.readCheckpoint(id)
    if (!bytes) {
      throw new LabError(
        'model/none',
        'This run has no weights yet: the first snapshot comes with the end of its first epoch',
      )
    }
    const step = Number(readSafetensors(bytes).metadata.get('step') ?? last?.step ?? 0)
    const key = createHash('sha256').update(bytes).digest('hex')
    return { key, step, isSnapshot: true, read: () => Promise.resolve(bytes), saysScaling: false }
  }
}

export function epochOf(step: number, last: Evaluation | null): number {
  return last && last.step > 0 ? (step * last.epoch) / last.step : 0
}

/** By rising step. The model is the last one, or the best one where early stopping brought earlier weights back. */
function momentsOf({ model }: RunRecord, { last }: RunSummary, kept: readonly KeptFile[]): Moment[] {
  const momentAt = (step: number, kind: Moment['kind']) => ({ step, epoch: epochOf(step, last), kind })
  const lastStep = last?.step ?? 0
  const modelStep = model?.step ?? lastStep
  const moments = kept.filter(({ step }) => step !== modelStep || !model).map(({ step }) => momentAt(step, 'kept'))
  if (model) moments.push(momentAt(modelStep, modelStep < lastStep ? 'best' : 'last'))
  return moments
    .map((moment) =>
      moment.kind === 'kept' && moment.step === lastStep ? { ...moment, kind: 'last' as const } : moment,
    )
    .sort((a, b) => a.step - b.step)
}

function countsOf({ split, experiment }: RunRecord, facts: DatasetFacts): Record<SplitPart, number> {
  if (!split) return planSplit(experiment.dataset.split, facts)
  const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0)
  const { train, validation, test } = split.classCounts
  return { train: sum(train), validation: sum(validation), test: sum(test) }
}
