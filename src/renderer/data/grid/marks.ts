/**
 * Chosen samples, by their numbers. Sets are never changed, but replaced.
 */
export type Marks = ReadonlySet<number>

export function toggleMark(marks: Marks, sample: number): Marks {
  const next = new Set(marks)
  if (!next.delete(sample)) next.add(sample)
  return next
}

/** All from one position of the order to another, both with them. */
export function markRange(marks: Marks, order: Uint32Array, from: number, to: number): Marks {
  const [first, last] = from < to ? [from, to] : [to, from]
  const next = new Set(marks)
  for (const sample of order.subarray(first, last + 1)) next.add(sample)
  return next
}
