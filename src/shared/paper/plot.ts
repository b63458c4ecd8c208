/**
 * Curves of functions in one pair of axes: plain data, laid out once for the screen and for the file.
 *
 * Figures of runs have a drawing of their own (src/shared/figures); this one is for functions, with shaded bands of the
 * x axis, marked places and axes that pass through any numbers.
 */
import { decimalsFor, formatNumber, linearScale, ticksWithin, type Scale } from '../figures/axis-scale'
import { textWidth } from '../figures/text-width'

export interface Curve {
  key: string
  name: string
  /** Place in the palette of figures. */
  color: number
  style: 'solid' | 'dashed' | 'dots'
  points: readonly (readonly [x: number, y: number])[]
}

export interface Plot {
  title: string
  x: { label: string; from: number; to: number }
  /** The range holds all points, unless both ends are given; what lies beyond is cut off. */
  y: { label: string; from?: number; to?: number }
  curves: readonly Curve[]
  bands: readonly { from: number; to: number }[]
  /** What the bands are, for the legend. */
  bandName?: string
  /** A vertical line with a short label; `y` puts a dot on it. */
  marks: readonly { x: number; y?: number; label: string; color: number }[]
}

export interface PlotSize {
  width: number
  height: number
  fontSize: number
}

export interface PlotLayout extends PlotSize {
  area: { x: number; y: number; width: number; height: number }
  xTicks: readonly { at: number; label: string }[]
  yTicks: readonly { at: number; label: string }[]
  curves: readonly {
    key: string
    color: number
    style: Curve['style']
    path: string
    dots: readonly [number, number][]
  }[]
  bands: readonly { at: number; width: number }[]
  marks: readonly {
    at: number
    dot: number | null
    label: string
    color: number
    anchor: 'start' | 'end'
    labelAt: [number, number]
  }[]
  /** From values to pixels, and back. */
  toX: (x: number) => number
  toY: (y: number) => number
  fromX: (at: number) => number
}

export function layoutPlot(plot: Plot, size: PlotSize): PlotLayout {
  const { width, height, fontSize } = size
  const scale = yScale(plot, Math.max(2, Math.round(height / (fontSize * 4))))
  const decimals = decimalsFor(scale.step)
  const yLabels = scale.ticks.map((tick) => formatNumber(tick, decimals))
  const left = fontSize * 1.6 + Math.max(...yLabels.map((label) => textWidth(label, fontSize)))
  const top = fontSize * (plot.marks.length > 0 ? 0.6 + 1.35 * plot.marks.length : 0.8)
  const area = { x: left + fontSize * 0.6, y: top, width: 0, height: height - top - fontSize * 3.6 }
  area.width = Math.max(1, width - area.x - fontSize * 1.2)
  const { from, to } = plot.x
  const toX = (x: number) => area.x + ((x - from) / (to - from)) * area.width
  const toY = (y: number) => area.y + area.height - ((y - scale.min) / (scale.max - scale.min)) * area.height
  const ticks = ticksFrom(from, to, Math.max(2, Math.round(width / (fontSize * 7))))
  return {
    ...size,
    area,
    xTicks: ticks.map((tick) => ({ at: toX(tick), label: formatNumber(tick) })),
    yTicks: scale.ticks.map((tick, i) => ({ at: toY(tick), label: yLabels[i] ?? '' })),
    curves: plot.curves.map(({ key, color, style, points }) => ({
      key,
      color,
      style,
      path: style === 'dots' ? '' : pathOf(points, toX, toY, height),
      dots: style === 'dots' ? points.filter(([, y]) => Number.isFinite(y)).map(([x, y]) => [toX(x), toY(y)]) : [],
    })),
    bands: plot.bands.map((band) => {
      const [start, end] = [Math.max(from, band.from), Math.min(to, band.to)]
      return { at: toX(start), width: Math.max(0, toX(end) - toX(start)) }
    }),
    marks: plot.marks
      .filter((mark) => mark.x >= from && mark.x <= to)
      .map((mark, row) => {
        const at = toX(mark.x)
        const fits = at + fontSize * 0.4 + textWidth(mark.label, fontSize) < width
        return {
          at,
          dot: Number.isFinite(mark.y) ? toY(mark.y ?? 0) : null,
          label: mark.label,
          color: mark.color,
          anchor: fits ? ('start' as const) : ('end' as const),
          labelAt: [at + fontSize * (fits ? 0.4 : -0.4), fontSize * (1.2 + 1.35 * row)],
        }
      }),
    toX,
    toY,
    fromX: (at) => from + ((at - area.x) / area.width) * (to - from),
  }
}

/** A range that was given is kept as it is; else one that holds all points and ends at ticks. */
function yScale({ y, curves }: Plot, count: number): Pick<Scale, 'min' | 'max' | 'step' | 'ticks'> {
  const values = curves.flatMap(({ points }) => points.map((point) => point[1])).filter(Number.isFinite)
  const low = y.from ?? (values.length > 0 ? Math.min(...values) : 0)
  const high = y.to ?? (values.length > 0 ? Math.max(...values) : low + 1)
  if (y.from === undefined || y.to === undefined) return linearScale(low, high, count)
  const ticks = ticksFrom(low, high, count)
  return { min: low, max: high, step: (ticks[1] ?? 1) - (ticks[0] ?? 0), ticks }
}

/** Ticks of a range that need not begin at 0. */
function ticksFrom(from: number, to: number, count: number): number[] {
  const positive = ticksWithin(0, to - from, count, { whole: false })
  const step = (positive[1] ?? 1) - (positive[0] ?? 0)
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** A new piece begins behind a value that is no number. Far beyond the frame a point is drawn at its edge. */
function pathOf(
  points: Curve['points'],
  toX: (x: number) => number,
  toY: (y: number) => number,
  height: number,
): string {
  let pen = 'M'
  let path = ''
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) {
      pen = 'M'
      continue
    }
    const at = Math.min(10 * height, Math.max(-9 * height, toY(y)))
    path += `${pen}${toX(x).toFixed(2)} ${at.toFixed(2)}`
    pen = 'L'
  }
  return path
}

export function sampled(f: (x: number) => number, from: number, to: number, count: number): [number, number][] {
  return Array.from({ length: count + 1 }, (_, i) => {
    const x = from + ((to - from) * i) / count
    return [x, f(x)]
  })
}
