/**
 * What is looked at on the Functions tab of Pen & paper, kept while the lab is open.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Activation } from '#shared/experiment'
import { ACTIVATION_CURVES, activationCurve } from '#shared/paper/activation-curves'

export const usePaperFunctionsStore = defineStore('paper-functions', () => {
  const view = ref<'activations' | 'softmax'>('activations')
  const chosen = shallowRef<readonly Activation[]>(['sigmoid'])
  /** The one whose formulas and saturation are shown. */
  const detail = ref<Activation>('sigmoid')
  const parameters = shallowRef<Readonly<Record<string, unknown>>>({})

  const curves = computed(() =>
    chosen.value.map((kind) => {
      const curve = activationCurve(kind)
      return { curve, parameter: parameterOf(kind) }
    }),
  )

  /** The typed one while it is right, else the one to begin with. */
  function parameterOf(kind: Activation): number {
    const { parameter } = activationCurve(kind)
    const typed = parameters.value[kind]
    const isRight = parameter && typeof typed === 'number' && typed >= parameter.min && typed <= parameter.max
    return isRight ? typed : (parameter?.initial ?? 0)
  }

  function setParameter(kind: Activation, value: unknown): void {
    parameters.value = { ...parameters.value, [kind]: value }
    detail.value = kind
  }

  function toggle(kind: Activation): void {
    const without = chosen.value.filter((each) => each !== kind)
    if (without.length === chosen.value.length) {
      chosen.value = [...chosen.value, kind]
      detail.value = kind
    } else if (without.length > 0) {
      chosen.value = without
      if (detail.value === kind) detail.value = without.at(-1) ?? kind
    }
  }

  function choose(kinds: readonly Activation[]): void {
    chosen.value = kinds
    detail.value = kinds.at(-1) ?? 'sigmoid'
  }

  const z = shallowRef<readonly string[]>(['2', '1', '−0.3'])
  const shift = ref<unknown>(10_000)
  /** The class that is right: y is 1 there and 0 elsewhere. */
  const target = ref(0)

  return {
    view,
    chosen,
    detail,
    parameters,
    curves,
    parameterOf,
    setParameter,
    toggle,
    choose,
    z,
    shift,
    target,
    all: ACTIVATION_CURVES,
  }
})
