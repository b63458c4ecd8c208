import { beforeEach, describe, expect, it } from 'vitest'
import type { Kernels } from '#engine/kernels'
import { bits, kernelSets, shapes } from './kernel-sets'
import { TestMemory, type Matrix } from './matrix'

const HALF = 2 ** 31
const U32 = 2n ** 32n

/** The hash of the signature, in whole numbers of any length. */
function mix(h: bigint): bigint {
  h ^= h >> 16n
  h = (h * 0x7feb352dn) % U32
  h ^= h >> 15n
  h = (h * 0x846ca68bn) % U32
  return h ^ (h >> 16n)
}
function stays(seed: number, row: number, unit: number, threshold: number): boolean {
  const rowHash = mix(BigInt(seed) ^ mix(BigInt(row) % U32))
  return mix((rowHash + BigInt(unit) * 0x9e3779b9n) % U32) >= BigInt(threshold)
}

describe.each(kernelSets)('dropout of %s', (_, create) => {
  let memory: TestMemory
  let kernels: Kernels
  beforeEach(() => {
    memory = new TestMemory()
    kernels = create(memory.memory)
  })

  function drop(x: Matrix, y: Matrix, { seed = 5, firstRow = 0, threshold = HALF, scale = 2 } = {}): number[] {
    kernels.dropout(x.address, x.ld, y.address, y.ld, y.rows, y.columns, seed, firstRow, threshold, scale)
    return memory.read(y)
  }
  /** What is left of ones: 1 where a unit stays. */
  function maskOf(rows: number, columns: number, options: Parameters<typeof drop>[2]): number[] {
    return drop(
      memory.matrix(rows, columns, () => 1),
      memory.output(rows, columns),
      { ...options, scale: 1 },
    )
  }

  it.each(shapes)('of %i rows by %i columns keeps what the hash keeps, apart and in place', (rows, columns) => {
    const x = memory.matrix(rows, columns, (r, n) => 1 + r * columns + n)
    const before = memory.read(x)
    const options = { seed: 0xfedcba98, firstRow: 4_000_000_000, threshold: 0x90000000, scale: 2.3 }
    const y = memory.output(rows, columns)
    const after = drop(x, y, options)
    const expected = before.map((value, i) => {
      const [r, n] = [Math.floor(i / columns), i % columns]
      const kept = stays(options.seed, options.firstRow + r, n, options.threshold)
      return kept ? Math.fround(value * Math.fround(options.scale)) : 0
    })
    expect(bits(after)).toEqual(bits(expected))
    expect(memory.read(x)).toEqual(before)
    expect(memory.problems(x, y)).toEqual([])
    expect(bits(drop(x, x, options))).toEqual(bits(expected))
    expect(memory.problems(x)).toEqual([])
  })

  it('drops all below a threshold of none, of all but one hash in four thousand million', () => {
    expect(maskOf(5, 30, { threshold: 0 })).toEqual(Array(150).fill(1))
    expect(maskOf(5, 30, { threshold: 0xffffffff })).toEqual(Array(150).fill(0))
  })

  it('keeps NaN that stays, and makes 0 of NaN that does not, so that no zero is NaN', () => {
    const x = memory.matrix(4, 9, () => NaN)
    const mask = maskOf(4, 9, {})
    expect(drop(x, memory.output(4, 9))).toEqual(mask.map((kept) => (kept ? NaN : 0)))
  })

  it('drops the same units whichever rows are dropped together', () => {
    const x = memory.matrix(13, 22, (r, n) => r - n + 0.5)
    const whole = drop(x, memory.output(13, 22), { firstRow: 100 })
    const apart = memory.output(13, 22)
    for (const [begin, end] of [
      [0, 3],
      [3, 4],
      [4, 13],
    ]) {
      const rows = (of: Matrix) => ({ ...of, address: of.address + begin * of.ld, rows: end - begin })
      drop(rows(x), rows(apart), { firstRow: 100 + begin })
    }
    expect(bits(memory.read(apart))).toEqual(bits(whole))
  })

  /**
   * Hoeffding: of n independent draws the share that stays is further than ε from what is expected with a
   * probability of 2·exp(−2nε²) at most, for any n. This ε makes it 1e-9.
   */
  const boundFor = (n: number) => Math.sqrt(Math.log(2e9) / (2 * n))
  const share = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length
  const [rows, columns] = [400, 500]

  it.each([0.1, 0.2, 0.5, 0.8])('drops a share of %f in all, in each row and in each column', (dropped) => {
    const mask = maskOf(rows, columns, { threshold: Math.round(dropped * 2 ** 32), seed: 11 })
    const kept = 1 - dropped
    expect(Math.abs(share(mask) - kept)).toBeLessThan(boundFor(mask.length))
    const [inRow, inColumn] = [new Array<number>(rows).fill(0), new Array<number>(columns).fill(0)]
    mask.forEach((stayed, i) => {
      inRow[Math.floor(i / columns)] += stayed / columns
      inColumn[i % columns] += stayed / rows
    })
    expect(inRow.filter((each) => Math.abs(each - kept) > boundFor(columns))).toEqual([])
    expect(inColumn.filter((each) => Math.abs(each - kept) > boundFor(rows))).toEqual([])
  })

  it('decides each unit without regard to its neighbours, its row’s neighbours and the next seed', () => {
    const mask = maskOf(rows, columns, { seed: 12 })
    const next = maskOf(rows, columns, { seed: 13 })
    // of fair coins, two agree every other time
    const agreement = (other: readonly number[]) => share(other.map((each, i) => +(each === mask[i])))
    for (const other of [mask.slice(1), mask.slice(4), mask.slice(columns), next]) {
      // two of these comparisons share a coin, so that only every other one is surely a draw of its own
      expect(Math.abs(agreement(other) - 0.5)).toBeLessThan(boundFor(other.length / 2))
    }
  })
})
