import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createDatasetLoader } from '#lab/datasets/loader'
import { bytesOf, contentSha256 } from '#lab/datasets/own-manifest'
import { BUILT_IN_DATASETS, valuesPerSample } from '#shared/dataset'
import { temporaryFolder } from './support/temporary-folder'

const shipped = resolve('resources/datasets')
const LABELS = 't10k-labels-idx1-ubyte.gz'
const NAMES = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz', LABELS]

/** A copy of MNIST in which one file is another one. */
async function damagedMnist(name: string, change: (bytes: Buffer) => Uint8Array): Promise<string> {
  const datasets = await temporaryFolder()
  const folder = join(datasets, 'mnist')
  await mkdir(folder)
  for (const file of [...NAMES, 'manifest.json']) await copyFile(join(shipped, 'mnist', file), join(folder, file))
  await writeFile(join(folder, name), change(await readFile(join(folder, name))))
  return datasets
}

describe('the data sets that ship', () => {
  it.each(['mnist', 'fashion-mnist'])(
    '%s is whole: 70,000 images whose SHA-256 are the published ones',
    async (name) => {
      const { train, test, facts } = await createDatasetLoader(shipped)(name)
      expect([train.count, test.count]).toEqual([60_000, 10_000])
      expect(train.images.length).toBe(60_000 * 28 * 28)
      expect(test.images.length).toBe(10_000 * 28 * 28)
      expect(new Set(train.labels)).toEqual(new Set(facts.classes.keys()))
    },
  )

  it.each(BUILT_IN_DATASETS.map((facts) => facts.name))('%s has the content that runs know it by', async (name) => {
    const { facts, train, test } = await createDatasetLoader(shipped)(name)
    const { kind = 'bytes', channels = 1, height, width, sha256 } = facts
    const bytes = Buffer.concat([bytesOf(train.images), bytesOf(test.images)])
    const values = kind === 'bytes' ? bytes : new Float32Array(new Uint8Array(bytes).buffer)
    expect(values.length).toBe((facts.train + facts.test) * valuesPerSample(facts))
    const labels = Buffer.concat([train.labels, test.labels])
    const samples = { kind, height, width, channels, classNames: [...facts.classes], values, labels }
    expect(contentSha256(samples, { train: train.count, test: test.count })).toBe(sha256)
  })

  it('begins with the images that everybody knows: 5, 0, 4, 1, 9', async () => {
    const { train } = await createDatasetLoader(shipped)('mnist')
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9])
  })

  it('is loaded once, also when two ask at the same time', async () => {
    const load = createDatasetLoader(shipped)
    const [first, second] = await Promise.all([load('mnist'), load('mnist')])
    expect(second).toBe(first)
    expect(await load('mnist')).toBe(first)
  })

  it('is read straight into memory that is given for it, and asked for anew then', async () => {
    const load = createDatasetLoader(shipped)
    const { train, test } = await load('mnist')
    const memory = new Uint8Array(new SharedArrayBuffer(64 + 70_000 * 784))
    const seated = await load('mnist', null, (bytes, samples) => {
      expect([bytes, samples]).toEqual([70_000 * 784, 70_000])
      return memory.subarray(64)
    })
    expect(seated.train.images.buffer).toBe(memory.buffer)
    expect(Buffer.compare(memory.subarray(64, 64 + 60_000 * 784), train.images as Uint8Array)).toBe(0)
    expect(Buffer.compare(memory.subarray(64 + 60_000 * 784), test.images as Uint8Array)).toBe(0)
    expect(memory.subarray(0, 64).every((byte) => byte === 0)).toBe(true)
    expect(Buffer.compare(seated.test.labels, test.labels)).toBe(0)
  })

  it('comes with the licence and the credit of each set', async () => {
    for (const name of ['mnist', 'fashion-mnist']) {
      expect((await readFile(join(shipped, name, 'LICENCE'), 'utf8')).length).toBeGreaterThan(200)
      expect((await readFile(join(shipped, name, 'CREDIT'), 'utf8')).length).toBeGreaterThan(100)
    }
  })
})

describe('a damaged data set', () => {
  it('is refused by the name of the file when one bit of its content has changed', async () => {
    const datasets = await damagedMnist(LABELS, (packed) => {
      const raw = gunzipSync(packed)
      raw[5000] = (raw[5000] ?? 0) ^ 1
      return gzipSync(raw)
    })
    await expect(createDatasetLoader(datasets)('mnist')).rejects.toMatchObject({
      code: 'dataset/damaged',
      message: expect.stringMatching(/t10k-labels-idx1-ubyte\.gz is damaged: its SHA-256 should be ff7bcfd4/) as string,
    })
  })

  it('is refused by the name of the file when any bit of the packed file has changed', async () => {
    const packed = await readFile(join(shipped, 'mnist', LABELS))
    // Bytes 4 to 9 of a gzip file hold a time, a hint and an operating system: they change nothing.
    const places = [0, 1, 2, 3, 10, 11, 500, 1700, 2900, 4100, packed.length - 8, packed.length - 4]
    const outcomes = []
    for (const at of places) {
      const datasets = await damagedMnist(LABELS, (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        return bytes
      })
      outcomes.push(
        createDatasetLoader(datasets)('mnist').then(
          () => `byte ${at} went unseen`,
          (error: unknown) => String(error),
        ),
      )
    }
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toContain(LABELS)
  })

  it('is refused when a file unpacks to more than it should, without unpacking it all', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 1 })
    const datasets = await damagedMnist(LABELS, () => bomb)
    await expect(createDatasetLoader(datasets)('mnist')).rejects.toMatchObject({
      code: 'dataset/damaged',
      message: expect.stringMatching(
        /t10k-labels-idx1-ubyte\.gz is damaged: it unpacks to more than its 10008 bytes/,
      ) as string,
    })
  })

  it('is refused when the manifest claims another size, whatever the file holds', async () => {
    const datasets = await damagedMnist('manifest.json', (bytes) =>
      Buffer.from(bytes.toString().replace('10008', '4000000000')),
    )
    await expect(createDatasetLoader(datasets)('mnist')).rejects.toThrow(
      /manifest\.json is damaged.*should unpack to 10008 bytes/,
    )
  })

  it('is refused when the file is cut or not gzip at all', async () => {
    for (const change of [
      (bytes: Buffer) => bytes.subarray(0, 2000),
      () => Buffer.from('no archive'),
      () => Buffer.alloc(0),
    ]) {
      const datasets = await damagedMnist(LABELS, change)
      await expect(createDatasetLoader(datasets)('mnist')).rejects.toThrow(/t10k-labels-idx1-ubyte\.gz is damaged/)
    }
  })

  it('is tried again after it has been repaired', async () => {
    const datasets = await damagedMnist(LABELS, () => Buffer.from('no archive'))
    const load = createDatasetLoader(datasets)
    await expect(load('mnist')).rejects.toThrow('damaged')
    await copyFile(join(shipped, 'mnist', LABELS), join(datasets, 'mnist', LABELS))
    await expect(load('mnist')).resolves.toMatchObject({ test: { count: 10_000 } })
  })
})

describe('a data set that there is not', () => {
  it.each(['cifar', '../mnist', '/etc', ''])('is refused by name: %j', async (name) => {
    await expect(createDatasetLoader(shipped)(name)).rejects.toMatchObject({ code: 'dataset/unknown' })
  })

  it('is told from one that is damaged', async () => {
    const empty = await temporaryFolder()
    await expect(createDatasetLoader(empty)('mnist')).rejects.toMatchObject({ code: 'dataset/missing' })
  })
})
