/**
 * A panel of lines as an axis of pgfplots, with the ticks and the looks of the picture.
 */
import { formatNumber } from '../axis-scale'
import type { Look } from '../chart-look'
import { yLabel, type LinePanelLayout } from '../figure-layout'
import { lineLook, type LineLook, type Marker } from '../line-look'
import type { Panel, Series } from '../panels'
import { colorName, pt, texList, texNumber, texText } from './tex'

const MARKS: Record<Marker, string> = {
  circle: '*',
  rect: 'square*',
  triangle: 'triangle*',
  diamond: 'diamond*',
  emptyCircle: 'o',
  emptyRect: 'square',
  emptyTriangle: 'triangle',
  emptyDiamond: 'diamond',
}

/** The options of the axis beside its place. */
export function lineAxisOptions({ panel, y, decimals, xTicks, namesX }: LinePanelLayout): string[] {
  const x = panel.x
  return [
    ...(x.log ? ['xmode=log'] : []),
    ...(panel.y.log ? ['ymode=log'] : []),
    `xmin=${texNumber(x.min)}, xmax=${texNumber(x.max)}`,
    `ymin=${texNumber(y.min)}, ymax=${texNumber(y.max)}`,
    `xtick={${xTicks.map(texNumber).join(',')}}`,
    `xticklabels={${texList(xTicks.map((tick) => formatNumber(tick)))}}`,
    `ytick={${y.ticks.map(texNumber).join(',')}}`,
    `yticklabels={${texList(y.ticks.map((tick) => yLabel(panel, tick, decimals)))}}`,
    `xlabel={${namesX ? texText(x.label) : ''}}`,
    'unbounded coords=jump',
  ]
}

/** Bands first, then what was measured, then the lines. */
export function linePlots(panel: LinePanelLayout['panel'], panels: readonly Panel[], look: Look): string[] {
  const looks = panel.series.map((series) => [series, lineLook(series, panels, look)] as const)
  const each = (make: (series: Series, look: LineLook) => string[]) =>
    looks.flatMap(([series, its]) => make(series, its))
  return [...each(bandPlot), ...each(measuredPlot), ...each(linePlot), ...each(markNode)]
}

/** The ends of a band as one closed path: up along its lower side, back along its upper one. */
function bandPlot({ seeds }: Series, { color }: LineLook): string[] {
  const band = seeds?.band ?? []
  if (band.length < 2) return []
  const there = band.map(([x, low]) => `(${texNumber(x)},${texNumber(low)})`)
  const back = [...band].reverse().map(([x, , high]) => `(${texNumber(x)},${texNumber(high)})`)
  return [
    `\\addplot[draw=none, fill=${colorName(color)}, fill opacity=0.16] coordinates {`,
    ...rows([...there, ...back]),
    '} -- cycle;',
  ]
}

function measuredPlot({ measured }: Series, { color }: LineLook): string[] {
  if (!measured) return []
  return [
    `\\addplot[${colorName(color)}, opacity=0.3, line width=0.4pt] table[row sep=\\\\] {`,
    ...points(measured),
    '};',
  ]
}

function linePlot(series: Series, look: LineLook): string[] {
  if (series.points.length === 0) return []
  return [
    `\\addplot[${[...strokeOptions(look), ...markOptions(look)].join(', ')}] table[row sep=\\\\] {`,
    ...points(series.points),
    `}; % ${commentText(series.name)}`,
  ]
}

/** A place that means something: where over-fitting begins. */
function markNode({ mark }: Series, { color }: LineLook): string[] {
  if (!mark) return []
  const at = `(axis cs:${texNumber(mark.x)},${texNumber(mark.y)})`
  return [
    `\\draw[${colorName(color)}, fill=white] ${at} circle[radius=2pt];`,
    `\\node[anchor=south, text=${colorName(color)}] at ${at} {${texText(mark.label)}};`,
  ]
}

/** Of a line, in a plot and in the legend alike. */
export function strokeOptions({ color, width, dash }: LineLook): string[] {
  const pattern = dash.map((length, i) => `${i % 2 === 0 ? 'on' : 'off'} ${pt(length)}`).join(' ')
  return [
    `color=${colorName(color)}`,
    `line width=${pt(width)}`,
    'line join=round',
    ...(dash.length > 0 ? [`dash pattern=${pattern}`] : []),
  ]
}

export function markOptions({ marker, markerSize, marked }: LineLook): string[] {
  if (marker === null) return ['mark=none']
  const { every, shift } = marked
  const phase = ((every - (shift % every)) % every) + 1 // pgfplots counts points from 1
  return [
    `mark=${MARKS[marker]}`,
    `mark size=${pt(markerSize / 2)}`,
    `mark options={solid${marker.startsWith('empty') ? ', fill=white' : ''}}`,
    ...(every > 1 ? [`mark repeat=${every}`, `mark phase=${phase}`] : []),
  ]
}

function points(all: readonly (readonly [number, number | null])[]): string[] {
  return ['x y\\\\', ...rows(all.map(([x, y]) => `${texNumber(x)} ${texNumber(y)}\\\\`))]
}

/** Five to a line: a file that a person may want to look at. */
function rows(all: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(all.length / 5) }, (_, i) => `  ${all.slice(i * 5, i * 5 + 5).join(' ')}`)
}

/** Nothing of a name may end a comment. */
export function commentText(text: string): string {
  return text.replace(/[^\x20-\x7E]/g, '?')
}
