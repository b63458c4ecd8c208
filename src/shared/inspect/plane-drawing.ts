/**
 * A boundary as a figure: the probability field, the line between the classes, labelled level lines, the points, and a
 * veil over what lies outside of the training points. The same on the screen and in print.
 */
import { formatNumber, ticksWithin } from '../figures/axis-scale'
import { seriesColor, type Palette } from '../figures/chart-look'
import { line, path, rect, short, text, type Drawing, type Mark } from '../figures/marks'
import { convexHull, type ContourLine } from './contours'
import { levelLabels } from './level-labels'
import { legendMarks, pointShape } from './plane-legend'
import { boundaryLines, fromGrid, levelLines, type Box, type PlaneField, type PlanePoint } from './plane'

export interface PlaneLook {
  width: number
  height: number
  fontSize: number
  palette: Palette
}

export interface PlaneOptions {
  classNames: readonly string[]
  /** Steps of color from "no idea" to "certain"; 1: which class, and no more. */
  steps: number
  /** Of which class level lines are drawn; null: none. */
  levelsOf: number | null
  /** What lies outside of the hull of these is veiled; none: nothing is. */
  seen: readonly { x: number; y: number }[]
}

export interface PlaneLayout {
  area: { x: number; y: number; width: number; height: number }
  toX: (x: number) => number
  toY: (y: number) => number
}

/** The field is as large as there is room; a unit is as long in both directions if the box is square. */
export function planeLayout(box: Box, { width, height, fontSize }: Omit<PlaneLook, 'palette'>): PlaneLayout {
  const [left, right, top, bottom] = [fontSize * 4.2, fontSize, fontSize * 0.8, fontSize * 4]
  const [wide, tall] = [box.x[1] - box.x[0], box.y[1] - box.y[0]]
  const isSquare = Math.abs(wide / tall - 1) < 1e-9
  const side = Math.max(10, Math.min(width - left - right, height - top - bottom))
  const area = {
    x: left,
    y: top,
    width: isSquare ? side : Math.max(10, width - left - right),
    height: isSquare ? side : Math.max(10, height - top - bottom),
  }
  return {
    area,
    toX: (x) => area.x + ((x - box.x[0]) / wide) * area.width,
    toY: (y) => area.y + area.height - ((y - box.y[0]) / tall) * area.height,
  }
}

export function planeDrawing(
  field: PlaneField,
  points: readonly PlanePoint[],
  options: PlaneOptions,
  look: PlaneLook,
): Drawing {
  const { palette, width, fontSize } = look
  const layout = planeLayout(field, look)
  const { area } = layout
  const legend = legendMarks(
    {
      classNames: options.classNames,
      levelsOf: options.levelsOf,
      hasBothParts: points.some(({ isTest }) => isTest) && points.some(({ isTest }) => !isTest),
      hasWrong: points.some(({ label, predicted }) => label !== predicted),
      hasVeil: convexHull(options.seen.map(({ x, y }) => [x, y] as const)).length > 2,
    },
    { ...look, left: area.x, y: area.y + area.height + fontSize * 4.8 },
  )
  const levels = options.levelsOf === null ? [] : levelLines(field, options.levelsOf)
  const right = points.filter(({ label, predicted }) => label === predicted).length
  return {
    width,
    height: area.y + area.height + fontSize * 3.8 + legend.height,
    fontSize,
    title: `Decision boundary over the plane${points.length > 0 ? `; ${right} of ${points.length} points on their own side` : ''}`,
    marks: [
      rect(area.x, area.y, area.width, area.height, { fill: palette.paper }),
      ...fieldMarks(field, options.steps, layout, palette),
      ...veilMarks(options.seen, layout, palette),
      ...levels.map(({ lines }) => levelMark(lines, field, layout, palette)),
      path(
        boundaryLines(field)
          .map((each) => linePath(each, field, layout))
          .join(''),
        {
          fill: 'none',
          stroke: palette.text,
          'stroke-width': 2,
          'stroke-linejoin': 'round',
        },
      ),
      ...points.flatMap(({ x, y, label, predicted, isTest }) =>
        pointShape(layout.toX(x), layout.toY(y), isTest, label !== predicted, seriesColor(palette, label)),
      ),
      ...levelLabels(
        levels.flatMap(({ level, lines }) =>
          lines.map((each) => ({ what: formatNumber(level), points: pixelsOf(each, field, layout) })),
        ),
        look,
      ),
      ...axisMarks(field, layout, look),
      ...legend.marks,
    ],
  }
}

/** One path for each color: equal neighbors in a row are one piece. */
function fieldMarks(field: PlaneField, steps: number, { toX, toY }: PlaneLayout, palette: Palette): Mark[] {
  const { columns, rows, classes, shares } = field
  const pieces = new Map<string, string>()
  const overlap = 0.3 // no seams between neighbors
  for (let row = 0; row < rows; row++) {
    let start = 0
    let color = ''
    for (let column = 0; column <= columns; column++) {
      const cell = row * columns + column
      const next = column < columns ? cellColor(shares, cell * classes, classes, steps, palette) : ''
      if (next === color) continue
      if (color !== '') {
        const [[left, bottom], [right, top]] = [
          fromGrid(field, start - 0.5, row - 0.5),
          fromGrid(field, column - 0.5, row + 0.5),
        ]
        const [x, y] = [toX(left), toY(top)]
        const [wide, tall] = [toX(right) - x + overlap, toY(bottom) - y + overlap]
        const piece = `M${short(x)} ${short(y)}h${short(wide)}v${short(tall)}h${short(-wide)}z`
        pieces.set(color, (pieces.get(color) ?? '') + piece)
      }
      start = column
      color = next
    }
  }
  return [...pieces].map(([fill, d]) => path(d, { fill }))
}

/** Between the paper and the class's color: how far the class is ahead of the next one. */
function cellColor(shares: Float32Array, from: number, classes: number, steps: number, palette: Palette): string {
  let [best, first, second] = [0, -Infinity, -Infinity]
  for (let i = 0; i < classes; i++) {
    const share = shares[from + i] ?? 0
    if (share > first) [best, first, second] = [i, share, first]
    else if (share > second) second = share
  }
  const ahead = Math.max(0, Math.min(1, first - second))
  const strength = steps === 1 ? 0.35 : 0.06 + 0.54 * (Math.round(ahead * steps) / steps)
  return mixed(palette.paper, seriesColor(palette, best), strength)
}

export function mixed(ground: string, color: string, strength: number): string {
  const [from, to] = [channels(ground), channels(color)]
  const mix = (i: 0 | 1 | 2) => Math.round(from[i] * (1 - strength) + to[i] * strength)
  return `#${[mix(0), mix(1), mix(2)].map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** Outside of the convex hull of the training points nothing was learned: what is there is extrapolation. */
function veilMarks(seen: PlaneOptions['seen'], { area, toX, toY }: PlaneLayout, palette: Palette): Mark[] {
  const hull = convexHull(seen.map(({ x, y }) => [x, y] as const))
  if (hull.length < 3) return []
  const around = `M${short(area.x)} ${short(area.y)}h${short(area.width)}v${short(area.height)}h${short(-area.width)}z`
  // counterclockwise in the plane is counterclockwise on the paper as well: a hole in a frame that goes clockwise
  const hole = hull.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${short(toX(x))} ${short(toY(y))}`).join('') + 'z'
  return [
    path(around + hole, { fill: palette.paper, 'fill-opacity': 0.6 }),
    path(hole, { fill: 'none', stroke: palette.quiet, 'stroke-dasharray': '3 3' }),
  ]
}

function pixelsOf({ points }: ContourLine, field: PlaneField, { toX, toY }: PlaneLayout) {
  return points.map(([gx, gy]) => {
    const [x, y] = fromGrid(field, gx, gy)
    return [toX(x), toY(y)] as const
  })
}

function linePath(contour: ContourLine, field: PlaneField, layout: PlaneLayout): string {
  const d = pixelsOf(contour, field, layout).map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`)
  return d.join('') + (contour.isClosed ? 'z' : '')
}

function levelMark(lines: readonly ContourLine[], field: PlaneField, layout: PlaneLayout, palette: Palette): Mark {
  return path(lines.map((each) => linePath(each, field, layout)).join(''), {
    fill: 'none',
    stroke: palette.text,
    'stroke-width': 0.9,
    'stroke-opacity': 0.75,
  })
}

function axisMarks({ x, y }: Box, { area, toX, toY }: PlaneLayout, { palette, fontSize }: PlaneLook): Mark[] {
  const count = (size: number) => Math.max(2, Math.round(size / (fontSize * 7)))
  const bottom = area.y + area.height
  return [
    rect(area.x, area.y, area.width, area.height, { fill: 'none', stroke: palette.axis }),
    text(area.x + area.width / 2, bottom + fontSize * 2.8, 'x', { 'text-anchor': 'middle', fill: palette.text }),
    text(fontSize * 0.5, area.y + area.height / 2 + fontSize * 0.36, 'y', { fill: palette.text }),
    ...ticksBetween(x, count(area.width)).flatMap((tick) => [
      line(toX(tick), bottom, toX(tick), bottom + 3, { stroke: palette.axis }),
      text(toX(tick), bottom + fontSize * 1.4, formatNumber(tick), { 'text-anchor': 'middle', fill: palette.quiet }),
    ]),
    ...ticksBetween(y, count(area.height)).flatMap((tick) => [
      line(area.x - 3, toY(tick), area.x, toY(tick), { stroke: palette.axis }),
      text(area.x - fontSize * 0.5, toY(tick) + fontSize * 0.36, formatNumber(tick), {
        'text-anchor': 'end',
        fill: palette.quiet,
      }),
    ]),
  ]
}

function ticksBetween([low, high]: readonly [number, number], count: number): number[] {
  const steps = ticksWithin(0, high - low, count, { whole: false })
  const step = (steps[1] ?? 1) - (steps[0] ?? 0)
  const first = Math.ceil(low / step - 1e-9)
  return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  )
}
