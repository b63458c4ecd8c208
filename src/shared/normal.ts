/** The standard normal distribution in float64. Formulas by number: Abramowitz & Stegun, chapters 7 and 26. */

/** e^(−x²/2) / √2π (26.2.1). */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
}

/** Share of the distribution that lies below x: Φ(x). NaN gives NaN. */
export function normalShare(x: number): number {
  if (Number.isNaN(x)) return x
  if (Math.abs(x) < 3) return 0.5 + normalDensity(x) * centralSeries(x)
  const tail = normalDensity(x) / tailFraction(Math.abs(x))
  return x < 0 ? tail : 1 - tail
}

/** x + x³/3 + x⁵/(3·5) + … (26.2.11): terms of one sign, so that nothing cancels. */
function centralSeries(x: number): number {
  let term = x
  let sum = x
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return sum
}

/** x + 1/(x + 2/(x + 3/(x + …))) (26.2.14); from x = 3 on, eighty levels are more than float64 can tell apart. */
function tailFraction(x: number): number {
  let fraction = x
  for (let level = 80; level >= 1; level--) fraction = x + level / fraction
  return fraction
}
