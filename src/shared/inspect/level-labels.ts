/**
 * Numbers on level lines: each lies along its line, never upside down, and never on another number.
 */
import type { Palette } from '../figures/chart-look'
import { group, rect, short, text, type Mark } from '../figures/marks'
import { textWidth } from '../figures/text-width'

/** A line in pixels, and the number that belongs to it. */
export interface LabelledLine {
  what: string
  points: readonly (readonly [x: number, y: number])[]
}

/** Shorter lines, in pixels, have no room for their label. */
const SHORTEST = 60
/** Where on its line a label is tried first, as shares of the length: lines that run together take turns. */
const TRIED = [0.5, 0.32, 0.68, 0.2, 0.8, 0.41, 0.59, 0.26, 0.74, 0.13, 0.87] as const

interface Placed {
  x: number
  y: number
  angle: number
  /** Of the circle around the label: whatever its angle is, others stay out of it. */
  reach: number
}

/** A line whose label has no room among the others goes without. */
export function levelLabels(
  lines: readonly LabelledLine[],
  { palette, fontSize }: { palette: Palette; fontSize: number },
): Mark[] {
  const size = fontSize * 0.85
  const placed: Placed[] = []
  return lines.flatMap(({ what, points }) => {
    const wide = textWidth(what, size) + size * 0.5
    const free = placesOn(points, wide / 2).find((place) => placed.every((other) => areApart(place, other)))
    if (!free) return []
    placed.push(free)
    return [labelAt(free, what, wide, size, palette)]
  })
}

function areApart(a: Placed, b: Placed): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) > a.reach + b.reach
}

function labelAt({ x, y, angle }: Placed, what: string, wide: number, size: number, palette: Palette): Mark {
  return group({ transform: `translate(${short(x)} ${short(y)}) rotate(${short(angle)})` }, [
    rect(-wide / 2, -size * 0.62, wide, size * 1.24, { fill: palette.paper, 'fill-opacity': 0.85, rx: 2 }),
    text(0, size * 0.36, what, { 'text-anchor': 'middle', 'font-size': size, fill: palette.text }),
  ])
}

function placesOn(points: LabelledLine['points'], reach: number): Placed[] {
  const walked = [0]
  for (let i = 1; i < points.length; i++) walked.push((walked[i - 1] ?? 0) + distance(points[i - 1], points[i]))
  const whole = walked.at(-1) ?? 0
  if (whole < SHORTEST) return []
  return TRIED.map((share) => {
    const at = walked.findIndex((length) => length >= share * whole)
    const [x, y] = points[at] ?? [0, 0]
    const [[ax, ay], [bx, by]] = [
      points[Math.max(0, at - 3)] ?? [x, y],
      points[Math.min(points.length - 1, at + 3)] ?? [x, y],
    ]
    return { x, y, angle: upright((Math.atan2(by - ay, bx - ax) * 180) / Math.PI), reach }
  })
}

function distance(a: readonly [number, number] = [0, 0], b: readonly [number, number] = [0, 0]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}

function upright(angle: number): number {
  if (angle > 90) return angle - 180
  return angle < -90 ? angle + 180 : angle
}
