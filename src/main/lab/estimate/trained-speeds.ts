/**
 * What runs that were trained on this machine tell of its speed: the scale of all of them, and the epochs of designs
 * that may be trained again.
 */
import { catalogOf } from '#lab/queue/run-data'
import type { RunRecord } from '#lab/storage/run-file'
import { onThreads } from '#shared/cost/estimate'
import { speedKey, type TrainedSpeed } from '#shared/cost/speed'
import { workOf } from '#shared/cost/work'
import { findDataset } from '#shared/dataset'
import type { Scales } from './measure-speed'

export interface TrainedSpeeds extends Partial<Scales> {
  runs: number
  trained: TrainedSpeed[]
}

/** Fewer of them say too little: one may have had to share the machine. */
const ENOUGH_RUNS = 3
/** Where the first epoch is most of a run, its median is that of a run that has not begun. */
const LEAST_EPOCHS = 3
const MOST_TRAINED = 200

/** `records`: of runs that have ended on this machine, with these kernels; the newest first. */
export function trainedSpeeds(records: readonly RunRecord[]): TrainedSpeeds {
  const ratios: Record<'one' | 'all', number[]> = { one: [], all: [] }
  const byKey = new Map<string, number[]>()
  for (const record of records) {
    const { experiment, threads, measured } = record
    // the set as it was trained on: it may be called otherwise by now, or have gone
    const catalog = catalogOf(record)
    const seconds = measured?.secondsPerEpoch?.median
    const work = workOf(experiment, catalog)
    if (seconds === undefined || seconds <= 0 || !work || measured === null || measured.evaluations < LEAST_EPOCHS)
      continue
    ratios[threads > 1 ? 'all' : 'one'].push(seconds / onThreads(work.epoch, work.together, threads))
    const key = speedKey(experiment, threads, findDataset(experiment.dataset.name, catalog)?.sha256)
    byKey.set(key, [...(byKey.get(key) ?? []), seconds])
  }
  const [oneThread, allThreads] = [medianOf(ratios.one), medianOf(ratios.all)]
  return {
    runs: ratios.one.length + ratios.all.length,
    trained: [...byKey].slice(0, MOST_TRAINED).map(([key, all]) => ({ key, secondsPerEpoch: median(all) })),
    ...(oneThread !== null && { oneThread }),
    ...(allThreads !== null && { allThreads }),
  }
}

function medianOf(ratios: readonly number[]): number | null {
  return ratios.length < ENOUGH_RUNS ? null : median(ratios)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
