/**
 * What the renderer can ask of the lab and what the lab tells it: one line here, one handler there.
 *
 * The same contract goes over Electron's IPC and over the served door's WebSocket. Everything is plain data;
 * a Uint8Array is the only binary value.
 */
import type { DatasetFacts } from './dataset'
import type { Reply } from './errors'
import type { Experiment } from './experiment'
import type { FigureRequest, RenderedFile } from './figure'
import type { Preset } from './preset'
import type { Evaluation, RunDetails, RunId, RunProblem, RunProgress, RunSummary } from './run'

export interface AppInfo {
  version: string
  door: 'electron' | 'served'
  /** Chromium, Node and Electron, as far as there are any. */
  runtime: Record<string, string>
  cores: number
  kernels: string
  workspace: string
  datasets: readonly DatasetFacts[]
}

export interface Settings {
  /** Worker threads for a run whose experiment says "auto". 0: as many as the machine has cores. */
  threads: number
  theme: 'system' | 'light' | 'dark'
}

export const DEFAULT_SETTINGS: Settings = { threads: 0, theme: 'system' }

/** Asked by the renderer, answered by the lab. */
export interface LabCalls {
  'app:info': () => AppInfo
  'settings:get': () => Settings
  'settings:set': (change: Partial<Settings>) => Settings
  /** Another workspace folder; refused while a run trains. Answers with its real path. */
  'workspace:open': (directory: string) => string
  'presets:list': () => Preset[]
  /** The design on the Design screen, kept over restarts; null when there is none. */
  'draft:get': () => unknown
  'draft:set': (draft: unknown) => void
  /** `problems`: folders that could not be read. */
  'runs:list': () => { revision: number; runs: RunSummary[]; problems?: readonly RunProblem[] }
  'runs:details': (id: RunId) => RunDetails
  /** Answers with the ids of the runs, in the order of the experiment's configurations. */
  'runs:enqueue': (experiment: Experiment, presetId: string | null) => RunId[]
  'runs:stop': (id: RunId) => void
  'runs:history': (id: RunId) => Evaluation[]
  /** Moves runs that have ended to the workspace's trash; `runs:restore` undoes it. */
  'runs:remove': (ids: readonly RunId[]) => void
  'runs:restore': (ids: readonly RunId[]) => void
  'figures:render': (request: FigureRequest) => RenderedFile
}

/** Told by the lab, not answered. */
export interface LabEvents {
  /** Each change carries the next revision of the list; a gap means that one was missed. */
  'runs:changed': { revision: number; changed: RunSummary[]; removed: RunId[] }
  'runs:progress': RunProgress
  /** Sent after the evaluation is on disk. */
  'runs:evaluated': { id: RunId; evaluation: Evaluation }
  'settings:changed': Settings
}

/** What only a desktop can do; the served door has the browser do it. */
export interface ShellCalls {
  /** Shows the save dialog and writes the file whole. Null when the person cancels. */
  'shell:save': (file: RenderedFile) => string | null
  /** Null when the person cancels. */
  'shell:choose-folder': (title: string) => string | null
  /** Opens the file manager at a file or folder inside the workspace. */
  'shell:show': (path: string) => void
}

export type Calls = LabCalls & ShellCalls
export type CallName = keyof Calls
export type EventName = keyof LabEvents

export const CALL_NAMES = [
  'app:info',
  'settings:get',
  'settings:set',
  'workspace:open',
  'presets:list',
  'draft:get',
  'draft:set',
  'runs:list',
  'runs:details',
  'runs:enqueue',
  'runs:stop',
  'runs:history',
  'runs:remove',
  'runs:restore',
  'figures:render',
  'shell:save',
  'shell:choose-folder',
  'shell:show',
] as const satisfies readonly CallName[]

export const EVENT_NAMES = [
  'runs:changed',
  'runs:progress',
  'runs:evaluated',
  'settings:changed',
] as const satisfies readonly EventName[]

/** What the preload puts on `window.labBridge`, and what the served door's transport offers as well. */
export interface LabBridge {
  door: 'electron' | 'served'
  call<K extends CallName>(name: K, ...args: Parameters<Calls[K]>): Promise<Reply<ReturnType<Calls[K]>>>
  /** Calls back with each event's payload until the returned function is called. */
  on<K extends EventName>(name: K, listener: (payload: LabEvents[K]) => void): () => void
}
