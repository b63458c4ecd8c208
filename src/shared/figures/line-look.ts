/**
 * How a line looks: color, width, dashes and markers. The same rules for the picture and for its LaTeX source.
 */
import { paletteOf, seriesColor, type Look } from './chart-look'
import type { Dash, Panel, Series } from './panels'

/** Markers of printed lines, in the order of the runs: they tell the lines apart where all colours are grey. */
export const MARKERS = [
  'circle',
  'rect',
  'triangle',
  'diamond',
  'emptyCircle',
  'emptyRect',
  'emptyTriangle',
  'emptyDiamond',
] as const
export type Marker = (typeof MARKERS)[number]

export interface LineLook {
  color: string
  /** In pixels. */
  width: number
  /** Lengths of dashes and gaps, in pixels; empty for a solid line. */
  dash: readonly number[]
  /** Null: the line has none. */
  marker: Marker | null
  /** Across, in pixels. */
  markerSize: number
  /** The points with `(i + shift) % every === 0` carry the marker. */
  marked: { every: number; shift: number }
}

const MARKS_A_LINE = 8
/** Up to here every measured point is shown. */
const FEW_POINTS = 20
const DASHES: Record<Dash, readonly number[]> = { solid: [], dashed: [5, 3.5], dotted: [1.5, 2.5] }
/** Told apart without color and without markers, in the order of the legend. */
const PATTERNS: readonly (readonly number[])[] = [[], [6, 3], [1.5, 2.2], [7, 2.2, 1.5, 2.2], [3, 3], [11, 3]]

export function lineLook(series: Series, panels: readonly Panel[], look: Look): LineLook {
  const print = look.theme === 'print'
  const measured = measuredPoints(series)
  const width = look.lineWidth ?? (print ? 1.3 : 1.8)
  return {
    color: seriesColor(paletteOf(look), series.colorIndex),
    width,
    dash: dashOf(series, panels, look),
    marker: isMarked(series, panels, look) ? (MARKERS[series.colorIndex % MARKERS.length] ?? 'circle') : null,
    markerSize: print ? Math.max(look.fontSize * 0.5, width * 3) : measured === 1 ? 7 : 5,
    marked: measured <= FEW_POINTS ? { every: 1, shift: 0 } : sparsely(series),
  }
}

/** At a few places only, shifted from run to run so that they do not lie on each other. */
function sparsely({ points, colorIndex }: Series) {
  const every = Math.ceil(points.length / MARKS_A_LINE)
  return { every, shift: Math.round((colorIndex * every) / 3) }
}

/** As the style has it; a pattern belongs to a name in the legend, whatever panel it is in. */
function dashOf(series: Series, panels: readonly Panel[], { lines = 'parts' }: Look): readonly number[] {
  if (lines === 'parts') return DASHES[series.dash]
  if (lines === 'solid') return []
  const names = panels.flatMap((panel) => (panel.kind === 'lines' ? panel.series.map(({ name }) => name) : []))
  return PATTERNS[[...new Set(names)].indexOf(series.name) % PATTERNS.length] ?? []
}

function measuredPoints({ points }: Series): number {
  return points.reduce((count, [, y]) => (y === null ? count : count + 1), 0)
}

/** Few points are all shown; in print, lines of several runs always carry markers. */
function isMarked(series: Series, panels: readonly Panel[], { theme, markers }: Look): boolean {
  const measured = measuredPoints(series)
  if (markers === 'none') return measured === 1 // a point alone has no line
  if (measured <= FEW_POINTS) return true
  if (theme !== 'print') return false
  return panels.some((panel) => panel.kind === 'lines' && panel.series.some((each) => each.runId !== series.runId))
}
