/**
 * Values against a factor: means as markers (joined where the levels are numbers) or as bars, their intervals, and the
 * single seeds as small dots.
 */
import { seriesColor } from '../chart-look'
import type { FactorPanelLayout } from '../figure-layout'
import { MARKERS } from '../line-look'
import type { FactorPoint, FactorSeries } from '../panels'
import { shortValue } from '../value-scale'
import { levelAxis, valueYAxis } from './axes'
import { circle, customSeries, fontOf, group, line, rect, type Drawing, type RenderApi } from './drawing'

/** Bars of one level stand side by side on this share of its place. */
const BARS_SHARE = 0.78
/** How full bars are, in the order of the legend: told apart without colour. */
const FILLS = [1, 0, 0.45, 0.2]
/** Up to here each bar carries its number. */
const NUMBERED_BARS = 12

export function factorXAxis({ panel, x, namesX }: FactorPanelLayout, index: number, drawing: Drawing) {
  return levelAxis(`x-${index}`, namesX ? panel.x.label : '', x.ticks, { ...x, log: panel.x.log }, index, drawing)
}

export function factorYAxis({ panel, value, decimals }: FactorPanelLayout, index: number, drawing: Drawing) {
  return valueYAxis(panel.y, value, decimals, index, drawing)
}

export function factorSeries(layout: FactorPanelLayout, index: number, drawing: Drawing): object[] {
  const { panel } = layout
  const key = (series: FactorSeries) => `${index}/${series.key}`
  return panel.marks === 'bars'
    ? panel.series.map((series, s) => barsOf(series, s, key(series), layout, index, drawing))
    : panel.series.flatMap((series, s) => [
        meansOf(series, s, key(series), layout, index, drawing),
        spreadsOf(series, s, key(series), layout, index, drawing),
      ])
}

/** The look of a bar's area, in the chart and in the legend. */
export function barFill({ colorIndex }: FactorSeries, { palette }: Drawing) {
  const color = seriesColor(palette, colorIndex)
  const opacity = FILLS[colorIndex % FILLS.length] ?? 1
  return { color, opacity }
}

/** Series stand a little beside each other, so that none hides another. In pixels from the place of the level. */
function dodge(s: number, { panel, plot, x }: FactorPanelLayout, f: number): number {
  const count = panel.series.length
  const room = (plot.width / Math.max(1, x.ticks.length)) * 0.5
  return (s - (count - 1) / 2) * Math.min(f * 0.75, room / Math.max(1, count))
}

/** The place on the axis that is so many pixels beside another. */
function beside(place: number, pixels: number, { panel, plot, x }: FactorPanelLayout): number {
  const share = pixels / plot.width
  return panel.x.log ? place * (x.max / x.min) ** share : place + share * (x.max - x.min)
}

function meansOf(
  { name, colorIndex, points }: FactorSeries,
  s: number,
  id: string,
  layout: FactorPanelLayout,
  index: number,
  { look, palette }: Drawing,
): object {
  const color = seriesColor(palette, colorIndex)
  const shift = dodge(s, layout, look.fontSize)
  const width = look.lineWidth ?? (look.theme === 'print' ? 1.3 : 1.8)
  return {
    type: 'line' as const,
    silent: !look.interactive,
    id,
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    z: 4,
    color,
    // between names there is nothing
    lineStyle: { color, width, opacity: layout.panel.x.numeric ? 1 : 0 },
    itemStyle: { color },
    symbol: MARKERS[colorIndex % MARKERS.length] ?? 'circle',
    symbolSize: look.fontSize * 0.68,
    showSymbol: true,
    showAllSymbol: true,
    emphasis: { disabled: true },
    data: points.map(({ place, mean }) => [beside(place, shift, layout), mean]),
  }
}

function spreadsOf(
  { name, colorIndex, points }: FactorSeries,
  s: number,
  id: string,
  layout: FactorPanelLayout,
  index: number,
  drawing: Drawing,
): object {
  const { look, palette } = drawing
  const color = seriesColor(palette, colorIndex)
  const shift = dodge(s, layout, look.fontSize)
  const shapes = (item: number, api: RenderApi) => {
    const point = points[item]
    if (!point) return null
    const [x] = api.coord([beside(point.place, shift, layout), point.mean])
    return spread(point, x, look.fontSize, { color, ink: color }, api)
  }
  const data = points.map(({ place, mean }) => [place, mean])
  return customSeries(`${id}/spread`, index, data, shapes, { z: 3, name, color, clip: false })
}

/** The interval as a whisker with caps, and each seed as a dot beside it. */
function spread(
  point: FactorPoint,
  x: number,
  f: number,
  { color, ink }: { color: string; ink: string },
  api: RenderApi,
) {
  const { interval, values, place } = point
  const y = (value: number) => api.coord([place, value])[1]
  const style = { stroke: ink, lineWidth: 1.1 }
  const cap = f * 0.28
  const dots =
    values.length > 1
      ? values.map((value) => circle(x + f * 0.62, y(value), f * 0.13, { fill: color, opacity: 0.75 }))
      : []
  if (!interval) return group(dots)
  const [low, high] = [y(interval.low), y(interval.high)]
  return group([
    line(x, low, x, high, style),
    line(x - cap, low, x + cap, low, style),
    line(x - cap, high, x + cap, high, style),
    ...dots,
  ])
}

function barsOf(
  series: FactorSeries,
  s: number,
  id: string,
  layout: FactorPanelLayout,
  index: number,
  drawing: Drawing,
): object {
  const { look, palette } = drawing
  const { panel, plot, x } = layout
  const f = look.fontSize
  const fill = barFill(series, drawing)
  const place = plot.width / (x.max - x.min)
  const width = Math.min((place * BARS_SHARE) / panel.series.length, f * 5)
  const shift = (s - (panel.series.length - 1) / 2) * width
  const numbered = panel.series.reduce((sum, each) => sum + each.points.length, 0) <= NUMBERED_BARS
  const shapes = (item: number, api: RenderApi) => {
    const point = series.points[item]
    if (!point) return null
    const [middle, top] = api.coord([point.place, point.mean])
    const base = panel.y.log ? plot.y + plot.height : api.coord([point.place, 0])[1]
    const at = middle + shift
    const highest = Math.min(top, ...(point.interval ? [api.coord([point.place, point.interval.high])[1]] : []))
    return group([
      rect(at - width / 2 + 0.5, Math.min(top, base), width - 1, Math.abs(base - top), {
        fill: fill.color,
        fillOpacity: fill.opacity,
        stroke: fill.color,
        lineWidth: 1.2,
      }),
      spread(point, at, Math.min(f, width / 2), { color: palette.text, ink: palette.text }, api),
      numbered
        ? {
            type: 'text',
            style: {
              text: shortValue(panel.y, point.mean),
              x: at,
              y: highest - f * 0.25,
              align: 'center',
              verticalAlign: 'bottom',
              fill: palette.text,
              ...fontOf(f * 0.85, 400, look),
            },
          }
        : null,
    ])
  }
  const data = series.points.map((point) => [point.place, point.mean])
  return customSeries(id, index, data, shapes, { name: series.name, color: fill.color, clip: false, z: 3 })
}
