/**
 * How a figure is set for a report: everything that a person may choose, and nothing of what it shows.
 *
 * What is left out is as the lab does it by itself. Size and title stand in the spec, as every figure has them.
 */

export const FIGURE_FONTS = ['inter', 'serif'] as const
export type FigureFont = (typeof FIGURE_FONTS)[number]

/** `safe`: told apart with any color vision. `gray`: for print without color. */
export const FIGURE_PALETTES = ['safe', 'gray'] as const
export type FigurePalette = (typeof FIGURE_PALETTES)[number]

/** `parts`: train dashed, validation dotted, test solid. `patterns`: a pattern for each line of the legend. */
export const LINE_STYLES = ['parts', 'patterns', 'solid'] as const
export type LineStyle = (typeof LINE_STYLES)[number]

/** `auto`: where lines of several runs have to be told apart without color, and on short lines. */
export const MARKER_STYLES = ['auto', 'none'] as const
export type MarkerStyle = (typeof MARKER_STYLES)[number]

/** `inside`: in the emptiest corner of the first panel. `direct`: at the ends of the lines. */
export const LEGEND_PLACES = ['top', 'right', 'below', 'inside', 'direct', 'none'] as const
export type LegendPlace = (typeof LEGEND_PLACES)[number]

/** An end that is left out is where the data end. Shares are from 0 to 1, as in the CSV. */
export interface AxisRange {
  min?: number
  max?: number
}

export interface FigureStyle {
  /** Of tick labels and legend, in points. @default 8.5 */
  fontSize?: number
  /** @default inter */
  font?: FigureFont
  /** @default safe */
  palette?: FigurePalette
  /** @default parts */
  lines?: LineStyle
  /** @default auto */
  markers?: MarkerStyle
  /** In points. @default 1 */
  lineWidth?: number
  /** @default top */
  legend?: LegendPlace
  /** @default true */
  grid?: boolean
  /** In place of the label of the x axis. */
  labelX?: string
  /** In place of the labels of the values, panel by panel; null keeps one. */
  labelsY?: readonly (string | null)[]
  rangeX?: AxisRange
  /** Panel by panel; null keeps one. */
  rangesY?: readonly (AxisRange | null)[]
  /** New names by the names that the legend would show. */
  names?: Readonly<Record<string, string>>
  /** In place of the proposed caption. */
  caption?: string
  /** In place of the generated description, for people who cannot see the figure. */
  altText?: string
}

/** What is remembered from figure to figure: the rest belongs to one figure alone. */
export type FigureManner = Pick<
  FigureStyle,
  'fontSize' | 'font' | 'palette' | 'lines' | 'markers' | 'lineWidth' | 'legend' | 'grid'
> & { widthCm?: number; heightCm?: number }

export const STYLE_DEFAULTS = {
  fontSize: 8.5,
  font: 'inter',
  palette: 'safe',
  lines: 'parts',
  markers: 'auto',
  lineWidth: 1,
  legend: 'top',
  grid: true,
} as const satisfies FigureStyle

/** Beyond these no figure can be read. */
export const STYLE_LIMITS = {
  fontSize: { min: 4, max: 36 },
  lineWidth: { min: 0.2, max: 6 },
} as const

/** Sizes that people ask for, in centimeters. */
export const FIGURE_SIZES = [
  { key: 'column', label: 'LaTeX column, 8.6 × 6 cm', widthCm: 8.6, heightCm: 6 },
  { key: 'text', label: 'Text width, 16 × 9 cm', widthCm: 16, heightCm: 9 },
  { key: 'slide', label: 'Slide, 25.4 × 14.3 cm', widthCm: 25.4, heightCm: 14.3 },
] as const
