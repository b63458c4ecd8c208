/**
 * Reads the data sets that somebody brought: `<folder>/<id>/` with manifest.json and two packed files each. Only
 * reads, so that the engine's process can do it too. What an experiment calls a set is the name in its manifest.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { DatasetPart, LoadedDataset } from '#lab/engine/host'
import type { DatasetFacts } from '#shared/dataset'
import { LabError } from '#shared/errors'
import { errorCode, nodeFileSystem, type FileSystem } from '../storage/file-system'
import { storageError } from '../storage/storage-error'
import { decodeOwnManifest, isDatasetId, ownDamaged, type OwnManifest } from './own-manifest'

const unpack = promisify(gunzip)
const MAX_MANIFEST_BYTES = 1024 * 1024

export interface OwnDatasetList {
  /** The newest first. */
  sets: OwnManifest[]
  /** Folders that cannot be read, which are left alone. */
  problems: { id: string; message: string }[]
}

export class OwnDatasets {
  constructor(
    readonly folder: string,
    private readonly fs: FileSystem = nodeFileSystem,
  ) {}

  async list(): Promise<OwnDatasetList> {
    const found: OwnDatasetList = { sets: [], problems: [] }
    for (const id of (await this.ids()).sort().reverse()) {
      try {
        found.sets.push(await this.read(id))
      } catch (error) {
        if (!(error instanceof LabError)) throw error
        found.problems.push({ id, message: error.message })
      }
    }
    return found
  }

  async read(id: string): Promise<OwnManifest> {
    await this.mustExist(id)
    const path = join(this.folder, id, 'manifest.json')
    const manifest = decodeOwnManifest(await this.readFile(path, MAX_MANIFEST_BYTES), shown(id, 'manifest.json'))
    if (manifest.id === id) return manifest
    throw ownDamaged(shown(id, 'manifest.json'), `it is about ${manifest.id}`)
  }

  /** Throws `dataset/unknown`, naming those that there are. */
  async find(name: string): Promise<OwnManifest> {
    const { sets } = await this.list()
    const found = sets.filter((set) => set.name === name)
    if (found.length === 1) return found[0]
    if (found.length > 1) {
      throw new LabError('dataset/unknown', `There are ${found.length} data sets "${name}"; rename all but one`)
    }
    const names = sets.map((set) => `"${set.name}"`).join(', ') || 'none'
    throw new LabError(
      'dataset/unknown',
      `There is no data set "${name}" in this workspace; of its own it has ${names}`,
    )
  }

  /** u8[train + test] */
  async loadLabels(manifest: OwnManifest): Promise<Uint8Array> {
    const { id, classNames } = manifest
    await this.mustExist(id)
    const labels = await this.unpacked(id, manifest.labels)
    const wrong = labels.findIndex((label) => label >= classNames.length)
    if (wrong < 0) return labels
    const what = `label ${wrong} is ${labels[wrong]}, of ${classNames.length} classes`
    throw ownDamaged(shown(id, manifest.labels.file), what)
  }

  /** All samples, if they are those that were imported: each file is checked by its SHA-256. */
  async load(manifest: OwnManifest): Promise<LoadedDataset> {
    const { id, train, test } = manifest
    await this.mustExist(id)
    const values = await this.unpacked(id, manifest.values)
    const labels = await this.loadLabels(manifest)
    const images = manifest.kind === 'bytes' ? values : new Float32Array(values.buffer, 0, values.length / 4)
    const size = images.length / (train + test)
    const part = (from: number, count: number): DatasetPart => ({
      count,
      images: images.subarray(from * size, (from + count) * size),
      labels: labels.subarray(from, from + count),
    })
    return { facts: factsOf(manifest), train: part(0, train), test: part(train, test) }
  }

  private async ids(): Promise<string[]> {
    try {
      return (await this.fs.readdir(this.folder)).filter(isDatasetId)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw storageError(error, 'list the data sets')
    }
  }

  /** The id is the only part of a path that comes from outside: it must name a folder of ours, not a link. */
  private async mustExist(id: string): Promise<void> {
    const notFound = () =>
      new LabError('dataset/unknown', `There is no data set ${JSON.stringify(id)} in this workspace`)
    if (!isDatasetId(id)) throw notFound()
    let isFolder
    try {
      isFolder = (await this.fs.facts(join(this.folder, id))).isDirectory
    } catch (error) {
      throw errorCode(error) === 'ENOENT' ? notFound() : storageError(error, 'look for the data set')
    }
    if (!isFolder) throw ownDamaged(`datasets/${id}`, 'it is not a folder')
  }

  /** Into a memory of its own that begins at 0, so that floats can be read in place. */
  private async unpacked(
    id: string,
    { file, rawBytes, rawSha256 }: OwnManifest['values'],
  ): Promise<Uint8Array<ArrayBuffer>> {
    const path = shown(id, file)
    const packed = await this.readFile(join(this.folder, id, file), rawBytes + rawBytes / 100 + 1024)
    let raw: Buffer
    try {
      raw = await unpack(packed, { maxOutputLength: Math.max(1, rawBytes), chunkSize: Math.max(64, rawBytes + 1) })
    } catch (error) {
      const isTooLarge = error instanceof RangeError
      throw ownDamaged(
        path,
        isTooLarge ? `it unpacks to more than its ${rawBytes} bytes` : 'it cannot be unpacked',
        error,
      )
    }
    const found = createHash('sha256').update(raw).digest('hex')
    if (found !== rawSha256) throw ownDamaged(path, `its SHA-256 should be ${rawSha256}, but is ${found}`)
    if (raw.byteOffset === 0) return new Uint8Array(raw.buffer as ArrayBuffer, 0, raw.length)
    return Uint8Array.from(raw)
  }

  private async readFile(path: string, maxBytes: number): Promise<Uint8Array> {
    const name = path.slice(this.folder.length + 1)
    let facts
    try {
      facts = await this.fs.facts(path)
      if (facts.isFile && facts.sizeBytes <= maxBytes) return await this.fs.readFile(path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw ownDamaged(`datasets/${name}`, 'it is missing', error)
      throw storageError(error, `read datasets/${name}`)
    }
    throw ownDamaged(`datasets/${name}`, facts.isFile ? `it has ${facts.sizeBytes} bytes` : 'it is not a file')
  }
}

function shown(id: string, file: string): string {
  return `datasets/${id}/${file}`
}

/** What the rest of the lab knows of a set. */
export function factsOf(manifest: OwnManifest): DatasetFacts {
  const { name, title, height, width, channels, kind, classNames, train, test, sha256 } = manifest
  const own = { kind, channels, sha256 }
  return { name, title, height, width, classes: classNames, train, test, licence: 'own data', credit: '', ...own }
}
