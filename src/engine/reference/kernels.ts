/** The kernels in plain TypeScript: what any other set is checked against, and what runs where no other can. */
import type { Kernels } from '../kernels'
import { viewsOf } from '../memory'
import { activationKernels } from './activations'
import { dataKernels } from './data'
import { denseKernels } from './dense'
import { lossKernels } from './loss'
import { optimizerKernels } from './optimizers'
import { sparseKernels } from './sparse'

export const REFERENCE_FACTS = { name: 'plain TypeScript', bitClass: 'plain-1' } as const

export function createReferenceKernels(memory: WebAssembly.Memory): Kernels {
  const views = viewsOf(memory)
  return {
    ...REFERENCE_FACTS,
    ...denseKernels(views),
    ...sparseKernels(views),
    ...activationKernels(views),
    ...lossKernels(views),
    ...optimizerKernels(views),
    ...dataKernels(views),
  }
}
