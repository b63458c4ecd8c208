/**
 * From a figure to an ECharts option: data in, plain object out.
 *
 * The parts that have to be registered: LineChart, BarChart, CustomChart, GridComponent, GraphicComponent,
 * LegendComponent, and for `interactive` also TooltipComponent (its crosshair), AxisPointerComponent,
 * DataZoomComponent and ToolboxComponent.
 *
 * To zoom by dragging, dispatch once after `setOption`:
 * `{ type: 'takeGlobalCursor', key: 'dataZoomSelect', dataZoomSelectActive: true }`; a double click should dispatch
 * `{ type: 'dataZoom', dataZoomIndex: 0, start: 0, end: 100 }`. Passing the visible part of the x axis back in as
 * `window` fits the y axes to it.
 */
import type { EChartsOption } from 'echarts'
import { formatNumber, formatSeconds } from './axis-scale'
import { paletteOf, seriesColor, type Look, type Palette } from './chart-look'
import type { Figure, Series } from './figure-data'
import {
  BADGE_TEXT,
  layoutFigure,
  yLabel,
  type BarPanelLayout,
  type FigureLayout,
  type LinePanelLayout,
  type TextBlock,
  type XWindow,
} from './figure-layout'
import type { EndLabel } from './legend-layout'
import { lineLook, type LineLook } from './line-look'

interface Drawing {
  look: Look
  palette: Palette
  layout: FigureLayout
}

export function chartOption(figure: Figure, look: Look, window?: XWindow): EChartsOption {
  const palette = paletteOf(look)
  const layout = layoutFigure(figure, look, window)
  const drawing: Drawing = { look, palette, layout }
  const linePanels = layout.panels.flatMap((panel, i) => ('y' in panel ? [{ panel, i }] : []))
  return {
    backgroundColor: palette.background,
    textStyle: { fontFamily: look.fontFamily, fontSize: look.fontSize, color: palette.text },
    color: [...palette.series],
    aria: { enabled: look.interactive, label: { description: figure.description } },
    animation: look.animation,
    animationDuration: 250,
    animationDurationUpdate: 200,
    grid: layout.panels.map(({ plot }, i) => ({
      id: `grid-${i}`,
      left: plot.x,
      top: plot.y,
      width: plot.width,
      height: plot.height,
      outerBoundsMode: 'none', // the layout has made room for the labels already
    })),
    xAxis: layout.panels.map((panel, i) =>
      'y' in panel ? lineXAxis(panel, i, drawing) : barValueAxis(panel, i, drawing),
    ),
    yAxis: layout.panels.map((panel, i) =>
      'y' in panel ? lineYAxis(panel, i, drawing) : barNameAxis(panel, i, drawing),
    ),
    legend: layout.legend.map((_, row) => legendOption(row, drawing)),
    graphic: { elements: texts(figure, drawing) },
    series: layout.panels.flatMap<object>((panel, i) =>
      'y' in panel ? panel.panel.series.map((series) => lineSeries(series, i, drawing)) : barSeries(panel, i, drawing),
    ),
    ...(look.interactive
      ? interaction(
          linePanels.map(({ i }) => i),
          drawing,
        )
      : {}),
  }
}

function labelStyle({ look, palette }: Drawing) {
  return { color: palette.quiet, fontSize: look.fontSize, fontFamily: look.fontFamily }
}

function quietAxis({ palette }: Drawing) {
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.axis, width: 1 } },
    axisTick: { show: true, length: 3, lineStyle: { color: palette.axis, width: 1 } },
    splitLine: { show: false },
  }
}

function lineXAxis({ panel, xTicks }: LinePanelLayout, index: number, drawing: Drawing) {
  const { look, palette } = drawing
  const quiet = quietAxis(drawing)
  // Own ticks for pictures; a zoom needs the ones that ECharts finds for the part that is shown.
  const customValues = look.interactive ? {} : { customValues: [...xTicks] }
  return {
    id: `x-${index}`,
    gridIndex: index,
    type: 'value' as const,
    min: panel.x.min,
    max: panel.x.max,
    ...(panel.x.kind === 'seconds' ? {} : { minInterval: 1 }),
    name: panel.x.label,
    nameLocation: 'middle' as const,
    nameGap: look.fontSize * 1.75,
    nameMoveOverlap: false,
    nameTextStyle: {
      ...labelStyle(drawing),
      color: palette.text,
      fontWeight: 500 as const,
      verticalAlign: 'top' as const,
    },
    ...quiet,
    axisTick: { ...quiet.axisTick, ...customValues },
    axisLabel: {
      ...labelStyle(drawing),
      ...customValues,
      margin: look.fontSize * 0.6,
      hideOverlap: true,
      // the last second of a training, or of a zoom, is no round number, and its label would stick out
      ...(look.interactive && panel.x.kind === 'seconds' ? { showMaxLabel: false } : {}),
      formatter: (value: number) => formatNumber(round4(value)),
    },
    axisPointer: { label: { formatter: ({ value }: { value: unknown }) => formatNumber(round4(Number(value))) } },
  }
}

function lineYAxis({ panel, y, decimals }: LinePanelLayout, index: number, drawing: Drawing) {
  const { look, palette } = drawing
  const customValues = { customValues: [...y.ticks] }
  return {
    id: `y-${index}`,
    gridIndex: index,
    type: panel.y.log ? ('log' as const) : ('value' as const),
    min: y.min,
    max: y.max,
    ...(panel.y.log ? {} : { interval: y.step }),
    // without a grid, the values need a line of their own to stand at
    axisLine: { ...quietAxis(drawing).axisLine, show: look.grid === false },
    axisTick: { ...quietAxis(drawing).axisTick, show: look.grid === false, ...customValues },
    splitLine: { show: look.grid !== false, lineStyle: { color: palette.grid, width: 1 } },
    axisLabel: {
      ...labelStyle(drawing),
      ...customValues,
      margin: look.fontSize * 0.5,
      formatter: (value: number) => yLabel(panel, value, decimals),
    },
    axisPointer: { label: { formatter: ({ value }: { value: unknown }) => yLabel(panel, round4(Number(value))) } },
  }
}

/** Four digits that count: what a crosshair can tell. */
function round4(value: number): number {
  return Number(value.toPrecision(4))
}

function barValueAxis({ value, decimals }: BarPanelLayout, index: number, drawing: Drawing) {
  const { look, palette } = drawing
  return {
    id: `x-${index}`,
    gridIndex: index,
    type: 'value' as const,
    min: 0,
    max: value.max,
    interval: value.step,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: look.grid !== false, lineStyle: { color: palette.grid, width: 1 } },
    axisLabel: {
      ...labelStyle(drawing),
      margin: look.fontSize * 0.6,
      formatter: (tick: number) => formatNumber(tick, decimals),
    },
  }
}

function barNameAxis({ panel, categoryWidth }: BarPanelLayout, index: number, drawing: Drawing) {
  const { look, palette } = drawing
  return {
    id: `y-${index}`,
    gridIndex: index,
    type: 'category' as const,
    inverse: true, // the first run on top
    data: panel.bars.map((bar) => bar.name),
    axisLine: { show: true, lineStyle: { color: palette.axis, width: 1 } },
    axisTick: { show: false },
    axisLabel: {
      ...labelStyle(drawing),
      color: palette.text,
      margin: look.fontSize * 0.6,
      interval: 0,
      width: categoryWidth + 2,
      overflow: 'break' as const,
    },
  }
}

function legendOption(row: number, drawing: Drawing) {
  const { look, palette, layout } = drawing
  const place = layout.legend[row]
  const { legendIcon } = layout
  const entries = place?.entries ?? []
  const labels = new Map(entries.map((entry) => [entry.name, entry.label]))
  return {
    id: `legend-${row}`,
    left: place?.x ?? 0,
    top: place?.y ?? 0,
    padding: 0,
    itemWidth: legendIcon.width,
    itemHeight: look.theme === 'print' ? legendIcon.height : legendIcon.height * 0.9,
    itemGap: legendIcon.between,
    selectedMode: look.interactive,
    data: entries.map(({ name, series }) => ({
      name,
      // a line without markers has none in the legend either
      ...(lookOf(series, drawing).marker === null ? { itemStyle: { opacity: 0 } } : {}),
    })),
    formatter: (name: string) => labels.get(name) ?? name,
    textStyle: { color: palette.text, fontSize: look.fontSize, fontFamily: look.fontFamily },
    inactiveColor: palette.axis,
  }
}

function lineSeries(series: Series, index: number, drawing: Drawing) {
  const { look } = drawing
  const { color, width, dash, marker, markerSize, marked } = lookOf(series, drawing)
  const isSeen = (i: number) => (i + marked.shift) % marked.every === 0
  return {
    type: 'line' as const,
    silent: !look.interactive, // in a picture, hover effects are only weight
    id: series.key,
    name: series.name,
    xAxisIndex: index,
    yAxisIndex: index,
    color,
    lineStyle: { color, width, type: dash.length > 0 ? [...dash] : ('solid' as const) },
    itemStyle: { color },
    symbol: marker ?? 'circle',
    symbolSize: markerSize,
    showSymbol: marker !== null,
    showAllSymbol: true,
    connectNulls: false,
    emphasis: { disabled: !look.interactive, focus: 'none' as const, lineStyle: { width } },
    data: series.points.map(([x, y], i) => (marker === null || isSeen(i) ? [x, y] : { value: [x, y], symbol: 'none' })),
  }
}

function lookOf(series: Series, { look, layout }: Drawing): LineLook {
  return lineLook(
    series,
    layout.panels.map(({ panel }) => panel),
    look,
  )
}

/** Bars with a line from the fastest to the slowest epoch, and the median in figures behind it. */
function barSeries(layout: BarPanelLayout, index: number, drawing: Drawing) {
  const { look, palette } = drawing
  const { bars } = layout.panel
  const thickness = Math.min(look.fontSize * 2.2, (layout.plot.height / Math.max(1, bars.length)) * 0.6)
  return [
    {
      type: 'bar' as const,
      silent: !look.interactive,
      id: `bars-${index}`,
      name: layout.panel.title,
      xAxisIndex: index,
      yAxisIndex: index,
      barWidth: thickness,
      emphasis: { disabled: true },
      data: bars.map((bar) => ({ value: bar.median, itemStyle: { color: seriesColor(palette, bar.colorIndex) } })),
    },
    {
      type: 'custom' as const,
      id: `whiskers-${index}`,
      xAxisIndex: index,
      yAxisIndex: index,
      silent: true,
      tooltip: { show: false },
      z: 5,
      encode: { x: [0, 1, 2], y: 3 },
      data: bars.map((bar, row) => [bar.median, bar.min, bar.max, row]),
      renderItem: whisker(thickness * 0.25, drawing),
    },
  ]
}

/** The part of ECharts' render API that a whisker needs. */
interface RenderApi {
  value(dimension: number): number
  coord(point: [number, number]): [number, number]
}

function whisker(halfCap: number, { look, palette }: Drawing) {
  return (_params: unknown, api: RenderApi) => {
    const row = api.value(3)
    const [median, min, max] = [api.value(0), api.value(1), api.value(2)]
    const [x0, y] = api.coord([min, row])
    const [x1] = api.coord([max, row])
    const style = { stroke: palette.text, lineWidth: 1, fill: null }
    const line = (ax: number, ay: number, bx: number, by: number) => ({
      type: 'line',
      shape: { x1: ax, y1: ay, x2: bx, y2: by },
      style,
    })
    const spread = max > min
    return {
      type: 'group',
      children: [
        ...(spread
          ? [line(x0, y, x1, y), line(x0, y - halfCap, x0, y + halfCap), line(x1, y - halfCap, x1, y + halfCap)]
          : []),
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
      ],
    }
  }
}

function texts(figure: Figure, { look, palette, layout }: Drawing) {
  const block = (id: string, text: TextBlock, fill: string, weight: number) => ({
    id,
    type: 'text',
    silent: true,
    x: text.x,
    y: text.y,
    style: {
      text: text.lines.join('\n'),
      fill,
      ...fontOf(text.fontSize, weight, look),
      lineHeight: text.lineHeight,
      verticalAlign: 'top',
    },
  })
  const { title, badge, notes } = layout
  return [
    ...legendBacking(layout, palette),
    ...layout.endLabels.flatMap((label, i) => endLabelElements(label, i, look, palette)),
    ...(title ? [block('title', title, palette.text, 600)] : []),
    ...(badge ? badgeElements(badge, look, palette) : []),
    ...layout.panels.map(({ label }, i) => block(`y-label-${i}`, label, palette.text, 500)),
    ...(notes && figure.footnotes.length > 0 ? [block('notes', notes, palette.quiet, 400)] : []),
  ]
}

/** So that grid lines do not run through the names. */
function legendBacking({ legendBox }: FigureLayout, palette: Palette) {
  if (!legendBox) return []
  const { x, y, width, height } = legendBox
  return [
    {
      id: 'legend-box',
      type: 'rect',
      silent: true,
      z: 3, // above the lines, below the legend
      shape: { x, y, width, height },
      style: { fill: palette.paper, opacity: 0.85 },
    },
  ]
}

/** A name in its line's color, and a hair to the line's end where the name had to give way. */
function endLabelElements({ x, y, from, label, series }: EndLabel, i: number, look: Look, palette: Palette) {
  const color = seriesColor(palette, series.colorIndex)
  const end = x - look.fontSize * 0.25
  return [
    {
      id: `end-line-${i}`,
      type: 'line',
      silent: true,
      shape: { x1: from.x + look.fontSize * 0.35, y1: from.y, x2: end, y2: y },
      style: { stroke: color, lineWidth: 0.7 },
    },
    {
      id: `end-label-${i}`,
      type: 'text',
      silent: true,
      x,
      y,
      style: { text: label, fill: color, ...fontOf(look.fontSize, 500, look), verticalAlign: 'middle' },
    },
  ]
}

function fontOf(fontSize: number, fontWeight: number, { fontFamily }: Look) {
  return { fontSize, fontWeight, fontFamily }
}

function badgeElements(badge: TextBlock, look: Look, palette: Palette) {
  const { x, y, width, height, fontSize } = badge
  return [
    {
      id: 'badge-box',
      type: 'rect',
      silent: true,
      shape: { x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1, r: height / 4 },
      style: { fill: palette.badge.fill, stroke: palette.badge.border, lineWidth: 1 },
    },
    {
      id: 'badge-text',
      type: 'text',
      silent: true,
      x: x + width / 2,
      y: y + height / 2,
      style: {
        text: BADGE_TEXT,
        fill: palette.badge.text,
        ...fontOf(fontSize, 500, look),
        align: 'center',
        verticalAlign: 'middle',
      },
    },
  ]
}

/**
 * A crosshair over all panels at one x, and a zoom of all line panels together. The values at the crosshair are for
 * the page to show: a tooltip of ECharts brings inline styles that a strict content policy refuses.
 */
function interaction(lines: readonly number[], { look, palette }: Drawing) {
  const zoomed = { xAxisIndex: [...lines], filterMode: 'none' as const }
  return {
    tooltip: {
      trigger: 'axis' as const,
      showContent: false,
      axisPointer: {
        type: 'cross' as const,
        lineStyle: { color: palette.axis, width: 1, type: 'solid' as const },
        crossStyle: { color: palette.axis, width: 1, type: [2, 3] },
        label: { backgroundColor: palette.quiet, color: palette.paper, fontSize: look.fontSize * 0.9 },
      },
    },
    axisPointer: { link: lines.length > 0 ? [{ xAxisIndex: [...lines] }] : [] },
    ...(lines.length === 0
      ? {}
      : {
          dataZoom: [
            {
              type: 'inside' as const,
              id: 'zoom',
              ...zoomed,
              zoomOnMouseWheel: 'ctrl' as const,
              moveOnMouseMove: 'shift' as const,
            },
          ],
          // The toolbox is what draws the rectangle of a drag; its icons stay out of sight.
          toolbox: {
            top: -100,
            itemSize: 1,
            feature: {
              dataZoom: { ...zoomed, yAxisIndex: 'none' as const, brushStyle: { color: palette.quiet, opacity: 0.15 } },
            },
          },
        }),
  }
}
