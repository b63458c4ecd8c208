import { computed } from 'vue'
import type { DatasetEntry } from '#shared/datasets'
import { useAnswer } from '../stores/answers'
import { useDatasetContent } from '../stores/dataset-content'
import { lookOf } from './dataset-words'
import { BYTES, type Range } from './pixels'

/**
 * The values of a set's pictures that are black and white. Floats have no range of their own: that of the training part
 * is taken. Null until it is known, and for sets that are no pictures.
 */
export function usePictureRange(set: () => DatasetEntry | null) {
  const content = useDatasetContent()
  const isPictures = computed(() => {
    const facts = set()
    return facts !== null && lookOf(facts) === 'pictures'
  })
  const { value: statistics, failure } = useAnswer(
    () => (isPictures.value && set()?.kind === 'floats' ? set() : null),
    content.statisticsOf,
  )
  const range = computed<Range | null>(() => {
    if (!isPictures.value) return null
    if (set()?.kind !== 'floats') return BYTES
    return statistics.value ? { low: statistics.value.histogram.low, high: statistics.value.histogram.high } : null
  })
  return { range, failure }
}
