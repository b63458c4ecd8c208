/**
 * A chart in a few sentences: what it is of, and where each line has come to. Read aloud in place of the picture.
 */
import type { BarPanel, Figure, LinePanel, Panel, Series, ValueAxis } from '#shared/figures/figure-data'
import { isShare } from '#shared/figures/metrics'
import { valueText as textOf } from '#shared/figures/value-scale'

/** More lines than this are counted and left to the table. */
const SPOKEN_LINES = 6

export function summaryOf(figure: Figure): string {
  return [figure.description, ...figure.panels.flatMap(sentences)].join(' ')
}

function sentences(panel: Panel): string[] {
  if (panel.kind === 'bars') {
    return panel.bars.slice(0, SPOKEN_LINES).map((bar) => `${bar.name}: ${bar.median.toFixed(2)} s per epoch.`)
  }
  if (panel.kind !== 'lines') return otherSentences(panel)
  const told = panel.series.slice(0, SPOKEN_LINES).flatMap((series) => lineSentence(panel, series))
  const more = panel.series.length - SPOKEN_LINES
  return more > 0 ? [...told, `${more} more lines are in the table.`] : told
}

/** The smallest and the largest of all values: what a person looks for first. */
function otherSentences(panel: Exclude<Panel, LinePanel | BarPanel>): string[] {
  const [axis, all] = valuesOf(panel)
  const [first] = all
  if (!first) return [`${panel.title}: no values yet.`]
  const lowest = all.reduce((best, each) => (each.value < best.value ? each : best), first)
  const highest = all.reduce((best, each) => (each.value > best.value ? each : best), first)
  if (lowest === highest) return [`${panel.title}: ${textOf(axis, first.value)} (${first.name}).`]
  const ends = `from ${textOf(axis, lowest.value)} (${lowest.name}) to ${textOf(axis, highest.value)} (${highest.name})`
  return [`${panel.title}: ${ends}; all values are in the table.`]
}

function valuesOf(panel: Exclude<Panel, LinePanel | BarPanel>): [ValueAxis, { name: string; value: number }[]] {
  switch (panel.kind) {
    case 'factor': {
      const named = panel.series.flatMap(({ name, points }) =>
        points.map(({ level, mean }) => ({ name: panel.second === null ? level : `${level}, ${name}`, value: mean })),
      )
      return [panel.y, named]
    }
    case 'box':
      return [panel.value, panel.boxes.map(({ name, median }) => ({ name, value: median }))]
    case 'heat': {
      const { x, y, cells } = panel
      const named = cells.flatMap(({ column, row, value }) =>
        value === null ? [] : [{ name: [y.levels[row], x.levels[column]].filter(Boolean).join(', '), value }],
      )
      return [panel.value, named]
    }
    case 'parallel':
      return [panel.value, panel.lines.map(({ name, value }) => ({ name, value }))]
  }
  return panel satisfies never
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
