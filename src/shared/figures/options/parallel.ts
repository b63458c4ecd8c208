/**
 * Configurations as lines through their levels to their values. A line's colour is its value: the axis at the right says
 * what it means, so nothing is lost without colour.
 */
import type { ParallelPanelLayout } from '../figure-layout'
import { heatColor, shareOf } from '../heat-scale'
import type { ParallelLine } from '../panels'
import { textWidth } from '../text-width'
import { valueLabelOf } from '../value-scale'
import { HIDDEN_AXIS } from './axes'
import { customSeries, fontOf, line, rect, type Drawing } from './drawing'

export function parallelAxis(dim: 'x' | 'y', index: number) {
  return { ...HIDDEN_AXIS, id: `${dim}-${index}`, gridIndex: index, axisPointer: { show: false } }
}

export function parallelSeries(layout: ParallelPanelLayout, index: number, { look }: Drawing): object[] {
  const { panel, value: scale } = layout
  const lines = panel.lines.map((each) => ({ each, share: shareOf(each.value, scale, panel.value.log) }))
  return [
    customSeries(
      `parallel-${index}`,
      index,
      lines.map(({ share }) => [1, share]),
      (item) => {
        const drawn = lines[item]
        if (!drawn) return null
        // the palest colours would be lost on paper
        const stroke = heatColor(0.3 + 0.7 * drawn.share, look)
        const points = pixelsOf(drawn.each, drawn.share, layout)
        return { type: 'polyline', shape: { points }, style: { stroke, lineWidth: 1.8, fill: null, lineJoin: 'round' } }
      },
      { z: 2, clip: false },
    ),
  ]
}

/** Equal levels are fanned out a little, so that lines can be followed. */
function pixelsOf({ places }: ParallelLine, share: number, layout: ParallelPanelLayout): [number, number][] {
  const { panel, plot, places: across } = layout
  return panel.axes.map(({ levels }, i): [number, number] => {
    const x = plot.x + plot.width * (across[i] ?? 0)
    if (!levels) return [x, plot.y + plot.height * (1 - share)]
    const apart = plot.height / levels.length
    const fan = (0.5 - share) * apart * 0.3
    return [x, levelY(places[i] ?? 0, levels.length, layout) + fan]
  })
}

/** The first level below, as small numbers are. */
function levelY(place: number, count: number, { plot }: ParallelPanelLayout): number {
  return plot.y + plot.height * (1 - (place + 0.5) / count)
}

export function parallelTexts(layout: ParallelPanelLayout, index: number, { look, palette }: Drawing): object[] {
  const { panel, plot, places, heads, value: scale, decimals } = layout
  const f = look.fontSize
  const text = (id: string, content: string, x: number, y: number, align: string, more: object = {}) => ({
    id: `${id}-${index}`,
    type: 'text',
    silent: true,
    z: 20,
    style: {
      text: content,
      x,
      y,
      align,
      verticalAlign: 'middle',
      fill: palette.text,
      ...fontOf(f, 400, look),
      ...more,
    },
  })
  return panel.axes.flatMap(({ levels }, i) => {
    const x = plot.x + plot.width * (places[i] ?? 0)
    const last = i === panel.axes.length - 1
    const axis = {
      id: `axis-${i}-${index}`,
      silent: true,
      z: 10,
      ...line(x, plot.y, x, plot.y + plot.height, { stroke: palette.axis, lineWidth: 1.2 }),
    }
    const head = text(
      `head-${i}`,
      heads[i] ?? '',
      x,
      plot.y + plot.height + f * 1.2,
      i === 0 ? 'center' : last ? 'right' : 'center',
      fontOf(f, 500, look),
    )
    const left = i === 0
    const labels = levels
      ? levels.map((level, k) => ({ content: level, y: levelY(k, levels.length, layout) }))
      : scale.ticks.map((tick) => ({
          content: valueLabelOf(panel.value, tick, decimals),
          y: plot.y + plot.height * (1 - shareOf(tick, scale, panel.value.log)),
        }))
    const at = left ? x - f * 0.5 : x + f * 0.5
    return [
      axis,
      ...labels.flatMap(({ content, y }, k) => [
        ...(left || last ? [] : [backing(`back-${i}-${k}-${index}`, content, at, y, f, palette.paper)]),
        text(`label-${i}-${k}`, content, at, y, left ? 'right' : 'left'),
      ]),
      head,
    ]
  })
}

/** Lines run behind the names. */
function backing(id: string, content: string, x: number, y: number, f: number, fill: string): object {
  const width = textWidth(content, f)
  return {
    id,
    silent: true,
    z: 15,
    ...rect(x - f * 0.15, y - f * 0.7, width + f * 0.3, f * 1.4, { fill, opacity: 0.85 }),
  }
}
