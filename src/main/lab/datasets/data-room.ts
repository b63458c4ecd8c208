/**
 * The data sets of one workspace, as the calls of the contract ask for them: those that ship with the lab, and those
 * that somebody brought. Says what there is; whatever takes longer than a moment is done by the desk.
 */
import { join } from 'node:path'
import { drawSplit } from '#engine/split'
import type { OwnSet } from '#lab/engine/host'
import { BUILT_IN_DATASETS, findDataset, unknownDataset, type DatasetFacts } from '#shared/dataset'
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
} from '#shared/datasets'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { exclusionProblems, splitProblems } from '#shared/experiment-support'
import type { RenderedFile } from '#shared/figure'
import type { ImportOptions } from '#shared/import-options'
import type { PointsSpecInput } from '#shared/points'
import type { RunData } from '#shared/run'
import { runDataOf } from '../queue/run-data'
import type { Desk, SetAddress, SplitOrder } from './desk/desk-calls'
import { loadBuiltInLabels } from './loader'
import { factsOf, OwnDatasets } from './own-datasets'
import type { OwnManifest } from './own-manifest'
import { splitFacts } from './split-facts'

/** Up to here a split is drawn in less time than the desk's thread takes to start, and than anybody would notice. */
const SMALL_SET = 200_000

export interface DataRoomSurroundings {
  /** Real path of the workspace. */
  workspace: string
  /** Folder with `datasets/`. */
  resources: string
  desk: Desk
  /** Whether imports may be read by paths: only for somebody who picked them in a dialog or wrote them in a terminal. */
  mayReadPaths: boolean
  changed: (listing: DatasetListing) => void
}

/** Fields of a run's file. */
export interface RunDataAndSplit {
  data?: RunData
  split?: SplitFacts
}

/** A set as a run knew it. Without a hash it is one that ships with the lab. */
export type WantedData = Pick<DatasetFacts, 'name' | 'title' | 'sha256'>

/** A data set with the place where it is. */
interface Found {
  facts: DatasetFacts
  address: SetAddress
}

export class DataRoom {
  private readonly own: OwnDatasets
  /** Own sets by name as they were listed last: a grid that scrolls asks often. */
  private listed = new Map<string, OwnManifest>()

  constructor(private readonly around: DataRoomSurroundings) {
    this.own = new OwnDatasets(join(around.workspace, 'datasets'))
  }

  close(): Promise<void> {
    return this.around.desk.close()
  }

  async list(): Promise<DatasetListing> {
    const { sets, problems } = await this.own.list()
    this.listed = new Map(sets.map((set) => [set.name, set]))
    return { sets: [...BUILT_IN_DATASETS.map(builtInEntry), ...sets.map(ownEntry)], problems }
  }

  /** What an experiment of this workspace may name. */
  async catalog(): Promise<DatasetFacts[]> {
    const { sets } = await this.list()
    return sets.map(({ id: _, importedAt: __, source: ___, classCounts: ____, ...facts }) => facts)
  }

  /**
   * For the engine: where the set of this content is now, whatever it is called. Null: it ships with the lab. Throws
   * `dataset/gone`.
   */
  async locate(wanted: WantedData): Promise<OwnSet | null> {
    const found = await this.lookFor(wanted)
    return found && this.ownSet(found)
  }

  /** What it is called now. Rejects as `locate` does. */
  async nameOf(wanted: WantedData): Promise<string> {
    return (await this.lookFor(wanted))?.name ?? wanted.name
  }

  /** Why `locate` would not find it, in words; null if it does. */
  async problemOf(wanted: WantedData): Promise<string | null> {
    try {
      await this.locate(wanted)
      return null
    } catch (error) {
      if (error instanceof LabError) return error.message
      throw error
    }
  }

  /**
   * What runs of these experiments keep of their data and their split. Each is worked out once, as replicates and most
   * configurations share it; what cannot be drawn is said before anything is queued.
   */
  async describe(experiments: readonly Experiment[]): Promise<(experiment: Experiment) => RunDataAndSplit> {
    const known = new Map<string, RunDataAndSplit>()
    const keyOf = ({ dataset, seeds }: Experiment) =>
      JSON.stringify([dataset.name, dataset.split, dataset.exclude, seeds.split])
    for (const experiment of experiments) {
      const key = keyOf(experiment)
      if (known.has(key)) continue
      const { dataset, seeds } = experiment
      const data = runDataOf((await this.find(dataset.name)).facts)
      const split = await this.split({ dataset, seed: seeds.split })
      known.set(key, { ...(data && { data }), split })
    }
    return (experiment) => known.get(keyOf(experiment)) ?? {}
  }

  async labels(name: string): Promise<Uint8Array> {
    return this.around.desk.ask('labels', (await this.find(name)).address)
  }

  async samples({ name, samples }: SampleRequest): Promise<SampleValues> {
    return { values: await this.around.desk.ask('samples', (await this.find(name)).address, samples) }
  }

  async statistics(name: string): Promise<DatasetStatistics> {
    return this.around.desk.ask('statistics', (await this.find(name)).address)
  }

  async split(request: SplitRequest): Promise<SplitFacts> {
    const { found, order } = await this.splitOf(request)
    const { facts, address } = found
    if (facts.train + facts.test > SMALL_SET) return this.around.desk.ask('split', address, order)
    const labels = await this.labelsHere(address)
    return splitFacts(drawSplit(order.dataset, order.seed, facts, labels), labels, facts.classes.length)
  }

  async scaling(request: SplitRequest): Promise<ScalingFacts> {
    const { found, order } = await this.splitOf(request)
    return this.around.desk.ask('scaling', found.address, { ...order, scaling: request.dataset.scaling })
  }

  async renderGrid(request: SampleGridRequest): Promise<RenderedFile> {
    return this.around.desk.ask('renderGrid', (await this.find(request.name)).address, request)
  }

  async openImport(source: ImportSource, options: ImportOptions): Promise<OpenedImport> {
    if ('paths' in source && !this.around.mayReadPaths) {
      throw new LabError(
        'import/no-paths',
        'Files are read by their paths in the desktop application only; bring their bytes',
      )
    }
    return this.around.desk.ask('openImport', source, options)
  }

  previewImport(token: string, options: ImportOptions): Promise<ImportView> {
    return this.around.desk.ask('previewImport', token, options)
  }

  storeImport(token: string, title: string, name: string | null): Promise<DatasetEntry> {
    return this.change(() => this.around.desk.ask('storeImport', token, title, name))
  }

  discardImport(token: string): Promise<void> {
    return this.around.desk.ask('discardImport', token)
  }

  previewPoints(spec: PointsSpecInput): Promise<PointsView> {
    return this.around.desk.ask('previewPoints', spec)
  }

  storePoints(spec: PointsSpecInput, title: string, name: string | null): Promise<DatasetEntry> {
    return this.change(() => this.around.desk.ask('storePoints', spec, title, name))
  }

  rename(id: string, change: { name?: string; title?: string }): Promise<DatasetEntry> {
    return this.change(() => this.around.desk.ask('rename', id, change))
  }

  async remove(id: string): Promise<void> {
    await this.around.desk.ask('remove', id)
    this.around.changed(await this.list())
  }

  restore(id: string): Promise<DatasetEntry> {
    return this.change(() => this.around.desk.ask('restore', id))
  }

  /** Everybody hears of the change before whoever asked for it has the answer. */
  private async change(work: () => Promise<OwnManifest>): Promise<DatasetEntry> {
    const manifest = await work()
    this.around.changed(await this.list())
    return ownEntry(manifest)
  }

  /** A set by its name, and where it is. Throws `dataset/unknown`. */
  async find(name: string): Promise<Found> {
    const builtIn = findDataset(name)
    if (builtIn) return { facts: builtIn, address: { name, own: null } }
    if (!this.listed.has(name)) await this.list()
    const manifest = this.listed.get(name)
    if (!manifest) throw new LabError('dataset/unknown', unknownDataset(name, await this.catalog()))
    return { facts: factsOf(manifest), address: { name, own: this.ownSet(manifest) } }
  }

  private async lookFor({ name, title, sha256 }: WantedData): Promise<OwnManifest | null> {
    const builtIn = findDataset(name)
    if (builtIn && (sha256 === undefined || builtIn.sha256 === sha256)) return null
    const { sets } = await this.own.list()
    const same = sets.filter((set) => set.sha256 === sha256)
    const found = same.find((set) => set.name === name) ?? same.at(0)
    if (found) return found
    const isReplaced = builtIn !== undefined || sets.some((set) => set.name === name)
    const what = isReplaced
      ? `the data set that is called "${name}" now has other content`
      : `no data set of this workspace has its content`
    throw new LabError(
      'dataset/gone',
      `The data set "${title}" (${name}) has gone: ${what}. Restore it, or import the same files again (SHA-256 ${sha256 ?? 'unknown'})`,
    )
  }

  private ownSet({ id, sha256 }: OwnManifest): OwnSet {
    return { folder: this.own.folder, id, sha256 }
  }

  private async splitOf({ dataset, seed }: SplitRequest): Promise<{ found: Found; order: SplitOrder }> {
    const found = await this.find(dataset.name)
    const { split, exclude = [] } = dataset
    const [problem] = [...splitProblems(split, found.facts), ...exclusionProblems(exclude, found.facts)]
    if (problem) throw new LabError('experiment/invalid', `${problem.path}: ${problem.message}`)
    return { found, order: { dataset: { split, exclude }, seed } }
  }

  private async labelsHere({ name, own }: SetAddress): Promise<Uint8Array> {
    if (!own) return loadBuiltInLabels(join(this.around.resources, 'datasets'), name)
    return this.own.loadLabels(await this.own.read(own.id))
  }
}

function builtInEntry(facts: DatasetFacts): DatasetEntry {
  return { ...facts, id: null, importedAt: null, source: { kind: 'lab' }, classCounts: null }
}

function ownEntry(manifest: OwnManifest): DatasetEntry {
  const { id, importedAt, source, classCounts } = manifest
  return { ...factsOf(manifest), id, importedAt, source, classCounts }
}
