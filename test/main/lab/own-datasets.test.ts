import { mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { makePoints } from '#engine/points/points'
import { detectSource, readSource, type ReadSource } from '#lab/datasets/import/source'
import { fileOfBytes } from '#lab/datasets/import/source-file'
import { createDatasetLoader } from '#lab/datasets/loader'
import { withOwnSets } from '#lab/datasets/address'
import { contentSha256, type OwnManifest } from '#lab/datasets/own-manifest'
import { DatasetStore, sourceOf } from '#lab/datasets/store'
import { Disk, newProcessToken } from '#lab/storage/disk'
import { nodeFileSystem, type FileSystem } from '#lab/storage/file-system'
import { pointsSpecSchema } from '#shared/points'
import { FaultyFileSystem } from './support/faulty-file-system'
import { temporaryFolder } from './support/temporary-folder'
import { makeIdx, somePictures } from './import/support/make-files'

async function openStore(folder?: string, fs: FileSystem = nodeFileSystem) {
  const workspace = folder ?? (await temporaryFolder())
  const store = await DatasetStore.open(new Disk(newProcessToken(), fs), workspace, () => Promise.resolve(false))
  return { workspace, store }
}

const pictures = somePictures(30, 5, 4, 3)
const files = [
  fileOfBytes('my-images-idx3-ubyte', makeIdx(8, [30, 5, 4], pictures.values)),
  fileOfBytes('my-labels-idx1-ubyte', makeIdx(8, [30], pictures.labels)),
]

async function readPictures(): Promise<ReadSource> {
  return readSource(await detectSource(files))
}

async function addPictures(store: DatasetStore, name: string | null = null): Promise<OwnManifest> {
  const read = await readPictures()
  return store.add({ samples: read.samples, name, title: 'My digits', source: sourceOf(files, read) })
}

describe('a data set that somebody brings', () => {
  it('comes back as it was imported, with all that is known of it', async () => {
    const { workspace, store } = await openStore()
    const { samples, options } = await readPictures()
    const manifest = await addPictures(store)
    expect(manifest).toMatchObject({
      name: 'my-digits',
      title: 'My digits',
      train: 24,
      test: 6,
      classNames: ['0', '1', '2'],
      classCounts: { train: [8, 8, 8], test: [2, 2, 2] },
      source: { kind: 'files', fileCount: 2, options },
    })
    const own = { folder: join(workspace, 'datasets'), id: manifest.id, sha256: manifest.sha256 }
    const { facts, train, test } = await withOwnSets(createDatasetLoader('none'))('my-digits', own)
    expect(facts).toMatchObject({
      name: 'my-digits',
      height: 5,
      width: 4,
      channels: 1,
      kind: 'bytes',
      sha256: manifest.sha256,
    })
    expect(Uint8Array.of(...train.images, ...test.images)).toEqual(samples.values)
    expect(Uint8Array.of(...train.labels, ...test.labels)).toEqual(samples.labels)
    expect([train.count, test.count]).toEqual([24, 6])
  })

  it('keeps floats to the last bit', async () => {
    const { store } = await openStore()
    const points = pointsSpecSchema.parse({ shape: 'moons', size: 50 })
    const samples = makePoints(points)
    const { id } = await store.add({ samples, name: 'moons', title: 'Moons', source: { kind: 'points', points } })
    const { train, test } = await store.load(id)
    expect(Float32Array.of(...train.images, ...test.images)).toEqual(samples.values)
  })

  it('has a hash of its content alone: the same from other files, another with any value changed', async () => {
    const { store } = await openStore()
    const [first, second] = [await addPictures(store), await addPictures(store)]
    expect(second.sha256).toBe(first.sha256)
    const { samples } = await readPictures()
    const changed = {
      ...samples,
      values: samples.values.map((value, i) => (i === 100 ? value ^ 1 : value)) as Uint8Array,
    }
    expect(contentSha256(changed, samples.parts)).not.toBe(first.sha256)
    expect(contentSha256(samples, { train: 25, test: 5 })).not.toBe(first.sha256)
    expect(contentSha256({ ...samples, height: 4, width: 5 }, samples.parts)).not.toBe(first.sha256)
  })

  it('does not hide the sets that ship', async () => {
    const { store } = await openStore()
    const load = withOwnSets(createDatasetLoader(resolve('resources/datasets')))
    expect((await load('mnist', null)).facts.title).toBe('MNIST')
    await expect(store.own.find('cifar')).rejects.toMatchObject({
      code: 'dataset/unknown',
      message: 'There is no data set "cifar" in this workspace; of its own it has none',
    })
  })

  it('is not taken for another one that has come to its place', async () => {
    const { workspace, store } = await openStore()
    const { id } = await addPictures(store)
    const own = { folder: join(workspace, 'datasets'), id, sha256: '0'.repeat(64) }
    await expect(withOwnSets(createDatasetLoader('none'))('my-digits', own)).rejects.toMatchObject({
      code: 'dataset/gone',
      message: expect.stringContaining('has other content than it had') as string,
    })
  })
})

describe('names', () => {
  it('are made from titles, and differ', async () => {
    const { store } = await openStore()
    const names = []
    for (const title of ['Möbius  Digits!', 'möbius digits', '数字', 'MNIST']) {
      const { samples } = await readPictures()
      names.push(
        (
          await store.add({
            samples,
            name: null,
            title,
            source: { kind: 'files', files: [], fileCount: 1, options: {} },
          })
        ).name,
      )
    }
    expect(names).toEqual(['mobius-digits', 'mobius-digits-2', 'data', 'mnist-2'])
  })

  it('change, and the content stays', async () => {
    const { store } = await openStore()
    const { id, sha256 } = await addPictures(store, 'first')
    await addPictures(store, 'second')
    expect(await store.rename(id, { name: 'third', title: 'Third' })).toMatchObject({ id, name: 'third', sha256 })
    await expect(store.rename(id, { name: 'second' })).rejects.toMatchObject({ code: 'dataset/bad-name' })
    expect((await store.own.find('third')).id).toBe(id)
  })

  it.each(['mnist', 'Big', 'a b', '../x', '', '-x', 'a'.repeat(65), 'con\n'])('%j is refused', async (name) => {
    const { store } = await openStore()
    await expect(addPictures(store, name)).rejects.toMatchObject({ code: 'dataset/bad-name' })
    expect((await store.list()).sets).toEqual([])
  })

  it('do not collide when two imports come at once', async () => {
    const { store } = await openStore()
    const both = await Promise.all([addPictures(store), addPictures(store)])
    expect(both.map(({ name }) => name)).toEqual(['my-digits', 'my-digits-2'])
  })
})

describe('a data set that is removed', () => {
  it('is gone from the list and comes back as it was', async () => {
    const { store } = await openStore()
    const manifest = await addPictures(store)
    await store.remove(manifest.id)
    expect((await store.list()).sets).toEqual([])
    await expect(store.load(manifest.id)).rejects.toMatchObject({ code: 'dataset/unknown' })
    expect(await store.restore(manifest.id)).toEqual(manifest)
    expect((await store.load(manifest.id)).train.count).toBe(24)
  })

  it('gets another name if its own was taken meanwhile', async () => {
    const { store } = await openStore()
    const { id } = await addPictures(store)
    await store.remove(id)
    await addPictures(store)
    expect((await store.restore(id)).name).toBe('my-digits-2')
    expect((await store.list()).sets.map(({ name }) => name).sort()).toEqual(['my-digits', 'my-digits-2'])
  })

  it.each(['data-20260101-000000-000-abcdef', '../runs', '..', '', 'mnist'])('must be there: %j', async (id) => {
    const { store } = await openStore()
    await expect(store.remove(id)).rejects.toMatchObject({ code: 'dataset/unknown' })
    await expect(store.restore(id)).rejects.toMatchObject({ code: 'dataset/unknown' })
    await expect(store.load(id)).rejects.toMatchObject({ code: 'dataset/unknown' })
    await expect(store.rename(id, { name: 'x' })).rejects.toMatchObject({ code: 'dataset/unknown' })
  })
})

describe('a damaged data set', () => {
  async function damaged(file: string, change: (bytes: Buffer) => Uint8Array) {
    const { workspace, store } = await openStore()
    const { id } = await addPictures(store)
    const path = join(workspace, 'datasets', id, file)
    await writeFile(path, change(await readFile(path)))
    return { store, id }
  }

  it.each<[string, string, (bytes: Buffer) => Uint8Array, RegExp]>([
    [
      'one bit of its values',
      'values.bin.gz',
      (packed) => {
        const raw = gunzipSync(packed)
        raw[17] ^= 1
        return gzipSync(raw)
      },
      /values\.bin\.gz is damaged: its SHA-256 should be/,
    ],
    [
      'half of a file',
      'values.bin.gz',
      (packed) => packed.subarray(0, 100),
      /values\.bin\.gz is damaged: it cannot be unpacked/,
    ],
    [
      'a bomb',
      'labels.bin.gz',
      () => gzipSync(Buffer.alloc(100_000)),
      /labels\.bin\.gz is damaged: it unpacks to more than its 30 bytes/,
    ],
    ['far more bytes', 'labels.bin.gz', () => Buffer.alloc(100_000), /labels\.bin\.gz is damaged: it has 100000 bytes/],
    [
      'a manifest that is no JSON',
      'manifest.json',
      () => Buffer.from('{'),
      /manifest\.json is damaged: it is not JSON/,
    ],
    [
      'a manifest with another size',
      'manifest.json',
      (text) => Buffer.from(text.toString().replace('"rawBytes": 600', '"rawBytes": 4000000000')),
      /values\.rawBytes should be 600, but is 4000000000/,
    ],
    [
      'a manifest with another field',
      'manifest.json',
      (text) => Buffer.from(text.toString().replace('"kind": "bytes"', '"kind": "texts"')),
      /manifest\.json is damaged: kind/,
    ],
    [
      'a manifest of a newer lab',
      'manifest.json',
      (text) => Buffer.from(text.toString().replace('"version": 1', '"version": 9')),
      /has format version 9/,
    ],
  ])('is refused by the name of its file: %s', async (_name, file, change, message) => {
    const { store, id } = await damaged(file, change)
    await expect(store.load(id)).rejects.toThrow(message)
  })

  it('stands among the problems of the list, beside the others', async () => {
    const { store, id } = await damaged('manifest.json', () => Buffer.from('{}'))
    const whole = await addPictures(store)
    const { sets, problems } = await store.list()
    expect(sets).toEqual([whole])
    expect(problems).toMatchObject([{ id, message: expect.stringContaining('manifest.json is damaged') as string }])
  })

  it('is not followed where its folder is a link, or has another’s name', async () => {
    const { workspace, store } = await openStore()
    const { id } = await addPictures(store)
    const folder = join(workspace, 'datasets')
    const other = 'data-20260101-000000-000-abcdef'
    await rename(join(folder, id), join(folder, other))
    await expect(store.load(other)).rejects.toThrow(`it is about ${id}`)
    await symlink(join(folder, other), join(folder, id))
    await expect(store.load(id)).rejects.toThrow('it is not a folder')
  })
})

describe('a disk that fails', () => {
  it('leaves the set whole or not there, whichever call fails, and nothing beside it', async () => {
    const probe = new FaultyFileSystem(() => undefined)
    const { store } = await openStore(undefined, probe.fs)
    const before = probe.calls
    await addPictures(store)
    const calls = probe.calls - before
    expect(calls).toBeGreaterThan(15)
    for (let n = 1; n <= calls; n++) {
      let count = -Infinity
      const faulty = new FaultyFileSystem(() => (++count === n ? 'ENOSPC' : undefined))
      const opened = await openStore(undefined, faulty.fs)
      count = 0
      const outcome = await addPictures(opened.store).catch((error: unknown) => error)
      const again = await openStore(opened.workspace)
      const { sets, problems } = await again.store.list()
      expect(problems).toEqual([])
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'storage/disk-full' })
      for (const { id } of sets) expect((await again.store.load(id)).train.count).toBe(24)
      expect(await readdir(join(opened.workspace, 'datasets'))).toEqual(sets.map(({ id }) => id))
    }
  })

  it('leftovers of a process that is gone are swept away; work of one that lives is not', async () => {
    const workspace = await temporaryFolder()
    const folder = join(workspace, 'datasets')
    const leftover = 'data-20260101-000000-000-abcdef.0123456789abcdef-1.tmp'
    await mkdir(join(folder, leftover), { recursive: true })
    const alive = new Disk(newProcessToken())
    await DatasetStore.open(alive, workspace, () => Promise.resolve(true))
    expect(await readdir(folder)).toEqual([leftover])
    await DatasetStore.open(alive, workspace, () => Promise.resolve(false))
    expect(await readdir(folder)).toEqual([])
  })
})
