/**
 * How a figure looks: sizes and colours for the screen, light and dark, and for print.
 */
import {
  STYLE_DEFAULTS,
  type AxisRange,
  type FigureStyle,
  type LegendPlace,
  type LineStyle,
  type MarkerStyle,
} from './style'

export interface Look {
  theme: 'light' | 'dark' | 'print'
  /** In CSS pixels: 96 an inch. */
  width: number
  height: number
  /** Of tick labels and the legend, in pixels; every other size follows from it. */
  fontSize: number
  fontFamily: string
  /** Lines move to new values. Off for pictures and for people who ask for less motion. */
  animation: boolean
  /** Tooltip, crosshair, zoom and a legend to click. */
  interactive: boolean
  /** Parts that the page around the chart shows itself; without `valueName` an axis has its unit only. @default all true */
  show?: { title?: boolean; legend?: boolean; notes?: boolean; badge?: boolean; valueName?: boolean }
  /** In pixels. @default 1.3 in print, 1.8 on the screen */
  lineWidth?: number
  /** @default parts */
  lines?: LineStyle
  /** @default auto */
  markers?: MarkerStyle
  /** @default top */
  legend?: LegendPlace
  /** @default true */
  grid?: boolean
  /** @default that of the theme */
  palette?: Palette
  /** Runs whose lines stand out. @default all alike */
  highlight?: readonly string[]
  /** A place on the x axis of all curves that a person has marked. @default none */
  cursor?: number
  /** Of the values, panel by panel. @default as the data want */
  rangesY?: readonly (AxisRange | null)[]
}

/** Both ship with the lab; the others are for a reader of an SVG who has neither. */
export const FIGURE_FONT_FAMILIES = {
  inter: "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif",
  serif: "'Noto Serif', 'Times New Roman', Times, serif",
} as const
export const FIGURE_FONT = FIGURE_FONT_FAMILIES.inter

const CSS_PIXELS_PER_CM = 96 / 2.54

const CSS_PIXELS_PER_POINT = 96 / 72

/** A printed figure at its real size. */
export function printLook(widthCm: number, heightCm: number, style: FigureStyle = {}): Look {
  const { fontSize, font, palette, lines, markers, lineWidth, legend, grid } = { ...STYLE_DEFAULTS, ...style }
  return {
    theme: 'print',
    width: Math.round(widthCm * CSS_PIXELS_PER_CM),
    height: Math.round(heightCm * CSS_PIXELS_PER_CM),
    fontSize: fontSize * CSS_PIXELS_PER_POINT,
    fontFamily: FIGURE_FONT_FAMILIES[font],
    animation: false,
    interactive: false,
    lineWidth: lineWidth === STYLE_DEFAULTS.lineWidth ? PRINTED_LINE : lineWidth * CSS_PIXELS_PER_POINT,
    lines,
    markers,
    legend,
    grid,
    ...(palette === 'gray' && { palette: GRAY }),
    ...(style.rangesY && { rangesY: style.rangesY }),
  }
}

/** One point, as the lab has always drawn it. */
const PRINTED_LINE = 1.3

export interface Palette {
  background: string
  text: string
  quiet: string
  axis: string
  grid: string
  series: readonly string[]
  badge: { text: string; border: string; fill: string }
  /** What the figure lies on: for text on dark fields, and for the gaps of markers. */
  paper: string
}

/**
 * After Okabe and Ito, who chose their colours to be told apart by people with any colour vision. Blue comes
 * first and orange second, as they are far apart in grey as well; both are darkened for thin lines on white.
 */
const ON_WHITE = ['#005fa8', '#db8500', '#00906a', '#c8400b', '#b0609a', '#3a9fd6', '#4d4d4d', '#8a7600']
const ON_DARK = ['#4c9be8', '#ffc04d', '#2fc79c', '#ff8352', '#e39acb', '#9bdcff', '#c9ced6', '#d6cc4a']

export const PALETTES: Record<Look['theme'], Palette> = {
  print: {
    background: '#ffffff',
    text: '#000000',
    quiet: '#333333',
    axis: '#000000',
    grid: '#dddddd',
    series: ON_WHITE,
    badge: { text: '#000000', border: '#000000', fill: '#ffffff' },
    paper: '#ffffff',
  },
  light: {
    background: 'transparent',
    text: '#1c2430',
    quiet: '#5a6472',
    axis: '#aab2bd',
    grid: '#e8ebef',
    series: ON_WHITE,
    badge: { text: '#7a4a00', border: '#e3b365', fill: '#fff6e5' },
    paper: '#ffffff',
  },
  dark: {
    background: 'transparent',
    text: '#e8ebf0',
    quiet: '#9aa4b2',
    axis: '#566070',
    grid: '#2a313c',
    series: ON_DARK,
    badge: { text: '#ffd591', border: '#7a5a22', fill: '#2e2413' },
    paper: '#1d232c',
  },
}

/** Far apart on paper; with more lines than grays, markers and patterns tell them apart. */
const ON_PAPER = ['#000000', '#8c8c8c', '#474747', '#b0b0b0', '#262626', '#696969']

export const GRAY: Palette = { ...PALETTES.print, series: ON_PAPER }

export function paletteOf({ theme, palette }: Look): Palette {
  return palette ?? PALETTES[theme]
}

export function seriesColor(palette: Palette, index: number): string {
  return palette.series[index % palette.series.length] ?? palette.text
}
