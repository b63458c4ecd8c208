/**
 * Which metric a rule that decides during training can watch: one of the validation part, where there is one.
 */
import { computed } from 'vue'
import { useDraftStore } from '../../stores/draft'

export function useWatched() {
  const draft = useDraftStore()
  const hasValidation = computed(() => {
    if (draft.read(['dataset', 'split', 'kind']) === 'k-fold') return true
    const size = draft.read(['dataset', 'split', 'validation'])
    return typeof size === 'number' && size > 0
  })
  return { hasValidation, best: computed(() => (hasValidation.value ? 'validation-loss' : 'train-loss')) }
}
