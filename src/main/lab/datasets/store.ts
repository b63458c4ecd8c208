/**
 * The data sets that somebody brought to a workspace: `datasets/<id>/` for each, moved to `trash/<id>/` when it is
 * removed. A folder is made under a temporary name and renamed, so that a set is there whole or not at all.
 */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { z } from 'zod'
import { countClasses } from '#engine/split'
import type { LoadedDataset } from '#lab/engine/host'
import { findDataset } from '#shared/dataset'
import { LabError } from '#shared/errors'
import { timeOf } from '../queue/run-id'
import type { Disk } from '../storage/disk'
import { storageError } from '../storage/storage-error'
import { Turns } from '../storage/turns'
import { sweepFolder } from '../storage/run-folders'
import type { ReadSource } from './import/source'
import { OwnDatasets, type OwnDatasetList } from './own-datasets'
import {
  bytesOf,
  contentSha256,
  datasetNameSchema,
  datasetTitleSchema,
  isDatasetId,
  LISTED_FILES,
  OWN_MANIFEST_VERSION,
  ownManifestSchema,
  type DatasetSource,
  type OwnManifest,
} from './own-manifest'

const pack = promisify(gzip)
/** Half a second for 70,000 digits; the best level takes twenty times as long for a fifth less. */
const PACK_LEVEL = 3

export interface NewDataset {
  samples: ReadSource['samples']
  /** Unique in the workspace; null: made from the title. */
  name: string | null
  title: string
  source: DatasetSource
}

export class DatasetStore {
  readonly own: OwnDatasets
  private readonly folder: string
  private readonly trash: string
  /** Two imports at once must not take the same name. */
  private readonly turns = new Turns()

  /** For a workspace whose folders are there: see `open`. */
  constructor(
    private readonly disk: Disk,
    workspace: string,
  ) {
    this.folder = join(workspace, 'datasets')
    this.trash = join(workspace, 'trash')
    this.own = new OwnDatasets(this.folder, disk.fs)
  }

  /** Makes the folders and sweeps away what processes that are gone left unfinished. */
  static async open(
    disk: Disk,
    workspace: string,
    isAlive: (token: string) => Promise<boolean>,
  ): Promise<DatasetStore> {
    const store = new DatasetStore(disk, workspace)
    try {
      await disk.fs.mkdir(store.folder)
      await disk.fs.mkdir(store.trash)
      await disk.syncFolder(workspace)
    } catch (error) {
      throw storageError(error, 'make the folder of the data sets')
    }
    await sweepFolder(disk, store.folder, isAlive)
    for (const id of await store.names(store.folder)) await sweepFolder(disk, join(store.folder, id), isAlive)
    return store
  }

  list(): Promise<OwnDatasetList> {
    return this.own.list()
  }

  async load(id: string): Promise<LoadedDataset> {
    return this.own.load(await this.own.read(id))
  }

  add(dataset: NewDataset): Promise<OwnManifest> {
    return this.turns.take(async () => {
      const { sets } = await this.list()
      const title = checked(datasetTitleSchema, dataset.title, 'title')
      const name = dataset.name === null ? freeName(title, sets) : mustBeFree(dataset.name, sets)
      return this.write({ ...dataset, name, title })
    })
  }

  /** What runs know is the hash, so that a set may change its name at any time. */
  rename(id: string, change: { name?: string; title?: string }): Promise<OwnManifest> {
    return this.turns.take(async () => {
      const old = await this.own.read(id)
      const others = (await this.list()).sets.filter((set) => set.id !== id)
      const name = change.name === undefined ? old.name : mustBeFree(change.name, others)
      const title = change.title === undefined ? old.title : checked(datasetTitleSchema, change.title, 'title')
      const manifest = { ...old, name, title }
      await this.disk.writeAtomic(join(this.folder, id, 'manifest.json'), encode(manifest))
      return manifest
    })
  }

  remove(id: string): Promise<void> {
    return this.turns.take(async () => {
      if (!(await this.names(this.folder)).includes(id)) throw notThere(id)
      await this.move(join(this.folder, id), join(this.trash, id), 'remove the data set')
    })
  }

  /** Takes back a removal. The name may be another's by now: then it gets one of its own. */
  restore(id: string): Promise<OwnManifest> {
    return this.turns.take(async () => {
      if (!(await this.names(this.trash)).includes(id)) throw notThere(id)
      const { sets } = await this.list()
      await this.move(join(this.trash, id), join(this.folder, id), 'restore the data set')
      const manifest = await this.own.read(id)
      if (!sets.some(({ name }) => name === manifest.name)) return manifest
      const renamed = { ...manifest, name: freeName(manifest.name, sets) }
      await this.disk.writeAtomic(join(this.folder, id, 'manifest.json'), encode(renamed))
      return renamed
    })
  }

  private async write(dataset: NewDataset & { name: string }): Promise<OwnManifest> {
    const { fs } = this.disk
    const now = new Date()
    const id = `data-${timeOf(now)}-${randomBytes(3).toString('hex')}`
    const temporary = this.disk.temporary(join(this.folder, id))
    try {
      await fs.mkdir(temporary)
      const manifest = manifestOf(id, now, dataset)
      await this.writePacked(temporary, manifest.values.file, bytesOf(dataset.samples.values))
      await this.writePacked(temporary, manifest.labels.file, dataset.samples.labels)
      await this.disk.writeAtomic(join(temporary, 'manifest.json'), encode(manifest))
      await this.disk.rename(temporary, join(this.folder, id))
      await this.disk.syncFolder(this.folder)
      return manifest
    } catch (error) {
      await this.disk.discard(temporary)
      throw storageError(error, 'store the data set')
    }
  }

  private async writePacked(folder: string, file: string, bytes: Uint8Array): Promise<void> {
    await this.disk.writeAtomic(join(folder, file), await pack(bytes, { level: PACK_LEVEL }))
  }

  private async names(folder: string): Promise<string[]> {
    try {
      return (await this.disk.fs.readdir(folder)).filter(isDatasetId)
    } catch (error) {
      throw storageError(error, 'look for the data set')
    }
  }

  private async move(from: string, to: string, doing: string): Promise<void> {
    try {
      await this.disk.rename(from, to)
      await this.disk.syncFolder(this.folder)
      await this.disk.syncFolder(this.trash)
    } catch (error) {
      throw storageError(error, doing)
    }
  }
}

function manifestOf(
  id: string,
  now: Date,
  { name, title, source, samples }: NewDataset & { name: string },
): OwnManifest {
  const { kind, height, width, channels, classNames, values, labels, parts } = samples
  const { train, test } = parts
  const counts = (from: number, count: number) => {
    const numbers = Uint32Array.from({ length: count }, (_, i) => from + i)
    return [...countClasses(numbers, labels, classNames.length)]
  }
  // what is written must be what can be read
  return ownManifestSchema.parse({
    version: OWN_MANIFEST_VERSION,
    id,
    name,
    title,
    importedAt: now.toISOString(),
    source,
    kind,
    height,
    width,
    channels,
    classNames,
    train,
    test,
    classCounts: { train: counts(0, train), test: counts(train, test) },
    sha256: contentSha256(samples, parts),
    values: packedFacts('values.bin.gz', bytesOf(values)),
    labels: packedFacts('labels.bin.gz', labels),
  })
}

function packedFacts(file: string, raw: Uint8Array): OwnManifest['values'] {
  return { file, rawBytes: raw.length, rawSha256: createHash('sha256').update(raw).digest('hex') }
}

/** For the manifest: what was brought, and what it was taken for. */
export function sourceOf(
  files: readonly { path: string; sizeBytes: number }[],
  { options }: ReadSource,
): DatasetSource {
  return {
    kind: 'files',
    files: files.slice(0, LISTED_FILES).map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    fileCount: files.length,
    options,
  }
}

function encode(manifest: OwnManifest): string {
  return JSON.stringify(manifest, null, 2) + '\n'
}

function checked<T>(schema: z.ZodType<T>, value: unknown, field: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LabError('dataset/bad-name', `${field}: expected ${issue.message}, got ${JSON.stringify(value)}`)
}

function mustBeFree(wanted: string, sets: readonly OwnManifest[]): string {
  const name = checked(datasetNameSchema, wanted, 'name')
  if (findDataset(name) || sets.some((set) => set.name === name)) {
    throw new LabError('dataset/bad-name', `name: there is a data set "${name}" already; choose another name`)
  }
  return name
}

/** "My digits (2)" → my-digits-2; with a number behind it where that is taken. */
function freeName(title: string, sets: readonly OwnManifest[]): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  const base =
    plain
      .replace(/^-+|-+$/g, '')
      .slice(0, 50)
      .replace(/-+$/, '') || 'data'
  const isTaken = (name: string) => findDataset(name) !== undefined || sets.some((set) => set.name === name)
  if (!isTaken(base)) return base
  let number = 2
  while (isTaken(`${base}-${number}`)) number += 1
  return `${base}-${number}`
}

function notThere(id: string): LabError {
  return new LabError('dataset/unknown', `There is no data set ${JSON.stringify(id)} in this workspace`)
}
