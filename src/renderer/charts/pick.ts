/**
 * Which line a person has clicked on, and where on the x axis that was. Pure: from the layout that the chart was drawn by.
 */
import type { FigureLayout, LinePanelLayout, XWindow } from '#shared/figures/figure-layout'
import { shareOf } from '#shared/figures/heat-scale'
import type { Point, Series } from '#shared/figures/panels'
import type { RunId } from '#shared/run'

export interface Picked {
  /** On the x axis: the measured place that is nearest. */
  x: number
  /** Of the line that was hit; empty if none was. */
  runIds: readonly RunId[]
}

/** A finger's breadth on a screen. */
const REACH = 10

/** `at` is in pixels from the top left corner of the chart. Null outside of all curves. */
export function pickAt({ panels }: FigureLayout, at: { x: number; y: number }, window: XWindow | null): Picked | null {
  const layout = panels.find((each): each is LinePanelLayout => each.panel.kind === 'lines' && isWithin(at, each.plot))
  if (!layout) return null
  const hits = layout.panel.series.flatMap((series) => {
    const distance = distanceTo(series, at, layout, window)
    return distance === null ? [] : [{ series, distance }]
  })
  const nearest = hits.reduce<(typeof hits)[number] | null>(
    (best, hit) => (!best || hit.distance < best.distance ? hit : best),
    null,
  )
  const hit = nearest && nearest.distance <= REACH ? nearest.series : null
  const places = (hit ? [hit] : layout.panel.series).flatMap(({ points }) => points.map(([x]) => x))
  if (places.length === 0) return null
  const pixel = (x: number) => pixelX(x, layout, window)
  const x = places.reduce((best, each) => (Math.abs(pixel(each) - at.x) < Math.abs(pixel(best) - at.x) ? each : best))
  return { x, runIds: hit ? (hit.seeds?.runIds ?? [hit.runId]) : [] }
}

function isWithin({ x, y }: { x: number; y: number }, box: { x: number; y: number; width: number; height: number }) {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
}

/** In pixels, up or down from the pointer to the line; null where the line is not at that place. */
function distanceTo(
  { points }: Series,
  at: { x: number; y: number },
  layout: LinePanelLayout,
  window: XWindow | null,
): number | null {
  const after = points.findIndex(([x]) => pixelX(x, layout, window) >= at.x)
  const [from, to] = after === -1 ? [points.at(-1), undefined] : [points[after - 1], points[after]]
  const [left, right] = [pixelOf(from, layout, window), pixelOf(to, layout, window)]
  if (left && right) {
    const share = right.x === left.x ? 0 : (at.x - left.x) / (right.x - left.x)
    return Math.abs(left.y + share * (right.y - left.y) - at.y)
  }
  const end = left ?? right
  return end && Math.abs(end.x - at.x) <= REACH ? Math.abs(end.y - at.y) : null
}

function pixelOf(point: Point | undefined, layout: LinePanelLayout, window: XWindow | null) {
  if (point?.[1] == null) return null
  const { plot, panel, y } = layout
  return {
    x: pixelX(point[0], layout, window),
    y: plot.y + plot.height * (1 - shareOf(point[1], y, panel.y.log)),
  }
}

function pixelX(x: number, { plot, panel }: LinePanelLayout, window: XWindow | null): number {
  const range = window ? { min: window.from, max: window.to } : panel.x
  return plot.x + plot.width * shareOf(x, range, panel.x.log === true)
}
