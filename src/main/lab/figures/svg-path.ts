/**
 * What a marker needs to know of a path: where it ends, and which way it goes there.
 */
import { badSvg } from './svg-reader'
import { numbersIn } from './svg-look'

type Point = readonly [x: number, y: number]

export interface PathEnd {
  at: Point
  /** Clockwise from the x axis, as SVG turns. */
  degrees: number
}

/** How many numbers each command takes. Relative ones and arcs end no line that has an arrow. */
const TAKES: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, Q: 4, C: 6 }

export function pathEnd(path: string): PathEnd {
  let [before, pen]: [Point, Point] = [
    [0, 0],
    [0, 0],
  ]
  for (const [, command = '', text = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const takes = TAKES[command]
    const values = takes === undefined ? [] : numbersIn(text)
    if (takes === undefined || values.length !== takes) {
      throw badSvg(`an arrow needs a path of single M, L, H, V, Q and C, got "${command}${text}"`)
    }
    const points = pointsOf(command, values, pen)
    // a control point that lies on the end says nothing of the direction
    before = [pen, ...points].findLast((point) => !same(point, points.at(-1) ?? pen)) ?? before
    pen = points.at(-1) ?? pen
  }
  return { at: pen, degrees: (Math.atan2(pen[1] - before[1], pen[0] - before[0]) * 180) / Math.PI }
}

function pointsOf(command: string, values: readonly number[], [x, y]: Point): Point[] {
  const [first = 0] = values
  if (command === 'H') return [[first, y]]
  if (command === 'V') return [[x, first]]
  return Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i] ?? 0, values[2 * i + 1] ?? 0])
}

function same(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1]
}
