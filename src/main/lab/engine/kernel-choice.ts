/** The kernels for this process and all its workers. */
import v8 from 'node:v8'
import { createKernels } from '#engine/kernels'
import { strideFor } from '#engine/layout'
import { scratchBytes } from '#engine/wasm/kernels'
import { canRelaxedSimd, chooseKernels, fastestTiles, type Arithmetic, type KernelChoice } from '#engine/index'
import { LabError } from '#shared/errors'

/** From this version of V8 on, relaxed SIMD needs no flag, and the flag is unknown. */
const V8_WITH_RELAXED_SIMD = 12

/** @throws `engine/no-kernels` if kernels of `arithmetic` are asked for and cannot run here */
export function kernelsOfThisMachine(arithmetic?: Arithmetic): KernelChoice {
  allowRelaxedSimd()
  if (arithmetic === undefined) return chooseKernels()
  const choice = chooseKernels(arithmetic)
  if (choice) return choice
  throw new LabError(
    'engine/no-kernels',
    `Expected a machine that can run the "${arithmetic}" kernels; this one cannot (V8 ${process.versions.v8}). ` +
      'Leave the choice to the lab, or use a newer runtime.',
  )
}

/** The same kernels, of the same bits, with the tiles that are fastest here. Takes 30 ms of this thread. */
export function withFastestTiles(choice: KernelChoice): KernelChoice {
  return choice.arithmetic === 'plain' ? choice : { ...choice, tiles: fastestTiles(choice) }
}

const ROWS = 48
const COLUMNS = 144
const DEPTH = 128
const FLOPS = 2 * ROWS * COLUMNS * DEPTH
const PAGE = 65_536
const BUDGET_MS = 10

/**
 * What one thread's matrix products reach, in 10⁹ operations a second: the fastest of many small ones, so that a
 * machine which is busy otherwise hardly changes it. Null for plain TypeScript, which nobody compares.
 */
export function gflopsOf(choice: KernelChoice): number | null {
  if (choice.arithmetic === 'plain') return null
  const [lda, ld] = [strideFor(DEPTH), strideFor(COLUMNS)]
  const [a, b] = [PAGE, PAGE + ROWS * lda]
  const out = b + DEPTH * ld
  const scratch = { address: out + ROWS * ld, bytes: scratchBytes(1, 1) }
  const pages = Math.ceil((scratch.address + scratch.bytes) / PAGE)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const { denseForward } = createKernels(memory, choice, scratch)
  let shortestMs = Infinity
  for (const end = performance.now() + BUDGET_MS; performance.now() < end;) {
    const began = performance.now()
    denseForward(a, lda, b, ld, out, ld, out, ld, ROWS, COLUMNS, DEPTH)
    shortestMs = Math.min(shortestMs, performance.now() - began)
  }
  return Math.round(FLOPS / shortestMs / 1e5) / 10
}

/** Holds for the whole process, worker threads included, and for modules that are compiled afterwards. */
function allowRelaxedSimd(): void {
  const [major] = process.versions.v8.split('.').map(Number)
  if (major < V8_WITH_RELAXED_SIMD && !canRelaxedSimd()) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
}
