/**
 * Loads the data sets that ship with the lab: unpack, compare the SHA-256, parse, check against what the lab
 * knows of the set. Whatever is wrong is said with the name of the file. Sets of points have no files: they are drawn.
 */
import { join } from 'node:path'
import { readIdxShape } from '#engine/idx'
import { makePoints } from '#engine/points/points'
import type { DatasetPart, LoadDataset, LoadedDataset, SeatValues } from '#lab/engine/host'
import { datasetFacts, type DatasetFacts } from '#shared/dataset'
import { NAMED_POINTS, isNamedPoints, type PointsSpecInput } from '#shared/points'
import { damaged, readManifest, type ManifestFile } from './manifest'
import { unpackPieces } from './unpack'

/**
 * Loads once for all who ask before the last of them has let go of it: the engine keeps a copy of its own, and a second
 * one here would take 55 MB for nothing. A load that failed is tried afresh.
 */
export function createDatasetLoader(datasetsFolder: string): LoadDataset {
  const loading = new Map<string, Promise<LoadedDataset>>()
  const loaded = new Map<string, WeakRef<LoadedDataset>>()
  return async (name, _own = null, seat) => {
    const facts = datasetFacts(name) // also keeps names that are paths away from the disk
    // whoever has a seat for the values keeps them, and asks once
    if (seat && !isNamedPoints(name)) return loadDataset(join(datasetsFolder, facts.name), facts, seat)
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

async function loadDataset(folder: string, facts: DatasetFacts, seat: SeatValues = ownMemory): Promise<LoadedDataset> {
  const { files } = await readManifest(folder, facts)
  const { height, width, train, test } = facts
  const size = height * width
  const values = seat((train + test) * size, train + test)
  const part = async (
    images: ManifestFile,
    labels: ManifestFile,
    first: number,
    count: number,
  ): Promise<DatasetPart> => {
    const into = values.subarray(first * size, (first + count) * size)
    await readArray(folder, images, [count, height, width], into)
    return { count, images: into, labels: await loadLabels(folder, labels, facts, count) }
  }
  const parts = await Promise.allSettled([
    part(files.trainImages, files.trainLabels, 0, train),
    part(files.testImages, files.testLabels, train, test),
  ])
  // only when both have ended: nobody may still be writing to memory that is given back
  const [a, b] = parts.map(valueOf)
  return { facts, train: a, test: b }
}

function valueOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

function ownMemory(bytes: number): Uint8Array {
  return new Uint8Array(bytes)
}

async function loadLabels(folder: string, entry: ManifestFile, { classes }: DatasetFacts, count: number) {
  const labels = new Uint8Array(count)
  await readArray(folder, entry, [count], labels)
  const wrong = labels.findIndex((label) => label >= classes.length)
  if (wrong < 0) return labels
  throw damaged(join(folder, entry.file), `label ${wrong} is ${labels[wrong]}, of ${classes.length} classes`)
}

/** The values of an IDX file into memory that has room for this shape and no more. */
async function readArray(
  folder: string,
  entry: ManifestFile,
  shape: readonly number[],
  into: Uint8Array,
): Promise<void> {
  const path = join(folder, entry.file)
  const header = new Uint8Array(4 + 4 * shape.length)
  // Bounds what is unpacked by what the lab knows, not by what a file claims.
  const expectedBytes = header.length + into.length
  if (entry.rawBytes !== expectedBytes) {
    throw damaged(
      join(folder, 'manifest.json'),
      `${entry.file} should unpack to ${expectedBytes} bytes, not ${entry.rawBytes}`,
    )
  }
  const { sha256 } = await unpackPieces(path, expectedBytes, (piece, at) => {
    const ofHeader = Math.max(0, Math.min(header.length - at, piece.length))
    header.set(piece.subarray(0, ofHeader), Math.min(at, header.length))
    into.set(piece.subarray(ofHeader), Math.max(0, at - header.length))
  })
  if (sha256 !== entry.rawSha256) throw damaged(path, `its SHA-256 should be ${entry.rawSha256}, but is ${sha256}`)
  const found = readIdxShape(header, path)
  if (found.join() !== shape.join())
    throw damaged(path, `its shape should be [${shape.join()}], but is [${found.join()}]`)
}
