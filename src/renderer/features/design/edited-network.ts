/**
 * Which network the centre column edits. Where a factor compares networks, each of its levels is one and the
 * design's own layers are not trained; otherwise there is only the design's own.
 */
import { computed, ref, watch } from 'vue'
import { checkExperiment, type Problem } from '#shared/experiment-check'
import { withValueAt, type PathKey } from '#shared/experiment-path'
import { useDatasetsStore } from '../../stores/datasets'
import { useDraftStore } from '../../stores/draft'
import { factorVarying, looseFactors } from './design-field'
import { asLayers, looseSizeString, type LooseLayer } from './layers'
import type { NetworkEnds } from './size-string'

const LAYERS = 'network.layers'

export interface NetworkChoice {
  value: string
  label: string
}

export function useEditedNetwork() {
  const draft = useDraftStore()
  const datasets = useDatasetsStore()
  const chosen = ref('0')

  const factor = computed(() => {
    const varying = factorVarying(draft.read(['factors']), LAYERS)
    const levels = varying && looseFactors(draft.read(['factors']))[varying.index]?.levels
    // Only a factor whose every level brings a whole network; one that sets a layer's units leaves the base in use.
    if (!varying || !levels?.length || !levels.every((level) => Object.hasOwn(level.set, LAYERS))) return undefined
    return { index: varying.index, name: varying.name, levels }
  })
  const choices = computed<NetworkChoice[]>(() =>
    (factor.value?.levels ?? []).map((level, i) => ({ value: String(i), label: level.label })),
  )
  watch(choices, (now) => {
    if (!now.some((choice) => choice.value === chosen.value)) chosen.value = '0'
  })

  const keys = computed<PathKey[]>(() =>
    factor.value
      ? ['factors', factor.value.index, 'levels', Number(chosen.value), 'set', LAYERS]
      : ['network', 'layers'],
  )
  const layers = computed(() => asLayers(draft.read(keys.value)))

  /** Problems of the network that is shown, with the paths of the design's own layers. */
  const problems = computed<readonly Problem[]>(() => {
    if (!factor.value) return draft.problems
    const alone = withValueAt(draft.document, ['factors'], [])
    const result = checkExperiment(withValueAt(alone, ['network', 'layers'], draft.read(keys.value)), datasets.catalog)
    return result.ok ? [] : result.problems
  })

  /**
   * Puts other layers in place. A level that is called after its size is renamed with it.
   * `typing`: joins the edits of one layer's field to one step of undo; otherwise each is a step of its own.
   */
  function write(next: readonly LooseLayer[], ends: NetworkEnds, typing = false): void {
    const put = typing ? draft.write : draft.writeStep
    const level = factor.value?.levels[Number(chosen.value)]
    if (!level) {
      put(keys.value, next)
      return
    }
    const isNamedBySize = level.label === looseSizeString(layers.value, ends.inputs, ends.outputs)
    const label = isNamedBySize ? looseSizeString(next, ends.inputs, ends.outputs) : level.label
    put(keys.value.slice(0, -2), { label, set: { ...level.set, [LAYERS]: next } })
  }

  return { factor, choices, chosen, layers, problems, write }
}
