/**
 * How large the values of the design's data are, where their kind does not say it: floats may be of any size. Bytes
 * go from 0 to 255 and need no counting.
 */
import { computed, type ComputedRef } from 'vue'
import { holdsFloats } from '../../data/scalings'
import { useDatasetContent } from '../../stores/dataset-content'
import { useDatasetsStore } from '../../stores/datasets'
import { useDraftStore } from '../../stores/draft'
import { useLatestAnswer } from '../../stores/latest-answer'

export interface InputFacts {
  low: number
  high: number
  /** Of x², over the training part. */
  meanSquare: number
}

/** By the names of the sets; those that are not known yet are left out. */
export type AllInputFacts = ReadonlyMap<string, InputFacts>

export function useInputFacts(): ComputedRef<AllInputFacts> {
  const draft = useDraftStore()
  const datasets = useDatasetsStore()
  const content = useDatasetContent()

  const floats = computed(() => {
    const names = new Set(draft.plan.map(({ experiment }) => experiment.dataset.name))
    return [...names].flatMap((name) => datasets.byName.get(name) ?? []).filter(holdsFloats)
  })
  const { answer } = useLatestAnswer(
    () => (floats.value.length > 0 ? floats.value : null),
    async (sets) => {
      const facts = await Promise.all(sets.map((set) => content.statisticsOf(set)))
      return sets.map(({ name }, i) => ({ name, statistics: facts[i] }))
    },
  )
  return computed(() => {
    const known = (answer.value?.value ?? []).flatMap(({ name, statistics }) => {
      if (!statistics) return []
      const { histogram, mean, deviation } = statistics
      const { low, high } = histogram
      return [[name, { low, high, meanSquare: mean ** 2 + deviation ** 2 }] as const]
    })
    return new Map(known)
  })
}
