/**
 * Loads the data sets that ship with the lab: unpack, compare the SHA-256, parse, check against what the lab
 * knows of the set. Whatever is wrong is said with the name of the file. Sets of points have no files: they are drawn.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { readIdxBytes } from '#engine/idx'
import { makePoints } from '#engine/points/points'
import type { DatasetPart, LoadDataset, LoadedDataset } from '#lab/engine/host'
import { datasetFacts, type DatasetFacts } from '#shared/dataset'
import { LabError } from '#shared/errors'
import { NAMED_POINTS, isNamedPoints, type PointsSpecInput } from '#shared/points'
import { damaged, readManifest, type ManifestFile } from './manifest'

const unpack = promisify(gunzip)

/**
 * Loads once for all who ask before the last of them has let go of it: the engine keeps a copy of its own, and a second
 * one here would take 55 MB for nothing. A load that failed is tried afresh.
 */
export function createDatasetLoader(datasetsFolder: string): LoadDataset {
  const loading = new Map<string, Promise<LoadedDataset>>()
  const loaded = new Map<string, WeakRef<LoadedDataset>>()
  return async (name) => {
    const facts = datasetFacts(name) // also keeps names that are paths away from the disk
    const known = loaded.get(name)?.deref() ?? loading.get(name)
    if (known) return known
    if (isNamedPoints(name)) return drawnPoints(facts, NAMED_POINTS[name])
    const load = loadDataset(join(datasetsFolder, facts.name), facts)
      .then((dataset) => {
        loaded.set(name, new WeakRef(dataset))
        return dataset
      })
      .finally(() => loading.delete(name))
    loading.set(name, load)
    return load
  }
}

function drawnPoints(facts: DatasetFacts, settings: PointsSpecInput): LoadedDataset {
  const { values, labels, parts } = makePoints(settings)
  const { train, test } = parts
  return {
    facts,
    train: { count: train, images: values.subarray(0, 2 * train), labels: labels.subarray(0, train) },
    test: { count: test, images: values.subarray(2 * train), labels: labels.subarray(train) },
  }
}

/** u8[train + test]: a few kilobytes are read in place of all the images. */
export async function loadBuiltInLabels(datasetsFolder: string, name: string): Promise<Uint8Array> {
  const facts = datasetFacts(name)
  if (isNamedPoints(name)) return makePoints(NAMED_POINTS[name]).labels
  const folder = join(datasetsFolder, facts.name)
  const { files } = await readManifest(folder, facts)
  const train = await loadLabels(folder, files.trainLabels, facts, facts.train)
  const labels = new Uint8Array(facts.train + facts.test)
  labels.set(train)
  labels.set(await loadLabels(folder, files.testLabels, facts, facts.test), facts.train)
  return labels
}

async function loadDataset(folder: string, facts: DatasetFacts): Promise<LoadedDataset> {
  const { files } = await readManifest(folder, facts)
  const [train, test] = await Promise.all([
    loadPart(folder, files.trainImages, files.trainLabels, facts, facts.train),
    loadPart(folder, files.testImages, files.testLabels, facts, facts.test),
  ])
  return { facts, train, test }
}

async function loadPart(
  folder: string,
  imagesFile: ManifestFile,
  labelsFile: ManifestFile,
  facts: DatasetFacts,
  count: number,
): Promise<DatasetPart> {
  const { height, width } = facts
  const [images, labels] = await Promise.all([
    loadArray(folder, imagesFile, [count, height, width]),
    loadLabels(folder, labelsFile, facts, count),
  ])
  return { count, images, labels }
}

async function loadLabels(folder: string, entry: ManifestFile, { classes }: DatasetFacts, count: number) {
  const labels = await loadArray(folder, entry, [count])
  const wrong = labels.findIndex((label) => label >= classes.length)
  if (wrong < 0) return labels
  throw damaged(join(folder, entry.file), `label ${wrong} is ${labels[wrong]}, of ${classes.length} classes`)
}

async function loadArray(folder: string, entry: ManifestFile, shape: readonly number[]): Promise<Uint8Array> {
  const path = join(folder, entry.file)
  // Bounds what gunzip may put into memory by what the lab knows, not by what a file claims.
  const expectedBytes = 4 + 4 * shape.length + shape.reduce((product, size) => product * size, 1)
  if (entry.rawBytes !== expectedBytes) {
    throw damaged(
      join(folder, 'manifest.json'),
      `${entry.file} should unpack to ${expectedBytes} bytes, not ${entry.rawBytes}`,
    )
  }
  const raw = await unpackFile(path, expectedBytes)
  const sha256 = createHash('sha256').update(raw).digest('hex')
  if (sha256 !== entry.rawSha256) throw damaged(path, `its SHA-256 should be ${entry.rawSha256}, but is ${sha256}`)
  const array = readIdxBytes(raw, shape.length, path)
  if (array.shape.join() !== shape.join())
    throw damaged(path, `its shape should be [${shape.join()}], but is [${array.shape.join()}]`)
  return array.values
}

async function unpackFile(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  let packed: Buffer
  try {
    packed = await readFile(path)
  } catch (error) {
    throw new LabError('dataset/missing', `Cannot read ${path}: the data set is not complete`, { cause: error })
  }
  try {
    // in one piece, with room for a byte too many: several would be joined, and take twice the memory meanwhile
    const raw = await unpack(packed, { chunkSize: Math.max(64, maxBytes + 1), maxOutputLength: maxBytes })
    return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)
  } catch (error) {
    const tooLarge = error instanceof RangeError
    throw damaged(path, tooLarge ? `it unpacks to more than its ${maxBytes} bytes` : 'it cannot be unpacked', error)
  }
}
