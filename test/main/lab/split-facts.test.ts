import { describe, expect, it } from 'vitest'
import { planSplit, splitSamples } from '#engine/split'
import { previewOf } from '#lab/datasets/import/preview'
import { detectSource, readSource } from '#lab/datasets/import/source'
import { fileOfBytes } from '#lab/datasets/import/source-file'
import { splitFacts } from '#lab/datasets/split-facts'
import { labelsOf } from '#lab/datasets/desk/samples'
import type { LoadedDataset } from '#lab/engine/host'
import type { Split } from '#shared/experiment'
import { makeDataset } from '../../engine/synthetic'
import { makeIdx, somePictures } from './import/support/make-files'

const data: LoadedDataset = makeDataset({ train: 300, test: 100 })
const labels = labelsOf(data)
const shape = { pixels: 784, classes: 10, train: 300, test: 100 }
const factsOf = (split: Split, seed = 1) => splitFacts(splitSamples(planSplit(split, shape), seed, labels), labels, 10)

describe('what a run keeps of its split', () => {
  it('counts each class in each part', () => {
    const { classCounts } = factsOf({ kind: 'stratified', train: 200, validation: 100 })
    const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0)
    expect([sum(classCounts.train), sum(classCounts.validation), sum(classCounts.test)]).toEqual([200, 100, 100])
    for (const [label, count] of classCounts.test.entries()) {
      expect(count).toBe(data.test.labels.filter((each) => each === label).length)
    }
  })

  it('has one hash for one split, and another for another seed, size or kind', () => {
    const random: Split = { kind: 'random', train: 200, validation: 100 }
    const hashes = [
      factsOf(random),
      factsOf(random, 2),
      factsOf({ ...random, train: 100, validation: 200 }),
      factsOf({ ...random, kind: 'stratified' }),
      factsOf({ kind: 'official' }),
    ].map(({ sha256 }) => sha256)
    expect(new Set(hashes).size).toBe(5)
    expect(factsOf(random).sha256).toBe(hashes[0])
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has the same hash when only the order of training differs', () => {
    const split = splitSamples(planSplit({ kind: 'official' }, shape), 1, data.train.labels)
    const turned = { ...split, train: split.train.toReversed() }
    expect(splitFacts(turned, labels, 10)).toEqual(splitFacts(split, labels, 10))
  })
})

describe('a preview', () => {
  it('has the first samples, counts and range, and keeps nothing else in memory', async () => {
    const pictures = somePictures(50)
    const source = await detectSource([
      fileOfBytes('x-images-idx3-ubyte', makeIdx(8, [50, 5, 4], pictures.values)),
      fileOfBytes('x-labels-idx1-ubyte', makeIdx(8, [50], pictures.labels)),
    ])
    const read = await readSource(source)
    const preview = previewOf(read)
    expect(preview).toMatchObject({
      kind: 'bytes',
      height: 5,
      width: 4,
      train: 40,
      test: 10,
      range: { min: 0, max: 255 },
    })
    expect(preview.first.values).toEqual(read.samples.values.subarray(0, 32 * 20))
    expect(preview.first.values.buffer.byteLength).toBe(32 * 20)
    expect(preview.first.labels).toHaveLength(32)
    expect(preview.classCounts.train.reduce((a, b) => a + b, 0)).toBe(40)
    expect(preview.notes).toEqual(read.notes)
  })
})
