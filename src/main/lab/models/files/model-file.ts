/**
 * A model's file that was read and found to be a chain of dense layers: its weights in the names and the layout of our
 * own files, and what the file says of itself.
 */
import { LabError } from '#shared/errors'
import type { ModelDescription } from '#engine/index'
import type { Scaling } from '#shared/experiment'

export interface ParsedModelFile {
  name: string
  /** Of `weights`. */
  key: string
  /** As a safetensors file of the lab. */
  weights: Uint8Array
  /** Units from the input to the output. */
  sizes: readonly number[]
  said: Partial<ModelDescription>
  /** Null where the file does not say, or says it without its numbers. */
  scaling: Scaling | null
  /** Optimizer steps and epochs, where the file says so. */
  step: number | null
  epoch: number | null
  /** What was taken for what, in words. */
  notes: readonly string[]
}

/** One dense layer of a file. */
export interface FileLayer {
  /** As the file calls it. */
  name: string
  inputs: number
  outputs: number
  /** f32[outputs, inputs] */
  weight: Float32Array
  /** f32[outputs]; null where the layer has none. */
  bias: Float32Array | null
}

/** Of files that are read: far above any multilayer perceptron. */
export const MAX_MODEL_BYTES = 512 * 1024 * 1024

export function unfitFile(name: string, problem: string, cause?: unknown): LabError {
  return new LabError('model/unfit', `${name}: ${problem}`, { cause })
}
