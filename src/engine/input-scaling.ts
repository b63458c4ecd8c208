/**
 * How values become inputs: x = (value − shift) / divisor. The numbers come from the training part of the split
 * alone, and are stored with the model (checkpoint.ts), so that it can be given values from anywhere.
 */
import type { Scaling } from '#shared/experiment'

/** Samples in a row, as they lie in a memory or in an array. */
export interface SampleRows {
  /** Values of one sample. */
  pixels: number
  values: Uint8Array | Float32Array
  /** Index of the first value of sample 0. */
  at: number
}

export interface InputScaling {
  scaling: Scaling
  /** f64[1], or f64[pixels] where each feature has its own. */
  shift: Float64Array
  /** The same length. 0: a feature that never changes, which tells nothing: its inputs are 0. */
  divisor: Float64Array
}

/** `samples`: those of the training part. */
export function inputScaling(scaling: Scaling, rows: SampleRows, samples: Uint32Array): InputScaling {
  const divisor = unitDivisor(scaling, rows.values instanceof Uint8Array)
  if (divisor !== null) return { scaling, shift: Float64Array.of(0), divisor: Float64Array.of(divisor) }
  const perFeature = scaling === 'standardize-per-feature'
  const { mean, deviation } = inputMoments(rows, samples, perFeature)
  const width = perFeature ? rows.pixels : 1
  return { scaling, shift: mean.slice(0, width), divisor: deviation.slice(0, width) }
}

/** What a scaling without a mean divides by; null for one that has one. Floats are never divided by 255. */
export function unitDivisor(scaling: Scaling, areBytes: boolean): number | null {
  if (scaling === 'none') return 1
  if (scaling === 'unit') return areBytes ? 255 : 1
  return null
}

/** Inputs of one sample, in single precision as training has them. */
export function scaledInputs(values: ArrayLike<number>, { shift, divisor }: InputScaling): Float32Array {
  const isAlike = shift.length === 1
  return Float32Array.from({ length: values.length }, (_, p) => {
    const i = isAlike ? 0 : p
    return divisor[i] > 0 ? (values[p] - shift[i]) / divisor[i] : 0
  })
}

/** Mean and standard deviation (of the population, divisor n) over some samples. */
export interface InputMoments {
  /** f64[pixels] */
  mean: Float64Array
  /** f64[pixels] */
  deviation: Float64Array
}

/** `perFeature`: of each pixel by itself; otherwise one mean and one deviation for all of them. */
export function inputMoments({ pixels, values, at: begin }: SampleRows, samples: Uint32Array, perFeature: boolean) {
  const sums = new Float64Array(pixels)
  for (const sample of samples) {
    const at = begin + sample * pixels
    for (let p = 0; p < pixels; p++) sums[p] += values[at + p]
  }
  const total = perFeature ? NaN : sums.reduce((a, b) => a + b, 0) / (samples.length * pixels)
  const mean = sums.map((sum) => (perFeature ? sum / samples.length : total))
  const squares = new Float64Array(pixels)
  for (const sample of samples) {
    const at = begin + sample * pixels
    for (let p = 0; p < pixels; p++) squares[p] += (values[at + p] - mean[p]) ** 2
  }
  const spread = perFeature ? NaN : Math.sqrt(squares.reduce((a, b) => a + b, 0) / (samples.length * pixels))
  const deviation = squares.map((sum) => (perFeature ? Math.sqrt(sum / samples.length) : spread))
  return { mean, deviation } satisfies InputMoments
}
