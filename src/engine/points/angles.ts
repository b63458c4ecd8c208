/**
 * Sine and cosine by sums and products alone, which every machine rounds alike; Math.sin may differ in the last bit
 * from one version of a browser to the next, and a set of points would not be the same any more.
 */
/** The first 33 bits of π/2, of which any number up to a million of them is exact, and what is left (fdlibm's split). */
const HALF_PI = 1.57079632673412561417
const HALF_PI_REST = 6.07710050650619224932e-11

/** Right to the last place or two for angles of up to some thousand turns. */
export function cosSin(angle: number): [number, number] {
  const quarter = Math.round(angle / HALF_PI)
  const small = angle - quarter * HALF_PI - quarter * HALF_PI_REST
  const [c, s] = [smallCosine(small), smallSine(small)]
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return [c, s]
    case 1:
      return [-s, c]
    case 2:
      return [-c, -s]
    default:
      return [s, -c]
  }
}

/** For |x| ≤ π/4: Taylor's terms up to x¹⁷, the next is below 10⁻¹⁹. */
function smallSine(x: number): number {
  let sum = 0
  for (let k = 17; k >= 3; k -= 2) sum = (1 - sum) * ((x * x) / (k * (k - 1)))
  return x * (1 - sum)
}

function smallCosine(x: number): number {
  let sum = 0
  for (let k = 18; k >= 2; k -= 2) sum = (1 - sum) * ((x * x) / (k * (k - 1)))
  return 1 - sum
}
