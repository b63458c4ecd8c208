/**
 * Which set of tiles is fastest here. It depends on how many sums the compiler keeps in registers, whether it checks
 * each address, and whether it fuses vectors into wider ones: no version number tells all that.
 */
import { createKernels } from '../kernels'
import { strideFor } from '../layout'
import type { CompiledKernels } from './choice'
import { scratchBytes, TILE_SETS, type TileSet } from './kernels'

/** In which the compiler, which starts with slow code, has to come up with its best. */
const BUDGET_MS = 30
/** However long they take: a thread that has to wait for a core may have no time left after the first. */
const LEAST_ROUNDS = 100
const ROWS = 24
const COLUMNS = 48
const DEPTH = 96
const PAGE = 65_536

/**
 * The tiles of the shortest product among many, taken in turns: one takes some microseconds, so that a machine that
 * is busy otherwise leaves some of them alone. A wrong answer costs speed, and nothing else.
 */
export function fastestTiles(choice: CompiledKernels, now: () => number = () => performance.now()): TileSet {
  const rounds = productsOf(choice)
  const end = now() + BUDGET_MS
  for (let count = 0; now() < end || count < LEAST_ROUNDS; count++) {
    for (const round of rounds) {
      const begin = now()
      round.multiply()
      round.shortest = Math.min(round.shortest, now() - begin)
    }
  }
  return rounds.reduce((best, each) => (each.shortest < best.shortest ? each : best)).tiles
}

function productsOf(choice: CompiledKernels) {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true })
  const [lda, ld] = [strideFor(DEPTH), strideFor(COLUMNS)]
  const a = 0
  const b = a + ROWS * lda
  const out = b + DEPTH * ld
  const scratch = { address: PAGE, bytes: scratchBytes(1, 1) }
  return TILE_SETS.map((tiles) => {
    const { denseForward } = createKernels(memory, { ...choice, tiles }, scratch)
    const multiply = () => denseForward(a, lda, b, ld, out, ld, out, ld, ROWS, COLUMNS, DEPTH)
    return { tiles, multiply, shortest: Infinity }
  })
}
