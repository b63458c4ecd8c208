/**
 * A model that can be asked, wherever it comes from: its weights, what there is to know of it, and the data that it is
 * asked about.
 */
import type { SetAddress } from '#lab/datasets/desk/desk-calls'
import type { Experiment, Scaling } from '#shared/experiment'
import type { ModelFacts, SplitPart } from '#shared/inspect/inspected'

export interface Subject {
  /** Everything but what has to be looked for each time: the data and its parts. */
  facts: Omit<ModelFacts, 'dataset' | 'dataProblem' | 'parts'>
  /** Equal for equal weights. */
  key: string
  weights(): Promise<Uint8Array>
  /** Its network and loss, and the split of its own data. */
  experiment: Experiment
  /** Of its own data. */
  partCounts: Readonly<Record<SplitPart, number>>
  /** Where its own data is now, and what it is called. Rejects with `dataset/gone`. */
  locate(): Promise<SetAddress & { sha256: string | undefined }>
  /** Whether its file says how inputs are scaled, so that it can be asked about other data than its own. */
  saysScaling: boolean
}

export function scalingWords(scaling: Scaling, kind: 'bytes' | 'floats'): string {
  switch (scaling) {
    case 'none':
      return kind === 'bytes' ? 'pixels 0 to 255' : 'values as they are'
    case 'unit':
      return kind === 'bytes' ? 'pixels / 255' : 'values as they are'
    case 'standardize':
      return 'standardized'
    case 'standardize-per-feature':
      return 'standardized per feature'
    default:
      throw new Error(`no such scaling: ${String(scaling satisfies never)}`)
  }
}

export const PARTS = ['train', 'validation', 'test'] as const satisfies readonly SplitPart[]
