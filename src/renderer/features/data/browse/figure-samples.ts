/**
 * Which samples go into a figure, and what its numbers must be.
 */
import type { DatasetEntry } from '#shared/datasets'
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

/** What is wrong with a typed number; undefined if nothing is. */
export function wholeNumber(value: unknown, min: number, max: number): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return undefined
  return `Expected a whole number, ${min} … ${max}`
}

export function widthInCm(value: unknown): string | undefined {
  if (typeof value === 'number' && value >= 2 && value <= 50) return undefined
  return 'Expected 2 … 50'
}
