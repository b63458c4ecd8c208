/** Kernels that this machine can run, for tests that train with each of them. */
import { createKernels, type Kernels } from '#engine/kernels'
import { PLAIN_KERNELS, type KernelChoice } from '#engine/wasm/choice'
import type { TestMemory } from './matrix'
import { compiledChoices, compiledKernels } from './wasm/simd'

type Named = readonly [name: string, choice: KernelChoice]

/** All of them: each arithmetic with each set of tiles. */
export const allChoices: readonly Named[] = [['plain TypeScript', PLAIN_KERNELS], ...compiledChoices]

/** One for each arithmetic: others give the same bits. */
export const arithmetics = allChoices.filter(
  ([, { bitClass }], i) => allChoices.findIndex(([, each]) => each.bitClass === bitClass) === i,
)

export function kernelsIn({ memory }: TestMemory, choice: KernelChoice): Kernels {
  return choice.arithmetic === 'plain' ? createKernels(memory) : compiledKernels(memory, choice)
}
