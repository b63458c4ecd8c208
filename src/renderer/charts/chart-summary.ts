/**
 * A chart in a few sentences: what it is of, and where each line has come to. Read aloud in place of the picture.
 */
import type { Figure, LinePanel, Panel, Series } from '#shared/figures/figure-data'
import { isShare } from '#shared/figures/metrics'

/** More lines than this are counted and left to the table. */
const SPOKEN_LINES = 6

export function summaryOf(figure: Figure): string {
  return [figure.description, ...figure.panels.flatMap(sentences)].join(' ')
}

function sentences(panel: Panel): string[] {
  if (panel.kind === 'bars') {
    return panel.bars.slice(0, SPOKEN_LINES).map((bar) => `${bar.name}: ${bar.median.toFixed(2)} s per epoch.`)
  }
  const told = panel.series.slice(0, SPOKEN_LINES).flatMap((series) => lineSentence(panel, series))
  const more = panel.series.length - SPOKEN_LINES
  return more > 0 ? [...told, `${more} more lines are in the table.`] : told
}

function lineSentence(panel: LinePanel, { name, points }: Series): string[] {
  const drawn = points.filter((point): point is [number, number] => point[1] !== null)
  const [first, last] = [drawn[0], drawn.at(-1)]
  if (!first || !last) return [`${panel.title}, ${name}: no points yet.`]
  const at = `at ${panel.x.label.toLowerCase()} ${round(last[0])}`
  return [`${panel.title}, ${name}: from ${valueText(panel, first[1])} to ${valueText(panel, last[1])} ${at}.`]
}

function valueText(panel: LinePanel, value: number): string {
  return isShare(panel.y.quantity) ? `${(value * 100).toFixed(2)} %` : value.toPrecision(3)
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100)
}
