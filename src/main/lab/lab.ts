/**
 * The lab core behind all three doors: queue, storage, data sets, settings, figures. Knows nothing of Electron.
 */
import type { Launch } from '#lab/engine/open-engine'
import type { Reply } from '#shared/errors'
import type { EventName, LabCalls, LabEvents } from '#shared/ipc'

export interface LabOptions {
  /** The folder that holds the runs; made when it is missing. */
  workspace: string
  /** Folder with `datasets/`, `presets/` and `fonts/`. */
  resources: string
  /** The bundled engine worker that Piscina loads; engine.js, the engine's own process, lies beside it. */
  workerFile: string
  /** Starts the engine in a utility process of Electron, where there is one. */
  launchUtilityProcess?: Launch
  /** The lab's version, for run.json and About. */
  version: string
  door: 'electron' | 'served' | 'cli'
  /** Versions of Electron and Chromium, where there are any. */
  runtime?: Record<string, string>
  /** Called with the real path when a person has opened another workspace, to open it again next time. */
  rememberWorkspace?: (directory: string) => Promise<void>
}

export interface Lab {
  /** Answers a call that came from outside: checks name and arguments, never throws. */
  answer(name: string, args: readonly unknown[]): Promise<Reply<unknown>>
  /** The same for code of our own: typed, and rejects with a LabError. */
  call<K extends keyof LabCalls>(name: K, ...args: Parameters<LabCalls[K]>): Promise<ReturnType<LabCalls[K]>>
  /** Calls back with each event's payload until the returned function is called. */
  on<K extends EventName>(name: K, listener: (payload: LabEvents[K]) => void): () => void
  /** Stops what trains, waits until it is on disk, ends the workers. */
  close(): Promise<void>
}
