/**
 * A figure with the words and ranges of its style. Colors, lines and places are for `printLook`; the points stay.
 */
import type { Figure, LinePanel, Panel } from './panels'
import type { FigureStyle } from './style'

export function styledFigure(figure: Figure, style: FigureStyle | undefined): Figure {
  if (!style) return figure
  const panels = figure.panels.map((panel, i) =>
    renamed(relabelled(panel, style.labelX, style.labelsY?.[i] ?? undefined), style.names ?? {}),
  )
  const { altText } = style
  return {
    ...figure,
    panels: panels.map((panel) => (panel.kind === 'lines' ? inRange(panel, style) : panel)),
    ...(altText !== undefined && altText !== '' && { description: altText }),
  }
}

/** The names that can be changed: each that stands in the legend or beside a bar, once. */
export function namesIn({ panels }: Figure): string[] {
  return [...new Set(panels.flatMap((panel) => namedIn(panel).map(({ name }) => name)))]
}

function namedIn(panel: Panel): readonly { name: string }[] {
  switch (panel.kind) {
    case 'lines':
    case 'factor':
      return panel.series
    case 'bars':
      return panel.bars
    case 'box':
      return panel.boxes
    case 'parallel':
      return panel.lines
    case 'heat':
      return []
  }
  return panel satisfies never
}

function renamed(panel: Panel, names: Readonly<Record<string, string>>): Panel {
  const nameOf = (old: string) => (Object.hasOwn(names, old) && names[old] !== '' ? (names[old] ?? old) : old)
  const give = <T extends { name: string }>(all: readonly T[]) => all.map((one) => ({ ...one, name: nameOf(one.name) }))
  switch (panel.kind) {
    case 'lines':
      return {
        ...panel,
        series: panel.series.map((one) => ({ ...one, name: nameOf(one.name), runName: nameOf(one.runName) })),
      }
    case 'factor':
      return { ...panel, series: give(panel.series) }
    case 'bars':
      return { ...panel, bars: give(panel.bars) }
    case 'box':
      return { ...panel, boxes: give(panel.boxes) }
    case 'parallel':
      return { ...panel, lines: give(panel.lines) }
    case 'heat':
      return panel
  }
  return panel satisfies never
}

/** What stands at the axes now: the x axis of the first panel that has one, and the values of each panel. */
export function labelsOf({ panels }: Figure): { x: string | null; y: string[] } {
  const [first] = panels.flatMap((panel) => ('x' in panel ? [panel.x.label] : []))
  return { x: first ?? null, y: panels.map(valueLabelOf) }
}

function valueLabelOf(panel: Panel): string {
  return panel.kind === 'lines' || panel.kind === 'factor' ? panel.y.label : panel.value.label
}

function relabelled(panel: Panel, x: string | undefined, y: string | undefined): Panel {
  const newX = x === undefined ? {} : { label: x }
  const newY = y === undefined ? {} : { label: y, unit: y }
  switch (panel.kind) {
    case 'lines':
      return { ...panel, x: { ...panel.x, ...newX }, y: { ...panel.y, ...newY } }
    case 'factor':
      return { ...panel, x: { ...panel.x, ...newX }, y: { ...panel.y, ...newY } }
    case 'heat':
      return { ...panel, x: { ...panel.x, ...newX }, value: { ...panel.value, ...newY } }
    case 'bars':
      return { ...panel, value: { ...panel.value, ...newY } }
    case 'box':
    case 'parallel':
      return { ...panel, value: { ...panel.value, ...newY } }
  }
  return panel satisfies never
}

/** A range that has no inside, or begins at zero on a log axis, is left as the data have it. */
function inRange(panel: LinePanel, { rangeX }: FigureStyle): LinePanel {
  const min = rangeX?.min ?? panel.x.min
  const max = rangeX?.max ?? panel.x.max
  if (!(min < max) || (panel.x.log && min <= 0)) return panel
  return { ...panel, x: { ...panel.x, min, max } }
}

/** Without the points that lie outside the x range of their panel: what a CSV of the drawing has. */
export function withinRange(figure: Figure, { rangeX }: FigureStyle = {}): Figure {
  if (!rangeX) return figure
  return {
    ...figure,
    panels: figure.panels.map((panel) => {
      if (panel.kind !== 'lines') return panel
      const { min, max } = panel.x
      const seen = ([x]: readonly [number, ...unknown[]]) => x >= min && x <= max
      return {
        ...panel,
        series: panel.series.map((one) => ({
          ...one,
          points: one.points.filter(seen),
          ...(one.measured && { measured: one.measured.filter(seen) }),
          ...(one.seeds && {
            seeds: {
              ...one.seeds,
              counts: one.seeds.counts.filter((_, i) => seen(one.points[i] ?? [NaN])),
              band: one.seeds.band.filter(seen),
            },
          }),
        })),
      }
    }),
  }
}
