/** Every set of kernels that this machine can run, one for each class of bits, to be put to the same tests. */
import type { Kernels } from '#engine/kernels'
import { createReferenceKernels } from '#engine/reference/kernels'
import { compiledChoices, compiledKernels } from './wasm/simd'

type Create = (memory: WebAssembly.Memory) => Kernels

const compiled = compiledChoices
  .filter(([, choice]) => choice.tiles === '3x12') // only products know tiles
  .map(([, choice]): [string, Create] => [choice.name, (memory) => compiledKernels(memory, choice)])

export const kernelSets: [name: string, create: Create][] = [['plain TypeScript', createReferenceKernels], ...compiled]

/** Half a unit in the last place of a float32 close above a power of two: what one rounding costs at most. */
export const ROUNDING = 2 ** -24

/** rows, columns: nothing; tail only; one vector; vectors and tail, one and several rows; the real layers. */
export const shapes = [
  [0, 5],
  [3, 0],
  [1, 1],
  [2, 3],
  [1, 4],
  [3, 7],
  [4, 8],
  [5, 9],
  [2, 14],
  [4, 16],
  [7, 30],
  [64, 150],
] as const

/** Of float32 numbers, so that 0 and −0 differ. */
export function bits(values: readonly number[]): number[] {
  return [...new Int32Array(Float32Array.from(values).buffer)]
}
