/**
 * What the renderer can ask of the lab and what the lab tells it: one line here, one handler there.
 *
 * The same contract goes over Electron's IPC and over the served door's WebSocket. Everything is plain data;
 * a Uint8Array is the only binary value.
 */
import type { Speed } from './cost/speed'
import type { DatasetFacts } from './dataset'
import type {
  DatasetEntry,
  DatasetListing,
  DatasetStatistics,
  ImportSource,
  ImportView,
  OpenedImport,
  PointsView,
  SampleGridRequest,
  SampleRequest,
  SampleValues,
  ScalingFacts,
  SplitFacts,
  SplitRequest,
} from './datasets'
import type { DryRun } from './dry-run'
import type { Reply } from './errors'
import type { Experiment } from './experiment'
import type { FigureRequest, RenderedFile, SvgDrawing } from './figure'
import type { FigureManner } from './figures/style'
import type { ImportOptions } from './import-options'
import type {
  DrawnAnswer,
  LayerInsight,
  ModelFacts,
  ModelFile,
  ModelReading,
  ModelSource,
  OpenedModelFile,
  PartPredictions,
  PartRequest,
  PlaneAnswer,
  PlaneRequest,
  SampleInsight,
  SampleRequest as InsightRequest,
} from './inspect/inspected'
import type { ModelFormat } from './inspect/model-export'
import type { PointsSpecInput } from './points'
import type { PredictRequest, Predictions } from './predict'
import type { QueueAnswer, QueueOrder } from './queue-orders'
import type { Preset } from './preset'
import type { Addition, NewReport, ReportFormat } from './report/calls'
import type { Finding, RenderedReport } from './report/document'
import type { Report, ReportId, ReportListing } from './report/report'
import type { AnnotationChange } from './runs/annotations'
import type { OutsideColumns, OutsideSamples } from './runs/outside-history'
import type { SavedView } from './runs/saved-view'
import type {
  Advance,
  Evaluation,
  FinalEvaluation,
  RunDetails,
  RunId,
  RunProblem,
  RunProgress,
  RunSummary,
} from './run'

export interface AppInfo {
  version: string
  door: 'electron' | 'served'
  /** Chromium, Node and Electron, as far as there are any. */
  runtime: Record<string, string>
  cores: number
  kernels: string
  engine: EngineInfo
  workspace: string
  datasets: readonly DatasetFacts[]
}

/** Where and how the engine works; see docs/engine.md, "Placements". */
export interface EngineInfo {
  placement: 'in-process' | 'child-process' | 'utility-process'
  /** Whether the compiler fuses the kernels' vectors into 256-bit ones. */
  wideVectors: boolean
  /** Whether that could be had here, so that the setting makes sense. */
  wideVectorsOffered: boolean
  /** Of one thread's matrix products, in 10⁹ operations a second; null where nothing was timed. */
  gflops: number | null
  /** Why the engine is not where, or not as, it was asked to be; null if it is. */
  remark: string | null
}

export interface Settings {
  /** Worker threads for a run whose experiment says "auto". 0: as many as the machine has cores. */
  threads: number
  theme: 'system' | 'light' | 'dark'
  /** Runs that wait train beside each other with one thread each; off: one at a time with all threads. */
  sideBySide: boolean
  /** 256-bit vectors where they are offered; takes effect when the engine starts next. */
  wideVectors: boolean
  /** How figures were set last, by their kind: the next one begins with it. @default none */
  figureManners?: Readonly<Record<string, FigureManner>>
}

/** Somebody's own training history, to be kept among the runs. */
export interface HistoryImport {
  /** The file's name; nothing is read from it. */
  file: string
  bytes: Uint8Array
  label: string
  /** What it was trained on, as far as it is known; may be empty. */
  dataset: string
  /** What each column is. @default what its name says */
  columns?: OutsideColumns
  /** Sizes of the parts. @default not known: accuracies stay shares */
  samples?: OutsideSamples
  note?: string
}

/** The queue of this process as a whole. */
export interface QueueState {
  /** No run begins, and those that train wait. */
  paused: boolean
  /** Why, where it was not a person: the disk is full. It goes on by itself when there is room. */
  reason: string | null
}

export interface ResumedAll {
  resumed: readonly RunId[]
  /** They stayed as they were. */
  refused: readonly { id: RunId; message: string }[]
}

export const DEFAULT_SETTINGS: Settings = { threads: 0, theme: 'system', sideBySide: true, wideVectors: true }

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
  /** How fast this machine trains, as far as it is known; costs are worked out from it (shared/cost). */
  'design:speed': () => Speed
  /** Finds out, by training for two seconds; refused while runs train. */
  'design:measure-speed': () => Speed
  /** The first minibatch of one configuration through the engine; waits for a free thread. Nothing is stored. */
  'design:dry-run': (experiment: Experiment, configuration: number) => DryRun
  /** `problems`: folders that could not be read. `own`: runs of this process that have not ended. */
  'runs:list': () => {
    revision: number
    runs: RunSummary[]
    problems?: readonly RunProblem[]
    own?: readonly RunId[]
  }
  'runs:details': (id: RunId) => RunDetails
  /** Answers with the ids of the runs, in the order of the experiment's configurations. */
  'runs:enqueue': (experiment: Experiment, presetId: string | null) => RunId[]
  'runs:stop': (id: RunId) => void
  /** It ends with the epoch that it trains now, its evaluation included; or not after all. */
  'runs:stop-after-epoch': (id: RunId, wanted: boolean) => void
  /** The same definitions once more, as new runs of an experiment of their own. Answers with their ids. */
  'runs:repeat': (ids: readonly RunId[]) => RunId[]
  /** The one look at a test part that was locked while the runs trained. A run that had it already keeps its own. */
  'runs:evaluate-test': (ids: readonly RunId[]) => FinalEvaluation[]
  /** A new run on train and validation together, for as many epochs as validation chose. Answers with its id. */
  'runs:retrain': (id: RunId) => RunId
  /** A new run of the same definition without these samples, and those that it leaves out already. */
  'runs:exclude': (id: RunId, samples: readonly number[]) => RunId
  'queue:state': () => QueueState
  /** No run begins any more, and those that train pause. */
  'queue:pause': () => void
  /** After a full disk: if there is room. */
  'queue:proceed': () => void
  /** Runs that wait go before another that waits, or to the end for null; among themselves they keep their order. */
  'queue:move': (ids: readonly RunId[], before: RunId | null) => void
  /** Takes up all that nobody wanted to end: what trained or waited when a program ended. */
  'queue:resume-all': () => ResumedAll
  /** Wherever the runs are: here, in another program that trains them, or on disk only. */
  'queue:order': (order: QueueOrder) => QueueAnswer
  /** Halts a run that trains, within one minibatch; it keeps its threads. Refused for runs that do not train. */
  'runs:pause': (id: RunId) => void
  'runs:proceed': (id: RunId) => void
  /** A paused run trains one more minibatch, or to the end of its epoch, and is paused again. Refused for others. */
  'runs:advance': (id: RunId, by: Advance) => void
  /** From the next minibatch on: what the schedule's factors are applied to. Stored with the run. */
  'runs:set-learning-rate': (id: RunId, rate: number) => void
  /**
   * Runs that were stopped, interrupted or failed go on from their last checkpoint, or from the beginning if they
   * have none. All of them or none: refused if one cannot.
   */
  'runs:resume': (ids: readonly RunId[]) => void
  'runs:history': (id: RunId) => Evaluation[]
  /** By the newest weights there are: the model's, or the last snapshot's of a run that trains. */
  'runs:predict': (id: RunId, request: PredictRequest) => Predictions
  /** Moves runs that have ended to the workspace's trash; `runs:restore` undoes it. */
  'runs:remove': (ids: readonly RunId[]) => void
  'runs:restore': (ids: readonly RunId[]) => void
  /** The same change of name, tags, note, archive or pin for all of them; kept beside each run. */
  'runs:annotate': (ids: readonly RunId[], change: AnnotationChange) => void
  /** Keeps a history that the lab did not make. Answers with the id that it is listed under. */
  'runs:import': (history: HistoryImport) => RunId
  'views:list': () => readonly SavedView[]
  /** In place of the one with the same name, if there is one. */
  'views:save': (view: SavedView) => void
  'views:remove': (name: string) => void
  'figures:render': (request: FigureRequest) => RenderedFile
  'datasets:list': () => DatasetListing
  /** u8[train + test]: the class of each sample. */
  'datasets:labels': (name: string) => Uint8Array
  /** At most 4,096 samples at once. */
  'datasets:samples': (request: SampleRequest) => SampleValues
  'datasets:statistics': (name: string) => DatasetStatistics
  'datasets:split': (request: SplitRequest) => SplitFacts
  'datasets:scaling': (request: SplitRequest) => ScalingFacts
  'datasets:render-grid': (request: SampleGridRequest) => RenderedFile
  /** Reads files without storing anything. */
  'datasets:open-import': (source: ImportSource, options: ImportOptions) => OpenedImport
  /** The same files, taken for something else. */
  'datasets:preview-import': (token: string, options: ImportOptions) => ImportView
  'datasets:store-import': (token: string, title: string, name: string | null) => DatasetEntry
  'datasets:discard-import': (token: string) => void
  'datasets:preview-points': (spec: PointsSpecInput) => PointsView
  'datasets:store-points': (spec: PointsSpecInput, title: string, name: string | null) => DatasetEntry
  'datasets:rename': (id: string, change: { name?: string; title?: string }) => DatasetEntry
  /** To the workspace's trash; `datasets:restore` undoes it. */
  'datasets:remove': (id: string) => void
  'datasets:restore': (id: string) => DatasetEntry
  'inspect:model': (source: ModelSource) => ModelFacts
  /** safetensors or NPZ; refused with a reason if its layers do not chain. Open until the lab closes. */
  'inspect:open-file': (file: ModelFile, reading: ModelReading) => OpenedModelFile
  /** The same file with more said of it, or something else. */
  'inspect:read-file': (token: string, reading: ModelReading) => OpenedModelFile
  /** Every sample of a part. Refused for a test part that is locked. */
  'inspect:predictions': (request: PartRequest) => PartPredictions
  'inspect:sample': (request: InsightRequest) => SampleInsight
  /** `pixels`: u8[values of a sample], as the data set has them, before scaling. */
  'inspect:drawn': (source: ModelSource, pixels: Uint8Array) => DrawnAnswer
  /** One for each layer, the output layer last; activations over so many samples of the training part. */
  'inspect:layers': (source: ModelSource, samples: number) => LayerInsight[]
  /** Models of two inputs. */
  'inspect:plane': (request: PlaneRequest) => PlaneAnswer
  /** Weights at any moment, or a program that recreates the run: a file for other tools. */
  'models:export': (source: ModelSource, format: ModelFormat) => RenderedFile
  /** A drawing that the page made itself, as PNG with the fonts that ship with the lab. */
  'figures:picture': (drawing: SvgDrawing) => RenderedFile
  'reports:list': () => ReportListing
  'reports:get': (id: ReportId) => Report
  /** On top of the revision that it carries; answers with the report as it is stored, its figures made. */
  'reports:save': (report: Report) => Report
  'reports:create': (request: NewReport) => Report
  /** At the end of a report as it is stored; runs that it does not know yet become choices of it. */
  'reports:add': (id: ReportId, addition: Addition) => Report
  /** To the workspace's trash; `reports:restore` undoes it. */
  'reports:remove': (id: ReportId) => void
  'reports:restore': (id: ReportId) => void
  /** As it would be shown, fields filled in and checked; nothing is stored. */
  'reports:render': (report: Report) => RenderedReport
  'reports:check': (id: ReportId) => readonly Finding[]
  /** Of the report as it is stored. */
  'reports:export': (id: ReportId, format: ReportFormat) => RenderedFile
}

/** Told by the lab, not answered. */
export interface LabEvents {
  /** Each change carries the next revision of the list; a gap means that one was missed. */
  'runs:changed': { revision: number; changed: RunSummary[]; removed: RunId[] }
  'runs:progress': RunProgress
  /** Sent after the evaluation is on disk. */
  'runs:evaluated': { id: RunId; evaluation: Evaluation }
  'queue:changed': QueueState
  'settings:changed': Settings
  /** After every change of the workspace's own sets. */
  'datasets:changed': DatasetListing
  /** Saved views of the run table. */
  'views:changed': readonly SavedView[]
  /** After every change of the workspace's reports. */
  'reports:changed': ReportListing
}

/** What only a desktop can do; the served door has the browser do it. */
export interface ShellCalls {
  /** Shows the save dialog and writes the file whole. Null when the person cancels. */
  'shell:save': (file: RenderedFile) => string | null
  /** Puts a PNG on the clipboard. */
  'shell:copy-picture': (png: Uint8Array) => void
  /** Null when the person cancels. */
  'shell:choose-folder': (title: string) => string | null
  /** Files, one folder, or one model's file, that somebody picks to read; null when the person cancels. */
  'shell:choose-source': (kind: 'files' | 'folder' | 'model', title: string) => string[] | null
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
  'design:speed',
  'design:measure-speed',
  'design:dry-run',
  'runs:list',
  'runs:details',
  'runs:enqueue',
  'runs:stop',
  'runs:stop-after-epoch',
  'runs:repeat',
  'runs:evaluate-test',
  'runs:retrain',
  'runs:exclude',
  'queue:state',
  'queue:pause',
  'queue:proceed',
  'queue:move',
  'queue:resume-all',
  'queue:order',
  'runs:pause',
  'runs:proceed',
  'runs:advance',
  'runs:set-learning-rate',
  'runs:resume',
  'runs:history',
  'runs:predict',
  'runs:remove',
  'runs:restore',
  'runs:annotate',
  'runs:import',
  'views:list',
  'views:save',
  'views:remove',
  'figures:render',
  'datasets:list',
  'datasets:labels',
  'datasets:samples',
  'datasets:statistics',
  'datasets:split',
  'datasets:scaling',
  'datasets:render-grid',
  'datasets:open-import',
  'datasets:preview-import',
  'datasets:store-import',
  'datasets:discard-import',
  'datasets:preview-points',
  'datasets:store-points',
  'datasets:rename',
  'datasets:remove',
  'datasets:restore',
  'inspect:model',
  'inspect:open-file',
  'inspect:read-file',
  'inspect:predictions',
  'inspect:sample',
  'inspect:drawn',
  'inspect:layers',
  'inspect:plane',
  'models:export',
  'figures:picture',
  'reports:list',
  'reports:get',
  'reports:save',
  'reports:create',
  'reports:add',
  'reports:remove',
  'reports:restore',
  'reports:render',
  'reports:check',
  'reports:export',
  'shell:save',
  'shell:copy-picture',
  'shell:choose-folder',
  'shell:choose-source',
  'shell:show',
] as const satisfies readonly CallName[]

export const EVENT_NAMES = [
  'runs:changed',
  'runs:progress',
  'runs:evaluated',
  'queue:changed',
  'settings:changed',
  'datasets:changed',
  'views:changed',
  'reports:changed',
] as const satisfies readonly EventName[]

/** What the preload puts on `window.labBridge`, and what the served door's transport offers as well. */
export interface LabBridge {
  door: 'electron' | 'served'
  call<K extends CallName>(name: K, ...args: Parameters<Calls[K]>): Promise<Reply<ReturnType<Calls[K]>>>
  /** Calls back with each event's payload until the returned function is called. */
  on<K extends EventName>(name: K, listener: (payload: LabEvents[K]) => void): () => void
}
