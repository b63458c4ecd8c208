/**
 * How many weights a run keeps on its way, and how much room they take: "9 times 213 kB: 1.9 MB for each run".
 */
import { keptCount, modelBytes } from '#shared/cost/estimate'
import type { DatasetCatalog } from '#shared/dataset'
import { findDataset } from '#shared/dataset'
import type { Experiment } from '#shared/experiment'
import { formatBytes } from '../../ui/format'

export function keptText(experiment: Experiment, catalog: DatasetCatalog): string {
  const count = keptCount(experiment.training)
  if (count === 0) return 'None before the last epoch, whose weights are the model'
  if (!findDataset(experiment.dataset.name, catalog)) return ''
  const each = modelBytes(experiment, catalog)
  if (count === 1) return `Once, ${formatBytes(each)} for each run`
  return `${count} times ${formatBytes(each)}: ${formatBytes(count * each)} for each run`
}
