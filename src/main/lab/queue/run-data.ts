/**
 * What a run keeps of its data, so that it still says what it was trained on when that set has another name, other
 * content, or has gone.
 */
import { BUILT_IN_DATASETS, findDataset, type DatasetCatalog, type DatasetFacts } from '#shared/dataset'
import type { RunData } from '#shared/run'
import type { RunRecord } from '../storage/run-file'

export function runDataOf(facts: DatasetFacts): RunData | undefined {
  const { name, title, sha256, kind = 'bytes', height, width, channels = 1, classes, train, test } = facts
  if (sha256 === undefined) return undefined
  return { name, title, sha256, kind, height, width, channels, classes: [...classes], train, test }
}

/** The set as the run knew it; runs of older files have one that ships with the lab. */
export function catalogOf({ data }: Pick<RunRecord, 'data'>): DatasetCatalog {
  return data ? [{ ...data, licence: '', credit: '' }] : BUILT_IN_DATASETS
}

/** Which set to look for. */
export function wantedData({ data, experiment }: Pick<RunRecord, 'data' | 'experiment'>): {
  name: string
  title: string
  sha256?: string
} {
  const { name } = experiment.dataset
  return data ?? { name, title: findDataset(name)?.title ?? name }
}
