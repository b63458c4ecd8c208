/**
 * Several seeds as one line: the mean at each evaluation, and how far the seeds lie apart.
 */
import type { Band } from '../figure'
import { mean, standardDeviation, standardError } from '../statistics/samples'
import { meanInterval } from '../statistics/seeds'
import type { BandPoint, Point } from './panels'

/** A measurement of one run; `key` is equal for the same evaluation of another seed. */
export interface Sample {
  key: number
  x: number
  y: number
}

export interface MeanLine {
  points: readonly Point[]
  counts: readonly number[]
  tailFrom: number
  band: readonly BandPoint[]
}

/**
 * As long as every seed is there: evaluations that all of them have, with a band. Behind the end of the shortest seed
 * the mean is one over those that are left, of which `counts` tells how many. A seed whose value is no number (it has
 * diverged) makes a gap: the mean of the others would flatter.
 */
export function meanLine(seeds: readonly (readonly Sample[])[], band: Band): MeanLine {
  const measured = seeds.filter((samples) => samples.length > 0)
  if (measured.length === 1) return oneSeed(measured[0] ?? [])
  const end = Math.min(...measured.map((samples) => samples.at(-1)?.key ?? Infinity))
  const byKey = new Map<number, Sample[]>()
  for (const sample of measured.flat()) byKey.set(sample.key, [...(byKey.get(sample.key) ?? []), sample])
  const places = [...byKey]
    .sort(([a], [b]) => a - b)
    .filter(([key, samples]) => key > end || samples.length === measured.length)
    .map(([key, samples]) => ({ key, ys: samples.map(({ y }) => y), x: mean(samples.map(({ x }) => x)) }))
  const common = places.filter(({ key }) => key <= end)
  return {
    points: places.map(({ x, ys }) => [x, finite(mean(ys))]),
    counts: places.map(({ ys }) => ys.length),
    tailFrom: common.length,
    band: common.flatMap(({ x, ys }): BandPoint[] => {
      const spread = spreadOf(ys, band)
      return spread ? [[x, spread.low, spread.high]] : []
    }),
  }
}

function oneSeed(samples: readonly Sample[]): MeanLine {
  const points = samples.map(({ x, y }) => [x, finite(y)] as const)
  return { points, counts: points.map(() => 1), tailFrom: points.length, band: [] }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** Null where it is not asked for, where one value has none, and where a value is no number. */
export function spreadOf(values: readonly number[], band: Band): { low: number; high: number } | null {
  if (band === 'none' || values.length < 2 || !values.every(Number.isFinite)) return null
  const middle = mean(values)
  switch (band) {
    case 'range':
      return { low: Math.min(...values), high: Math.max(...values) }
    case 'sd':
      return around(middle, standardDeviation(values))
    case 'se':
      return around(middle, standardError(values))
    case 'ci95':
      return meanInterval(values)
  }
  return band satisfies never
}

function around(middle: number, reach: number): { low: number; high: number } {
  return { low: middle - reach, high: middle + reach }
}

export const BAND_WORDS: Record<Exclude<Band, 'none'>, string> = {
  range: 'smallest to largest',
  sd: '± 1 standard deviation',
  se: '± 1 standard error',
  ci95: '95 % interval of the mean (Student’s t)',
}
