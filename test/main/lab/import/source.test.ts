import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '#shared/import-options'
import { detectSource, readSource, type ReadSource } from '#lab/datasets/import/source'
import { fileOfBytes, filesAt } from '#lab/datasets/import/source-file'
import { LabError } from '#shared/errors'
import { temporaryFolder } from '../support/temporary-folder'
import {
  makeIdx,
  makeJpeg,
  makeNpy,
  makePng,
  makeTable,
  makeZip,
  pictureAt,
  somePictures,
  type Pictures,
} from './support/make-files'

type Files = Record<string, Uint8Array>

function readAll(files: Files, options?: ImportOptions): Promise<ReadSource> {
  const sources = Object.entries(files).map(([path, bytes]) => fileOfBytes(path, bytes))
  return detectSource(sources).then((source) => readSource(source, options))
}

async function problemOf(files: Files, options?: ImportOptions): Promise<string> {
  try {
    await readAll(files, options)
  } catch (error) {
    if (error instanceof LabError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('the files were accepted')
}

function codesOf({ notes }: ReadSource): string[] {
  return notes.map(({ code }) => code)
}

const train = somePictures(12)
const test = somePictures(6, 5, 4, 3, 2)

function idxPair(prefix: string, { values, labels, height, width }: Pictures): Files {
  return {
    [`${prefix}-images-idx3-ubyte`]: makeIdx(8, [labels.length, height, width], values),
    [`${prefix}-labels-idx1-ubyte`]: makeIdx(8, [labels.length], labels),
  }
}

function pictureFolder(root: string, pictures: Pictures, make = makePng): Files {
  const { labels, width, height } = pictures
  return Object.fromEntries(
    Array.from(labels, (label, i) => {
      return [`${root}/${label}/${String(i)}.png`, make(width, height, pictureAt(pictures, i))]
    }),
  )
}

function tableOf({ values, labels, height, width }: Pictures): Uint8Array {
  const size = height * width
  const rows = Array.from(labels, (label, i) => [label, ...values.subarray(i * size, (i + 1) * size)])
  return makeTable([['label', ...Array.from({ length: size }, (_, p) => `pixel${p}`)], ...rows])
}

function npz({ values, labels, height, width }: Pictures, other: Pictures): Uint8Array {
  const shape = (p: Pictures) => [p.labels.length, height, width]
  return makeZip([
    { path: 'x_train.npy', bytes: makeNpy('|u1', shape({ values, labels, height, width }), values) },
    { path: 'y_train.npy', bytes: makeNpy('|u1', [labels.length], labels), stored: true },
    { path: 'x_test.npy', bytes: makeNpy('<f4', shape(other), other.values) },
    { path: 'y_test.npy', bytes: makeNpy('<i4', [other.labels.length], other.labels) },
  ])
}

describe('the same pictures, whatever files they come in', () => {
  const shape = { height: 5, width: 4, channels: 1 }
  const sources: [string, Files, ImportOptions][] = [
    ['IDX', { ...idxPair('train', train), ...idxPair('t10k', test) }, {}],
    [
      'IDX in gzip',
      Object.fromEntries(
        Object.entries({ ...idxPair('train', train), ...idxPair('t10k', test) }).map(([path, bytes]) => {
          return [`${path}.gz`, gzipSync(bytes)]
        }),
      ),
      {},
    ],
    ['NPZ', { 'mnist.npz': npz(train, test) }, {}],
    ['CSV', { 'digits_train.csv': tableOf(train), 'digits_test.csv': tableOf(test) }, { shape }],
    ['PNG in class folders', { ...pictureFolder('digits/train', train), ...pictureFolder('digits/test', test) }, {}],
  ]

  it.each(sources)('are equal as %s', async (_name, files, options) => {
    const { samples } = await readAll(files, options)
    expect(samples).toMatchObject({ kind: 'bytes', count: 18, height: 5, width: 4, channels: 1 })
    expect(samples.classNames).toEqual(['0', '1', '2'])
    expect(samples.parts).toEqual({ train: 12, test: 6 })
    expect(samples.values).toEqual(Uint8Array.of(...train.values, ...test.values))
    expect(samples.labels).toEqual(Uint8Array.of(...train.labels, ...test.labels))
  })

  it('are equal in a zipped folder too', async () => {
    const files = { ...pictureFolder('digits/train', train), ...pictureFolder('digits/test', test) }
    const members = Object.entries(files).map(([path, bytes]) => ({ path, bytes }))
    for (const long of [false, true]) {
      const { samples } = await readAll({ 'digits.zip': makeZip(members, { long }) })
      expect(samples.values).toEqual(Uint8Array.of(...train.values, ...test.values))
    }
  })

  it('are nearly equal as JPEG, which loses a little', async () => {
    const smooth = { ...somePictures(6, 8, 8), values: Uint8Array.from({ length: 6 * 64 }, (_, i) => 100 + (i % 8)) }
    const { samples } = await readAll(pictureFolder('digits', smooth, (w, h, gray) => makeJpeg(w, h, gray, 100)))
    expect(samples).toMatchObject({ count: 6, height: 8, width: 8, channels: 1 })
    // quality 100 still rounds its coefficients: two gray levels
    for (const value of samples.values) expect(Math.abs(value - 103.5)).toBeLessThan(6)
  })
})

describe('files of NumPy itself', () => {
  const fixture = (name: string) => readFile(join('test/fixtures/numpy', name))

  it.each(['stored.npz', 'packed.npz'])('%s is read with its keys', async (name) => {
    const { archives } = JSON.parse(await readFile('test/fixtures/numpy/arrays.json', 'utf8')) as {
      archives: { pictures: number[]; labels: number[] }
    }
    const { samples } = await readAll({ [name]: await fixture(name) })
    expect([...samples.values]).toEqual(archives.pictures)
    expect([...samples.labels]).toEqual(archives.labels)
    expect(samples.parts).toEqual({ train: 20, test: 10 })
  })

  it('points.npz gives points of two values, and −1 and 1 become two classes', async () => {
    const read = await readAll({ 'points.npz': await fixture('points.npz') })
    expect(read.samples).toMatchObject({ kind: 'floats', count: 12, height: 1, width: 2, channels: 1 })
    expect(read.samples.classNames).toEqual(['-1', '1'])
    for (let i = 0; i < 12; i++) expect(read.samples.labels[i]).toBe(read.samples.values[2 * i] > 0 ? 1 : 0)
    expect(codesOf(read)).toEqual(['floats', 'labels-ranked', 'test-part'])
  })
})

describe('what is guessed, and said', () => {
  it('EMNIST: turned upright, labels from 1, letters for names', async () => {
    const labels = Uint8Array.from({ length: 26 }, (_, i) => i + 1)
    const values = Uint8Array.from({ length: 26 * 6 }, (_, i) => i)
    const read = await readAll({
      'emnist-letters-train-images-idx3-ubyte': makeIdx(8, [26, 2, 3], values),
      'emnist-letters-train-labels-idx1-ubyte': makeIdx(8, [26], labels),
      'emnist-letters-test-images-idx3-ubyte': makeIdx(8, [26, 2, 3], values),
      'emnist-letters-test-labels-idx1-ubyte': makeIdx(8, [26], labels),
      'emnist-letters-mapping.txt': Buffer.from('1 65 97\n'),
    })
    expect(read.samples).toMatchObject({ height: 3, width: 2 })
    expect([...read.samples.values.subarray(0, 6)]).toEqual([0, 3, 1, 4, 2, 5])
    expect(read.samples.labels[25]).toBe(25)
    expect(read.samples.classNames[0]).toBe('A')
    expect(codesOf(read)).toEqual(['label-offset', 'transpose-guessed', 'ignored'])
    expect(read.options.transpose).toBe(true)
  })

  it('QMNIST: the first of eight int32 fields is the class', async () => {
    const rows = Array.from({ length: 6 }, (_, i) => [i % 3, 9, 300 + i, 7, -1, 0, 0, 0]).flat()
    const read = await readAll({
      'qmnist-train-images-idx3-ubyte': makeIdx(8, [6, 2, 2], new Uint8Array(24)),
      'qmnist-train-labels-idx2-int': makeIdx(12, [6, 8], rows),
      'qmnist-test-images-idx3-ubyte': makeIdx(8, [6, 2, 2], new Uint8Array(24)),
      'qmnist-test-labels-idx2-int': makeIdx(12, [6, 8], rows),
    })
    expect([...read.samples.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
    expect(codesOf(read)).toContain('label-field')
  })

  it('rows with a single 1 are classes', async () => {
    const read = await readAll(
      {
        'x.npy': makeNpy('<f4', [4, 2], [0.5, 1, 2, 3, 4, 5, 6, 7]),
        'y.npy': makeNpy('<f4', [4, 3], [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1]),
      },
      { testShare: 0.25 },
    )
    expect([...read.samples.labels].sort()).toEqual([0, 1, 2, 2])
    expect(codesOf(read)).toContain('one-hot')
  })

  it('channels before rows are put behind them', async () => {
    const values = Uint8Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i)
    const { samples } = await readAll({
      'x.npy': makeNpy('|u1', [2, 3, 4, 5], values),
      'y.npy': makeNpy('|u1', [2], [0, 1]),
    })
    expect(samples).toMatchObject({ height: 4, width: 5, channels: 3 })
    const first = samples.labels[0] === 0 ? 0 : 60
    expect([...samples.values.subarray(0, 6)]).toEqual([0, 20, 40, 1, 21, 41].map((v) => v + first))
  })

  it('64 whole numbers a line are a picture of 8 × 8, and 16 as the largest is said', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => [...Array.from({ length: 64 }, (_, p) => (i + p) % 17), i % 10])
    const read = await readAll({ 'digits.csv': makeTable(rows) }, { labelColumn: 'last' })
    expect(read.samples).toMatchObject({ kind: 'bytes', height: 8, width: 8, channels: 1, count: 20 })
    expect(codesOf(read)).toEqual(['label-column', 'small-range', 'shape-guessed', 'test-part'])
  })

  it.each([
    ['0 … 1', [0, 0.5, 1, 0.25], 'floats'],
    ['−1 … 1', [-1, 0, 1, -1], 'floats'],
    ['above 255', [0, 256, 3, 1], 'floats'],
    ['0 … 255 as floats', [0, 255, 3, 1], 'bytes'],
  ])('values %s are kept as %3$s', async (_name, values, kind) => {
    const { samples } = await readAll({
      'x.npy': makeNpy('<f8', [4, 1], values),
      'y.npy': makeNpy('|u1', [4], [0, 1, 0, 1]),
    })
    expect(samples.kind).toBe(kind)
    expect([...samples.values].sort((a, b) => a - b)).toEqual([...values].sort((a, b) => a - b))
  })

  it('without a test part a fifth of each class is kept for one, the same each time', async () => {
    const many = somePictures(100, 5, 4, 4)
    const files = idxPair('my', many)
    const [first, second] = [await readAll(files), await readAll(files)]
    expect(first.samples.parts).toEqual({ train: 80, test: 20 })
    expect(first).toEqual(second)
    const perClass = [0, 0, 0, 0]
    for (const label of first.samples.labels.subarray(80)) perClass[label] += 1
    expect(perClass).toEqual([5, 5, 5, 5])
    const other = await readAll(files, { testSeed: 2, testShare: 0.5 })
    expect(other.samples.parts).toEqual({ train: 50, test: 50 })
    expect(first.options).toMatchObject({ testShare: 0.2, testSeed: 1 })
  })
})

describe('options', () => {
  const files = { ...idxPair('train', train), ...idxPair('t10k', test) }

  it('invert mirrors the values', async () => {
    const { samples } = await readAll(files, { invert: true })
    expect(samples.values).toEqual(Uint8Array.of(...train.values, ...test.values).map((value) => 255 - value))
  })

  it('transpose turns rows into columns; twice is as before', async () => {
    const { samples } = await readAll(files, { transpose: true })
    expect(samples).toMatchObject({ height: 4, width: 5 })
    expect(samples.values[1]).toBe(train.values[4])
  })

  it('class names and label offset', async () => {
    const { samples } = await readAll(files, { labelOffset: -1, classNames: ['none', 'a', 'b', 'c', 'd'] })
    expect([...samples.labels.subarray(0, 3)]).toEqual([1, 2, 3])
    expect(samples.classNames).toEqual(['none', 'a', 'b', 'c', 'd'])
  })

  it('arrays are chosen by their keys', async () => {
    const archive = makeZip([
      { path: 'left.npy', bytes: makeNpy('<f4', [4, 2], [1, 2, 3, 4, 5, 6, 7, 8.5]) },
      { path: 'right.npy', bytes: makeNpy('<f4', [4, 2], [0, 0, 0, 0, 0, 0, 0, 0.5]) },
      { path: 'kind.npy', bytes: makeNpy('|u1', [4], [0, 1, 1, 0]) },
    ])
    const pair = { values: 'right', labels: 'kind' }
    const { samples } = await readAll({ 'a.npz': archive }, { arrays: { train: pair, test: pair } })
    expect(samples.values[7]).toBe(0.5)
    expect(await problemOf({ 'a.npz': archive })).toMatch(/Expected one array of values, got a.npz\/left, a.npz\/right/)
    expect(await problemOf({ 'a.npz': archive }, { arrays: { train: { values: 'x', labels: 'kind' } } })).toMatch(
      /import\/bad-option arrays: expected one called "x", got none of that name\. There are: a\.npz\/left \[4, 2\]/,
    )
  })

  it.each<[ImportOptions, string]>([
    [{ classNames: ['a'] }, 'import/bad-option classNames: expected 3 names'],
    [{ classNames: ['a', 'a', 'b'] }, 'import/bad-option classNames: expected names that differ'],
    [{ labelOffset: 1 }, 'expected labels 1 … 256, got 0 … 2; give another label offset'],
    [{ testShare: 2 }, 'import/bad-option testShare: at most 0.9'],
  ])('%j is refused by name', async (options, message) => {
    expect(await problemOf(files, options)).toContain(message)
  })
})

describe('tables', () => {
  it('semicolons, quotes, CRLF, a comment and an empty last line are no trouble', async () => {
    const text = '\ufeff# made by hand\r\nx;y;label\r\n"1.5";2;cat\r\n-3e-1;.5;"dog; large"\r\n0;0;cat\r\n\r\n'
    const read = await readAll({ 'pets.csv': Buffer.from(text) }, { testShare: 0.3 })
    expect(read.samples.classNames).toEqual(['cat', 'dog; large'])
    expect([...read.samples.values].sort((a, b) => a - b)).toEqual([Math.fround(-0.3), 0, 0, 0.5, 1.5, 2])
    expect(codesOf(read)).toEqual(['label-column', 'header', 'floats', 'test-part'])
  })

  it.each([
    ['named', 'a,class,b\n1,0,2\n3,1,4\n', 1],
    ['last of a few numbers', '0.1,0.2,0\n0.3,0.4,1\n', 2],
    ['first of a few numbers, as the last has fractions', '0,0.1,0.2\n1,0.3,0.4\n', 0],
    ['the only one with texts', '0.1,cat,0.2\n0.3,dog,0.4\n', 1],
    ['tabs', '0.1\t0.2\t0\n0.3\t0.4\t1\n', 2],
  ])('the labels are found: %s', async (_name, text, column) => {
    const read = await readAll({ 'some.tsv': Buffer.from(text) }, { testShare: 0.5 })
    expect(read.samples.width).toBe(2)
    const found = read.notes.find(({ code }) => code === 'label-column')?.text
    expect(found).toBe(
      `Labels are in column ${column === 1 && text.startsWith('a') ? '"class"' : `${column + 1} of 3`}`,
    )
  })

  it.each([
    ['1,2,0\n1,2\n', 'some.csv, line 2: expected 3 cells, got 2'],
    ['1,2,0\n\n1,x1,1\n', 'some.csv, line 3: expected a number in column 2, got "x1"', 'last'],
    ['1,2,0\n1,0x10,1\n', 'line 2: expected a number in column 2, got "0x10"', 'last'],
    ['1,2,0\n1,Infinity,1\n', 'line 2: expected a number in column 2, got "Infinity"', 'last'],
    ['1,1e999,0\n1,2,1\n', 'some.csv, sample 0: expected finite numbers, got Infinity', 'last'],
    ['a,"b\n1,2\n', 'line 2: expected cells in quotes that end'],
    ['1,,0\n1,2,1\n', 'line 1: expected a number in column 2, got ""', 'last'],
    ['1\n2\n', 'line 1: expected a label and at least one value, got one cell "1"'],
    ['x,label\n', 'expected a line for each sample, got none'],
    ['', 'expected a line for each sample, got an empty file'],
    ['1,2,\n', 'line 1: expected a label, got an empty cell', 'last'],
    [`${'1'.repeat(100_000)}e,2,1\n`, 'line 1: expected a number in column 1', 'last'],
    ['1,2,0.5\n1,2,1\n', 'sample 0: expected a whole number', 'last'],
  ] as [string, string, 'last'?][])('%j is refused', async (text, message, labelColumn) => {
    const problem = await problemOf({ 'some.csv': Buffer.from(text) }, labelColumn ? { labelColumn } : {})
    expect(problem).toContain(message)
  })

  it('refuses a test table without labels by what it lacks', async () => {
    const files = {
      'train.csv': Buffer.from('label,a,b\n0,1,2\n1,3,4\n'),
      'test.csv': Buffer.from('a,b\n1,2\n'),
    }
    expect(await problemOf(files)).toContain('labelColumn: test.csv has no column "label"; there are a, b')
  })

  it('refuses a line of millions of cells before it is taken apart', async () => {
    const problem = await problemOf({ 'some.csv': Buffer.alloc(3_000_000, '1,') })
    expect(problem).toContain('some.csv, byte 2097153: expected at most 1048577 columns, got more')
  })

  it('refuses what is no text', async () => {
    expect(await problemOf({ 'some.csv': Buffer.from('1,2\n\0') })).toContain(
      'byte 4: expected text in UTF-8, got a zero byte',
    )
    expect(await problemOf({ 'some.csv': Buffer.from([0x31, 0x2c, 0xe4, 0x0a]) })).toContain('expected text in UTF-8')
  })

  it('refuses more labels than there can be classes, and says what it may be', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => [i / 7, `name ${i}`])
    expect(await problemOf({ 'some.csv': makeTable(rows) })).toContain(
      'line 257: expected at most 256 labels that differ',
    )
  })
})

describe('a table of nothing', () => {
  it.each([
    ['newlines', '\n'],
    ['both ends of a line', '\r\n'],
    ['spaces', '   \n'],
    ['empty cells', ',,\n'],
    ['comments', '# 1,2\n'],
  ])('is refused at its first hundred thousand lines: %s', async (_, line) => {
    const bytes = Buffer.alloc(20_000_000, line)
    await expect(readAll({ 'my.csv': bytes })).rejects.toMatchObject({
      code: 'import/bad-file',
      message: expect.stringMatching(
        /^my\.csv, byte \d+: expected samples, got more than 100000 empty lines$/,
      ) as string,
    })
  })

  it('is none with a few empty lines and comments between its samples', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `# sample ${i}\r\n\r\n${i % 2},${i},"${2 * i}"\r\n`)
    const { samples } = await readAll({ 'my.csv': Buffer.from(lines.join('')) })
    expect(samples.count).toBe(20)
  })
})

describe('folders of pictures', () => {
  it('colors stay if any picture has them, or as the option says', async () => {
    const files = {
      'pets/cat/1.png': makePng(2, 1, Uint8Array.of(10, 20, 30, 40, 50, 60), 3),
      'pets/dog/2.png': makePng(2, 1, Uint8Array.of(7, 8)),
    }
    const { samples } = await readAll(files)
    expect(samples).toMatchObject({ channels: 3, classNames: ['cat', 'dog'] })
    const cat = samples.labels[0] === 0 ? 0 : 6
    expect([...samples.values.subarray(cat, cat + 6)]).toEqual([10, 20, 30, 40, 50, 60])
    expect([...samples.values.subarray(6 - cat, 12 - cat)]).toEqual([7, 7, 7, 8, 8, 8])
    expect((await readAll(files, { colors: 'gray' })).samples.channels).toBe(1)
  })

  it('a picture that cannot be read is named; it can be left out', async () => {
    const files = { ...pictureFolder('digits', train), 'digits/1/broken.png': Buffer.from('no picture') }
    expect(await problemOf(files)).toContain('digits/1/broken.png, byte 0: expected the 8 bytes that start a PNG file')
    const read = await readAll(files, { unreadable: 'skip' })
    expect(read.samples.count).toBe(12)
    expect(codesOf(read)).toContain('skipped')
  })

  it.each([
    [
      'another size',
      { 'a/x/1.png': makePng(2, 2, new Uint8Array(4)), 'a/y/2.png': makePng(3, 2, new Uint8Array(6)) },
      'a/y/2.png: expected 2 × 2 pixels as in a/x/1.png, got 3 × 2',
    ],
    [
      'no class',
      { '1.png': makePng(2, 2, new Uint8Array(4)) },
      '1.png: expected a picture in a folder that names its class',
    ],
    [
      'a part in the place of a class',
      { 'a/train/1.png': makePng(2, 2, new Uint8Array(4)) },
      'expected a picture in a folder',
    ],
  ])('%s is refused', async (_name, files, message) => {
    expect(await problemOf(files)).toContain(message)
  })
})

describe('files that are all called "test"', () => {
  it.each<[string, Files]>([
    ['arrays', idxPair('t10k', train)],
    ['a table', { 'test.csv': tableOf(train) }],
    ['pictures', pictureFolder('my-test', train)],
  ])('are taken for all that there is: %s', async (_name, files) => {
    const { samples } = await readAll(files, { testShare: 0.25 })
    expect(samples.parts).toEqual({ train: 9, test: 3 })
  })
})

describe('a bunch of files that do not belong together', () => {
  it.each<[string, Files, string]>([
    ['nothing', {}, 'import/unknown-format Expected IDX'],
    ['a letter', { 'letter.docx': Buffer.from('Dear') }, 'got letter.docx'],
    ['arrays and pictures', { ...idxPair('train', train), ...pictureFolder('a', train) }, 'import/mixed'],
    [
      'images without labels',
      { 'train-images-idx3-ubyte': makeIdx(8, [2, 1, 1], [1, 2]) },
      'Expected one array of labels, got none',
    ],
    [
      'labels of another length',
      { 'x.npy': makeNpy('|u1', [3, 1], [1, 2, 3]), 'y.npy': makeNpy('|u1', [2], [0, 1]) },
      'y: expected 3 labels, one for each sample of x, got 2',
    ],
    [
      'parts of two sizes',
      { ...idxPair('train', train), ...idxPair('t10k', somePictures(4, 3, 3)) },
      'expected samples of [5, 4] as in train-images-idx3-ubyte, got [3, 3]',
    ],
    [
      'no samples',
      { 'x.npy': makeNpy('|u1', [0, 1], []), 'y.npy': makeNpy('|u1', [0], []) },
      'expected at least one sample, got none',
    ],
    [
      'NaN',
      { 'x.npy': makeNpy('<f4', [2, 1], [1, NaN]), 'y.npy': makeNpy('|u1', [2], [0, 1]) },
      'x, sample 1: expected finite numbers, got NaN',
    ],
    [
      'a fraction as label',
      { 'x.npy': makeNpy('<f4', [2, 1], [1, 2]), 'y.npy': makeNpy('<f4', [2], [0, 0.5]) },
      'y, sample 1: expected a whole number as label, got 0.5',
    ],
    [
      'tables of one name',
      { 'a.csv': tableOf(train), 'b.csv': tableOf(train) },
      'Expected one table, or one with "train"',
    ],
    [
      'an archive in an archive',
      {
        'a.zip': makeZip([
          { path: 'b.zip', bytes: makeZip([]) },
          { path: 'c.zip', bytes: makeZip([{ path: 'd', bytes: Buffer.from('e') }]) },
        ]),
      },
      'got another archive',
    ],
  ])('%s: is refused', async (_name, files, message) => {
    expect(await problemOf(files)).toContain(message)
  })
})

describe('files on a disk', () => {
  it('are found in folders, without links, hidden files and systems’ own', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'digits/3'), { recursive: true })
    await mkdir(join(folder, '__MACOSX'))
    await writeFile(join(folder, 'digits/3/a.png'), makePng(1, 1, Uint8Array.of(9)))
    await writeFile(join(folder, 'digits/.DS_Store'), 'x')
    await symlink(folder, join(folder, 'digits/round'))
    const files = await filesAt([join(folder, 'digits')])
    expect(files.map(({ path }) => path)).toEqual(['digits/3/a.png'])
    expect((await files[0].read()).length).toBe(files[0].sizeBytes)
  })

  it('that cannot be read are named', async () => {
    await expect(filesAt(['/no/such/file'])).rejects.toMatchObject({
      code: 'import/unreadable',
      message: 'Cannot read /no/such/file: there is no such file',
    })
  })
})
