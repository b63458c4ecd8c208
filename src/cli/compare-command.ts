/**
 * The flags of `compare`, checked, and what they ask for as a figure.
 */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { LabError } from '#shared/errors'
import {
  BANDS,
  GROUPINGS,
  METRICS,
  VALUE_PLACES,
  X_AXES,
  type Band,
  type FigureKind,
  type FigureSpec,
  type Grouping,
  type Metric,
  type Smoothing,
  type ValuePlace,
  type XAxis,
} from '#shared/figure'
import { compareRuns } from './commands/compare'
import type { Environment } from './environment'
import { addStyleOptions, styleOf, type StyleFlags } from './figure-style'

/** `gap` and `time` are curves that people ask for by name. */
const KINDS = ['curves', 'factor', 'heat', 'box', 'parallel', 'gap', 'gradients', 'time'] as const
type Kind = (typeof KINDS)[number]

const DEFAULT_METRICS: Partial<Record<Kind, Metric[][]>> = {
  gap: [['loss-gap'], ['accuracy-gap']],
  time: [['test-error'], ['seconds-per-epoch']],
  gradients: [['gradient-norm']],
}

interface CompareFlags extends StyleFlags {
  workspace: string
  out: string
  kind: Kind
  metric?: Metric[][]
  x?: XAxis
  logX?: boolean
  linearX?: boolean
  logY?: boolean
  by?: Grouping
  band?: Band
  smooth?: Smoothing
  facet?: string[]
  factor?: string[]
  at?: ValuePlace
  bars?: boolean
  title?: string
  width: number
  height: number
  dpi: number
  allPoints?: boolean
}

interface Parsers {
  number: (min: number, max: number) => (text: string) => number
  wholeNumber: (min: number, max: number) => (text: string) => number
  atMost: (characters: number) => (text: string) => string
  collect: (text: string, earlier: readonly string[]) => string[]
}

export function addCompareFlags(
  command: Command,
  environment: Environment,
  done: (exitCode: number) => void,
  { number, wholeNumber, atMost, collect }: Parsers,
): void {
  command
    .argument(
      '<runs...>',
      'ids, beginnings of ids, labels, ids of experiments, or preset:<id> for its latest runs (/<label>: one configuration)',
    )
    .addOption(new Option('--kind <kind>', 'what to draw').choices([...KINDS]).default('curves'))
    .option('--metric <names>', `${METRICS.join(', ')}; commas overlay, a second flag adds a panel`, metrics)
    .requiredOption(
      '--out <file>',
      'figure.svg, .pdf, .png, .tex (pgfplots), .csv, .json (configuration) or .zip (all)',
    )
    .option('--all-points', 'for CSV: every evaluation of the runs, not only what is drawn')
    .addOption(new Option('--x <axis>', 'horizontal axis of curves').choices([...X_AXES]))
    .option('--log-x', 'logarithmic horizontal axis')
    .addOption(new Option('--linear-x', 'linear axis for factors that are numbers').conflicts('logX'))
    .option('--log-y', 'logarithmic vertical axis')
    .addOption(new Option('--by <what>', 'a line for each run, or for each configuration').choices([...GROUPINGS]))
    .addOption(new Option('--band <band>', 'around means over seeds').choices([...BANDS]))
    .option(
      '--smooth <how>',
      '0.9: moving average with that weight of the past; mean:5: of five evaluations',
      smoothing,
    )
    .option('--facet <factor>', 'small multiples by this factor; may be given twice', collect)
    .option('--factor <name>', 'factor for --kind factor, heat and parallel; a second flag adds a second', collect)
    .addOption(new Option('--at <place>', 'which value stands for a run').choices([...VALUE_PLACES]))
    .option('--bars', 'bars in place of points, for --kind factor')
    .option('--title <text>', 'title above the figure', atMost(300))
    .option('--width <cm>', 'width in print', number(1, 200), 14)
    .option('--height <cm>', 'height in print', number(1, 200), 9)
    .option('--dpi <n>', 'dots an inch, for PNG', wholeNumber(36, 2400), 300)
  addStyleOptions(command, { number }).action(async (names: string[], flags: CompareFlags) =>
    done(
      await compareRuns(environment, names, {
        workspace: flags.workspace,
        out: flags.out,
        dpi: flags.dpi,
        allPoints: flags.allPoints === true,
        figure: { ...figureOf(flags), ...(await styleOf(flags)) },
      }),
    ),
  )
}

function figureOf(flags: CompareFlags): Omit<FigureSpec, 'runs'> {
  const { kind, by, band, smooth, at, facet = [], factor = [] } = flags
  const panels = flags.metric ?? DEFAULT_METRICS[kind]
  if (!panels)
    throw new LabError('cli/usage', `--metric is missing: what should be drawn? One of ${METRICS.join(', ')}`)
  if (facet.length > 2) throw new LabError('cli/usage', '--facet may be given twice at most')
  return {
    kind: drawnKind(kind),
    panels,
    x: flags.x ?? (kind === 'time' ? 'seconds' : 'epoch'),
    logY: flags.logY === true,
    title: flags.title ?? null,
    widthCm: flags.width,
    heightCm: flags.height,
    ...(flags.logX && { logX: true }),
    ...(flags.linearX && { logX: false }),
    ...(by && { by }),
    ...(band && { band }),
    ...(smooth && { smooth }),
    ...(at && { at }),
    ...(facet.length > 0 && { facets: facet }),
    ...(factor.length > 0 && { factors: factor }),
    ...(flags.bars && { marks: 'bars' }),
  }
}

function drawnKind(kind: Kind): FigureKind {
  return kind === 'gap' || kind === 'time' ? 'curves' : kind
}

/** "0.9" or "ema:0.9"; "mean:5". */
function smoothing(text: string): Smoothing {
  const [, kind = 'ema', number = ''] = /^(?:(ema|mean):)?([\d.]+)$/.exec(text) ?? []
  const amount = Number(number)
  if (number !== '' && kind === 'ema' && amount >= 0 && amount < 1) return { kind, amount }
  if (kind === 'mean' && Number.isInteger(amount) && amount >= 1 && amount <= 100_000) return { kind, amount }
  throw new InvalidArgumentError('Expected a weight from 0 to below 1 such as 0.9, or mean:5 for five evaluations.')
}

function metrics(text: string, earlier: readonly Metric[][] = []): Metric[][] {
  const panel = text.split(',').map((name) => {
    const metric = METRICS.find((each) => each === name.trim())
    if (!metric) throw new InvalidArgumentError(`Expected ${METRICS.join(', ')}.`)
    return metric
  })
  return [...earlier, panel]
}
