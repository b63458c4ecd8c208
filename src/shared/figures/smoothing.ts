/**
 * Lines without their noise. Gaps stay gaps, and say nothing to their neighbors.
 */
import type { Smoothing } from '../figure'
import type { Point } from './panels'

/** On a log axis it is the logarithms that are averaged: else the largest values would be all that is left. */
export function smoothed(points: readonly Point[], { kind, amount }: Smoothing, log = false): Point[] {
  const average = kind === 'ema' ? exponential : centered
  if (!log) return average(points, amount)
  const logs = points.map(([x, y]): Point => [x, y === null ? null : Math.log(y)])
  return average(logs, amount).map(([x, y]) => [x, y === null ? null : Math.exp(y)])
}

/**
 * sₜ = w·sₜ₋₁ + (1 − w)·yₜ from s₀ = 0, divided by 1 − wᵗ: without that a line would begin near zero.
 *
 * Source: the same correction as of Adam's moments (D. P. Kingma and J. Ba, 2015), for the same reason.
 */
function exponential(points: readonly Point[], weight: number): Point[] {
  let sum = 0
  let left = 1 // share of s₀ that is left
  return points.map(([x, y]) => {
    if (y === null) return [x, null]
    sum = weight * sum + (1 - weight) * y
    left *= weight
    return [x, sum / (1 - left)]
  })
}

/** The mean of `count` points around each; near the ends of as many as lie on the shorter side, so that nothing shifts. */
function centered(points: readonly Point[], count: number): Point[] {
  const measured = points.flatMap(([, y]) => (y === null ? [] : [y]))
  const sums = [0]
  for (const y of measured) sums.push((sums.at(-1) ?? 0) + y)
  let place = 0
  return points.map(([x, y]) => {
    if (y === null) return [x, null]
    const reach = Math.min(Math.floor((count - 1) / 2), place, measured.length - 1 - place)
    const [from, to] = [place - reach, place + reach + 1]
    place += 1
    return [x, ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from)]
  })
}

/** "Smoothed: exponential moving average, weight 0.9; faint: as measured." */
export function smoothingNote({ kind, amount }: Smoothing, log: boolean): string {
  const how =
    kind === 'ema' ? `exponential moving average, weight ${amount}` : `mean of ${odd(amount)} evaluations around each`
  const scale = log ? ', of the logarithms' : ''
  return `Lines are smoothed (${how}${scale}); faint lines are as measured.`
}

/** As many on both sides. */
function odd(count: number): number {
  return 2 * Math.floor((count - 1) / 2) + 1
}
