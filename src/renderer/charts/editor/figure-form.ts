/**
 * What stands in the figure editor, and the spec that it makes. Numbers are as they were typed: what is no number, or
 * out of its range, is a problem beside its field and leaves the figure as it was.
 */
import type { FigureSpec } from '#shared/figure'
import {
  FIGURE_SIZES,
  STYLE_DEFAULTS,
  STYLE_LIMITS,
  type AxisRange,
  type FigureFont,
  type FigureManner,
  type FigurePalette,
  type FigureStyle,
  type LegendPlace,
  type LineStyle,
  type MarkerStyle,
} from '#shared/figures/style'

/** As a NumberField holds it: a number, or what was typed instead. */
type Typed = unknown

export interface FigureForm {
  widthCm: Typed
  heightCm: Typed
  fontSize: Typed
  font: FigureFont
  palette: FigurePalette
  lines: LineStyle
  markers: MarkerStyle
  lineWidth: Typed
  legend: LegendPlace
  grid: boolean
  titled: boolean
  title: string
  labelX: string
  labelsY: string[]
  minX: Typed
  maxX: Typed
  rangesY: { min: Typed; max: Typed }[]
  names: Record<string, string>
  caption: string
  altText: string
}

/** What the figure shows by itself: the fields begin with it. */
export interface FigureWords {
  title: string
  labelX: string
  labelsY: readonly string[]
  names: readonly string[]
  caption: string
  altText: string
}

/** A figure that was set before begins as it was left; another one like the last of its kind. */
export function formOf(spec: FigureSpec, manner: FigureManner, words: FigureWords): FigureForm {
  const style = spec.style ?? {}
  const { fontSize, font, palette, lines, markers, lineWidth, legend, grid } = {
    ...STYLE_DEFAULTS,
    ...manner,
    ...style,
  }
  const { min: minX = '', max: maxX = '' } = style.rangeX ?? {}
  return {
    widthCm: manner.widthCm ?? spec.widthCm,
    heightCm: manner.heightCm ?? spec.heightCm,
    ...{ fontSize, font, palette, lines, markers, lineWidth, legend, grid },
    titled: spec.title !== null,
    title: spec.title ?? words.title,
    labelX: style.labelX ?? words.labelX,
    labelsY: words.labelsY.map((label, i) => style.labelsY?.[i] ?? label),
    minX,
    maxX,
    rangesY: words.labelsY.map((_, i) => ({ min: '', max: '', ...style.rangesY?.[i] })),
    names: Object.fromEntries(words.names.map((name) => [name, style.names?.[name] ?? name])),
    caption: style.caption ?? words.caption,
    altText: style.altText ?? words.altText,
  }
}

/** Beside its field, by the field's name. */
export type FormProblems = Partial<Record<string, string>>

export function problemsOf(form: FigureForm): FormProblems {
  const { fontSize, lineWidth } = STYLE_LIMITS
  const found: [string, string | undefined][] = [
    ['widthCm', outside(form.widthCm, { min: 1, max: 200 }, 'cm')],
    ['heightCm', outside(form.heightCm, { min: 1, max: 200 }, 'cm')],
    ['fontSize', outside(form.fontSize, fontSize, 'pt')],
    ['lineWidth', outside(form.lineWidth, lineWidth, 'pt')],
    ['rangeX', noRange(form.minX, form.maxX)],
    ...form.rangesY.map(({ min, max }, i): [string, string | undefined] => [`rangeY${i}`, noRange(min, max)]),
  ]
  return Object.fromEntries(found.filter(([, problem]) => problem !== undefined))
}

function outside(value: Typed, { min, max }: { min: number; max: number }, unit: string): string | undefined {
  if (typeof value === 'number' && value >= min && value <= max) return undefined
  return `${min} to ${max} ${unit}`
}

function noRange(min: Typed, max: Typed): string | undefined {
  const wrong = [min, max].some((end) => end !== '' && !Number.isFinite(end))
  if (wrong) return 'Numbers, or nothing for where the data end'
  return typeof min === 'number' && typeof max === 'number' && min >= max ? 'The first is below the second' : undefined
}

/** Only what differs from what the figure does by itself: a figure nobody touched has no style. */
export function specOf(spec: FigureSpec, form: FigureForm, words: FigureWords): FigureSpec {
  const style = { ...mannerStyle(form), ...ownStyle(form, words) }
  const { style: _before, ...rest } = spec
  return {
    ...rest,
    title: form.titled && form.title.trim() !== '' ? form.title.trim() : null,
    widthCm: form.widthCm as number,
    heightCm: form.heightCm as number,
    ...(Object.keys(style).length > 0 && { style }),
  }
}

function mannerStyle(form: FigureForm): FigureStyle {
  const keys = ['fontSize', 'font', 'palette', 'lines', 'markers', 'lineWidth', 'legend', 'grid'] as const
  return Object.fromEntries(keys.flatMap((key) => (form[key] === STYLE_DEFAULTS[key] ? [] : [[key, form[key]]])))
}

function ownStyle(form: FigureForm, words: FigureWords): FigureStyle {
  const labelsY = form.labelsY.map((label, i) => (label === words.labelsY[i] || label.trim() === '' ? null : label))
  const names = Object.fromEntries(Object.entries(form.names).filter(([old, name]) => name !== old && name !== ''))
  const rangeX = rangeOf(form.minX, form.maxX)
  const rangesY = form.rangesY.map(({ min, max }) => rangeOf(min, max))
  return {
    ...(form.labelX !== words.labelX && form.labelX.trim() !== '' && { labelX: form.labelX }),
    ...(labelsY.some((label) => label !== null) && { labelsY }),
    ...(Object.keys(names).length > 0 && { names }),
    ...(rangeX && { rangeX }),
    ...(rangesY.some((range) => range !== null) && { rangesY }),
    ...(form.caption !== words.caption && form.caption.trim() !== '' && { caption: form.caption }),
    ...(form.altText !== words.altText && form.altText.trim() !== '' && { altText: form.altText }),
  }
}

function rangeOf(min: Typed, max: Typed): AxisRange | null {
  const range = { ...(typeof min === 'number' && { min }), ...(typeof max === 'number' && { max }) }
  return Object.keys(range).length > 0 ? range : null
}

/** To begin the next figure of its kind with. */
export function mannerOf(form: FigureForm): FigureManner {
  return { ...mannerStyle(form), widthCm: form.widthCm as number, heightCm: form.heightCm as number }
}

export const OWN_SIZE = 'own'

/** Which of the known sizes a figure has; `own` for another one. */
export function sizeKeyOf({ widthCm, heightCm }: Pick<FigureForm, 'widthCm' | 'heightCm'>): string {
  return FIGURE_SIZES.find((size) => size.widthCm === widthCm && size.heightCm === heightCm)?.key ?? OWN_SIZE
}

/** Figures of one kind are set alike. */
export function kindOf({ kind = 'curves', panels }: FigureSpec): string {
  const [metric] = panels.flat()
  return kind === 'curves' && metric === 'seconds-per-epoch' ? 'times' : kind
}
