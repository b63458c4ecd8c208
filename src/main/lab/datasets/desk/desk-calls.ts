/**
 * What the desk does: all work on data that takes longer than a moment. It has a thread of its own (desk-thread.ts),
 * so that the lab's process goes on answering meanwhile; everything that passes is plain data.
 */
import type { InputScaling } from '#engine/index'
import type { OwnSet } from '#lab/engine/host'
import type {
  DatasetStatistics,
  ImportSource,
  ImportView,
  OpenedImport,
  PointsView,
  SampleGridRequest,
  ScalingFacts,
  SplitFacts,
} from '#shared/datasets'
import type { Experiment, Scaling } from '#shared/experiment'
import type { RenderedFile } from '#shared/figure'
import type { ImportOptions } from '#shared/import-options'
import type { PointsSpecInput } from '#shared/points'
import type {
  DrawnAnswer,
  LayerInsight,
  ModelFile,
  PartPredictions,
  PlaneAnswer,
  SplitPart,
} from '#shared/inspect/inspected'
import type { ParsedModelFile } from '../../models/files/model-file'
import type { Plane, SampleAnswer } from '../../models/inspector'
import type { ModelOrder } from '../../models/loaded-models'
import type { CodeJob } from '../../models/export/code-bundle'
import type { PredictedValues, PredictJob } from '../../models/predict'
import type { OwnManifest } from '../own-manifest'

/** Which data set: `own` is null for one that ships with the lab. */
export interface SetAddress {
  name: string
  own: OwnSet | null
}

export interface SplitOrder {
  dataset: Pick<Experiment['dataset'], 'split' | 'exclude'>
  seed: number
}

export interface DeskCalls {
  /** u8[train + test] */
  labels(set: SetAddress): Promise<Uint8Array>
  /** u8 or f32[samples, values of a sample] */
  samples(set: SetAddress, samples: readonly number[]): Promise<Uint8Array>
  statistics(set: SetAddress): Promise<DatasetStatistics>
  split(set: SetAddress, order: SplitOrder): Promise<SplitFacts>
  scaling(set: SetAddress, order: SplitOrder & { scaling: Scaling }): Promise<ScalingFacts>
  renderGrid(set: SetAddress, request: SampleGridRequest): Promise<RenderedFile>
  predict(set: SetAddress, job: PredictJob): Promise<PredictedValues>
  openModel(file: ModelFile): Promise<ParsedModelFile>
  inspectPart(set: SetAddress, order: ModelOrder, part: SplitPart): Promise<PartPredictions>
  inspectSample(set: SetAddress, order: ModelOrder, of: { sample: number; neighbors: number }): Promise<SampleAnswer>
  /** f32[outputs] of one sample. */
  inspectMoment(set: SetAddress, order: ModelOrder, sample: number): Promise<Uint8Array>
  inspectDrawn(set: SetAddress, order: ModelOrder, pixels: Uint8Array): Promise<DrawnAnswer>
  inspectLayers(set: SetAddress, order: ModelOrder, samples: number): Promise<LayerInsight[]>
  inspectPlane(set: SetAddress, order: ModelOrder, plane: Plane): Promise<PlaneAnswer>
  modelScaling(set: SetAddress, order: ModelOrder): Promise<InputScaling>
  /** A zip whose entries are in a folder of this name. */
  exportCode(set: SetAddress, job: CodeJob, folder: string): Promise<Uint8Array>
  openImport(source: ImportSource, options: ImportOptions): Promise<OpenedImport>
  previewImport(token: string, options: ImportOptions): Promise<ImportView>
  storeImport(token: string, title: string, name: string | null): Promise<OwnManifest>
  discardImport(token: string): Promise<void>
  previewPoints(spec: PointsSpecInput): Promise<PointsView>
  storePoints(spec: PointsSpecInput, title: string, name: string | null): Promise<OwnManifest>
  rename(id: string, change: { name?: string; title?: string }): Promise<OwnManifest>
  remove(id: string): Promise<void>
  restore(id: string): Promise<OwnManifest>
}

/** Where the desk works; plain data. */
export interface DeskPlace {
  /** Folder with `datasets/` and `fonts/`. */
  resources: string
  workspace: string
  /** Of the process, for the names of its temporary files. */
  token: string
}

export interface Desk {
  ask<K extends keyof DeskCalls>(name: K, ...args: Parameters<DeskCalls[K]>): ReturnType<DeskCalls[K]>
  close(): Promise<void>
}
