/**
 * Deliberate mistakes in words: a run that has one carries them wherever it is named.
 */
import type { Experiment } from './experiment'

export const MISTAKE_WORDS: Record<Exclude<Experiment['training']['mistake'], 'none'>, string> = {
  'softmax-twice': 'softmax twice',
  'gradient-sign': 'steps uphill',
}

export function mistakeOf({ training }: Pick<Experiment, 'training'>): string | null {
  return wordsOf(training.mistake)
}

/** Of the field of a document that may be wrong in any way; null where there is no mistake. */
export function wordsOf(mistake: unknown): string | null {
  return Object.entries(MISTAKE_WORDS).find(([name]) => name === mistake)?.[1] ?? null
}
