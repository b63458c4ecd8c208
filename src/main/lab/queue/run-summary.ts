/**
 * From what is stored about a run to the line that lists it.
 */
import { isReducedData } from '#shared/experiment-support'
import { layerSizes, parameterCount } from '#shared/network'
import type { Evaluation, RunStatus, RunSummary } from '#shared/run'
import type { Annotations } from '#shared/runs/annotations'
import type { Measured, RunRecord } from '#lab/storage/run-file'
import { NOBODY } from './parked'
import { catalogOf } from './run-data'

/** Status and reason as they are now; a file cannot know that the process that wrote it is gone. */
export interface RunState {
  status: RunStatus
  reason: string | null
}

export function summarize(record: RunRecord, measured: Measured, state: RunState = record): RunSummary {
  const { experiment, configuration } = record
  const catalog = catalogOf(record)
  const excluded = experiment.dataset.exclude?.length ?? 0
  const sizes = layerSizes(experiment, catalog)
  return {
    id: record.id,
    status: state.status,
    reason: state.reason,
    label: configuration.label,
    title: experiment.title,
    experimentId: record.experimentId,
    presetId: record.presetId,
    configuration: { index: configuration.index, levels: configuration.levels },
    replicate: record.replicate,
    dataset: experiment.dataset.name,
    reducedData: isReducedData(experiment.dataset, catalog),
    ...(excluded > 0 && { excluded }),
    sizes,
    parameters: parameterCount(sizes, experiment.network.bias),
    epochs: experiment.training.epochs,
    last: measured.last,
    lowestTestLoss: measured.lowestTestLoss,
    ...(measured.bestValidation && { bestValidation: measured.bestValidation }),
    testPolicy: experiment.training.evaluation.test,
    ...(record.finalEvaluation && { finalEvaluation: record.finalEvaluation }),
    ...(record.origin && { origin: record.origin }),
    ...(record.place !== undefined && { place: record.place }),
    ...(record.cutShort && { cutShort: true }),
    secondsPerEpoch: measured.secondsPerEpoch,
    threads: record.threads,
    weightsSha256: record.model?.weightsSha256 ?? null,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    tags: record.tags,
  }
}

/** What to say of a run whose process is gone. Nothing of this is written: the folder stays as it was left. */
export function interruptedState(record: RunRecord, last: Evaluation | null): RunState {
  const epochs = record.experiment.training.epochs
  const reason =
    record.owner === NOBODY
      ? 'waits on disk until the queue is taken up'
      : record.status === 'waiting'
        ? 'the program was closed before this run began'
        : `the program ended while this run was training; kept up to ${epochText(last, epochs)}`
  return { status: 'interrupted', reason }
}

/** "epoch 3 of 50". */
export function epochText(last: Evaluation | null, epochs: number): string {
  return `epoch ${epochNumber(last?.epoch ?? 0)} of ${epochs}`
}

/** At most two digits behind the point. */
export function epochNumber(epoch: number): string {
  return String(Number(epoch.toFixed(2)))
}

/** A run of a file that had tags of its own keeps them. */
export function withAnnotations(summary: RunSummary, { name, tags, note, archived, pinned }: Annotations): RunSummary {
  return {
    ...summary,
    label: name ?? summary.label,
    tags: tags.length > 0 ? tags : summary.tags,
    ...(note !== '' && { note }),
    ...(archived && { archived: true as const }),
    ...(pinned && { pinned: true as const }),
  }
}
