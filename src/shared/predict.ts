/**
 * What a model says about samples or about points of the plane: asked while a run trains and afterwards.
 */
import { f32Of } from './datasets'

export type PredictRequest =
  /** Samples are numbered over the whole set: first the official training part, then the official test part. */
  | { of: 'samples'; samples: readonly number[] }
  /** So many of a part of the run's own split, at even distances in it. */
  | { of: 'part'; part: 'train' | 'validation'; count: number }
  /** Middle points of columns × rows cells over a box of the plane, row by row from the bottom; sets of two features. */
  | { of: 'grid'; x: readonly [number, number]; y: readonly [number, number]; columns: number; rows: number }

export const MOST_PREDICTED = 100_000
/** Cells of a grid: 1,000 × 1,000. */
export const MOST_CELLS = 1_000_000

export interface Predictions {
  /** Of the weights; an earlier one than the last if early stopping brought the best ones back. */
  step: number
  epoch: number
  /** Whether they are a snapshot of a training that goes on, or was cut short, and not the run's model. */
  isSnapshot: boolean
  outputs: number
  /** f32[n, outputs]: what leaves the network, after its output activation. `valuesOf` reads them. */
  values: Uint8Array
  /** Which samples; empty for a grid. */
  samples: readonly number[]
  /** Their classes, in the same order. */
  labels: readonly number[]
}

export interface Prediction {
  /** The class of the largest output. */
  label: number
  /** Its probability, where the outputs are probabilities. */
  confidence: number
}

/** One output unit tells two classes apart at one half. */
export function predictionAt({ outputs, values }: { outputs: number; values: Float32Array }, row: number): Prediction {
  if (outputs === 1) {
    const p = values[row] ?? 0
    return p > 0.5 ? { label: 1, confidence: p } : { label: 0, confidence: 1 - p }
  }
  let label = 0
  for (let i = 1; i < outputs; i++) {
    if ((values[row * outputs + i] ?? 0) > (values[row * outputs + label] ?? 0)) label = i
  }
  return { label, confidence: values[row * outputs + label] ?? 0 }
}

export function predictionsOf({ outputs, values }: Predictions): Prediction[] {
  const floats = f32Of(values)
  return Array.from({ length: floats.length / outputs }, (_, row) => predictionAt({ outputs, values: floats }, row))
}
