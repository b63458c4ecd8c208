/**
 * What stands beside the crosshair: every line's value at this place of the x axis.
 *
 * Drawn on the canvas (`richText`), as HTML tooltips bring inline styles that a strict content policy refuses.
 */
import { formatNumber, formatSeconds, formatShare } from './axis-scale'
import type { Look, Palette } from './chart-look'
import type { LinePanel, Panel } from './figure-data'
import type { FigureLayout } from './figure-layout'

/** The part of ECharts' callback parameters that is read here. */
interface TooltipItem {
  seriesId?: string
  dataIndex: number
  value: unknown
}

export function tooltipOption(layout: FigureLayout, look: Look, palette: Palette) {
  const panels = layout.panels.map(({ panel }) => panel)
  return {
    trigger: 'axis' as const,
    renderMode: 'richText' as const,
    confine: true,
    backgroundColor: palette.tooltip.fill,
    borderColor: palette.tooltip.border,
    borderWidth: 1,
    padding: [8, 10],
    transitionDuration: 0,
    textStyle: {
      color: palette.text,
      fontSize: look.fontSize,
      fontFamily: look.fontFamily,
      lineHeight: look.fontSize * 1.6,
      rich: richStyles(look, palette),
    },
    axisPointer: {
      type: 'cross' as const,
      lineStyle: { color: palette.axis, width: 1, type: 'solid' as const },
      crossStyle: { color: palette.axis, width: 1, type: [2, 3] },
      label: { backgroundColor: palette.quiet, color: palette.tooltip.fill, fontSize: look.fontSize * 0.9 },
    },
    formatter: (items: TooltipItem | readonly TooltipItem[]) =>
      tooltipText(panels, Array.isArray(items) ? items : [items as TooltipItem], palette.series.length),
  }
}

function richStyles(look: Look, palette: Palette) {
  const colors = palette.series.map(
    (color, i) => [`c${i}`, { color, fontSize: look.fontSize, fontWeight: 600 }] as const,
  )
  return {
    ...Object.fromEntries(colors),
    head: { color: palette.quiet, fontSize: look.fontSize * 0.95 },
    value: { color: palette.text, fontSize: look.fontSize, fontWeight: 600 as const, align: 'right' as const },
  }
}

/** Styles `c0`, `c1` … are the colours of the palette; there are `colors` of them. */
export function tooltipText(panels: readonly Panel[], items: readonly TooltipItem[], colors = 8): string {
  const rows = items.flatMap((item) => lineRow(panels, item) ?? barRow(panels, item) ?? [])
  const first = rows[0]
  if (!first) return ''
  const several = new Set(rows.map((row) => row.subject)).size > 1
  const lines = rows.map(({ color, name, value, subject }) => {
    const what = several && subject !== '' ? `${name} – ${subject}` : name
    return `{c${color % colors}|━}  ${plain(what)}   {value|${plain(value)}}`
  })
  return [...(first.head === '' ? [] : [`{head|${plain(first.head)}}`]), ...lines].join('\n')
}

interface Row {
  head: string
  subject: string
  name: string
  value: string
  color: number
}

function lineRow(panels: readonly Panel[], { seriesId, dataIndex }: TooltipItem): Row | undefined {
  for (const panel of panels) {
    if (panel.kind !== 'lines') continue
    const series = panel.series.find((each) => each.key === seriesId)
    const point = series?.points[dataIndex]
    if (!series || !point || point[1] === null) continue
    return {
      head: xText(panel, point[0]),
      subject: panel.title.toLowerCase(),
      name: series.name,
      value: yText(panel, point[1]),
      color: series.colorIndex,
    }
  }
  return undefined
}

function barRow(panels: readonly Panel[], { seriesId, dataIndex }: TooltipItem): Row | undefined {
  const index = /^bars-(\d+)$/.exec(seriesId ?? '')?.[1]
  const panel = index === undefined ? undefined : panels[Number(index)]
  const bar = panel?.kind === 'bars' ? panel.bars[dataIndex] : undefined
  if (!bar) return undefined
  const value = `${formatSeconds(bar.median)} s (${formatSeconds(bar.min)} … ${formatSeconds(bar.max)})`
  return { head: '', subject: '', name: bar.name, value, color: bar.colorIndex }
}

function xText(panel: LinePanel, x: number): string {
  switch (panel.x.kind) {
    case 'epoch':
      return `Epoch ${formatNumber(Number(x.toFixed(2)))}`
    case 'step':
      return `Step ${formatNumber(x)}`
    case 'seconds':
      return `${formatNumber(Number(x.toFixed(1)))} s`
  }
}

function yText(panel: LinePanel, y: number): string {
  return panel.y.quantity === 'loss' ? formatNumber(Number(y.toPrecision(4))) : `${formatShare(y, 2)} %`
}

/** Braces would start a style. */
function plain(text: string): string {
  return text.replace(/[{}]/g, (brace) => (brace === '{' ? '(' : ')'))
}
