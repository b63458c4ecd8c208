/**
 * The lab's own points, for a fake lab to answer with. By name and not by import: the engine is checked with the rules
 * of its own room.
 */
import { vi } from 'vitest'
import type { PointsView } from '#shared/datasets'
import type { PointsSpecInput } from '#shared/points'

interface MadePoints {
  values: Float32Array<ArrayBuffer>
  labels: Uint8Array
  classNames: string[]
  parts: { train: number; test: number }
}

export const { makePoints } = await vi.importActual<{ makePoints: (spec: PointsSpecInput) => MadePoints }>(
  '#engine/points/points',
)

export function viewOf(spec: PointsSpecInput): PointsView {
  const { values, labels, parts, classNames } = makePoints(spec)
  return { points: new Uint8Array(values.buffer), labels, train: parts.train, classes: classNames }
}
