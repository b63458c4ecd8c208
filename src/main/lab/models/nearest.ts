/**
 * The training samples that a network sees as most like a given one: by Euclidean distance between their inputs, after
 * scaling. Every sample is looked at; most of them only until they are farther away than the nearest ones so far.
 */
import type { InputScaling } from '#engine/input-scaling'
import { sampleAt, type SampleValues } from '#lab/datasets/desk/samples'
import type { LoadedDataset } from '#lab/engine/host'

export interface Neighbor {
  sample: number
  distance: number
}

/** Values that are added up before it is asked whether the sample is too far away already. */
const STRETCH = 64

/** `train`: where to look; the sample itself is left out. By rising distance, equal ones by number. */
export function nearestSamples(
  data: LoadedDataset,
  { divisor }: InputScaling,
  train: Uint32Array,
  sample: number,
  count: number,
): Neighbor[] {
  const from = sampleAt(data, sample)
  const factors = Float64Array.from({ length: from.length }, (_, p) => {
    const one = divisor[divisor.length === 1 ? 0 : p]
    return one > 0 ? one ** -2 : 0
  })
  const nearest: Neighbor[] = [] // `distance` is a square until the end
  for (const other of train.toSorted()) {
    if (other === sample || count === 0) continue
    const most = nearest.length < count ? Infinity : (nearest.at(-1)?.distance ?? Infinity)
    const square = squareBelow(from, sampleAt(data, other), factors, most)
    if (square >= most) continue
    const place = nearest.findIndex((each) => each.distance > square)
    nearest.splice(place < 0 ? nearest.length : place, 0, { sample: other, distance: square })
    if (nearest.length > count) nearest.pop()
  }
  return nearest.map((each) => ({ ...each, distance: Math.sqrt(each.distance) }))
}

/** Σ factor · (a − b)², or some number that is at least `most`. */
function squareBelow(a: SampleValues, b: SampleValues, factors: Float64Array, most: number): number {
  let sum = 0
  for (let begin = 0; begin < a.length && sum < most; begin += STRETCH) {
    const end = Math.min(a.length, begin + STRETCH)
    for (let p = begin; p < end; p++) sum += factors[p] * (a[p] - b[p]) ** 2
  }
  return sum
}
