/**
 * What each metric is: its quantity and unit, the part of the data it is of, and its value at an evaluation.
 */
import { METRICS, type Metric } from '../figure'
import { accuracyOf, type Evaluation, type LayerDiagnostics, type Score } from '../run'

/** Metrics of one quantity have one unit and can share an axis. */
export type Quantity =
  'loss' | 'accuracy' | 'error' | 'rate' | 'time' | 'norm' | 'ratio' | 'share' | 'pace' | 'loss-gap' | 'accuracy-gap'
export type Part = 'train' | 'validation' | 'test'

/** The unit beside an axis, and as programs read it. Shares are per cent on the axis and from 0 to 1 in the data. */
export const UNITS_OF: Record<Quantity, { unit: string; csvUnit: string }> = {
  loss: { unit: 'nats, mean per sample', csvUnit: 'nats per sample' },
  accuracy: { unit: '%', csvUnit: 'share' },
  error: { unit: '%', csvUnit: 'share' },
  rate: { unit: '', csvUnit: 'learning rate' },
  time: { unit: 's', csvUnit: 'seconds per epoch' },
  norm: { unit: '', csvUnit: 'Euclidean norm' },
  ratio: { unit: '', csvUnit: 'ratio of norms' },
  share: { unit: '%', csvUnit: 'share' },
  pace: { unit: '% a minute', csvUnit: 'share per minute' },
  'loss-gap': { unit: 'nats, mean per sample', csvUnit: 'nats per sample' },
  'accuracy-gap': { unit: 'percentage points', csvUnit: 'share' },
}

export function quantityOf(metric: Metric): Quantity {
  switch (metric) {
    case 'train-loss':
    case 'validation-loss':
    case 'test-loss':
      return 'loss'
    case 'train-accuracy':
    case 'validation-accuracy':
    case 'test-accuracy':
      return 'accuracy'
    case 'train-error':
    case 'validation-error':
    case 'test-error':
      return 'error'
    case 'learning-rate':
      return 'rate'
    case 'seconds-per-epoch':
      return 'time'
    case 'gradient-norm':
      return 'norm'
    case 'update-ratio':
      return 'ratio'
    case 'saturated-share':
    case 'dead-share':
      return 'share'
    case 'test-accuracy-per-minute':
    case 'validation-accuracy-per-minute':
      return 'pace'
    case 'loss-gap':
    case 'accuracy-gap':
      return metric
  }
  return metric satisfies never
}

/** Shares are written as per cent. */
export function isShare(quantity: Quantity): boolean {
  return (
    quantity === 'accuracy' ||
    quantity === 'error' ||
    quantity === 'share' ||
    quantity === 'pace' ||
    quantity === 'accuracy-gap'
  )
}

/** Null for what is not measured on samples of one part. */
export function partOf(metric: Metric): Part | null {
  return PART_OF.get(metric) ?? null
}

/** Made once: it is asked for at every point. */
const PART_OF: ReadonlyMap<Metric, Part | null> = new Map(METRICS.map((metric) => [metric, partNamedIn(metric)]))

function partNamedIn(metric: Metric): Part | null {
  const [first] = metric.split('-')
  return first === 'train' || first === 'validation' || first === 'test' ? first : null
}

const LAYER_VALUES = {
  'gradient-norm': (layer) => layer.gradientNorm,
  'update-ratio': (layer) => (layer.weightNorm > 0 ? layer.updateNorm / layer.weightNorm : null),
  'saturated-share': (layer) => layer.saturated,
  'dead-share': (layer) => layer.dead,
} as const satisfies Partial<Record<Metric, (layer: LayerDiagnostics) => number | null>>

export type LayerMetric = keyof typeof LAYER_VALUES

/** Measured for each layer, where the experiment asks for diagnostics. */
export function isLayerMetric(metric: Metric): metric is LayerMetric {
  return Object.hasOwn(LAYER_VALUES, metric)
}

/** Undefined where the evaluation has no such measurement; NaN where it has one that is no number. */
export function valueOf(metric: Metric, at: Evaluation, layer: number): number | undefined {
  if (isLayerMetric(metric)) {
    const diagnostics = at.diagnostics?.[layer]
    return (diagnostics && LAYER_VALUES[metric](diagnostics)) ?? undefined
  }
  if (metric === 'loss-gap' || metric === 'accuracy-gap') return gapOf(metric, at)
  const part = partOf(metric)
  if (!part) return metric === 'learning-rate' ? at.learningRate : undefined
  const score = at[part]
  if (!score) return undefined
  const quantity = quantityOf(metric)
  if (quantity === 'loss') return score.loss
  if (quantity === 'pace') return at.seconds > 0 ? score.correct / score.count / (at.seconds / 60) : undefined
  return (quantity === 'accuracy' ? score.correct : score.count - score.correct) / score.count
}

/** What a model is judged by while it is designed: the validation part, or the test part where there is none. */
export function heldOutOf({ validation, test }: Evaluation): Score | undefined {
  return validation ?? test
}

/** How much worse it is on samples that it was not trained on: above zero, whatever is measured. */
function gapOf(metric: 'loss-gap' | 'accuracy-gap', at: Evaluation): number | undefined {
  const held = heldOutOf(at)
  if (!held) return undefined
  return metric === 'loss-gap' ? held.loss - at.train.loss : accuracyOf(at.train) - accuracyOf(held)
}

const TITLES: Partial<Record<Metric, string>> = {
  'seconds-per-epoch': 'Training time',
  'update-ratio': 'Update / weights',
  'loss-gap': 'Held-out − train loss',
  'accuracy-gap': 'Train − held-out accuracy',
  'saturated-share': 'Saturated units',
  'dead-share': 'Dead units',
  'test-accuracy-per-minute': 'Test accuracy per minute of training',
  'validation-accuracy-per-minute': 'Validation accuracy per minute of training',
}

/** "Test loss"; the time of an epoch is "Training time". */
export function metricTitle(metric: Metric): string {
  const words = metric.replace('-', ' ')
  return TITLES[metric] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** Loss and accuracy of all parts of one run, a panel each. */
export function partPanels(hasValidation: boolean): Metric[][] {
  return hasValidation
    ? [
        ['train-loss', 'validation-loss', 'test-loss'],
        ['train-accuracy', 'validation-accuracy', 'test-accuracy'],
      ]
    : [
        ['train-loss', 'test-loss'],
        ['train-accuracy', 'test-accuracy'],
      ]
}
