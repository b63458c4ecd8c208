/**
 * What is on the pad: strokes with undo, or a picture that was loaded. Kept while the app runs, also when another model
 * is looked at.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { inkOf, type Ink, type Stroke } from '#shared/inspect/digit-pad'
import type { Fit } from './preparation'

export type PadPoint = readonly [x: number, y: number]

/** Nearer than this to the last point, in pad units, a point tells nothing new. */
const STEP = 0.004

export const usePadStrokes = defineStore('pad-strokes', () => {
  const strokes = shallowRef<readonly Stroke[]>([])
  /** The stroke that is being drawn. */
  const current = shallowRef<Stroke | null>(null)
  const loaded = shallowRef<{ name: string; ink: Ink } | null>(null)
  /** Half the width of the brush, as a share of the pad. */
  const radius = ref(0.04)
  /** Null: as the pictures of the model's data were made. */
  const fit = ref<Fit | null>(null)
  /** Goes up with every change: which ink an answer is to. */
  const version = ref(0)

  const still = computed(() => inkOf(strokes.value))
  const ink = computed<Ink>(() => {
    if (loaded.value) return loaded.value.ink
    return current.value ? merged(still.value, inkOf([current.value])) : still.value
  })
  const isEmpty = computed(() => !loaded.value && strokes.value.length === 0 && !current.value)
  const canUndo = computed(() => loaded.value !== null || strokes.value.length > 0 || current.value !== null)

  function press(point: PadPoint): void {
    loaded.value = null
    current.value = { points: [point], radius: radius.value }
    version.value++
  }
  function drag(point: PadPoint): void {
    const last = current.value?.points.at(-1)
    if (!current.value || !last || Math.hypot(point[0] - last[0], point[1] - last[1]) < STEP) return
    current.value = { ...current.value, points: [...current.value.points, point] }
    version.value++
  }
  function lift(): void {
    if (!current.value) return
    strokes.value = [...strokes.value, current.value]
    current.value = null
  }
  /** Takes the last stroke back; or the picture, so that the strokes are there again. */
  function undo(): void {
    lift()
    if (loaded.value) loaded.value = null
    else strokes.value = strokes.value.slice(0, -1)
    version.value++
  }
  function clear(): void {
    strokes.value = []
    current.value = null
    loaded.value = null
    version.value++
  }
  function show(name: string, picture: Ink): void {
    lift()
    loaded.value = { name, ink: picture }
    version.value++
  }

  return { loaded, radius, fit, version, ink, isEmpty, canUndo, press, drag, lift, undo, clear, show }
})

function merged(a: Ink, b: Ink): Ink {
  return { ...a, values: a.values.map((value, i) => Math.max(value, b.values[i] ?? 0)) }
}
