import { describe, expect, it } from 'vitest'
import { TILE_SETS } from '#engine/wasm/kernels'
import { fastestTiles } from '#engine/wasm/timing'
import { compiledChoices } from './simd'

const [[, choice]] = compiledChoices

/** A clock by which products with `fast` tiles take 1, now and then 9, and the others 2. All take turns. */
function clockFor(fast: string) {
  let calls = 0
  let time = 0
  return () => {
    const place = calls++ - 1 // the first call says when to end; then come begin and end of each product, and the look
    const inRound = place % (2 * TILE_SETS.length + 1)
    if (place >= 0 && inRound % 2 === 1) {
      const isFast = TILE_SETS[(inRound - 1) / 2] === fast
      time += isFast ? (place % 5 === 0 ? 9 : 1) : 2
    }
    return time
  }
}

describe('the choice of tiles', () => {
  it.each(TILE_SETS)('takes %s if its shortest product is the shortest', (fast) => {
    expect(fastestTiles(choice, clockFor(fast))).toBe(fast)
  })

  it('ends when its time is over', () => {
    let calls = 0
    expect(TILE_SETS).toContain(fastestTiles(choice, () => 10 * calls++))
    expect(calls).toBeLessThan(20)
  })
})
