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
import { paletteOf, seriesColor, type Look, type Palette } from './chart-look'
import type { Figure } from './figure-data'
import {
  BADGE_TEXT,
  layoutFigure,
  type FigureLayout,
  type PanelLayout,
  type TextBlock,
  type XWindow,
} from './figure-layout'
import type { EndLabel, LegendSeries } from './legend-layout'
import { barSeries, barXAxis, barYAxis } from './options/bars'
import { boxSeries, boxXAxis, boxYAxis } from './options/box'
import { fontOf, type Drawing } from './options/drawing'
import { barFill, factorSeries, factorXAxis, factorYAxis } from './options/factor'
import { colorBar, heatSeries, heatXAxis, heatYAxis } from './options/heat'
import { lineSeries, lineXAxis, lineYAxis, lookOf } from './options/lines'
import { parallelAxis, parallelSeries, parallelTexts } from './options/parallel'

export function chartOption(figure: Figure, look: Look, window?: XWindow): EChartsOption {
  const palette = paletteOf(look)
  const layout = layoutFigure(figure, look, window)
  const drawing: Drawing = { look, palette, layout, window }
  const parts = layout.panels.map((panel, i) => panelParts(panel, i, drawing))
  const lines = layout.panels.flatMap(({ panel }, i) => (panel.kind === 'lines' ? [i] : []))
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
    xAxis: parts.map(({ x }) => x),
    yAxis: parts.map(({ y }) => y),
    legend: layout.legend.map((_, row) => legendOption(row, drawing)),
    graphic: { elements: [...texts(figure, drawing), ...parts.flatMap(({ graphics }) => graphics)] },
    series: parts.flatMap(({ series }) => series),
    ...(look.interactive ? interaction(lines, drawing) : {}),
  }
}

interface PanelParts {
  x: object
  y: object
  series: readonly object[]
  /** What does not move with the axes. */
  graphics: readonly object[]
}

function panelParts(layout: PanelLayout, index: number, drawing: Drawing): PanelParts {
  // ECharts gives an axis what one of the same name had: another kind of panel must not inherit it
  const named = (axis: object, dim: 'x' | 'y') =>
    layout.panel.kind === 'lines' ? axis : { ...axis, id: `${layout.panel.kind}-${dim}-${index}` }
  const parts = (x: object, y: object, series: readonly object[], graphics: readonly object[] = []) => ({
    x: named(x, 'x'),
    y: named(y, 'y'),
    series,
    graphics,
  })
  if (isOf(layout, 'lines')) {
    return parts(
      lineXAxis(layout, index, drawing),
      lineYAxis(layout, index, drawing),
      lineSeries(layout, index, drawing),
    )
  }
  if (isOf(layout, 'bars')) {
    return parts(barXAxis(layout, index, drawing), barYAxis(layout, index, drawing), barSeries(layout, index, drawing))
  }
  if (isOf(layout, 'factor')) {
    const [x, y] = [factorXAxis(layout, index, drawing), factorYAxis(layout, index, drawing)]
    return parts(x, y, factorSeries(layout, index, drawing))
  }
  if (isOf(layout, 'box')) {
    return parts(boxXAxis(layout, index, drawing), boxYAxis(layout, index, drawing), boxSeries(layout, index, drawing))
  }
  if (isOf(layout, 'heat')) {
    const [x, y] = [heatXAxis(layout, index, drawing), heatYAxis(layout, index, drawing)]
    return parts(x, y, heatSeries(layout, index, drawing), colorBar(layout, index, drawing))
  }
  if (isOf(layout, 'parallel')) {
    const [x, y] = [parallelAxis('x', index), parallelAxis('y', index)]
    return parts(x, y, parallelSeries(layout, index, drawing), parallelTexts(layout, index, drawing))
  }
  return layout satisfies never
}

type LayoutOf<K extends PanelLayout['panel']['kind']> = Extract<PanelLayout, { panel: { kind: K } }>

function isOf<K extends PanelLayout['panel']['kind']>(layout: PanelLayout, kind: K): layout is LayoutOf<K> {
  return layout.panel.kind === kind
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
    data: entries.map(({ name, series }) => ({ name, ...iconOf(series, drawing) })),
    formatter: (name: string) => labels.get(name) ?? name,
    textStyle: { color: palette.text, fontSize: look.fontSize, fontFamily: look.fontFamily },
    inactiveColor: palette.axis,
  }
}

/** As the line is drawn: one without markers has none in the legend either. */
function iconOf(series: LegendSeries, drawing: Drawing) {
  if ('metric' in series) return lookOf(series, drawing).marker === null ? { itemStyle: { opacity: 0 } } : {}
  const isBars = drawing.layout.panels.some(({ panel }) => panel.kind === 'factor' && panel.marks === 'bars')
  if (!isBars) return {}
  const { color, opacity } = barFill(series, drawing)
  const fill = opacity === 0 ? drawing.palette.paper : color
  return {
    icon: 'rect',
    itemStyle: { color: fill, opacity: opacity === 0 ? 1 : opacity, borderColor: color, borderWidth: 1.2 },
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
    ...layout.panels.flatMap(({ heading }, i) => (heading ? [block(`heading-${i}`, heading, palette.text, 600)] : [])),
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

/** Pale grays that do for lines are too pale for letters; the place of a name says which line it is of. */
function inkOfLabel(color: string, { palette }: Look): string {
  return palette ? palette.text : color
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
      style: {
        text: label,
        fill: inkOfLabel(color, look),
        ...fontOf(look.fontSize, 500, look),
        verticalAlign: 'middle',
      },
    },
  ]
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
