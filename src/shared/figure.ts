/**
 * What a figure is, before anybody draws it: plain data, the same for the screen, the export and the CSV.
 */
import type { Experiment } from './experiment'
import type { FigureStyle } from './figures/style'
import { mistakeOf } from './mistakes'
import type { Evaluation, Intervention, MachineFacts, RunDetails, RunId, RunSummary } from './run'

/** Those of the validation part are of runs that have one; those of layers, of runs with diagnostics. */
export const METRICS = [
  'train-loss',
  'validation-loss',
  'test-loss',
  'train-accuracy',
  'validation-accuracy',
  'test-accuracy',
  'train-error',
  'validation-error',
  'test-error',
  'learning-rate',
  'seconds-per-epoch',
  'gradient-norm',
  'update-ratio',
  'saturated-share',
  'dead-share',
  'test-accuracy-per-minute',
  'validation-accuracy-per-minute',
  'loss-gap',
  'accuracy-gap',
] as const
export type Metric = (typeof METRICS)[number]

export const X_AXES = ['epoch', 'step', 'seconds', 'samples'] as const
export type XAxis = (typeof X_AXES)[number]

/** `csv` has what is drawn, `csv-all` every evaluation of the runs; `tex` is for pgfplots, `zip` holds all the others. */
export const FIGURE_FORMATS = ['svg', 'pdf', 'png', 'tex', 'csv', 'csv-all', 'json', 'zip'] as const
export type FigureFormat = (typeof FIGURE_FORMATS)[number]

/**
 * What is drawn. `curves`: metrics along training. `factor`: one value of each configuration against a factor. `heat`: the same against two, as numbers in cells.
 * `box`: all values of each configuration. `parallel`: a line through the levels of all factors to the value.
 * `gradients`: what each layer has (gradient norms, if nothing else is asked for) by epoch, as colours.
 */
export const FIGURE_KINDS = ['curves', 'factor', 'heat', 'box', 'parallel', 'gradients'] as const
export type FigureKind = (typeof FIGURE_KINDS)[number]

/** A line for each run, or one for each configuration: the mean over its seeds. */
export const GROUPINGS = ['run', 'configuration'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** Around a mean over n seeds: smallest to largest, ± standard deviation, ± standard error, Student's 95 % interval. */
export const BANDS = ['none', 'range', 'sd', 'se', 'ci95'] as const
export type Band = (typeof BANDS)[number]

/** Which value of a run stands for it: at its last evaluation, at its lowest validation loss, of the final evaluation. */
export const VALUE_PLACES = ['last', 'best', 'final'] as const
export type ValuePlace = (typeof VALUE_PLACES)[number]

/**
 * `ema`: exponential moving average without the bias of its start, where `amount` (0 … 1) is the weight of the past.
 * `mean`: of the `amount` evaluations around each, of fewer at both ends.
 */
export interface Smoothing {
  kind: 'ema' | 'mean'
  amount: number
}

/** A chart over runs. Metrics of one panel share their y axis; `seconds-per-epoch` alone makes bars. */
export interface FigureSpec {
  runs: readonly RunId[]
  /** Places in the palette, in the order of `runs`: a run keeps its colour when others are hidden. @default 0, 1, 2 … */
  colors?: readonly number[]
  /** One panel for each entry; the metrics within it are overlaid (train dashed, validation dotted, test solid). */
  panels: readonly (readonly Metric[])[]
  x: XAxis
  logY: boolean
  title: string | null
  /** @default 'curves' */
  kind?: FigureKind
  /** @default false */
  logX?: boolean
  /** @default 'run' for curves, 'configuration' for the kinds that sum up runs */
  by?: Grouping
  /** Of means over seeds: of curves by configuration, and of values against factors. @default 'range' */
  band?: Band
  /** Of curves only; what was measured stays as a faint line. @default none */
  smooth?: Smoothing
  /** Small multiples: a panel for each level of these factors. @default none */
  facets?: readonly string[]
  /** For kinds that show one value of each run. @default 'last' */
  at?: ValuePlace
  /** What the values stand against, and what makes the lines (factor) or rows (heat). @default those that vary */
  factors?: readonly string[]
  /** For `factor`. @default 'points' */
  marks?: 'points' | 'bars'
  /** Size in print. */
  widthCm: number
  heightCm: number
  style?: FigureStyle
}

export interface FigureRequest {
  spec: FigureSpec
  format: FigureFormat
  /** PNG only. @default 300 */
  dpi?: number
}

export interface RenderedFile {
  name: string
  mediaType: string
  bytes: Uint8Array
}

/** A drawing as SVG, and how large it is in print. */
export interface SvgDrawing {
  /** Of the file that becomes of it. */
  name: string
  svg: string
  widthCm: number
  heightCm: number
  /** @default 'png' */
  format?: PictureFormat | undefined
}

/** What the lab makes of somebody else's drawing. */
export const PICTURE_FORMATS = ['png', 'pdf'] as const
export type PictureFormat = (typeof PICTURE_FORMATS)[number]

/** What a figure is drawn from. */
export interface FigureRun {
  summary: RunSummary
  history: readonly Evaluation[]
  /** Shown with figures that compare times. */
  machine: MachineFacts | null
  /** How the train part was measured (`training.evaluation.train`); a figure with train lines says so. */
  trainMeasure?: 'running' | 'full'
  /** What was minimized: decides about the unit of a loss. @default one that is measured in nats */
  loss?: Experiment['training']['loss']
  /** A deliberate mistake, in words: no figure of a run that has one goes without them. */
  mistake?: string
  /** What was to be trained: tells configurations apart. */
  experiment?: Experiment
  /** Samples in the train part. */
  trainSamples?: number
  /** Learning rates that were set by hand: with them a run differs from its experiment, and its figures say so. */
  interventions?: readonly Intervention[]
}

/** What a figure has to know of a run beside its summary and its history. */
export function figureFacts({
  experiment,
  interventions,
  split,
}: Pick<RunDetails, 'experiment' | 'interventions' | 'split'>): FigureFacts {
  const { evaluation, loss } = experiment.training
  const mistake = mistakeOf(experiment)
  return {
    experiment,
    ...(split && { trainSamples: split.classCounts.train.reduce((sum, count) => sum + count, 0) }),
    trainMeasure: evaluation.train,
    loss,
    ...(mistake !== null && { mistake }),
    ...(interventions && { interventions }),
  }
}

type FigureFacts = Pick<
  FigureRun,
  'experiment' | 'trainSamples' | 'trainMeasure' | 'loss' | 'mistake' | 'interventions'
>
