/**
 * Painting points with the pointer and with the keys. Holds the tool, the class, the place of the keyboard's cursor;
 * the points themselves are in the draft, where every stroke is one step to undo.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { POINT_LIMITS } from '#shared/points'
import type { Frame } from '../browse/scatter'
import { inDisc, nearestPoint, rangeAround, tidy, within, withoutDisc, withoutPoint, type Place } from './plane'
import { usePointsDraft, type PaintedPoint } from './points-draft'

export type Tool = 'point' | 'brush' | 'eraser'

/** What is held while the pointer or a key goes down. */
export interface Held {
  shift: boolean
  /** Ctrl, or Cmd on a Mac. */
  remove: boolean
}

/** Of the width of the plane: a click this near to a point means it. */
const REACH = 0.08
/** Points that a brush leaves for each radius that it is moved. */
const SPRAY = 3

export const usePainter = defineStore('painter', () => {
  const draft = usePointsDraft()
  const tool = ref<Tool>('point')
  const label = ref(0)
  /** Of the width of the plane. */
  const brushShare = ref(0.06)
  const range = ref(1)
  const cursor = shallowRef<Place>({ x: 0, y: 0 })
  /** What was done last, for those who do not see it. */
  const said = ref('')

  let stroke = 0
  let sprayedAt: Place | null = null

  const radius = computed(() => 2 * range.value * brushShare.value)
  const isFull = computed(() => draft.painted.length >= POINT_LIMITS.size)

  /** Takes points over from a generator, or goes on with painted ones. */
  function fitRange(): void {
    range.value = Math.max(range.value, rangeAround(draft.painted))
  }

  /** The class that is chosen; with Shift the one after it, so that A and B need no choosing. */
  function classFor({ shift }: Held): number {
    return shift ? (label.value + 1) % POINT_LIMITS.classes : label.value
  }

  function press(at: Place, frame: Frame, held: Held): void {
    stroke += 1
    sprayedAt = null
    if (held.remove) removeNearest(at)
    else if (tool.value === 'point') place(at, classFor(held))
    else drag(at, frame, held)
  }

  function drag(at: Place, frame: Frame, held: Held): void {
    if (tool.value === 'eraser') erase(at)
    if (tool.value !== 'brush') return
    if (sprayedAt && Math.hypot(at.x - sprayedAt.x, at.y - sprayedAt.y) < radius.value / SPRAY) return
    sprayedAt = at
    const { x, y } = inDisc(at, radius.value)
    if (within({ x, y }, frame)) add([x, y, classFor(held)], `stroke ${stroke}`)
  }

  function release(): void {
    draft.seal()
  }

  function place(at: Place, of: number): void {
    if (isFull.value) {
      said.value = `There are ${POINT_LIMITS.size} points, which is the most`
      return
    }
    add([tidy(at.x), tidy(at.y), of], null)
    said.value = `${className(of)} at x ${tidy(at.x)}, y ${tidy(at.y)}; ${draft.painted.length} points`
  }

  function add(point: PaintedPoint, edit: string | null): void {
    if (!isFull.value) draft.paint([...draft.painted, point], edit)
  }

  function erase(at: Place): void {
    const left = withoutDisc(draft.painted, at, radius.value)
    if (left.length < draft.painted.length) draft.paint(left, `stroke ${stroke}`)
  }

  function removeNearest(at: Place): void {
    const found = nearestPoint(draft.painted, at, 2 * range.value * REACH)
    const point = found === null ? undefined : draft.painted[found]
    if (found === null || !point) {
      said.value = 'No point is near'
      return
    }
    draft.paint(withoutPoint(draft.painted, found))
    said.value = `Removed ${className(point[2])} at x ${point[0]}, y ${point[1]}; ${draft.painted.length} points`
  }

  function clear(): void {
    draft.paint([])
    said.value = 'All points removed'
  }

  /** `steps` of a fiftieth of the plane. */
  function move(across: number, up: number): void {
    const step = range.value / 25
    const stay = (value: number) => tidy(Math.min(range.value, Math.max(-range.value, value)))
    cursor.value = { x: stay(cursor.value.x + across * step), y: stay(cursor.value.y + up * step) }
    said.value = `x ${cursor.value.x}, y ${cursor.value.y}`
  }

  return {
    tool,
    label,
    brushShare,
    range,
    radius,
    cursor,
    said,
    fitRange,
    classFor,
    press,
    drag,
    release,
    place,
    removeNearest,
    clear,
    move,
  }
})

/** "Class A", as the classes of a set of points are called. */
export function className(label: number): string {
  return `Class ${String.fromCharCode(65 + label)}`
}
