/**
 * A preset: an experiment of the reports, ready to run, with what the report says about it.
 */
import type { Experiment } from './experiment'

export interface Preset {
  id: string
  /** Task under which Home lists it. */
  group: string
  title: string
  question: string
  /** Rows of the catalogue that it covers: S0-3, S0-4. */
  rows: readonly string[]
  experiment: Experiment
  /** The same question in a few minutes: path → value, set on top of the experiment. */
  quick: Record<string, unknown>
  /** Figures that it makes, in words. */
  figures: readonly string[]
  /** What the report states, shown as "reported"; never a target. */
  reported: string
}
