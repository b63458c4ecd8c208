/**
 * Places on the plane: from pixels to coordinates and back, the nearest point, strokes of a brush.
 */
import { linearScale } from '#shared/figures/axis-scale'
import { toX, toY, type Frame } from '../browse/scatter'
import type { PaintedPoint } from './points-draft'

export interface Place {
  x: number
  y: number
}

/** `at` in CSS pixels on the paper; null outside of the frame. */
export function placeAt(frame: Frame, at: Place): Place | null {
  const across = (at.x - frame.left) / frame.width
  const up = (frame.top + frame.height - at.y) / frame.height
  if (!(across >= 0 && across <= 1 && up >= 0 && up <= 1)) return null
  const { x, y } = frame
  return { x: tidy(x.min + across * (x.max - x.min)), y: tidy(y.min + up * (y.max - y.min)) }
}

export function pixelOf(frame: Frame, { x, y }: Place): Place {
  return { x: toX(frame, x), y: toY(frame, y) }
}

/** Units of the plane for a CSS pixel. */
export function unitsPerPixel({ x, width }: Frame): number {
  return (x.max - x.min) / width
}

/** Room for the labels of the ticks, as beside other planes. */
const ROOM = { left: 56, right: 16, top: 16, bottom: 32 }

/** A square of ±range in both directions that ends exactly there, in the middle of the paper. */
export function squareFrame(range: number, width: number, height: number): Frame | null {
  const side = Math.min(width - ROOM.left - ROOM.right, height - ROOM.top - ROOM.bottom)
  if (side < 80) return null
  const wide = linearScale(-range, range, side / 90)
  const ticks = wide.ticks.filter((tick) => Math.abs(tick) <= range * (1 + 1e-9))
  const scale = { min: -range, max: range, step: wide.step, ticks }
  const left = ROOM.left + (width - ROOM.left - ROOM.right - side) / 2
  const top = ROOM.top + (height - ROOM.top - ROOM.bottom - side) / 2
  return { x: scale, y: scale, left, top, width: side, height: side }
}

/** The smallest of 1, 2, 5 times a power of ten that has all points within ±. */
export function rangeAround(points: readonly PaintedPoint[]): number {
  const largest = points.reduce((most, [x, y]) => Math.max(most, Math.abs(x), Math.abs(y)), 0)
  if (largest === 0) return 1
  const power = 10 ** Math.floor(Math.log10(largest))
  return [1, 2, 5, 10].map((digit) => tidy(digit * power)).find((range) => range >= largest) ?? 10 * power
}

/** Index of the nearest point within `reach`, in units of the plane; null: none is so near. */
export function nearestPoint(points: readonly PaintedPoint[], to: Place, reach: number): number | null {
  let found: number | null = null
  let best = reach
  points.forEach(([x, y], i) => {
    const distance = Math.hypot(x - to.x, y - to.y)
    if (distance <= best) [found, best] = [i, distance]
  })
  return found
}

export function withoutPoint(points: readonly PaintedPoint[], index: number): PaintedPoint[] {
  return points.filter((_, i) => i !== index)
}

export function withoutDisc(points: readonly PaintedPoint[], { x, y }: Place, radius: number): PaintedPoint[] {
  return points.filter(([px, py]) => Math.hypot(px - x, py - y) > radius)
}

/** `random` gives numbers from 0 to 1. Evenly over the disc. */
export function inDisc({ x, y }: Place, radius: number, random: () => number = Math.random): Place {
  const distance = radius * Math.sqrt(random())
  const angle = 2 * Math.PI * random()
  return { x: tidy(x + distance * Math.cos(angle)), y: tidy(y + distance * Math.sin(angle)) }
}

export function within({ x, y }: Place, frame: Frame): boolean {
  return x >= frame.x.min && x <= frame.x.max && y >= frame.y.min && y <= frame.y.max
}

/** Five digits that count: finer than a pixel of any screen. */
export function tidy(value: number): number {
  return Number(value.toPrecision(5))
}
