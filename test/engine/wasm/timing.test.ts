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
    const place = calls++ - 1 // the first call says when to end; then come the look, and begin and end of each product
    const inRound = place % (2 * TILE_SETS.length + 1)
    if (place >= 0 && inRound > 0 && inRound % 2 === 0) {
      const isFast = TILE_SETS[inRound / 2 - 1] === fast
      time += isFast ? (place % 5 === 0 ? 9 : 1) : 2
    }
    return time
  }
}

describe('the choice of tiles', () => {
  it.each(TILE_SETS)('takes %s if its shortest product is the shortest', (fast) => {
    expect(fastestTiles(choice, clockFor(fast))).toBe(fast)
  })

  it('ends when its time is over, but not before it has looked often enough to know', () => {
    let calls = 0
    expect(TILE_SETS).toContain(fastestTiles(choice, () => 10 * calls++))
    const perRound = 2 * TILE_SETS.length + 1
    expect(calls).toBeGreaterThan(99 * perRound)
    expect(calls).toBeLessThan(102 * perRound)
  })

  it('is not led astray by a core that is taken away in the first round', () => {
    let calls = 0
    const clock = clockFor('6x8')
    expect(fastestTiles(choice, () => clock() + (calls++ > 2 ? 1000 : 0))).toBe('6x8')
  })
})
