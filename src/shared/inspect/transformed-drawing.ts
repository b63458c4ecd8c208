/**
 * Where two units of a hidden layer take the plane: its grid, bent, with the points and the boundary in their new
 * places. A layer of two units hands on nothing else: there the boundary is a straight line.
 */
import { formatNumber, linearScale } from '../figures/axis-scale'
import { seriesColor } from '../figures/chart-look'
import { circle, line, path, rect, short, text, type Drawing, type Mark } from '../figures/marks'
import { fieldAt, type Field } from './contours'
import { lastLayerLine, withinBox } from './last-layer-line'
import { legendMarks } from './plane-legend'
import { boundaryLines, toGrid, type Box, type PlaneField, type PlanePoint } from './plane'
import type { PlaneLook } from './plane-drawing'

export interface HiddenPlane {
  units: number
  /** f32[cells, units], the lowest row first. */
  values: Float32Array
}

/** Lines of the plane's grid that are drawn in each direction. */
const LINES = 16

export function transformedDrawing(
  field: PlaneField,
  hidden: HiddenPlane,
  [first, second]: readonly [number, number],
  points: readonly PlanePoint[],
  { width, height, fontSize, palette }: PlaneLook,
  classNames: readonly string[] = [],
): Drawing {
  const grid: Field = { values: hidden.values, columns: field.columns, rows: field.rows }
  const at = (gx: number, gy: number): [number, number] => [
    fieldAt(grid, gx, gy, hidden.units, first),
    fieldAt(grid, gx, gy, hidden.units, second),
  ]
  const placed = points.map((point) => ({ ...point, at: at(...toGrid(field, point.x, point.y)) }))
  const bent = gridLines(field, at)
  const all = [...bent.flat(), ...placed.map((point) => point.at)]
  const count = Math.max(2, Math.round(width / (fontSize * 8)))
  const x = scaleOf(
    all.map(([a]) => a),
    count,
  )
  const y = scaleOf(
    all.map(([, b]) => b),
    count,
  )
  const legend = legendMarks(
    { classNames, levelsOf: null, hasBothParts: false, hasWrong: false, hasVeil: false },
    { left: fontSize * 4.2, width, y: height + fontSize * 0.9, fontSize, palette },
  )
  const boundary = boundaryIn(field, hidden, [first, second], { x: [x.min, x.max], y: [y.min, y.max] }, at)
  const area = { x: fontSize * 4.2, y: fontSize * 0.8, width: width - fontSize * 5.2, height: height - fontSize * 5 }
  const toX = (value: number) => area.x + ((value - x.min) / (x.max - x.min)) * area.width
  const toY = (value: number) => area.y + area.height - ((value - y.min) / (y.max - y.min)) * area.height
  const d = (some: readonly (readonly [number, number])[], isClosed = false) =>
    some.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${short(toX(a))} ${short(toY(b))}`).join('') + (isClosed ? 'z' : '')
  const bottom = area.y + area.height
  const names = [first, second].map((unit) => `Unit ${unit}`)
  return {
    width,
    height: height + legend.height,
    fontSize,
    title: `The plane as units ${first} and ${second} of the last hidden layer see it, with ${points.length} points`,
    marks: [
      rect(area.x, area.y, area.width, area.height, { fill: palette.paper, stroke: palette.axis }),
      path(bent.map((each) => d(each)).join(''), {
        fill: 'none',
        stroke: palette.quiet,
        'stroke-width': 0.7,
        'stroke-opacity': 0.5,
      }),
      path(boundary.map(({ along, isClosed }) => d(along, isClosed)).join(''), {
        fill: 'none',
        stroke: palette.text,
        'stroke-width': 2,
      }),
      ...placed.flatMap(({ at: [a, b], label }): Mark[] => [
        circle(toX(a), toY(b), 4.2, { fill: '#ffffff' }),
        circle(toX(a), toY(b), 3.2, { fill: seriesColor(palette, label) }),
      ]),
      ...x.ticks.flatMap((tick) => [
        line(toX(tick), bottom, toX(tick), bottom + 3, { stroke: palette.axis }),
        text(toX(tick), bottom + fontSize * 1.4, formatNumber(tick), { 'text-anchor': 'middle', fill: palette.quiet }),
      ]),
      ...y.ticks.flatMap((tick) => [
        line(area.x - 3, toY(tick), area.x, toY(tick), { stroke: palette.axis }),
        text(area.x - fontSize * 0.5, toY(tick) + fontSize * 0.36, formatNumber(tick), {
          'text-anchor': 'end',
          fill: palette.quiet,
        }),
      ]),
      text(area.x + area.width / 2, height - fontSize * 0.7, names[0] ?? '', {
        'text-anchor': 'middle',
        fill: palette.text,
      }),
      text(0, 0, names[1] ?? '', {
        transform: `translate(${short(fontSize)} ${short(area.y + area.height / 2)}) rotate(-90)`,
        'text-anchor': 'middle',
        fill: palette.text,
      }),
      ...legend.marks,
    ],
  }
}

/** Exact where the layer has these two units and no others; else as its cells tell. */
function boundaryIn(
  field: PlaneField,
  hidden: HiddenPlane,
  [first, second]: readonly [number, number],
  box: Box,
  at: (gx: number, gy: number) => [number, number],
): { along: readonly (readonly [number, number])[]; isClosed: boolean }[] {
  const line = first === second ? null : lastLayerLine(field, hidden)
  if (!line) {
    return boundaryLines(field).map(({ points, isClosed }) => ({
      along: points.map(([gx, gy]) => at(gx, gy)),
      isClosed,
    }))
  }
  const [a, b, c] = line
  const straight = withinBox(first === 0 ? [a, b, c] : [b, a, c], box)
  return straight ? [{ along: straight, isClosed: false }] : []
}

/** A unit that never moves has a range all the same. */
function scaleOf(values: readonly number[], count: number) {
  const finite = values.filter(Number.isFinite)
  const { min, max, ...scale } = linearScale(
    Math.min(...finite, Infinity) || 0,
    Math.max(...finite, -Infinity) || 0,
    count,
  )
  const room = 0.03 * (max - min) // a point at the end is seen whole
  return { ...scale, min: min - room, max: max + room }
}

function gridLines({ columns, rows }: PlaneField, at: (gx: number, gy: number) => [number, number]) {
  const steps = (size: number) => Array.from({ length: LINES + 1 }, (_, i) => (i / LINES) * (size - 1))
  const along = (size: number) => Array.from({ length: size }, (_, i) => i)
  return [
    ...steps(rows).map((gy) => along(columns).map((gx) => at(gx, gy))),
    ...steps(columns).map((gx) => along(rows).map((gy) => at(gx, gy))),
  ]
}
