import type { HiddenPlane } from '#shared/inspect/transformed-drawing'

/** The two units of the largest variance over the plane, in the order of their numbers. */
export function mostMovingUnits({ units, values }: HiddenPlane): number[] {
  const count = values.length / Math.max(1, units)
  const spread = Array.from({ length: units }, (_, unit) => {
    let [sum, squares] = [0, 0]
    for (let at = unit; at < values.length; at += units) {
      const value = values[at] ?? 0
      sum += value
      squares += value * value
    }
    return { unit, variance: squares / count - (sum / count) ** 2 }
  })
  return spread
    .sort((a, b) => b.variance - a.variance)
    .slice(0, 2)
    .map(({ unit }) => unit)
    .sort((a, b) => a - b)
}
