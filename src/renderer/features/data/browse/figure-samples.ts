/**
 * Which samples go into a figure.
 */
import type { DatasetEntry } from '#shared/datasets'
import { wholeNumber } from '../../../data/sample-figure'
import { firstOfEach } from './filter'

export type Which = 'each-class' | 'seen' | 'chosen'

/** More cannot be told apart on a page. */
export const FIGURE_SAMPLES = 2000

export interface FigureChoice {
  set: Pick<DatasetEntry, 'classes'>
  order: Uint32Array
  labels: Uint8Array
  marked: ReadonlySet<number>
  seen: readonly number[]
  /** As it was typed. */
  each: unknown
}

export function figureSamples(which: string, { set, order, labels, marked, seen, each }: FigureChoice): number[] {
  switch (which as Which) {
    case 'each-class':
      return wholeNumber(each, 1, 100) ? [] : firstOfEach(order, labels, set.classes.length, each as number)
    case 'seen':
      return [...seen]
    case 'chosen':
      return [...marked].sort((a, b) => a - b)
  }
}
