/** The kernels in plain TypeScript: what any other set is checked against, and what runs where no other can. */
import type { Kernels } from '../kernels'
import { viewsOf } from '../memory'
import { activationKernels } from './activations'
import { dataKernels } from './data'
import { denseKernels } from './dense'
import { optimizerKernels } from './optimizers'
import { outputLosses } from './output-loss'
import { sparseKernels } from './sparse'
import { sumKernels } from './sums'
import { weightKernels } from './weights'

export const REFERENCE_FACTS = { name: 'plain TypeScript', bitClass: 'plain-2' } as const

export function createReferenceKernels(memory: WebAssembly.Memory): Kernels {
  const views = viewsOf(memory)
  return {
    ...REFERENCE_FACTS,
    ...denseKernels(views),
    ...sparseKernels(views),
    ...activationKernels(views),
    outputLoss: outputLosses(views),
    ...dataKernels(views),
    ...sumKernels(views),
    ...weightKernels(views),
    ...optimizerKernels(views),
  }
}
