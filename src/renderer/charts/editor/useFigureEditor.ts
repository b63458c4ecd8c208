/**
 * A figure in the making: its form, its problems, the spec that comes of it, and the drawing of that spec.
 *
 * The drawing is the lab's own export. While somebody types it is asked for at most every 150 ms, and only the newest
 * answer is shown; one that fails leaves the last picture in place, with the reason beside it.
 */
import { refDebounced } from '@vueuse/core'
import { computed, reactive, shallowRef, watch } from 'vue'
import type { FigureRun, FigureSpec } from '#shared/figure'
import { proposedCaption } from '#shared/figures/caption'
import { figureOf } from '#shared/figures/figure-data'
import { labelsOf, namesIn } from '#shared/figures/styled-figure'
import { useExport } from '../../stores/exports'
import { useSettingsStore } from '../../stores/settings'
import { useToasts } from '../../ui/toasts'
import { formOf, kindOf, mannerOf, problemsOf, specOf, type FigureWords } from './figure-form'

export interface FigureEditorOptions {
  spec: FigureSpec
  runs: readonly FigureRun[]
  /** Of the chart's panel. */
  title: string
  /** Of a report: it has been set before, and does not begin like the last one of its kind. */
  settled?: boolean
}

export function useFigureEditor({ spec, runs, title, settled = false }: FigureEditorOptions) {
  const settings = useSettingsStore()
  const { drawFigure } = useExport()
  const toasts = useToasts()
  const kind = kindOf(spec)
  const figure = figureOf(spec, runs)
  const words = wordsOf()
  const manner = settled || spec.style ? {} : (settings.settings.figureManners?.[kind] ?? {})
  const form = reactive(formOf(spec, manner, words))

  const problems = computed(() => problemsOf(form))
  const isSound = computed(() => Object.keys(problems.value).length === 0)
  /** The last one without problems. */
  const made = shallowRef(specOf(spec, form, words))
  watch(form, () => {
    if (isSound.value) made.value = specOf(spec, form, words)
  })

  const svg = shallowRef('')
  const drawn = shallowRef(made.value) // what `svg` shows
  const failure = shallowRef<unknown>()
  let newest = 0
  watch(refDebounced(made, 150), draw, { immediate: true })

  async function draw(wanted: FigureSpec): Promise<void> {
    const number = ++newest
    try {
      const text = await drawFigure(wanted)
      if (number !== newest) return
      svg.value = text
      drawn.value = wanted
      failure.value = undefined
    } catch (error) {
      if (number === newest) failure.value = error
    }
  }

  function wordsOf(): FigureWords {
    const labels = labelsOf(figure)
    return {
      title: spec.title ?? title,
      labelX: labels.x ?? '',
      labelsY: labels.y,
      names: namesIn(figure),
      caption: proposedCaption(figure, spec, runs),
      altText: figure.description,
    }
  }

  /** As the lab sets a figure of which nobody has asked anything. */
  function startOver(): void {
    const { style: _, ...plain } = spec
    Object.assign(form, formOf(plain, {}, words))
  }

  /** The next figure of this kind begins like this one. */
  async function remember(): Promise<void> {
    if (!isSound.value) return
    const figureManners = { ...settings.settings.figureManners, [kind]: mannerOf(form) }
    try {
      await settings.change({ figureManners })
    } catch (error) {
      toasts.fail('The next figure will not begin like this one', error)
    }
  }

  return { form, words, figure, problems, isSound, made, svg, drawn, failure, startOver, remember }
}
