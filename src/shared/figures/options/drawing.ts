/**
 * What all parts of an option are made with.
 */
import type { Look, Palette } from '../chart-look'
import type { FigureLayout } from '../figure-layout'
import type { XWindow } from '../figure-layout'

export interface Drawing {
  look: Look
  palette: Palette
  layout: FigureLayout
  window: XWindow | undefined
}

/** The part of ECharts' render API that is used here. */
export interface RenderApi {
  value(dimension: number): number
  coord(point: readonly [number, number]): [number, number]
}

/** An own drawing within the axes of a panel: `shapes` is asked anew whenever the axes have moved. */
export function customSeries(
  id: string,
  index: number,
  data: readonly (readonly number[])[],
  shapes: (item: number, api: RenderApi) => object | null,
  more: object = {},
) {
  return {
    type: 'custom' as const,
    id,
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    tooltip: { show: false },
    animation: false,
    clip: true,
    encode: { x: 0, y: 1 },
    data: data.map((item) => [...item]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: RenderApi) => shapes(dataIndex, api),
    ...more,
  }
}

export function group(children: readonly (object | null)[]): object {
  return { type: 'group', children: children.filter((child) => child !== null) }
}

export function line(x1: number, y1: number, x2: number, y2: number, style: object): object {
  return { type: 'line', shape: { x1, y1, x2, y2 }, style: { fill: null, ...style } }
}

export function rect(x: number, y: number, width: number, height: number, style: object): object {
  return { type: 'rect', shape: { x, y, width, height }, style }
}

export function circle(cx: number, cy: number, r: number, style: object): object {
  return { type: 'circle', shape: { cx, cy, r }, style }
}

export function labelStyle({ look, palette }: Drawing) {
  return { color: palette.quiet, fontSize: look.fontSize, fontFamily: look.fontFamily }
}

export function nameStyle(drawing: Drawing) {
  return {
    ...labelStyle(drawing),
    color: drawing.palette.text,
    fontWeight: 500 as const,
    verticalAlign: 'top' as const,
  }
}

export function fontOf(fontSize: number, fontWeight: number, { fontFamily }: Look) {
  return { fontSize, fontWeight, fontFamily }
}

export function quietAxis({ palette }: Drawing) {
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.axis, width: 1 } },
    axisTick: { show: true, length: 3, lineStyle: { color: palette.axis, width: 1 } },
    splitLine: { show: false },
  }
}

/** Four digits that count: what a crosshair can tell. */
export function round4(value: number): number {
  return Number(value.toPrecision(4))
}
