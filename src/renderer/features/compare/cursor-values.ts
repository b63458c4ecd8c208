/**
 * What each run had measured at one place of the x axis: for the list beside the charts.
 */
import type { FigureRun, FigureSpec, Metric, XAxis } from '#shared/figure'
import { figureOf } from '#shared/figures/figure-data'
import { metricTitle } from '#shared/figures/metrics'
import { valueText } from '#shared/figures/value-scale'
import type { RunId } from '#shared/run'
import { formatCount } from '../../ui/format'
import { epochText, secondsText } from '../../runs/run-text'

export interface CursorValues {
  /** "Test loss at epoch 12". */
  head: string
  byRun: ReadonlyMap<RunId, string>
}

/** The last value at or before the place; a run that has not come so far has its last one no more. */
export function valuesAt(runs: readonly FigureRun[], at: number, x: XAxis, metric: Metric): CursorValues {
  const ids = runs.map(({ summary }) => summary.id)
  const spec: FigureSpec = { runs: ids, panels: [[metric]], x, logY: false, title: null, widthCm: 12, heightCm: 8 }
  const byRun = new Map<RunId, string>()
  for (const panel of figureOf(spec, runs).panels) {
    if (panel.kind !== 'lines') continue
    for (const { runId, points } of panel.series) {
      const last = points.at(-1)
      const here = points.findLast(([place]) => place <= at)
      if (here && here[1] !== null && last && last[0] >= at) byRun.set(runId, valueText(panel.y, here[1]))
    }
  }
  return { head: `${metricTitle(metric)} ${placeText(at, x)}`, byRun }
}

function placeText(at: number, x: XAxis): string {
  switch (x) {
    case 'epoch':
      return `at epoch ${epochText(at)}`
    case 'step':
      return `at step ${formatCount(at)}`
    case 'seconds':
      return `after ${secondsText(at)}`
    case 'samples':
      return `after ${formatCount(at)} samples`
  }
  return x satisfies never
}
