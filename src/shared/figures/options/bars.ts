/**
 * Bars with a line from the fastest to the slowest epoch, and the median in figures behind it.
 */
import { formatSeconds } from '../axis-scale'
import { seriesColor } from '../chart-look'
import type { BarPanelLayout } from '../figure-layout'
import { namesYAxis, valueXAxis } from './axes'
import { customSeries, fontOf, group, line, type Drawing, type RenderApi } from './drawing'

export function barXAxis({ value, decimals, panel }: BarPanelLayout, index: number, drawing: Drawing) {
  return valueXAxis({ quantity: panel.value.quantity, log: false }, value, decimals, index, drawing)
}

export function barYAxis({ panel, categoryWidth }: BarPanelLayout, index: number, drawing: Drawing) {
  return namesYAxis(
    panel.bars.map(({ name }) => name),
    categoryWidth,
    index,
    drawing,
  )
}

export function barSeries(layout: BarPanelLayout, index: number, drawing: Drawing): object[] {
  const { look, palette } = drawing
  const { bars, title } = layout.panel
  const thickness = Math.min(look.fontSize * 2.2, (layout.plot.height / Math.max(1, bars.length)) * 0.6)
  return [
    {
      type: 'bar' as const,
      silent: !look.interactive,
      id: `bars-${index}`,
      name: title,
      xAxisIndex: index,
      yAxisIndex: index,
      barWidth: thickness,
      emphasis: { disabled: true },
      data: bars.map((bar) => ({ value: bar.median, itemStyle: { color: seriesColor(palette, bar.colorIndex) } })),
    },
    customSeries(
      `whiskers-${index}`,
      index,
      bars.map((bar, row) => [bar.median, row]),
      (row, api) => whisker(bars[row], row, thickness * 0.25, drawing, api),
      { z: 5, clip: false },
    ),
  ]
}

type Bar = BarPanelLayout['panel']['bars'][number]

function whisker(bar: Bar | undefined, row: number, halfCap: number, { look, palette }: Drawing, api: RenderApi) {
  if (!bar) return null
  const { median, min, max } = bar
  const [x0, y] = api.coord([min, row])
  const [x1] = api.coord([max, row])
  const style = { stroke: palette.text, lineWidth: 1 }
  const ends = [
    line(x0, y, x1, y, style),
    line(x0, y - halfCap, x0, y + halfCap, style),
    line(x1, y - halfCap, x1, y + halfCap, style),
  ]
  return group([
    ...(max > min ? ends : []),
    {
      type: 'text',
      style: {
        text: formatSeconds(median),
        x: x1 + look.fontSize * 0.5,
        y,
        verticalAlign: 'middle',
        fill: palette.text,
        ...fontOf(look.fontSize, 400, look),
      },
    },
  ])
}
