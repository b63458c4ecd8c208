/**
 * The layers of a model: weights, and activations over some training samples. The last answer stays until the next has
 * come, so that an epoch slider does not flicker.
 */
import { computed } from 'vue'
import { f32Of } from '#shared/datasets'
import type { LayerInsight, ModelSource } from '#shared/inspect/inspected'
import { lab } from '../lab'
import { useLatestAnswer } from './latest-answer'

/** Of the training part: enough for shares of a per mille. */
export const LOOKED_AT = 2000

export interface ShownLayer extends Pick<LayerInsight, 'inputs' | 'outputs' | 'activation'> {
  /** f32[outputs, inputs] */
  weights: Float32Array
  biases: Float32Array
}

export function useLayers(source: () => ModelSource | null) {
  const { answer, failure, again } = useLatestAnswer(
    () => {
      const model = source()
      return model && { source: model }
    },
    (question) => lab.call('inspect:layers', question.source, LOOKED_AT),
  )
  const layers = computed<readonly ShownLayer[] | null>(
    () =>
      answer.value?.value.map(({ weights, biases, ...layer }) => ({
        ...layer,
        weights: f32Of(weights),
        biases: f32Of(biases),
      })) ?? null,
  )
  return { layers, failure, again }
}
