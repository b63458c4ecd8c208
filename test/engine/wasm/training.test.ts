/** The tests of whole trainings, done again with compiled kernels in the place of plain TypeScript. */
import { expect, it, vi } from 'vitest'
import type { Kernels } from '#engine/kernels'

const compiled = vi.hoisted(() => ({
  /** Set below, as the kernels cannot be loaded while their loading is being replaced. */
  create: (_memory: WebAssembly.Memory): Kernels => {
    throw new Error('not loaded yet')
  },
  created: 0,
}))
vi.mock('#engine/kernels', async (original) => ({
  ...(await original<typeof import('#engine/kernels')>()),
  createKernels: (memory: WebAssembly.Memory) => compiled.create(memory),
}))

const { compiledChoices, compiledKernels } = await import('./simd')
const [[, best]] = compiledChoices
compiled.create = (memory) => {
  compiled.created++
  return compiledKernels(memory, best)
}

await import('../train.test')
await import('../options.test')

it('all this was done by compiled kernels', () => expect(compiled.created).toBeGreaterThan(20))
