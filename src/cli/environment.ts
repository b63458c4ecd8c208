/**
 * What the command line stands in: where things are, where it writes, how a lab is opened. Tests bring their own.
 */
import type { Lab } from '#lab/lab'

export interface Output {
  /** Results, for people or programs: standard output. */
  write(text: string): void
  /** Progress and what went wrong: standard error. */
  tell(text: string): void
  /** True if `tell` reaches a terminal, where a line can be drawn again. */
  isTerminal: boolean
  /** Columns of that terminal. */
  readonly width: number
  /** Its lines. */
  readonly height: number
}

export interface Environment {
  version: string
  /** Folder with presets and data sets. */
  resources: string
  /** The built page, for the served door. */
  renderer: string
  /** Workspace when `--workspace` is not given. */
  workspace: string
  openLab(workspace: string): Promise<Lab>
  output: Output
  /** Calls back on Ctrl-C until the returned function is called. */
  onInterrupt: (listener: () => void) => () => void
}
