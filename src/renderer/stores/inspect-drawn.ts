/**
 * What a model says of a drawing: asked anew with every stroke, one question at a time.
 */
import { computed } from 'vue'
import type { DrawnAnswer, ModelSource } from '#shared/inspect/inspected'
import { lab } from '../lab'
import { useLatestAnswer } from './latest-answer'

/** `version` is another one whenever `pixels` are; pixels: u8[values of a sample]. */
export function useDrawnAnswer(
  source: () => ModelSource | null,
  drawing: () => { version: string; pixels: Uint8Array },
) {
  const { answer, failure } = useLatestAnswer(
    () => {
      const model = source()
      return model && { source: model, version: drawing().version }
    },
    ({ source: model }) => lab.call('inspect:drawn', model, drawing().pixels),
  )
  return { answer: computed<DrawnAnswer | null>(() => answer.value?.value ?? null), failure }
}
