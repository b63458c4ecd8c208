/**
 * The desk itself: data sets that are looked at, the import that is open, and the store of the workspace.
 */
import { join } from 'node:path'
import { makePoints } from '#engine/points/points'
import { drawSplit, type SplitSamples } from '#engine/split'
import type { DatasetStatistics, PointsView, SampleGridRequest } from '#shared/datasets'
import type { RenderedFile } from '#shared/figure'
import type { ModelFile } from '#shared/inspect/inspected'
import { pointsSpecSchema, type PointsSpecInput } from '#shared/points'
import { Disk } from '../../storage/disk'
import { nodeFileSystem, type FileSystem } from '../../storage/file-system'
import { readModelFile } from '../../models/files/read-model-file'
import { writeCodeBundle } from '../../models/export/code-bundle'
import * as inspector from '../../models/inspector'
import { LoadedModels, readModel } from '../../models/loaded-models'
import { predict, type PredictJob } from '../../models/predict'
import { withOwnSets } from '../address'
import { createDatasetLoader } from '../loader'
import { bytesOf, type OwnManifest } from '../own-manifest'
import { splitFacts } from '../split-facts'
import { DatasetStore } from '../store'
import type { DeskCalls, DeskPlace, SetAddress, SplitOrder } from './desk-calls'
import { LoadedSets } from './loaded-sets'
import { OpenImport } from './open-import'
import { labelsOf, valuesOf } from './samples'
import { scalingOf } from './scaling'
import { statisticsOf } from './statistics'

export class DataDesk implements DeskCalls {
  private readonly sets: LoadedSets
  private readonly store: DatasetStore
  private readonly importing = new OpenImport()
  private readonly models = new LoadedModels()
  /** Of the set that was asked for last: a screen asks for them again and again. */
  private statisticsOfLast: { key: string; statistics: DatasetStatistics } | null = null

  constructor(
    private readonly place: DeskPlace,
    fs: FileSystem = nodeFileSystem,
  ) {
    this.sets = new LoadedSets(withOwnSets(createDatasetLoader(join(place.resources, 'datasets'))))
    this.store = new DatasetStore(new Disk(place.token, fs), place.workspace)
  }

  async labels(set: SetAddress): Promise<Uint8Array> {
    return labelsOf(await this.sets.get(set))
  }

  async samples(set: SetAddress, samples: readonly number[]): Promise<Uint8Array> {
    return valuesOf(await this.sets.get(set), samples)
  }

  async statistics(set: SetAddress): Promise<DatasetStatistics> {
    const key = JSON.stringify(set)
    if (this.statisticsOfLast?.key !== key) {
      this.statisticsOfLast = { key, statistics: statisticsOf(await this.sets.get(set)) }
    }
    return this.statisticsOfLast.statistics
  }

  async split(set: SetAddress, order: SplitOrder) {
    const data = await this.sets.get(set)
    return splitFacts(drawn(data, order), labelsOf(data), data.facts.classes.length)
  }

  async scaling(set: SetAddress, order: Parameters<DeskCalls['scaling']>[1]) {
    const data = await this.sets.get(set)
    return scalingOf(data, drawn(data, order).train, order.scaling)
  }

  async predict(set: SetAddress, job: PredictJob) {
    return predict(await this.sets.get(set), this.models, job)
  }

  openModel(file: ModelFile) {
    return readModelFile(file)
  }

  async inspectPart(set: SetAddress, ...[order, part]: After<'inspectPart'>) {
    return inspector.predictPart(await this.sets.get(set), this.models, order, part)
  }

  async inspectSample(set: SetAddress, ...[order, of]: After<'inspectSample'>) {
    return inspector.explainSample(await this.sets.get(set), this.models, order, of)
  }

  async inspectMoment(set: SetAddress, ...[order, sample]: After<'inspectMoment'>) {
    return inspector.valuesOfSample(await this.sets.get(set), order, sample)
  }

  async inspectDrawn(set: SetAddress, ...[order, pixels]: After<'inspectDrawn'>) {
    return inspector.answerDrawn(await this.sets.get(set), this.models, order, pixels)
  }

  async inspectLayers(set: SetAddress, ...[order, samples]: After<'inspectLayers'>) {
    return inspector.insightOfLayers(await this.sets.get(set), this.models, order, samples)
  }

  async inspectPlane(set: SetAddress, ...[order, plane]: After<'inspectPlane'>) {
    return inspector.answerPlane(await this.sets.get(set), this.models, order, plane)
  }

  async modelScaling(set: SetAddress, ...[order]: After<'modelScaling'>) {
    return readModel(await this.sets.get(set), order).scaling
  }

  async exportCode(set: SetAddress, ...[job, name]: After<'exportCode'>): Promise<Uint8Array> {
    const { resources } = this.place
    return writeCodeBundle(await this.sets.get(set), job, { name, resources })
  }

  /** The renderer of pictures is heavy: loaded with the first one. */
  async renderGrid(set: SetAddress, request: SampleGridRequest): Promise<RenderedFile> {
    const { renderSampleGrid } = await import('./sample-grid')
    return renderSampleGrid(await this.sets.get(set), request, join(this.place.resources, 'fonts'))
  }

  openImport(...args: Parameters<DeskCalls['openImport']>) {
    return this.importing.open(...args)
  }

  previewImport(...args: Parameters<DeskCalls['previewImport']>) {
    return this.importing.preview(...args)
  }

  storeImport(token: string, title: string, name: string | null): Promise<OwnManifest> {
    return this.importing.store(token, { title, name }, this.store)
  }

  discardImport(token: string): Promise<void> {
    this.importing.discard(token)
    return Promise.resolve()
  }

  async previewPoints(spec: PointsSpecInput): Promise<PointsView> {
    const { values, labels, classNames, parts } = await Promise.resolve(makePoints(spec))
    return { points: bytesOf(values), labels, train: parts.train, classes: classNames }
  }

  async storePoints(spec: PointsSpecInput, title: string, name: string | null): Promise<OwnManifest> {
    const samples = makePoints(spec)
    const source = { kind: 'points', points: pointsSpecSchema.parse(spec) } as const
    return await this.store.add({ samples, title, name, source })
  }

  rename(...args: Parameters<DeskCalls['rename']>): Promise<OwnManifest> {
    return this.store.rename(...args)
  }

  remove(id: string): Promise<void> {
    return this.store.remove(id)
  }

  restore(id: string): Promise<OwnManifest> {
    return this.store.restore(id)
  }

  /** Lets go of all that it holds. */
  close(): void {
    this.sets.clear()
    this.models.clear()
  }
}

/** What a call is given beside the set. */
type After<K extends keyof DeskCalls> = Parameters<DeskCalls[K]> extends [SetAddress, ...infer Rest] ? Rest : never

type Data = Awaited<ReturnType<LoadedSets['get']>>

function drawn({ train, test }: Data, { dataset, seed }: SplitOrder): SplitSamples {
  return drawSplit(dataset, seed, { train: train.count, test: test.count }, train.labels)
}
