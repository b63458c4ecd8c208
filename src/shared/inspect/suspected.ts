/**
 * Labels that are probably wrong, by confident learning: a sample is suspected if the model is as sure of another class
 * as it usually is of samples that carry that class's label.
 *
 * Source: C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident learning: estimating uncertainty in dataset labels",
 * Journal of Artificial Intelligence Research 70 (2021). The samples must not be ones that the model was trained on: it
 * has learned their labels, right or wrong.
 */

export interface LabelledShares {
  /** u8[n]: the labels as they are given. */
  labels: Uint8Array
  /** f32[n, classes]: what the model gives each class, from 0 to 1. */
  shares: Float32Array
  classes: number
}

export interface SuspectedLabels {
  /** Rows, the most suspect first: the least probability of their own label against that of the likeliest other. */
  rows: Uint32Array
  /** For each row: the class that it seems to be. */
  seems: Uint8Array
  /** Mean probability of a class over the samples that carry its label; null for a class without samples. */
  thresholds: readonly (number | null)[]
  /** joint[given][seems]: samples that are confidently of a class, whatever label they carry. */
  joint: readonly (readonly number[])[]
}

export function suspectedLabels(given: LabelledShares): SuspectedLabels {
  const { labels, shares, classes } = given
  if (shares.length !== labels.length * classes) {
    throw new RangeError(`expected ${classes} shares for each of ${labels.length} samples, got ${shares.length}`)
  }
  const thresholds = thresholdsOf(given)
  const joint = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  const found: { row: number; seems: number; lead: number }[] = []
  labels.forEach((label, row) => {
    const seems = confidentClass(given, row, thresholds)
    const counts = joint[label]
    if (seems === null || !counts) return
    counts[seems] = (counts[seems] ?? 0) + 1
    if (seems !== label) found.push({ row, seems, lead: shareAt(given, row, seems) - shareAt(given, row, label) })
  })
  found.sort((a, b) => b.lead - a.lead || a.row - b.row)
  return {
    rows: Uint32Array.from(found, ({ row }) => row),
    seems: Uint8Array.from(found, ({ seems }) => seems),
    thresholds,
    joint,
  }
}

function thresholdsOf(given: LabelledShares): (number | null)[] {
  const sums = new Array<number>(given.classes).fill(0)
  const counts = new Array<number>(given.classes).fill(0)
  given.labels.forEach((label, row) => {
    if (label >= given.classes) return
    sums[label] = (sums[label] ?? 0) + shareAt(given, row, label)
    counts[label] = (counts[label] ?? 0) + 1
  })
  return sums.map((sum, label) => (counts[label] ? sum / counts[label] : null))
}

/** The likeliest of the classes whose threshold is reached; null where none is. */
function confidentClass(given: LabelledShares, row: number, thresholds: readonly (number | null)[]): number | null {
  let [found, largest] = [null as number | null, -Infinity]
  thresholds.forEach((threshold, label) => {
    const share = shareAt(given, row, label)
    if (threshold !== null && share >= threshold && share > largest) [found, largest] = [label, share]
  })
  return found
}

function shareAt({ shares, classes }: LabelledShares, row: number, label: number): number {
  return shares[row * classes + label] ?? 0
}

/** The mean over several models for the same samples: seeds agree on a wrong label more often than on a mere error. */
export function meanShares(each: readonly Float32Array[]): Float32Array {
  const [first, ...others] = each
  if (!first) throw new RangeError('expected the shares of at least one model, got none')
  const mean = Float32Array.from(first, (value) => value / each.length)
  for (const other of others) {
    if (other.length !== mean.length)
      throw new RangeError(`expected ${mean.length} shares of each model, got ${other.length}`)
    other.forEach((value, i) => (mean[i] = (mean[i] ?? 0) + value / each.length))
  }
  return mean
}
