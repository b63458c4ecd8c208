/** The compiled kernels that this machine can run, each set of tiles of each arithmetic. */
import type { Kernels } from '#engine/kernels'
import { LINE, roundUp } from '#engine/memory'
import { chooseKernels, type CompiledKernels } from '#engine/wasm/choice'
import { createWasmKernels, scratchBytes, TILE_SETS } from '#engine/wasm/kernels'
import { kernelsOfThisMachine } from '#lab/engine/kernel-choice'

kernelsOfThisMachine() // allows relaxed SIMD in this process, where it must be allowed

export const compiledChoices = (['fma', 'mul-add'] as const).flatMap((arithmetic) => {
  const choice = chooseKernels(arithmetic)
  if (!choice || choice.arithmetic === 'plain') return []
  return TILE_SETS.map((tiles): [string, CompiledKernels] => [`${choice.name}, tiles ${tiles}`, { ...choice, tiles }])
})

const PAGE = 65_536

/** With a scratch of their own at the end of the memory, which grows for it. */
export function compiledKernels(
  memory: WebAssembly.Memory,
  choice: CompiledKernels,
  depth = 1000,
  classes = 300,
): Kernels {
  const bytes = scratchBytes(depth, classes)
  const address = roundUp(memory.grow(Math.ceil((bytes + LINE) / PAGE)) * PAGE, LINE)
  // NaN all over: whatever a kernel reads there, it must have written
  new Float32Array(memory.buffer, address, bytes / 4).fill(NaN)
  return createWasmKernels(memory, choice.module, choice.tiles, choice, { address, bytes })
}
