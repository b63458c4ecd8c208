/**
 * The points that are being made, with undo and redo. Kept while the app runs, so that closing the editor loses
 * nothing; on disk only when they are stored as a data set.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { DatasetEntry } from '#shared/datasets'
import type { PointsSpec } from '#shared/points'
import { pointsSpecSchema } from '#shared/points'
import { problemsOf, type Problem } from '#shared/experiment-problems'
import { FIRST_POINTS, startOfShape, type LooseSpec, type Shape } from './point-shapes'

/** x, y, class. */
export type PaintedPoint = readonly [number, number, number]

interface Step {
  spec: LooseSpec
  /** Edits with the same word that follow each other are one step; null: a step of its own. */
  edit: string | null
}

const UNDO_STEPS = 500

export const usePointsDraft = defineStore('points-draft', () => {
  const past = shallowRef<readonly Step[]>([])
  const present = shallowRef<Step>({ spec: FIRST_POINTS, edit: null })
  const future = shallowRef<readonly Step[]>([])
  /** Of the data set to be; empty ones are made up from the points. */
  const title = ref('')
  const name = ref('')
  /** What was stored last, and from what. */
  const stored = shallowRef<{ key: string; entry: DatasetEntry } | null>(null)

  const spec = computed(() => present.value.spec)
  const canUndo = computed(() => past.value.length > 0)
  const canRedo = computed(() => future.value.length > 0)
  const parsed = computed(() => pointsSpecSchema.safeParse(spec.value))
  /** With every field right; null while there are problems. */
  const checked = computed<PointsSpec | null>(() => parsed.value.data ?? null)
  const problems = computed<readonly Problem[]>(
    () => parsed.value.error?.issues.flatMap((issue) => problemsOf(issue, spec.value)) ?? [],
  )
  const painted = computed<readonly PaintedPoint[]>(() =>
    spec.value.shape === 'painted' ? (spec.value.points as readonly PaintedPoint[]) : [],
  )

  function replace(next: LooseSpec, edit: string | null = null): void {
    if (edit === null || present.value.edit !== edit) past.value = [...past.value, present.value].slice(-UNDO_STEPS)
    present.value = { spec: next, edit }
    future.value = []
  }
  function write(field: string, value: unknown): void {
    replace({ ...spec.value, [field]: value }, field)
  }
  function chooseShape(shape: Shape): void {
    replace(startOfShape(shape, spec.value))
  }
  /** `edit` joins the points of one stroke. */
  function paint(points: readonly PaintedPoint[], edit: string | null = null): void {
    replace({ ...spec.value, points }, edit)
  }
  /** The points as they lie, to be changed by hand; the box has done its work. */
  function toPainted(points: readonly PaintedPoint[]): void {
    replace({ ...startOfShape('painted', spec.value), points })
  }
  /** The next edit is a step of its own, also of the same field. */
  function seal(): void {
    if (present.value.edit !== null) present.value = { ...present.value, edit: null }
  }
  function undo(): void {
    const before = past.value.at(-1)
    if (!before) return
    past.value = past.value.slice(0, -1)
    future.value = [present.value, ...future.value]
    present.value = { ...before, edit: null }
  }
  function redo(): void {
    const [after, ...rest] = future.value
    if (!after) return
    past.value = [...past.value, present.value]
    future.value = rest
    present.value = { ...after, edit: null }
  }
  /** Points that are stored already; those that were being made before can be had back with undo. */
  function startFrom(points: LooseSpec, of: string): void {
    replace(points)
    title.value = `${of}, edited`
    name.value = ''
  }

  return {
    spec,
    checked,
    problems,
    painted,
    title,
    name,
    stored,
    canUndo,
    canRedo,
    replace,
    write,
    chooseShape,
    paint,
    toPainted,
    seal,
    undo,
    redo,
    startFrom,
  }
})
