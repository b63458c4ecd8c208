/**
 * Deliberate mistakes in words: a run that has one carries them wherever it is named.
 */
import type { Experiment } from './experiment'

export const MISTAKE_WORDS: Record<Exclude<Experiment['training']['mistake'], 'none'>, string> = {
  'softmax-twice': 'softmax twice',
  'gradient-sign': 'steps uphill',
}

export function mistakeOf({ training }: Pick<Experiment, 'training'>): string | null {
  return training.mistake === 'none' ? null : MISTAKE_WORDS[training.mistake]
}
