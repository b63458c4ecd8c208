/**
 * What a style may say, for calls of a page and for the style files of the command line.
 */
import { z } from 'zod'
import {
  FIGURE_FONTS,
  FIGURE_PALETTES,
  LEGEND_PLACES,
  LINE_STYLES,
  MARKER_STYLES,
  STYLE_LIMITS,
  type FigureStyle,
} from '#shared/figures/style'

const text = z.string().max(300)
const within = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max)

const range = z
  .strictObject({ min: z.number().exactOptional(), max: z.number().exactOptional() })
  .refine(({ min = -Infinity, max = Infinity }) => min < max, 'a range whose min is below its max')

const sizeCm = z.number().min(1).max(200)

export const figureStyleSchema = z.strictObject({
  fontSize: within(STYLE_LIMITS.fontSize).exactOptional(),
  font: z.enum(FIGURE_FONTS).exactOptional(),
  palette: z.enum(FIGURE_PALETTES).exactOptional(),
  lines: z.enum(LINE_STYLES).exactOptional(),
  markers: z.enum(MARKER_STYLES).exactOptional(),
  lineWidth: within(STYLE_LIMITS.lineWidth).exactOptional(),
  legend: z.enum(LEGEND_PLACES).exactOptional(),
  grid: z.boolean().exactOptional(),
  labelX: text.exactOptional(),
  labelsY: z.array(text.nullable()).max(100).exactOptional(),
  rangeX: range.exactOptional(),
  rangesY: z.array(range.nullable()).max(100).exactOptional(),
  names: z.record(text, text).exactOptional(),
  caption: z.string().max(3000).exactOptional(),
  altText: z.string().max(3000).exactOptional(),
}) satisfies z.ZodType<FigureStyle>

/** How figures were set last, by kind. */
export const figureMannersSchema = z.record(
  z.string().max(40),
  figureStyleSchema
    .pick({
      fontSize: true,
      font: true,
      palette: true,
      lines: true,
      markers: true,
      lineWidth: true,
      legend: true,
      grid: true,
    })
    .extend({ widthCm: sizeCm.exactOptional(), heightCm: sizeCm.exactOptional() }),
)
