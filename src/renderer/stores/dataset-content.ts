/**
 * What is in the data sets, asked for when it is looked at: labels, samples, statistics.
 */
import { defineStore } from 'pinia'
import { f32Of, type DatasetEntry, type DatasetStatistics } from '#shared/datasets'
import { lab } from '../lab'

/** Values of samples one after another: bytes, or floats as they are. */
export type Values = Uint8Array | Float32Array

type Named = Pick<DatasetEntry, 'name' | 'sha256' | 'kind'>

/** Sets whose labels and statistics are kept: as many as somebody goes back and forth between. */
const KEPT = 4

export const useDatasetContent = defineStore('dataset-content', () => {
  const labels = keeper((set) => lab.call('datasets:labels', set.name))
  const statistics = keeper<DatasetStatistics>((set) => lab.call('datasets:statistics', set.name))

  /** Of samples by their numbers over the whole set, in the order in which they are asked for. */
  async function samplesOf(set: Named, samples: readonly number[]): Promise<Values> {
    const { values } = await lab.call('datasets:samples', { name: set.name, samples })
    return valuesOf(set.kind, values)
  }

  return { labelsOf: labels, statisticsOf: statistics, samplesOf }
})

export function valuesOf(kind: DatasetEntry['kind'], bytes: Uint8Array): Values {
  return kind === 'floats' ? f32Of(bytes) : bytes
}

/** Keeps the answers for the last few sets. A failure is not kept: the next one who asks tries again. */
function keeper<T>(ask: (set: Named) => Promise<T>): (set: Named) => Promise<T> {
  const kept = new Map<string, Promise<T>>()
  return (set) => {
    const key = `${set.name} ${set.sha256 ?? ''}` // another set may come to have the same name
    const answer = kept.get(key) ?? ask(set)
    kept.delete(key)
    kept.set(key, answer)
    answer.catch(() => kept.delete(key))
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest)
    return answer
  }
}
