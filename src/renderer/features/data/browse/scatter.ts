/**
 * Points in the plane on a square piece of paper: one unit is as long in both directions, as distances count.
 */
import { linearScale, type Scale } from '#shared/figures/axis-scale'

export interface Frame {
  x: Scale
  y: Scale
  /** Of the drawn area, in CSS pixels. */
  left: number
  top: number
  width: number
  height: number
}

export interface Bounds {
  minX: number
  maxX: number
  minY: number
  maxY: number
}

/** Room for the labels of the ticks. */
const ROOM = { left: 56, right: 16, top: 16, bottom: 32 }
/** Pixels for a tick. */
const TICK_EVERY = 90

/** points: [n, 2]. Without points: the unit square. */
export function boundsOf(points: ArrayLike<number>): Bounds {
  const bounds = { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity }
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] ?? 0, points[i + 1] ?? 0]
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue
    if (x < bounds.minX) bounds.minX = x
    if (x > bounds.maxX) bounds.maxX = x
    if (y < bounds.minY) bounds.minY = y
    if (y > bounds.maxY) bounds.maxY = y
  }
  return bounds.minX <= bounds.maxX ? bounds : { minX: 0, maxX: 1, minY: 0, maxY: 1 }
}

export function frameOf(bounds: Bounds, width: number, height: number): Frame | null {
  const [roomX, roomY] = [width - ROOM.left - ROOM.right, height - ROOM.top - ROOM.bottom]
  if (roomX < 80 || roomY < 80) return null
  const x = scaleOf(bounds.minX, bounds.maxX, roomX)
  const y = scaleOf(bounds.minY, bounds.maxY, roomY)
  const unit = Math.min(roomX / (x.max - x.min), roomY / (y.max - y.min))
  // directions of quite another kind (age and income) fill the paper instead
  const isAlike = unit * (x.max - x.min) > roomX / 8 && unit * (y.max - y.min) > roomY / 8
  const [inner, tall] = isAlike ? [unit * (x.max - x.min), unit * (y.max - y.min)] : [roomX, roomY]
  return { x, y, left: ROOM.left + (roomX - inner) / 2, top: ROOM.top + (roomY - tall) / 2, width: inner, height: tall }
}

function scaleOf(min: number, max: number, room: number): Scale {
  const margin = (max - min) * 0.03
  return linearScale(min - margin, max + margin, room / TICK_EVERY)
}

export function toX({ x, left, width }: Frame, value: number): number {
  return left + ((value - x.min) / (x.max - x.min)) * width
}
export function toY({ y, top, height }: Frame, value: number): number {
  return top + height - ((value - y.min) / (y.max - y.min)) * height
}

/** Index of the point nearest to a place on the paper, within a reach; -1 if there is none. */
export function nearest(points: readonly { atX: number; atY: number }[], x: number, y: number, reach: number): number {
  let [found, best] = [-1, reach * reach]
  points.forEach(({ atX, atY }, i) => {
    const distance = (atX - x) ** 2 + (atY - y) ** 2
    if (distance <= best) [found, best] = [i, distance]
  })
  return found
}

/** Evenly picked positions when there are more than can be drawn: the same ones each time. */
export function drawnPositions(count: number, atMost: number): number[] {
  const step = Math.max(1, count / atMost)
  return Array.from({ length: Math.min(count, atMost) }, (_, i) => Math.floor(i * step))
}
