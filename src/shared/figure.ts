/**
 * What a figure is, before anybody draws it: plain data, the same for the screen, the export and the CSV.
 */
import type { Experiment } from './experiment'
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
] as const
export type Metric = (typeof METRICS)[number]

export const X_AXES = ['epoch', 'step', 'seconds'] as const
export type XAxis = (typeof X_AXES)[number]

export const FIGURE_FORMATS = ['svg', 'pdf', 'png', 'csv'] as const
export type FigureFormat = (typeof FIGURE_FORMATS)[number]

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
  /** Size in print. */
  widthCm: number
  heightCm: number
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
  /** Learning rates that were set by hand: with them a run differs from its experiment, and its figures say so. */
  interventions?: readonly Intervention[]
}

/** What a figure has to know of a run beside its summary and its history. */
export function figureFacts({
  experiment,
  interventions,
}: Pick<RunDetails, 'experiment' | 'interventions'>): FigureFacts {
  const { evaluation, loss } = experiment.training
  const mistake = mistakeOf(experiment)
  return {
    trainMeasure: evaluation.train,
    loss,
    ...(mistake !== null && { mistake }),
    ...(interventions && { interventions }),
  }
}

type FigureFacts = Pick<FigureRun, 'trainMeasure' | 'loss' | 'mistake' | 'interventions'>
