import { describe, expect, it } from 'vitest'
import { Random, seededRandom, splitMix64 } from '#engine/random'

const take = (random: Random, count: number) => Array.from({ length: count }, () => random.next())

describe('the random numbers', () => {
  it('are those of xoshiro128** for the state 1, 2, 3, 4', () => {
    // as in the tests of the rand_xoshiro crate, which has them from the authors' program
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]
    expect(take(new Random([1, 2, 3, 4]), 10)).toEqual(expected)
  })

  it('are seeded with the numbers of SplitMix64', () => {
    // widely published for the seed 1234567
    expect(splitMix64(1234567n, 5)).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ])
    const [first, second] = splitMix64((2n << 32n) | 5n, 2)
    const words = [first, first >> 32n, second, second >> 32n].map((word) => Number(word & 0xffffffffn))
    expect(seededRandom(5, 2).getState()).toEqual(words)
  })

  it('go on from a saved state', () => {
    const random = seededRandom(42, 1)
    take(random, 5)
    const copy = new Random(random.getState())
    expect(take(copy, 20)).toEqual(take(random, 20))
  })

  it('differ between seeds and between streams of one seed', () => {
    const first = [seededRandom(1, 1), seededRandom(2, 1), seededRandom(1, 2)].map((random) => random.next())
    expect(new Set(first).size).toBe(3)
  })

  it('below(n) reaches each number about equally often, and no other', () => {
    const random = seededRandom(3, 1)
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]++
    // 10,000 each; the standard deviation is 93, so 500 is more than five of them
    expect(counts).toHaveLength(7)
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  it('below(n) draws again rather than favor small numbers when n does not divide 2³²', () => {
    const random = seededRandom(6, 1)
    const n = 3 * 2 ** 30
    const values = Array.from({ length: 10_000 }, () => random.below(n))
    // a third; by the remainder alone it would be a half. Standard deviation 0.0047
    const low = values.filter((value) => value < 2 ** 30).length / 10_000
    expect(Math.abs(low - 1 / 3)).toBeLessThan(0.025)
    expect(values.every((value) => value < n)).toBe(true)
  })

  it('normal() has mean 0, variance 1 and the tails of a normal distribution', () => {
    const random = seededRandom(4, 1)
    const values = Array.from({ length: 100_000 }, () => random.normal())
    const mean = values.reduce((a, b) => a + b) / values.length
    const variance = values.reduce((sum, each) => sum + each * each, 0) / values.length
    const beyond2 = values.filter((each) => Math.abs(each) > 2).length / values.length
    // standard errors: 0.0032, 0.0045, 0.00066; the bounds are five of them
    expect(Math.abs(mean)).toBeLessThan(0.016)
    expect(Math.abs(variance - 1)).toBeLessThan(0.023)
    expect(Math.abs(beyond2 - 0.0455)).toBeLessThan(0.0033)
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(4) // not truncated
  })

  it('shuffle() puts each value everywhere about equally often, and loses none', () => {
    const random = seededRandom(5, 1)
    const places = Array.from({ length: 5 }, () => new Array<number>(5).fill(0))
    for (let i = 0; i < 20_000; i++) {
      const values = Uint32Array.of(0, 1, 2, 3, 4)
      random.shuffle(values)
      expect([...values].sort()).toEqual([0, 1, 2, 3, 4])
      values.forEach((value, place) => places[value][place]++)
    }
    // 4,000 each, standard deviation 57
    for (const count of places.flat()) expect(Math.abs(count - 4000)).toBeLessThan(285)
  })
})
