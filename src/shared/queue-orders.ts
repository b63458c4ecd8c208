/**
 * What a person wants of the queue of a workspace, wherever its runs are: in the program that was asked, in another one
 * that trains them, or on disk only, as no program has them.
 */
import type { Experiment } from './experiment'
import type { RunId } from './run'

export type QueueOrder =
  /** Behind what waits: in a program that trains if there is one, else on disk until one takes the queue up. */
  | { do: 'add'; experiment: Experiment; presetId: string | null }
  /** Before another run that waits, before all of them, or behind them for null. */
  | { do: 'move'; runs: readonly RunId[]; before: RunId | 'first' | null }
  /** What waits leaves the line; what trains is stopped, and keeps what it has. */
  | { do: 'cancel'; runs: readonly RunId[] }
  /** No run begins any more, and those that train wait. */
  | { do: 'pause' }
  | { do: 'proceed' }

export interface QueueAnswer {
  /** Those that were added, moved or cancelled. */
  runs: readonly RunId[]
  /** Other programs that were told. */
  programs: number
}
