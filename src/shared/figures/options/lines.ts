/**
 * Curves: the lines, and what stands behind and on them (bands over seeds, what was measured, ends, marks, the cursor).
 */
import { formatNumber } from '../axis-scale'
import type { LinePanelLayout } from '../figure-layout'
import { lineLook, type LineLook } from '../line-look'
import type { BandPoint, Point, Series } from '../panels'
import { textWidth } from '../text-width'
import { thinned } from '../thinning'
import { valueYAxis } from './axes'
import {
  circle,
  customSeries,
  fontOf,
  group,
  labelStyle,
  line,
  nameStyle,
  quietAxis,
  rect,
  round4,
  type Drawing,
  type RenderApi,
} from './drawing'

const TAIL_DASH = [1.5, 2.5]
const BAND_OPACITY = 0.16
/** Of lines that are not looked at while others are. */
const FADED = 0.22

export function lineXAxis({ panel, xTicks, namesX }: LinePanelLayout, index: number, drawing: Drawing) {
  const { look } = drawing
  const { kind, log = false } = panel.x
  const quiet = quietAxis(drawing)
  // Own ticks for pictures; a zoom needs the ones that ECharts finds for the part that is shown.
  const customValues = look.interactive ? {} : { customValues: [...xTicks] }
  const isWhole = kind !== 'seconds' && !log
  return {
    id: `x-${index}`,
    gridIndex: index,
    type: log ? ('log' as const) : ('value' as const),
    min: panel.x.min,
    max: panel.x.max,
    ...(isWhole ? { minInterval: 1 } : {}),
    name: namesX ? panel.x.label : '',
    nameLocation: 'middle' as const,
    nameGap: look.fontSize * 1.75,
    nameMoveOverlap: false,
    nameTextStyle: nameStyle(drawing),
    ...quiet,
    axisTick: { ...quiet.axisTick, ...customValues },
    axisLabel: {
      ...labelStyle(drawing),
      ...customValues,
      margin: look.fontSize * 0.6,
      hideOverlap: true,
      // the last second of a training, or of a zoom, is no round number, and its label would stick out
      ...(look.interactive && !isWhole ? { showMaxLabel: false } : {}),
      formatter: (value: number) => formatNumber(round4(value)),
    },
    axisPointer: { label: { formatter: ({ value }: { value: unknown }) => formatNumber(round4(Number(value))) } },
  }
}

export function lineYAxis({ panel, y, decimals }: LinePanelLayout, index: number, drawing: Drawing) {
  return valueYAxis(panel.y, y, decimals, index, drawing)
}

/** Lines come first: the legend takes its icons from the first series of a name. */
export function lineSeries(layout: LinePanelLayout, index: number, drawing: Drawing): object[] {
  const all = layout.panel.series.map((series): LineDrawing => {
    const look = lookOf(series, drawing)
    return { series, look, index, layout, drawing, opacity: opacityOf(series, drawing) }
  })
  const { cursor } = drawing.look
  return [
    ...all.map(mainLine),
    ...all.flatMap(tailLine),
    ...all.flatMap(measuredLine),
    ...all.flatMap(bandArea),
    ...all.flatMap(markShape),
    ...(cursor === undefined ? [] : [cursorLine(cursor, layout, index, drawing)]),
  ]
}

export function lookOf(series: Series, { look, layout }: Drawing): LineLook {
  return lineLook(
    series,
    layout.panels.map(({ panel }) => panel),
    look,
  )
}

interface LineDrawing {
  series: Series
  look: LineLook
  index: number
  layout: LinePanelLayout
  drawing: Drawing
  opacity: number
}

function runsOf({ seeds, runId }: Series): readonly string[] {
  return seeds?.runIds ?? [runId]
}

function opacityOf(series: Series, { look: { highlight = [] } }: Drawing): number {
  const isSeen = highlight.length === 0 || runsOf(series).some((id) => highlight.some((each) => each === id))
  return isSeen ? 1 : FADED
}

function mainLine({ series, look, index, layout, drawing, opacity }: LineDrawing): object {
  const { interactive, highlight = [] } = drawing.look
  const { color, dash, marker, markerSize, marked } = look
  const width = look.width + (opacity === 1 && highlight.length > 0 ? 0.8 : 0)
  const isSeen = (i: number) => (i + marked.shift) % marked.every === 0
  const points = series.points.slice(0, series.seeds?.tailFrom ?? Infinity)
  const places = new Map(points.map((point, i) => [point, i]))
  return {
    ...plainLine(series, '', index),
    silent: !interactive, // in a picture, hover effects are only weight
    color,
    lineStyle: { color, width, opacity, type: dash.length > 0 ? [...dash] : ('solid' as const) },
    itemStyle: { color, opacity },
    symbol: marker ?? 'circle',
    symbolSize: markerSize,
    showSymbol: marker !== null,
    emphasis: { disabled: !interactive, focus: 'none' as const, lineStyle: { width } },
    data: drawnPoints(points, layout, drawing).map((point) => {
      const [x, y] = point
      return marker === null || isSeen(places.get(point) ?? 0) ? [x, y] : { value: [x, y], symbol: 'none' }
    }),
  }
}

function plainLine({ key, name }: Series, part: string, index: number) {
  return {
    type: 'line' as const,
    id: key + part,
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    showAllSymbol: true,
    connectNulls: false,
  }
}

/** Not more points than the plot is wide can show. */
function drawnPoints(points: readonly Point[], { panel, plot }: LinePanelLayout, { window }: Drawing) {
  const { min, max, log = false } = panel.x
  const [from, to] = window ? [Math.max(min, window.from), Math.min(max, window.to)] : [min, max]
  return thinned(points, { from, to, columns: Math.max(1, Math.round(plot.width)), log })
}

/** Of the seeds that are left, joined to the last point that all of them have. */
function tailLine({ series, look, index, layout, drawing, opacity }: LineDrawing): object[] {
  const { points, seeds } = series
  if (!seeds || seeds.tailFrom >= points.length) return []
  const tail = points.slice(Math.max(0, seeds.tailFrom - 1))
  return [
    {
      ...plainLine(series, '/tail', index),
      silent: true,
      color: look.color,
      lineStyle: { color: look.color, width: look.width * 0.75, opacity: opacity * 0.7, type: TAIL_DASH },
      symbol: 'circle',
      symbolSize: look.width * 2,
      showSymbol: tail.length === 1,
      itemStyle: { color: look.color, opacity },
      data: drawnPoints(tail, layout, drawing).map(([x, y]) => [x, y]),
    },
  ]
}

/** Behind a smoothed line: what was measured. */
function measuredLine({ series, look, index, layout, drawing, opacity }: LineDrawing): object[] {
  if (!series.measured) return []
  return [
    {
      ...plainLine(series, '/measured', index),
      silent: true,
      z: 1,
      color: look.color,
      lineStyle: { color: look.color, width: look.width * 0.6, opacity: 0.35 * opacity },
      showSymbol: false,
      data: drawnPoints(series.measured, layout, drawing).map(([x, y]) => [x, y]),
    },
  ]
}

function bandArea({ series, look, index, layout, drawing, opacity }: LineDrawing): object[] {
  const band = series.seeds?.band ?? []
  const [first] = band
  if (!first) return []
  const { y } = layout
  const edge = { stroke: look.color, lineWidth: 0.6, strokeOpacity: 0.45 * opacity }
  const fill = { fill: look.color, fillOpacity: BAND_OPACITY * opacity, ...edge }
  // on a log axis zero is infinitely far below: far below the plot is as good
  const shown = (value: number) => (layout.panel.y.log ? Math.max(value, y.min / 10) : value)
  const [lower, upper] = sides(band).map((side) => drawnPoints(side, layout, drawing))
  const pixels = (side: readonly Point[] = [], api: RenderApi) =>
    side.map(([x, value]) => api.coord([x, shown(value ?? 0)]))
  const shapes = (_: number, api: RenderApi) => {
    if (band.length === 1) return whisker(first, api, shown, { ...edge, strokeOpacity: 1 })
    return { type: 'polygon', shape: { points: [...pixels(lower, api), ...pixels(upper, api).reverse()] }, style: fill }
  }
  const data = [[first[0], shown(first[1])]]
  return [customSeries(`${series.key}/band`, index, data, shapes, { z: 1, name: series.name, color: look.color })]
}

function sides(band: readonly BandPoint[]): [Point[], Point[]] {
  return [band.map(([x, low]) => [x, low] as const), band.map(([x, , high]) => [x, high] as const)]
}

function whisker([x, low, high]: BandPoint, api: RenderApi, shown: (value: number) => number, style: object): object {
  const [at, bottom] = api.coord([x, shown(low)])
  const [, top] = api.coord([x, shown(high)])
  return line(at, bottom, at, top, style)
}

/** A ring on the line, a hair down to the axis, and its place in figures. */
function markShape({ series, look, index, layout, drawing, opacity }: LineDrawing): object[] {
  const { mark } = series
  if (!mark) return []
  const { fontSize } = drawing.look
  const { plot } = layout
  const width = textWidth(mark.label, fontSize * 0.9, 500) + fontSize * 0.3
  const shapes = (_: number, api: RenderApi) => {
    const [x, y] = api.coord([mark.x, mark.y])
    const bottom = plot.y + plot.height
    return group([
      line(x, y, x, bottom, { stroke: look.color, lineWidth: 1, lineDash: [2, 2.5], opacity }),
      circle(x, y, fontSize * 0.38, { fill: drawing.palette.paper, stroke: look.color, lineWidth: 1.6, opacity }),
      rect(x - width / 2, y - fontSize * 1.6, width, fontSize * 1.1, { fill: drawing.palette.paper, opacity: 0.8 }),
      {
        type: 'text',
        style: {
          text: mark.label,
          x,
          y: y - fontSize * 0.55,
          align: 'center',
          verticalAlign: 'bottom',
          fill: drawing.palette.text,
          opacity,
          ...fontOf(fontSize * 0.9, 500, drawing.look),
        },
      },
    ])
  }
  return [
    customSeries(`${series.key}/mark`, index, [[mark.x, mark.y]], shapes, {
      z: 6,
      name: series.name,
      color: look.color,
    }),
  ]
}

/** Where a person has put it: screens only. */
function cursorLine(at: number, { plot, panel, y }: LinePanelLayout, index: number, { palette }: Drawing): object {
  const middle = panel.y.log ? Math.sqrt(y.min * y.max) : (y.min + y.max) / 2
  const shapes = (_: number, api: RenderApi) => {
    const [x] = api.coord([at, middle])
    return line(x, plot.y, x, plot.y + plot.height, { stroke: palette.text, lineWidth: 1.2, lineDash: [5, 3] })
  }
  return customSeries(`cursor-${index}`, index, [[at, middle]], shapes, { z: 7 })
}
