import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makePoints } from '#engine/points/points'
import type { Lab } from '#lab/lab'
import { f32Of, type BroughtFile, type DatasetListing } from '#shared/datasets'
import type { Experiment } from '#shared/experiment'
import { NAMED_POINTS } from '#shared/points'
import { makeIdx, makeTable, pictureAt, somePictures } from './import/support/make-files'
import { openTestLab } from './support/open-test-lab'
import { temporaryFolder } from './support/temporary-folder'

const pictures = somePictures(30, 5, 4, 3)

/** Made anew each time: bytes that are brought are handed over. */
function idxFiles(): BroughtFile[] {
  return [
    { path: 'my-images-idx3-ubyte', bytes: new Uint8Array(makeIdx(8, [30, 5, 4], pictures.values)) },
    { path: 'my-labels-idx1-ubyte', bytes: new Uint8Array(makeIdx(8, [30], pictures.labels)) },
  ]
}

async function open(workspace?: string) {
  const directory = workspace ?? (await temporaryFolder())
  const { lab } = await openTestLab(directory)
  const told: DatasetListing[] = []
  lab.on('datasets:changed', (listing) => told.push(listing))
  return { lab, told, directory }
}

async function importPictures(lab: Lab, name: string | null = null) {
  const { token } = await lab.call('datasets:open-import', { files: idxFiles() }, {})
  return lab.call('datasets:store-import', token, 'My digits', name)
}

const datasetOf = (name: string, change: Partial<Experiment['dataset']> = {}): Experiment['dataset'] => ({
  name,
  split: { kind: 'official' },
  scaling: 'unit',
  ...change,
})

describe('the list of data sets', () => {
  it('begins with those that ship, then the newest, and is told after every change', async () => {
    const { lab, told } = await open()
    const names = ({ sets }: DatasetListing) => sets.map((set) => set.name)
    expect(names(await lab.call('datasets:list'))).toEqual(['mnist', 'fashion-mnist', 'two-moons'])
    const { id, source } = await importPictures(lab)
    expect(source).toMatchObject({ kind: 'files', fileCount: 2 })
    if (id === null) throw new Error('an own set has an id')
    await lab.call('datasets:store-points', { shape: 'xor', size: 20 }, 'Exclusive or', 'xor')
    await lab.call('datasets:rename', id, { name: 'digits' })
    await lab.call('datasets:remove', id)
    await lab.call('datasets:restore', id)
    expect(told.map((listing) => names(listing).slice(3))).toEqual([
      ['my-digits'],
      ['xor', 'my-digits'],
      ['xor', 'digits'],
      ['xor'],
      ['xor', 'digits'],
    ])
    expect((await lab.call('app:info')).datasets.map((set) => set.name)).toEqual(names(told[4]))
  })

  it('says which folders it cannot read, and goes on', async () => {
    const { lab, directory } = await open()
    const folder = join(directory, 'datasets', 'data-20261121-081512-345-4f9a2c')
    await mkdir(folder)
    await writeFile(join(folder, 'manifest.json'), '{')
    const { sets, problems } = await lab.call('datasets:list')
    expect(sets).toHaveLength(3)
    expect(problems).toEqual([
      {
        id: 'data-20261121-081512-345-4f9a2c',
        message: expect.stringContaining('manifest.json is damaged: it is not JSON') as string,
      },
    ])
  })

  it('is the one of the workspace that is open', async () => {
    const { lab, told } = await open()
    await importPictures(lab)
    await lab.call('workspace:open', await temporaryFolder())
    expect(told.at(-1)?.sets).toHaveLength(3)
    await expect(lab.call('datasets:labels', 'my-digits')).rejects.toMatchObject({ code: 'dataset/unknown' })
  })
})

describe('what is asked of a set', () => {
  it('comes sample by sample, the training part first', async () => {
    const { lab } = await open()
    const { classCounts, train, test } = await importPictures(lab)
    expect([train, test]).toEqual([24, 6])
    const labels = await lab.call('datasets:labels', 'my-digits')
    expect(labels).toHaveLength(30)
    for (const [label, count] of classCounts?.test.entries() ?? []) {
      expect(labels.subarray(24).filter((each) => each === label)).toHaveLength(count)
    }
    const { values } = await lab.call('datasets:samples', { name: 'my-digits', samples: [29, 0] })
    expect(values).toHaveLength(40)
    const known = new Map(Array.from(pictures.labels, (label, i) => [pictureAt(pictures, i).join(), label]))
    expect(known.get(values.subarray(0, 20).join())).toBe(labels[29])
    expect(known.get(values.subarray(20).join())).toBe(labels[0])
  })

  it('is in floats where the set has floats', async () => {
    const { lab } = await open()
    const { values } = await lab.call('datasets:samples', { name: 'two-moons', samples: [0, 199] })
    const made = makePoints(NAMED_POINTS['two-moons']).values
    expect([...f32Of(values)]).toEqual([...made.subarray(0, 2), ...made.subarray(398)])
  })

  it('is refused for samples and sets that there are not', async () => {
    const { lab } = await open()
    await expect(lab.call('datasets:samples', { name: 'two-moons', samples: [200] })).rejects.toMatchObject({
      code: 'dataset/no-sample',
      message: 'Two moons has the samples 0 … 199, got 200',
    })
    await expect(lab.call('datasets:statistics', 'cifar')).rejects.toMatchObject({
      code: 'dataset/unknown',
      message: 'There is no data set "cifar"; expected "mnist", "fashion-mnist" or "two-moons"',
    })
  })

  it.each([
    ['datasets:samples', [{ name: 'mnist', samples: [-1] }]],
    ['datasets:samples', [{ name: 'mnist', samples: new Array<number>(4097).fill(0) }]],
    ['datasets:remove', ['../../etc']],
    ['datasets:rename', ['data-20261121-081512-345-4f9a2c', { name: 'A b' }]],
    ['datasets:open-import', [{}, {}]],
    ['datasets:open-import', [{ files: [{ path: 'x', bytes: 'text' }] }, {}]],
    ['datasets:split', [{ dataset: { name: 'mnist' } }]],
    ['datasets:render-grid', [{ name: 'mnist', samples: [] }]],
  ])('%s checks what it is given', async (name, args) => {
    const { lab } = await open()
    expect(await lab.answer(name, args)).toMatchObject({ ok: false, failure: { code: 'call/bad-arguments' } })
  })
})

describe('an import', () => {
  it('is looked at, read in another way, and stored as it was read last', async () => {
    const { lab } = await open()
    const rows = Array.from({ length: 20 }, (_, i) => [i % 2, i, 3 * i, 100])
    const files = [{ path: 'my.csv', bytes: new Uint8Array(makeTable(rows)) }]
    const opened = await lab.call('datasets:open-import', { files }, { labelColumn: 'first' })
    expect(opened).toMatchObject({
      format: 'table',
      files: [{ path: 'my.csv' }],
      columns: ['1', '2', '3', '4'],
      preview: { kind: 'bytes', height: 1, width: 3, train: 16, test: 4, classNames: ['0', '1'] },
    })
    const view = await lab.call('datasets:preview-import', opened.token, {
      labelColumn: 'first',
      classNames: ['even', 'odd'],
      testShare: 0.5,
    })
    expect(view).toMatchObject({ train: 10, test: 10, classNames: ['even', 'odd'], options: { testShare: 0.5 } })
    await expect(
      lab.call('datasets:preview-import', opened.token, { labelColumn: { name: 'nothing' } }),
    ).rejects.toMatchObject({ code: 'import/bad-option' })
    const entry = await lab.call('datasets:store-import', opened.token, 'Even and odd', null)
    expect(entry).toMatchObject({ name: 'even-and-odd', train: 10, classes: ['even', 'odd'] })
    await expect(lab.call('datasets:preview-import', opened.token, {})).rejects.toMatchObject({ code: 'import/gone' })
  })

  it('stays open when it cannot be stored, until it is discarded or another is opened', async () => {
    const { lab } = await open()
    const first = await lab.call('datasets:open-import', { files: idxFiles() }, {})
    await expect(lab.call('datasets:store-import', first.token, 'Digits', 'mnist')).rejects.toMatchObject({
      code: 'dataset/bad-name',
    })
    expect((await lab.call('datasets:preview-import', first.token, {})).train).toBe(24)
    const second = await lab.call('datasets:open-import', { files: idxFiles() }, {})
    await lab.call('datasets:discard-import', second.token)
    for (const { token } of [first, second]) {
      await expect(lab.call('datasets:store-import', token, 'Digits', null)).rejects.toMatchObject({
        code: 'import/gone',
      })
    }
    expect((await lab.call('datasets:list')).sets).toHaveLength(3)
  })

  it('is read from paths that a person picked', async () => {
    const { lab } = await open()
    const folder = await temporaryFolder()
    for (const { path, bytes } of idxFiles()) await writeFile(join(folder, path), bytes)
    const { preview } = await lab.call('datasets:open-import', { paths: [folder] }, {})
    expect(preview).toMatchObject({ train: 24, test: 6, height: 5, width: 4 })
  })
})

describe('statistics', () => {
  it('count classes, values, blanks, and copies with what is wrong about them', async () => {
    const { lab } = await open()
    // samples of 3 × 3: two blank ones, two that are equal in both parts and are labelled in two ways
    const picture = (fill: (p: number) => number) => Array.from({ length: 9 }, (_, p) => fill(p))
    const samples = [picture(() => 0), picture((p) => p), picture((p) => 2 * p), picture(() => 7), picture((p) => p)]
    const idx = (name: string, labels: number[], from: number, to: number) => [
      {
        path: `${name}-images-idx3-ubyte`,
        bytes: new Uint8Array(makeIdx(8, [to - from, 3, 3], Uint8Array.from(samples.slice(from, to).flat()))),
      },
      { path: `${name}-labels-idx1-ubyte`, bytes: new Uint8Array(makeIdx(8, [to - from], Uint8Array.from(labels))) },
    ]
    const files = [...idx('train', [0, 0, 1], 0, 3), ...idx('t10k', [1, 1], 3, 5)]
    const { token } = await lab.call('datasets:open-import', { files }, {})
    await lab.call('datasets:store-import', token, 'Few', 'few')
    const statistics = await lab.call('datasets:statistics', 'few')
    expect(statistics).toMatchObject({
      counts: { train: [2, 1], test: [0, 2] },
      blank: { count: 2, samples: [0, 3] },
      duplicates: {
        samples: 2,
        groups: [{ samples: [1, 4], count: 2, acrossParts: true, labelsDiffer: true }],
      },
      zeros: 11 / 27,
    })
    const values = samples.slice(0, 3).flat()
    const mean = values.reduce((a, b) => a + b, 0) / 27
    expect(statistics.mean).toBeCloseTo(mean, 12)
    expect(statistics.deviation).toBeCloseTo(Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 27), 12)
    const { low, high, counts } = statistics.histogram
    expect([low, high, counts.length, counts[0], counts[8], counts[16]]).toEqual([0, 256, 256, 11, 2, 1])
    expect([...f32Of(statistics.meanImages).subarray(0, 9)]).toEqual(picture((p) => p / 2))
  })
})

describe('splits and scalings', () => {
  it('of Fashion-MNIST, 40,000 / 20,000 / 10,000 at random, have their classes counted and a hash', async () => {
    const { lab } = await open()
    const split = { kind: 'random', train: 40_000, validation: 20_000 } as const
    const facts = await lab.call('datasets:split', { dataset: datasetOf('fashion-mnist', { split }), seed: 1 })
    const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0)
    const { train, validation, test } = facts.classCounts
    expect([sum(train), sum(validation), sum(test)]).toEqual([40_000, 20_000, 10_000])
    expect(train.map((count, label) => count + validation[label])).toEqual(new Array(10).fill(6000))
    expect(test).toEqual(new Array(10).fill(1000))
    const again = await lab.call('datasets:split', { dataset: datasetOf('fashion-mnist', { split }), seed: 2 })
    expect(again.sha256).not.toBe(facts.sha256)
  })

  it('that do not fit are refused by their field', async () => {
    const { lab } = await open()
    const split = { kind: 'k-fold', folds: 5, fold: 5 } as const
    await expect(
      lab.call('datasets:split', { dataset: datasetOf('two-moons', { split }), seed: 1 }),
    ).rejects.toMatchObject({ message: 'dataset.split.fold: a whole number, 0 … 4, got 5' })
  })

  it('take their statistics from the training part of the split alone', async () => {
    const { lab } = await open()
    const split = { kind: 'first', train: 50, validation: 10, test: 10 } as const
    const dataset = datasetOf('two-moons', { split, scaling: 'standardize-per-feature' })
    const { shift, divisor, before, after, constantFeatures } = await lab.call('datasets:scaling', { dataset, seed: 1 })
    const made = makePoints(NAMED_POINTS['two-moons']).values
    const means = [0, 1].map(
      (d) => Array.from({ length: 50 }, (_, i) => made[2 * i + d]).reduce((a, b) => a + b, 0) / 50,
    )
    expect([shift.min, shift.max]).toEqual([
      expect.closeTo(Math.min(...means), 12),
      expect.closeTo(Math.max(...means), 12),
    ])
    expect(divisor.min).toBeGreaterThan(0)
    expect(constantFeatures).toBe(0)
    const count = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0)
    expect([count(before.counts), count(after.counts)]).toEqual([100, 100])
    expect(after.low).toBeLessThan(-1)
    expect(after.high).toBeGreaterThan(1)
  })

  it('divide bytes by 255 and leave floats as they are', async () => {
    const { lab } = await open()
    await importPictures(lab)
    const ask = (name: string) => lab.call('datasets:scaling', { dataset: datasetOf(name), seed: 1 })
    const bytes = await ask('my-digits')
    expect([bytes.divisor, bytes.before.high, bytes.after.high]).toEqual([{ min: 255, max: 255 }, 256, 256 / 255])
    const floats = await ask('two-moons')
    expect(floats.after).toEqual(floats.before)
  })
})

describe('a grid of samples', () => {
  const request = {
    name: 'my-digits',
    samples: [0, 1, 2, 3, 4],
    columns: 3,
    captions: 'class-and-number',
    title: 'Five & more',
    widthCm: 6,
  } as const

  it('is an SVG of its size with a picture and a caption for each', async () => {
    const { lab } = await open()
    await importPictures(lab)
    const { name, mediaType, bytes } = await lab.call('datasets:render-grid', { ...request, format: 'svg' })
    const svg = new TextDecoder().decode(bytes)
    expect([name, mediaType]).toEqual(['five-more.svg', 'image/svg+xml'])
    expect(svg.match(/<image /g)).toHaveLength(5)
    expect(svg).toContain('width="6cm"')
    expect(svg).toContain('<title>Five &amp; more</title>')
    expect(svg).toMatch(/<text [^>]*>[012] · 4<\/text>/)
  })

  it('has lines of its own below each picture, where they are given', async () => {
    const { lab } = await open()
    await importPictures(lab)
    const texts = [['4 → 9', '98 %'], ['a < b'], [], [], []]
    const { bytes } = await lab.call('datasets:render-grid', { ...request, texts, format: 'svg' })
    const svg = new TextDecoder().decode(bytes)
    expect([...svg.matchAll(/<text [^>]*text-anchor="middle">([^<]*)</g)].map((found) => found[1])).toEqual([
      '4 → 9',
      '98 %',
      'a &lt; b',
    ])
    const height = (text: string) => Number(/height="([\d.]+)cm"/.exec(text)?.[1])
    const plain = await lab.call('datasets:render-grid', { ...request, captions: 'none', format: 'svg' })
    expect(height(svg)).toBeGreaterThan(height(new TextDecoder().decode(plain.bytes)) + 0.4)
  })

  it('is a PNG as wide as it prints', async () => {
    const { lab } = await open()
    await importPictures(lab)
    const { bytes } = await lab.call('datasets:render-grid', { ...request, format: 'png', dpi: 254 })
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(16)).toBe(600)
  })

  it('is refused for points, and for pictures too small to see', async () => {
    const { lab } = await open()
    await importPictures(lab)
    const ask = (change: object) => lab.call('datasets:render-grid', { ...request, format: 'svg', ...change })
    await expect(ask({ name: 'two-moons' })).rejects.toMatchObject({ code: 'figure/no-pictures' })
    await expect(ask({ columns: 100, widthCm: 2 })).rejects.toMatchObject({ code: 'figure/bad-size' })
  })
})
