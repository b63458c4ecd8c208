/**
 * Which combinations of the factors' levels are trained: all of them, one list beside the other, or a draw.
 *
 * A combination is one index for each factor, below the number of its levels. A draw depends on sizes, n and seed
 * alone, so that the same file makes the same runs on every machine. Nothing is drawn twice.
 */
import { LabError } from './errors'

export const SAMPLINGS = ['grid', 'paired', 'random', 'latin-hypercube'] as const
export type SamplingKind = (typeof SAMPLINGS)[number]

export type Sampling =
  | { kind: 'grid' }
  | { kind: 'paired' }
  /** `n`: at most so many; where there are fewer combinations, all of them. */
  | { kind: 'random'; n: number; seed: number }
  | { kind: 'latin-hypercube'; n: number; seed: number }

export type Combination = readonly number[]

/** How many there will be. Infinity stands for more than a number can hold. */
export function combinationCount(sizes: readonly number[], sampling: Sampling): number {
  if (sampling.kind === 'paired') return sizes[0] ?? 1
  const all = sizes.reduce((product, size) => product * size, 1)
  return sampling.kind === 'grid' ? all : Math.min(all, sampling.n)
}

/** Throws `experiment/bad-factor` if lists that go in pairs differ in length. Never asked for more than can be held. */
export function combinationsOf(sizes: readonly number[], sampling: Sampling): Combination[] {
  switch (sampling.kind) {
    case 'grid':
      return everyCombination(sizes)
    case 'paired':
      return pairs(sizes)
    case 'random':
      return drawn(sizes, sampling.n, new Draws(sampling.seed))
    case 'latin-hypercube':
      return spread(sizes, sampling.n, new Draws(sampling.seed))
  }
  return sampling satisfies never
}

/** The last factor runs fastest. */
function everyCombination(sizes: readonly number[]): Combination[] {
  return sizes.reduce<Combination[]>(
    (choices, size) => choices.flatMap((choice) => Array.from({ length: size }, (_, i) => [...choice, i])),
    [[]],
  )
}

function pairs(sizes: readonly number[]): Combination[] {
  const [first = 1, ...others] = sizes
  if (others.some((size) => size !== first)) {
    throw new LabError(
      'experiment/bad-factor',
      `Paired factors go level by level, so each needs as many levels as the others; they have ${sizes.join(', ')}`,
    )
  }
  return Array.from({ length: first }, (_, i) => sizes.map(() => i))
}

/** In the order in which they come: a draw of more begins with those of a draw of fewer. */
function drawn(sizes: readonly number[], n: number, draws: Draws): Combination[] {
  const wanted = combinationCount(sizes, { kind: 'random', n, seed: 0 })
  const found = new Map<string, Combination>()
  while (found.size < wanted) {
    const choice = sizes.map((size) => draws.below(size))
    if (!found.has(choice.join())) found.set(choice.join(), choice)
  }
  return [...found.values()]
}

/**
 * Each factor's range is cut into n equal strata, each used once, in an order of the factor's own; a stratum is the
 * level that it falls on. So every level of a factor is used as often as the others, or once more.
 */
function spread(sizes: readonly number[], n: number, draws: Draws): Combination[] {
  const all = sizes.reduce((product, size) => product * size, 1)
  if (n >= all) return everyCombination(sizes)
  const columns = sizes.map((size) => {
    const strata = Array.from({ length: n }, (_, i) => Math.floor((i * size) / n))
    return draws.shuffled(strata)
  })
  partEqualRows(columns, draws)
  const rows = Array.from({ length: n }, (_, i) => columns.map((column) => column[i] ?? 0))
  return replaceEqualRows(rows, sizes, draws)
}

/** Rows that came out equal exchange a level with others, which leaves every column's levels as they are. */
function partEqualRows(columns: readonly number[][], draws: Draws): void {
  const n = columns[0]?.length ?? 0
  const keyOf = (row: number) => columns.map((column) => column[row]).join()
  const counts = new Map<string, number>()
  const add = (key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by)
  for (let row = 0; row < n; row++) add(keyOf(row), 1)
  for (let tries = 50 * n, row = 0; tries > 0 && counts.size > 0; tries--, row = (row + 1) % n) {
    if ((counts.get(keyOf(row)) ?? 0) < 2) continue
    const other = draws.below(n)
    const column = columns[draws.below(columns.length)]
    if (!column || other === row) continue
    const before = [keyOf(row), keyOf(other)]
    swap(column, row, other)
    const after = [keyOf(row), keyOf(other)]
    for (const key of before) add(key, -1)
    const isBetter = after[0] !== after[1] && after.every((key) => (counts.get(key) ?? 0) === 0)
    if (isBetter) for (const key of after) add(key, 1)
    else {
      swap(column, row, other)
      for (const key of before) add(key, 1)
    }
  }
}

function swap(values: number[], a: number, b: number): void {
  const kept = values[a] ?? 0
  values[a] = values[b] ?? 0
  values[b] = kept
}

/** Where no exchange helped, as nearly all combinations are used: any that is still free. */
function replaceEqualRows(rows: readonly Combination[], sizes: readonly number[], draws: Draws): Combination[] {
  const used = new Map<string, Combination>()
  for (const row of rows) used.set(row.join(), row)
  while (used.size < rows.length) {
    const choice = sizes.map((size) => draws.below(size))
    used.set(choice.join(), choice)
  }
  return [...used.values()]
}

/** Numbers from a seed: a counter, each step of it well mixed. Enough to choose with, not to train with. */
class Draws {
  private counter: number

  constructor(seed: number) {
    this.counter = mixed(seed)
  }

  /** A whole number, 0 … n − 1. */
  below(n: number): number {
    this.counter = (this.counter + 1) >>> 0
    return Math.floor((mixed(this.counter) / 2 ** 32) * n)
  }

  shuffled(values: readonly number[]): number[] {
    const result = [...values]
    for (let i = result.length - 1; i > 0; i--) swap(result, i, this.below(i + 1))
    return result
  }
}

/** One 32-bit word from another: “lowbias32” of Chris Wellons' hash prospector, as the engine mixes its own. */
function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x7feb352d)
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b)
  return (twice ^ (twice >>> 16)) >>> 0
}
