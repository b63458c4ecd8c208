/**
 * All values of each configuration: dots, and from five values on a box with whiskers around their median.
 */
import { seriesColor } from '../chart-look'
import type { BoxPanelLayout } from '../figure-layout'
import type { Box } from '../panels'
import { namesYAxis, valueXAxis } from './axes'
import { circle, customSeries, group, line, rect, type Drawing, type RenderApi } from './drawing'

/** More dots than these are one blot; the box tells of them. */
const MOST_DOTS = 300

export function boxXAxis({ panel, value, decimals }: BoxPanelLayout, index: number, drawing: Drawing) {
  return valueXAxis(panel.value, value, decimals, index, drawing)
}

export function boxYAxis({ panel, categoryWidth }: BoxPanelLayout, index: number, drawing: Drawing) {
  return namesYAxis(
    panel.boxes.map(({ name }) => name),
    categoryWidth,
    index,
    drawing,
  )
}

export function boxSeries({ panel, plot }: BoxPanelLayout, index: number, drawing: Drawing): object[] {
  const { boxes } = panel
  const thickness = Math.min(drawing.look.fontSize * 2, (plot.height / Math.max(1, boxes.length)) * 0.6)
  return [
    customSeries(
      `boxes-${index}`,
      index,
      boxes.map(({ median }, row) => [median, row]),
      (row, api) => boxShape(boxes[row], row, thickness, drawing, api),
      { z: 3, clip: false },
    ),
  ]
}

function boxShape(box: Box | undefined, row: number, thickness: number, { look, palette }: Drawing, api: RenderApi) {
  if (!box) return null
  const color = seriesColor(palette, box.colorIndex)
  const x = (value: number) => api.coord([value, row])[0]
  const [, y] = api.coord([box.median, row])
  const half = thickness / 2
  const style = { stroke: color, lineWidth: 1.1 }
  const { quartiles } = box
  const frame = quartiles
    ? [
        line(x(quartiles.whiskerLow), y, x(quartiles.low), y, style),
        line(x(quartiles.high), y, x(quartiles.whiskerHigh), y, style),
        ...[quartiles.whiskerLow, quartiles.whiskerHigh].map((end) =>
          line(x(end), y - half / 2, x(end), y + half / 2, style),
        ),
        rect(x(quartiles.low), y - half, x(quartiles.high) - x(quartiles.low), thickness, {
          fill: color,
          fillOpacity: 0.14,
          ...style,
        }),
      ]
    : []
  const every = Math.ceil(box.values.length / MOST_DOTS)
  const dots = box.values
    .filter((_, i) => i % every === 0)
    .map((value, i) =>
      circle(x(value), y + scattered(i) * half * 0.75, look.fontSize * 0.22, { fill: color, opacity: 0.7 }),
    )
  return group([
    ...frame,
    ...dots,
    line(x(box.median), y - half, x(box.median), y + half, { stroke: palette.text, lineWidth: 2.2 }),
  ])
}

/** −1 … 1, evenly, and the same each time: steps of the golden ratio. */
function scattered(i: number): number {
  return 2 * ((0.5 + i * 0.618034) % 1) - 1
}
