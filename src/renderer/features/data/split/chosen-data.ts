/**
 * The split and the scaling that are looked at, for each data set: the Split tab and the Scaling tab edit them, and
 * the statistics of the scaling come from the split's training part. Loose, as a form holds it; part of an
 * experiment only by a button.
 */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DatasetFacts } from '#shared/dataset'
import type { Scaling } from '#shared/experiment'
import { ALL_SCALINGS, suitedScaling } from '../../../data/scalings'
import { checkSplit, seedProblem } from '../../../data/splits'
import type { ChosenData } from '../../../data/suited-experiment'
import { useDraftStore } from '../../../stores/draft'

export interface LooseData {
  /** With the fields of its kind, right or wrong. */
  split: Readonly<Record<string, unknown>>
  seed: unknown
  /** Null: nobody has chosen one here. */
  scaling: Scaling | null
}

export const useChosenData = defineStore('chosen-data', () => {
  const draft = useDraftStore()
  const byDataset = shallowRef<ReadonlyMap<string, LooseData>>(new Map())

  /** Until something is chosen: that of the design, if it is about this set. */
  function of({ name }: Pick<DatasetFacts, 'name'>): LooseData {
    const none = { split: { kind: 'official' }, seed: 1, scaling: null }
    return byDataset.value.get(name) ?? fromDesign(name) ?? none
  }

  function fromDesign(name: string): LooseData | undefined {
    const split = draft.read(['dataset', 'split'])
    if (draft.read(['dataset', 'name']) !== name || typeof split !== 'object' || split === null) return undefined
    const scaling = draft.read(['dataset', 'scaling'])
    return {
      split: split as Record<string, unknown>,
      seed: draft.read(['seeds', 'split']) ?? 1,
      scaling: ALL_SCALINGS.find((each) => each === scaling) ?? null,
    }
  }

  function choose(dataset: DatasetFacts, change: Partial<LooseData>): void {
    byDataset.value = new Map(byDataset.value).set(dataset.name, { ...of(dataset), ...change })
  }

  /** Ready for an experiment; null while there are problems. */
  function checked(dataset: DatasetFacts): ChosenData | null {
    const { split: loose, seed, scaling } = of(dataset)
    const { split } = checkSplit(loose, dataset)
    if (!split || typeof seed !== 'number' || seedProblem(seed) !== null) return null
    return { split, seed, scaling: scaling ?? suitedScaling(dataset) }
  }

  return { of, choose, checked }
})
