/** The kernels for this process and all its workers. */
import v8 from 'node:v8'
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

/** Holds for the whole process, worker threads included, and for modules that are compiled afterwards. */
function allowRelaxedSimd(): void {
  const [major] = process.versions.v8.split('.').map(Number)
  if (major < V8_WITH_RELAXED_SIMD && !canRelaxedSimd()) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
}
