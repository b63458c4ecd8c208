/**
 * Panels that are not curves as axes of pgfplots: bars, points against a factor, boxes, colors in a grid, parallel axes.
 *
 * The ticks of values are those that pgfplots finds. Shares are per cent, as on the axes of the lab.
 */
import { formatNumber, formatSeconds, formatShare } from '../axis-scale'
import { paletteOf, seriesColor, type Look } from '../chart-look'
import { MARKERS, type LineLook } from '../line-look'
import { isShare } from '../metrics'
import type {
  BarPanel,
  Box,
  BoxPanel,
  FactorPanel,
  FactorSeries,
  HeatPanel,
  LinePanel,
  Panel,
  ParallelPanel,
  ValueAxis,
} from '../panels'
import { markOptions, strokeOptions } from './line-axis'
import { colorName, pt, texList, texNumber, texText } from './tex'

export interface OtherAxis {
  options: string[]
  plots: string[]
}

export function otherAxis(panel: Exclude<Panel, LinePanel>, look: Look): OtherAxis {
  switch (panel.kind) {
    case 'bars':
      return barAxis(panel, look)
    case 'factor':
      return factorAxis(panel, look)
    case 'box':
      return boxAxis(panel, look)
    case 'heat':
      return heatAxis(panel)
    case 'parallel':
      return parallelAxis(panel, look)
  }
  return panel satisfies never
}

const colorOf = (look: Look, index: number) => colorName(seriesColor(paletteOf(look), index))
const at = (x: number, y: number) => `(axis cs:${texNumber(x)},${texNumber(y)})`

/** Names at the left, the first one on top; values to the right. */
function namedRows(names: readonly string[]): string[] {
  return [
    'y dir=reverse',
    `ymin=0.4, ymax=${names.length + 0.6}`,
    `ytick={${names.map((_, i) => i + 1).join(',')}}`,
    `yticklabels={${texList(names)}}`,
    'ymajorgrids=false, xmajorgrids, y axis line style={draw=black}, x axis line style={draw=none}, xtick style={draw=none}',
  ]
}

function barAxis({ bars }: BarPanel, look: Look): OtherAxis {
  const longest = Math.max(0, ...bars.map(({ max }) => max))
  return {
    options: [...namedRows(bars.map(({ name }) => name)), `xmin=0, xmax=${texNumber(longest * 1.18 || 1)}`],
    plots: bars.flatMap(({ median, min, max, colorIndex }, i) => [
      `\\fill[${colorOf(look, colorIndex)}] ${at(0, i + 0.72)} rectangle ${at(median, i + 1.28)};`,
      ...(max > min ? whisker(min, max, i + 1, 0.08) : []),
      `\\node[anchor=mid west, xshift=3pt] at ${at(max, i + 1)} {${texText(formatSeconds(median))}};`,
    ]),
  }
}

/** From low to high beside row `y`, with a cap at each end. */
function whisker(low: number, high: number, y: number, half: number): string[] {
  const cap = (x: number) => `\\draw ${at(x, y - half)} -- ${at(x, y + half)};`
  return [`\\draw ${at(low, y)} -- ${at(high, y)};`, cap(low), cap(high)]
}

/** What a number in a figure can tell. */
function round4(value: number): number {
  return Number(value.toPrecision(4))
}

/** What is written for a value of the data. */
function shown(value: number, { quantity }: ValueAxis): number {
  return isShare(quantity) ? Number((value * 100).toPrecision(12)) : value
}

function boxAxis({ boxes, value }: BoxPanel, look: Look): OtherAxis {
  return {
    options: [...namedRows(boxes.map(({ name }) => name)), ...(value.log ? ['xmode=log'] : [])],
    plots: [
      // nodes and paths alone give an axis no range
      ...boxes.flatMap((box, i) => [
        `\\addplot[only marks, mark=o, mark size=1.2pt, ${colorOf(look, box.colorIndex)}, opacity=${box.quartiles ? 0 : 1}] coordinates {${box.values.map((one) => `(${texNumber(shown(one, value))},${i + 1})`).join(' ')}};`,
        ...boxPaths(box, i + 1, value, look),
      ]),
    ],
  }
}

function boxPaths({ quartiles, median, colorIndex }: Box, y: number, value: ValueAxis, look: Look): string[] {
  const x = (one: number) => shown(one, value)
  const middle = `\\draw[line width=1pt] ${at(x(median), y - 0.28)} -- ${at(x(median), y + 0.28)};`
  if (!quartiles) return [middle]
  const color = colorOf(look, colorIndex)
  const { low, high, whiskerLow, whiskerHigh } = quartiles
  return [
    ...whisker(x(whiskerLow), x(whiskerHigh), y, 0.12),
    `\\filldraw[draw=${color}, fill=${color}!30] ${at(x(low), y - 0.28)} rectangle ${at(x(high), y + 0.28)};`,
    middle,
  ]
}

/** Of the points of one line, in the plot and in the legend. */
export function factorLook(colorIndex: number, look: Look): LineLook {
  return {
    color: seriesColor(paletteOf(look), colorIndex),
    width: look.lineWidth ?? 1.3,
    dash: [],
    marker: MARKERS[colorIndex % MARKERS.length] ?? 'circle',
    markerSize: look.fontSize * 0.5,
    marked: { every: 1, shift: 0 },
  }
}

function factorAxis(panel: FactorPanel, look: Look): OtherAxis {
  const { x, y, series, marks } = panel
  const bars = marks === 'bars'
  // bars stand beside each other, whatever the numbers under them
  const places = bars ? x.levels.map((_, i) => i) : x.places
  const [least, most] = [Math.min(...places), Math.max(...places)]
  const room = (most - least || 1) * (bars ? 0.5 / Math.max(1, places.length - 1) : 0.08)
  const log = x.log && !bars
  const range = log ? [least / 1.3, most * 1.3] : [least - room, most + room]
  const width = (look.width * 0.6) / Math.max(1, x.levels.length * series.length)
  return {
    options: [
      ...(log ? ['xmode=log'] : []),
      ...(y.log ? ['ymode=log'] : []),
      `xtick={${places.map(texNumber).join(',')}}`,
      `xticklabels={${texList(x.levels)}}`,
      `xlabel={${texText(x.label)}}`,
      `xmin=${texNumber(range[0] ?? 0)}, xmax=${texNumber(range[1] ?? 1)}`,
      ...(bars
        ? ['ybar, ymin=0, enlarge y limits={upper, value=0.08}', `bar width=${pt(width)}`]
        : ['enlarge y limits=0.08']),
    ],
    plots: series.flatMap((one, i) => {
      const shift = (i - (series.length - 1) / 2) * width
      return factorPlot(
        panel,
        one,
        bars ? barOptions(one.colorIndex, shift, look) : pointOptions(one.colorIndex, look),
        places,
      )
    }),
  }
}

function barOptions(colorIndex: number, shift: number, look: Look): string[] {
  return [`fill=${colorOf(look, colorIndex)}`, 'draw=black, line width=0.3pt', `bar shift=${pt(shift)}`]
}

function pointOptions(colorIndex: number, look: Look): string[] {
  const line = factorLook(colorIndex, look)
  return [...strokeOptions(line), ...markOptions(line)]
}

function factorPlot(
  { x, y }: FactorPanel,
  { points }: FactorSeries,
  options: readonly string[],
  places: readonly number[],
): string[] {
  const spread = 'error bars/.cd, y dir=both, y explicit, error bar style={black, solid, line width=0.5pt}'
  return [
    `\\addplot[${[...options, spread].join(', ')}] table[row sep=\\\\, x=x, y=y, y error plus=up, y error minus=down] {`,
    '  x y up down\\\\',
    ...points.map(({ level, mean, interval }) => {
      const value = shown(mean, y)
      const up = interval ? shown(interval.high, y) - value : 0
      const down = interval ? value - shown(interval.low, y) : 0
      return `  ${[places[x.levels.indexOf(level)] ?? 0, value, up, down].map(texNumber).join(' ')}\\\\`
    }),
    '};',
  ]
}

/** From white to black in shares of a color: dark is large, and every number can be read on its field. */
function heatAxis({ x, y, value, cells, numbers }: HeatPanel): OtherAxis {
  const known = cells.flatMap((cell) => (cell.value === null ? [] : [cell.value]))
  const scale = (one: number) => (value.log ? Math.log(one) : one)
  const [low, high] = [Math.min(...known.map(scale)), Math.max(...known.map(scale))]
  const shadeOf = (one: number) => (high > low ? Math.round(8 + (72 * (scale(one) - low)) / (high - low)) : 40)
  const text = (one: number) =>
    isShare(value.quantity) ? formatShare(round4(one)) : formatNumber(Number(one.toPrecision(3)))
  const every = Math.max(1, Math.ceil(x.levels.length / 10))
  const columns = x.levels.flatMap((level, i) => (i % every === 0 ? [{ level, i }] : []))
  return {
    options: [
      `xmin=-0.5, xmax=${x.levels.length - 0.5}, ymin=-0.5, ymax=${y.levels.length - 0.5}, y dir=reverse`,
      `xtick={${columns.map(({ i }) => i).join(',')}}`,
      `xticklabels={${texList(columns.map(({ level }) => level))}}`,
      `ytick={${y.levels.map((_, i) => i).join(',')}}`,
      `yticklabels={${texList(y.levels)}}`,
      `xlabel={${texText(x.label)}}`,
      'ymajorgrids=false',
    ],
    plots: cells.flatMap(({ column, row, value: one }) => {
      if (one === null) return []
      const shade = shadeOf(one)
      const field = `\\fill[black!${shade}] ${at(column - 0.5, row - 0.5)} rectangle ${at(column + 0.5, row + 0.5)};`
      const label = `\\node[text=${shade > 50 ? 'white' : 'black'}] at ${at(column, row)} {${texText(text(one))}};`
      return numbers ? [field, label] : [field]
    }),
  }
}

/** All axes from 0 to 1; the labels of an axis stand beside it. */
function parallelAxis({ axes, lines, value }: ParallelPanel, look: Look): OtherAxis {
  const values = lines.map((line) => line.value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const heightOf = (one: number) => (high > low ? (one - low) / (high - low) : 0.5)
  const placeAmong = (place: number, count: number) => (count > 1 ? place / (count - 1) : 0.5)
  const text = (one: number) =>
    isShare(value.quantity) ? formatShare(round4(one)) : formatNumber(Number(one.toPrecision(3)))
  const last = axes.length - 1
  const labels = axes.flatMap(({ levels }, i) =>
    (levels ?? [text(low), text(high)]).map(
      (level, place, all) =>
        `\\node[anchor=mid west, xshift=3pt, fill=white, fill opacity=0.8, text opacity=1] at ${at(i, placeAmong(place, all.length))} {${texText(level)}};`,
    ),
  )
  return {
    options: [
      `xmin=-0.1, xmax=${last + 0.4}, ymin=-0.05, ymax=1.05, ytick=\\empty, ymajorgrids=false, axis y line*=none`,
      `xtick={${axes.map((_, i) => i).join(',')}}`,
      `xticklabels={${texList(axes.map(({ label }) => label))}}`,
    ],
    plots: [
      ...lines.map(({ places, value: one, colorIndex }) => {
        const way = [
          ...places.map((place, i) => at(i, placeAmong(place, axes[i]?.levels?.length ?? 1))),
          at(last, heightOf(one)),
        ]
        return `\\draw[${colorOf(look, colorIndex)}, line width=${pt(look.lineWidth ?? 1.3)}] ${way.join(' -- ')};`
      }),
      ...axes.map((_, i) => `\\draw ${at(i, 0)} -- ${at(i, 1)};`),
      ...labels,
    ],
  }
}
