/**
 * The engine's own random numbers: xoshiro128** 1.1 by David Blackman and Sebastiano Vigna (public domain,
 * prng.di.unimi.it), seeded through SplitMix64 as its authors advise. The same seed gives the same numbers on
 * every machine, and the whole state is four words, so that a checkpoint can hold it.
 */
export type RandomState = readonly [number, number, number, number]

/** Uses that must not share numbers although people often give them the same seed. */
export const STREAMS = { init: 1, shuffle: 2, split: 3, holdOut: 16, points: 17 } as const

const MASK = (1n << 64n) - 1n

/** The first `count` outputs of SplitMix64. */
export function splitMix64(seed: bigint, count: number): bigint[] {
  let state = seed & MASK
  return Array.from({ length: count }, () => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK
    let z = state
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK
    return z ^ (z >> 31n)
  })
}

/** `seed` is 32 bits wide; `stream` keeps generators of one seed apart. */
export function seededRandom(seed: number, stream: number): Random {
  const [first = 0n, second = 0n] = splitMix64((BigInt(stream) << 32n) | BigInt(seed >>> 0), 2)
  const low = (word: bigint) => Number(word & 0xffffffffn)
  return new Random([low(first), low(first >> 32n), low(second), low(second >> 32n)])
}

export class Random {
  private a: number
  private b: number
  private c: number
  private d: number
  /** Second number of the last pair of normals. */
  private spare: number | undefined

  constructor([a, b, c, d]: RandomState) {
    this.a = a | 0
    this.b = b | 0
    this.c = c | 0
    this.d = d | 0
  }

  /** A generator given this state goes on where this one is (a spare normal is not part of it). */
  getState(): RandomState {
    return [this.a >>> 0, this.b >>> 0, this.c >>> 0, this.d >>> 0]
  }

  /** A whole number, 0 … 2³² − 1. */
  next(): number {
    const result = Math.imul(rotate(Math.imul(this.b, 5), 7), 9) >>> 0
    const shifted = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= shifted
    this.d = rotate(this.d, 11)
    return result
  }

  /** A number from 0 to below 1, in steps of 2⁻³². */
  uniform(): number {
    return this.next() / 2 ** 32
  }

  /** A whole number, 0 … n − 1, each equally likely: the uneven rest at the top is drawn again. */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n)
    let value = this.next()
    while (value >= limit) value = this.next()
    return value % n
  }

  /** Standard normal, not truncated, by the polar method of Marsaglia. */
  normal(): number {
    if (this.spare !== undefined) {
      const spare = this.spare
      this.spare = undefined
      return spare
    }
    for (;;) {
      const x = 2 * this.uniform() - 1
      const y = 2 * this.uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      this.spare = y * factor
      return x * factor
    }
  }

  /** Puts the numbers in a random order, in place (Fisher–Yates). */
  shuffle(values: Uint32Array): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const value = values[i]
      values[i] = values[j]
      values[j] = value
    }
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

/** One 32-bit word from another, well mixed: “lowbias32” of Chris Wellons' hash prospector. */
export function mix(word: number): number {
  let h = word >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}
