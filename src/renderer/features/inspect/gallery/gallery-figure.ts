/**
 * Samples of the gallery as a figure: which of them, and what is written below each.
 */
import type { CaptionSource } from './captions'
import { captionLines } from './captions'

export const WHICH = ['first', 'seen', 'chosen'] as const
export type Which = (typeof WHICH)[number]

export interface FigureFrom {
  /** Samples in the order that is shown. */
  order: Uint32Array
  seen: readonly number[]
  marked: ReadonlySet<number>
  /** For `first`: how many. */
  count: number
}

export function figureSamples(which: Which, { order, seen, marked, count }: FigureFrom): number[] {
  switch (which) {
    case 'first':
      return [...order.subarray(0, count)]
    case 'seen':
      return [...seen]
    case 'chosen': {
      // those that the filters hide by now come last, by their numbers
      const shown = [...order].filter((sample) => marked.has(sample))
      const hidden = [...marked].filter((sample) => !shown.includes(sample)).sort((a, b) => a - b)
      return [...shown, ...hidden]
    }
  }
  return which satisfies never
}

/** The same lines as on the screen. */
export function figureTexts(
  samples: readonly number[],
  source: CaptionSource,
  rowOf: ReadonlyMap<number, number>,
): string[][] {
  return samples.map((sample) => {
    const row = rowOf.get(sample)
    return row === undefined ? [] : captionLines(source, row).map(({ text }) => text)
  })
}
