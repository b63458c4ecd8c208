/**
 * The flags of a figure's style: each for itself, or all from a file that says what the app's editor would.
 */
import { readFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { figureStyleSchema } from '#lab/figures/style-schema'
import { LabError } from '#shared/errors'
import {
  FIGURE_FONTS,
  FIGURE_PALETTES,
  LEGEND_PLACES,
  LINE_STYLES,
  MARKER_STYLES,
  STYLE_LIMITS,
  type FigureStyle,
} from '#shared/figures/style'

export interface StyleFlags {
  style?: string
  fontSize?: number
  font?: FigureStyle['font']
  palette?: FigureStyle['palette']
  lines?: FigureStyle['lines']
  markers?: FigureStyle['markers']
  lineWidth?: number
  legend?: FigureStyle['legend']
  /** False for --no-grid. */
  grid: boolean
  labelX?: string
  labelY: readonly string[]
  rangeX?: Range
  rangeY: readonly (Range | null)[]
  rename: readonly (readonly [string, string])[]
  caption?: string
  altText?: string
}

interface Range {
  min?: number
  max?: number
}

interface Readers {
  number: (min: number, max: number) => (text: string) => number
}

export function addStyleOptions(command: Command, { number }: Readers): Command {
  const { fontSize, lineWidth } = STYLE_LIMITS
  const oneOf = (flag: string, what: string, choices: readonly string[]) =>
    new Option(`${flag} <name>`, what).choices([...choices])
  return command
    .option('--style <file>', 'JSON with the style; the flags below go before it')
    .option('--font-size <pt>', 'of tick labels and legend', number(fontSize.min, fontSize.max))
    .addOption(oneOf('--font', 'both ship with the lab', FIGURE_FONTS))
    .addOption(oneOf('--palette', 'safe: for any color vision; gray: for print', FIGURE_PALETTES))
    .addOption(oneOf('--lines', 'what dashes tell apart', LINE_STYLES))
    .addOption(oneOf('--markers', 'on the lines', MARKER_STYLES))
    .option('--line-width <pt>', 'of the lines', number(lineWidth.min, lineWidth.max))
    .addOption(oneOf('--legend', 'where it goes', LEGEND_PLACES))
    .option('--no-grid', 'without lines at the ticks')
    .option('--label-x <text>', 'in place of the label of the x axis')
    .option('--label-y <text>', 'in place of the label of the values; once for each panel', append<string>, [])
    .option('--range-x <min:max>', 'of the x axis; an end may be left out', readRange)
    .option('--range-y <min:max>', 'of the values; once for each panel, ":" keeps one', appendRange, [])
    .option('--rename <old=new>', 'another name in the legend; may be given often', appendName, [])
    .option('--caption <text>', 'in place of the proposed one')
    .option('--alt-text <text>', 'for people who cannot see the figure')
}

/** Without a style where nothing was asked for: the figure is then the one that the app draws by itself. */
export async function styleOf(flags: StyleFlags): Promise<{ style?: FigureStyle }> {
  const {
    style: file,
    fontSize,
    font,
    palette,
    lines,
    markers,
    lineWidth,
    legend,
    grid,
    labelX,
    caption,
    altText,
  } = flags
  const { labelY, rangeX, rangeY, rename } = flags
  const given = {
    ...{ fontSize, font, palette, lines, markers, lineWidth, legend, labelX, rangeX, caption, altText },
    ...(!grid && { grid }),
    ...(labelY.length > 0 && { labelsY: labelY.map((label) => (label === '' ? null : label)) }),
    ...(rangeY.length > 0 && { rangesY: rangeY }),
    ...(rename.length > 0 && { names: Object.fromEntries(rename) }),
  }
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const whole = { ...(file === undefined ? {} : await readStyle(file)), ...known }
  return Object.keys(whole).length === 0 ? {} : { style: checked(whole, file ?? 'the flags of the style') }
}

async function readStyle(file: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new LabError('cli/usage', `--style: ${file} cannot be read. Expected a JSON file`, { cause })
  })
  try {
    return checked(JSON.parse(text), file)
  } catch (cause) {
    if (cause instanceof LabError) throw cause
    throw new LabError('cli/usage', `--style: ${file} is not JSON`, { cause })
  }
}

function checked(style: unknown, from: string): FigureStyle {
  const result = figureStyleSchema.safeParse(style)
  if (result.success) return result.data
  const details = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the style'}: ${message}`)
  throw new LabError('cli/usage', `${from} is no style of a figure: ${details.join('; ')}`, { details })
}

function append<T>(value: T, before: readonly T[]): T[] {
  return [...before, value]
}

function appendRange(text: string, before: readonly (Range | null)[]): (Range | null)[] {
  const range = readRange(text)
  return [...before, Object.keys(range).length === 0 ? null : range]
}

/** "0:0.5", "5:" and ":30". */
function readRange(text: string): Range {
  const [, min = '', max = ''] = /^([^:]*):([^:]*)$/.exec(text) ?? []
  const ends = { ...(min !== '' && { min: Number(min) }), ...(max !== '' && { max: Number(max) }) }
  const wrong = Object.values(ends).some((end) => !Number.isFinite(end))
  if (wrong || !text.includes(':')) throw new LabError('cli/usage', `A range is min:max, such as 0:0.5; got "${text}"`)
  return ends
}

/** Names may hold "=" themselves: the last one divides. */
function appendName(text: string, before: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new LabError('cli/usage', `--rename is old=new; got "${text}"`)
  return [...before, [text.slice(0, at), text.slice(at + 1)]]
}
