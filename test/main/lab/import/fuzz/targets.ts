/**
 * Every reader of foreign bytes with valid files to begin from, and what must hold whatever the bytes are: they are
 * refused with a LabError that is about them, or what comes out is whole.
 */
import { encode as encodePng } from 'fast-png'
import { deflateSync, gzipSync } from 'node:zlib'
import { readIdx } from '#engine/formats/idx'
import { readNpy } from '#engine/formats/npy'
import { parseFormula } from '#engine/points/formula'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'
import { GRAPH_PRESETS } from '#shared/graph/presets'
import type { NumberArray } from '#engine/formats/number-array'
import { gunzipFile } from '#lab/datasets/import/gzip'
import { readJpeg } from '#lab/datasets/import/jpeg'
import type { Picture } from '#lab/datasets/import/picture'
import { readPng } from '#lab/datasets/import/png'
import { detectSource, readSource } from '#lab/datasets/import/source'
import { fileOfBytes } from '#lab/datasets/import/source-file'
import { zipEntries } from '#lab/datasets/import/zip'
import { writeSafetensors } from '#engine/safetensors'
import { readModelFile } from '#lab/models/files/read-model-file'
import { LabError } from '#shared/errors'
import {
  makeIdx,
  makeJpeg,
  makeNpy,
  makePngOf,
  makeTable,
  makeZip,
  pngHeader,
  somePictures,
} from '../support/make-files'
import type { Seed } from './mutate'

export interface FuzzTarget {
  seeds: readonly Seed[]
  /** Reads the bytes; throws a plain Error if what comes out is not whole. */
  read(bytes: Uint8Array): Promise<void> | void
}

/** Whether the bytes were taken. Throws what a person should never see. */
export async function tryBytes(target: FuzzTarget, bytes: Uint8Array): Promise<'taken' | 'refused'> {
  try {
    await target.read(bytes)
    return 'taken'
  } catch (error) {
    if (
      error instanceof LabError &&
      /^(?:import|points|graph|model|safetensors|weights)\//.test(error.code) &&
      error.message.length < 2000
    )
      return 'refused'
    throw error
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`what was read is not whole: ${what}`)
}

const concat = (pieces: readonly Uint8Array[]): Uint8Array => Buffer.concat(pieces)

function inTwo(name: string, bytes: Uint8Array, at: number): Seed {
  return { name, pieces: [bytes.subarray(0, at), bytes.subarray(at)], join: concat }
}

function checkArray({ shape, values }: NumberArray): void {
  must(values.length === shape.reduce((a, b) => a * b, 1), 'as many values as the shape says')
}

const pictures = somePictures(6)
const pixels = pictures.values.map(Number)

const idx: FuzzTarget = {
  seeds: [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e].map((code) =>
    inTwo(`type ${code}`, makeIdx(code, [6, 5, 4], pixels), 16),
  ),
  read: (bytes) => checkArray(readIdx(bytes, 'a.idx')),
}

/** The header's length fits whatever becomes of the header. */
function npySeed(descr: '|u1' | '<f4' | '<f8' | '<i4'): Seed {
  const bytes = makeNpy(descr, [6, 5, 4], pixels)
  const join = ([magic, header, values]: readonly Uint8Array[]) => {
    const length = Uint8Array.of(header.length & 255, header.length >> 8)
    return concat([magic, length, header, values])
  }
  return { name: descr, pieces: [bytes.subarray(0, 8), bytes.subarray(10, 128), bytes.subarray(128)], join }
}

const npy: FuzzTarget = {
  seeds: [npySeed('|u1'), npySeed('<f4'), npySeed('<f8'), npySeed('<i4')],
  read: (bytes) => checkArray(readNpy(bytes, 'a.npy')),
}

const gzip: FuzzTarget = {
  seeds: [
    { name: 'text', pieces: [Buffer.from('seven, eight, nine. '.repeat(20))], join: ([text]) => gzipSync(text) },
    inTwo('file', gzipSync(pictures.values), 10),
  ],
  async read(bytes) {
    await gunzipFile(bytes, 'a.gz')
  },
}

const zipMembers = [
  { path: 'a/one.txt', bytes: Buffer.from('one '.repeat(40)) },
  { path: 'b/two.bin', bytes: pictures.values, stored: true },
]

const zip: FuzzTarget = {
  seeds: [false, true].map((long) => {
    const bytes = Buffer.from(makeZip(zipMembers, { long }))
    return inTwo(long ? 'long' : 'short', bytes, bytes.indexOf('PK\x01\x02', 0, 'latin1'))
  }),
  async read(bytes) {
    for (const entry of zipEntries(bytes, 'a.zip')) {
      must((await entry.read()).length === entry.sizeBytes, 'as many bytes as the entry says')
    }
  },
}

/** The whole way, from files to samples. */
async function readFiles(...files: [string, Uint8Array][]): Promise<void> {
  const source = await detectSource(files.map(([path, bytes]) => fileOfBytes(path, bytes)))
  const { samples } = await readSource(source)
  const { count, height, width, channels, values, labels, classNames, parts } = samples
  must(count >= 1 && labels.length === count, 'as many labels as samples')
  must(values.length === count * height * width * channels, 'all values of all samples')
  must(parts.train + parts.test === count && parts.train > 0 && parts.test > 0, 'parts that make up the whole')
  must(
    labels.every((label) => label < classNames.length),
    'a name for each label',
  )
  must(values.every(Number.isFinite), 'finite values')
}

const labels = makeNpy('<i4', [6], pictures.labels)

const npz: FuzzTarget = {
  seeds: [
    {
      name: 'keras',
      pieces: [makeNpy('|u1', [6, 5, 4], pictures.values), labels, makeNpy('<f4', [6, 5, 4], pictures.values), labels],
      join: (pieces) => {
        const names = ['x_train.npy', 'y_train.npy', 'x_test.npy', 'y_test.npy']
        return makeZip(pieces.map((bytes, i) => ({ path: names[i % 4], bytes, stored: i % 2 === 1 })))
      },
    },
    {
      name: 'points',
      pieces: [makeNpy('<f8', [6, 2], [0.5, 1, -1, 2, 3, 4, 5, 6, 7, 8, 9, 0.1]), labels],
      join: ([x, y]) =>
        makeZip([
          { path: 'X.npy', bytes: x },
          { path: 'y.npy', bytes: y },
        ]),
    },
  ],
  read: (bytes) => readFiles(['a.npz', bytes]),
}

const arrays: FuzzTarget = {
  seeds: [0x08, 0x0d].map((code) => inTwo(`type ${code}`, makeIdx(code, [6, 5, 4], pixels), 16)),
  read: (bytes) =>
    readFiles(['train-images-idx3-ubyte', bytes], ['train-labels-idx1-ubyte', makeIdx(8, [6], pictures.labels)]),
}

const tableText = makeTable([
  ['x', 'y', 'label'],
  ...Array.from({ length: 9 }, (_, i) => [i / 4, -i, i % 2 === 0 ? 'cat' : '"dog, large"']),
])
const digits = makeTable(
  Array.from({ length: 6 }, (_, i) => [pictures.labels[i], ...pictures.values.subarray(20 * i, 20 * i + 20)]),
)

const table: FuzzTarget = {
  seeds: [
    inTwo('points', tableText, 10),
    inTwo('digits', digits, 60),
    inTwo(
      'semicolons',
      makeTable(
        [
          ['a', 'class'],
          [1, 2],
          [3, 4],
        ],
        ';',
        '\r\n',
      ),
      9,
    ),
  ],
  read: (bytes) => readFiles(['a.csv', bytes]),
}

function checkPicture({ width, height, channels, values }: Picture): void {
  must(values.length === width * height * channels, 'a value for each pixel')
}

interface PngParts {
  depth: number
  colorType: number
  interlace?: number
  rows: number[][]
  more?: [string, number[]][]
}

/** Pixels are packed after they are changed, and all chunks have lengths and CRC-32 that fit. */
function pngSeed(name: string, { depth, colorType, interlace = 0, rows, more = [] }: PngParts): Seed {
  const width = 4
  const raw = Uint8Array.from(rows.flatMap((row) => row))
  const types = ['IHDR', ...more.map(([type]) => type), 'IDAT', 'IEND']
  const header = pngHeader(width, 3, depth, colorType, interlace).data
  const pieces = [header, ...more.map(([, data]) => Uint8Array.from(data)), raw, new Uint8Array(0)]
  const join = (all: readonly Uint8Array[]) => {
    return makePngOf(all.map((data, i) => ({ type: types[i], data: types[i] === 'IDAT' ? deflateSync(data) : data })))
  }
  return { name, pieces, join }
}

const palette: [string, number[]] = ['PLTE', [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]]
const row = (filter: number, bytes: number) => [
  filter,
  ...Array.from({ length: bytes }, (_, i) => (i * 37 + filter) & 255),
]

const png: FuzzTarget = {
  seeds: [
    pngSeed('gray', { depth: 8, colorType: 0, rows: [row(0, 4), row(1, 4), row(4, 4)] }),
    pngSeed('one bit', { depth: 1, colorType: 0, rows: [row(0, 1), row(2, 1), row(0, 1)], more: [['tRNS', [0, 1]]] }),
    pngSeed('16 bits', { depth: 16, colorType: 0, rows: [row(0, 8), row(3, 8), row(2, 8)], more: [['tRNS', [1, 2]]] }),
    pngSeed('colors', {
      depth: 8,
      colorType: 2,
      rows: [row(0, 12), row(4, 12), row(3, 12)],
      more: [['tRNS', [0, 1, 0, 2, 0, 3]]],
    }),
    pngSeed('alpha', { depth: 8, colorType: 6, rows: [row(1, 16), row(2, 16), row(0, 16)] }),
    pngSeed('palette', {
      depth: 2,
      colorType: 3,
      rows: [
        [0, 0b00011011],
        [0, 0b11100100],
        [0, 0],
      ],
      more: [palette, ['tRNS', [0, 128]]],
    }),
    inTwo(
      'interlaced',
      encodePng(
        { width: 4, height: 5, data: pictures.values.subarray(0, 20), channels: 1, depth: 8 },
        { interlace: 'Adam7' },
      ),
      33,
    ),
  ],
  read: (bytes) => checkPicture(readPng(bytes, 'a.png')),
}

/** In segments, so that one can be changed, left out or repeated. */
function jpegSeed(name: string, width: number, height: number): Seed {
  const bytes = makeJpeg(
    width,
    height,
    Uint8Array.from({ length: width * height }, (_, i) => i * 3),
  )
  const pieces: Uint8Array[] = [bytes.subarray(0, 2)]
  let at = 2
  while (bytes[at + 1] !== 0xda) {
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3]
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return { name, pieces: [...pieces, bytes.subarray(at)], join: concat }
}

const jpeg: FuzzTarget = {
  seeds: [jpegSeed('one block', 8, 8), jpegSeed('28 × 28', 28, 28)],
  read: (bytes) => checkPicture(readJpeg(bytes, 'a.jpg')),
}

const FORMULAS = [
  'x^2 + y^2 < 0.5 && y > -0.2',
  'sin(3*x) - y',
  'max(abs(x), abs(y)) > 0.5 ? 1 : -1',
  '-(x % 0.3) * !y',
]

const formula: FuzzTarget = {
  seeds: FORMULAS.map((text) => inTwo(text, Buffer.from(text), 5)),
  read: (bytes) => {
    const evaluate = parseFormula(Buffer.from(bytes).toString('utf8'))
    must(typeof evaluate(0.25, -0.75) === 'number', 'a number for each point')
  },
}

const GRAPH_TEXTS = [
  'sigmoid(x1*w1 + max(x2, w2))',
  'leaky_relu(-a^2, 0.1)/(b - 1) + σ(e·π)',
  'abs(x)^(-1.5) - min(a, b, log(c))',
  ...GRAPH_PRESETS.map(({ expression }) => expression),
]

/** Calculated as well, wherever that is possible: no value is made up, none is lost. */
const graph: FuzzTarget = {
  seeds: GRAPH_TEXTS.map((text) => inTwo(text, Buffer.from(text), 5)),
  read: (bytes) => {
    const parsed = parseGraph(Buffer.from(bytes).toString('utf8'))
    const at = Object.fromEntries(parsed.inputs.map(({ name }, i) => [name, 0.3 + i / 7]))
    const { values, gradients } = evaluateGraph(parsed, at)
    must(values.size === parsed.nodes.length, 'a value for each node')
    must([...values.values(), ...gradients.values()].every(Number.isFinite), 'finite values and gradients')
  },
}

/** A number for each weight, small ones. */
const counted = (count: number) => Float32Array.from({ length: count }, (_, i) => i / 8 - 1)

/** Header and tensors apart, with a length that fits whatever becomes of the header. */
function tensorsSeed(
  name: string,
  shapes: Readonly<Record<string, number[]>>,
  metadata: Record<string, string> = {},
): Seed {
  const tensors = Object.entries(shapes).map(([key, shape]) => {
    const values = counted(shape.reduce((a, b) => a * b, 1))
    const isScaling = key.startsWith('input.')
    const { buffer } = isScaling ? Float64Array.from(values, Math.abs) : values
    return [key, { dtype: isScaling ? 'F64' : 'F32', shape, bytes: new Uint8Array(buffer) }] as const
  })
  const bytes = Buffer.from(writeSafetensors(tensors, metadata))
  const end = 8 + Number(bytes.readBigUInt64LE(0))
  const join = ([header, data]: readonly Uint8Array[]) => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    return concat([length, header, data])
  }
  return { name, pieces: [bytes.subarray(8, end), bytes.subarray(end)], join }
}

const aboutModel = {
  'network.layers': '[{"units":3,"activation":"relu"}]',
  'network.output': 'softmax',
  'input.scaling': 'standardize',
  'input.shift': '33.3',
  'input.divisor': '78.6',
  step: '938',
}

/** All layers chain, and all of their numbers are finite: what is read can be asked. */
async function readModel(name: string, bytes: Uint8Array): Promise<void> {
  const { sizes, weights, step } = await readModelFile({ kind: 'bytes', name, bytes })
  const again = await readModelFile({ kind: 'bytes', name: 'again.safetensors', bytes: weights })
  must(sizes.length >= 2 && sizes.every((size) => Number.isInteger(size) && size > 0), 'sizes of layers')
  must(again.sizes.join() === sizes.join(), 'a file of ours that has the same layers')
  must(step === null || Number.isFinite(step), 'a step that is a number')
}

const model: FuzzTarget = {
  seeds: [
    tensorsSeed('ours', { 'layers.0.weight': [3, 4], 'layers.0.bias': [3], 'layers.1.weight': [2, 3] }, aboutModel),
    tensorsSeed('sequential', { '0.weight': [3, 4], '0.bias': [3], '2.weight': [2, 3], '2.bias': [2] }),
    tensorsSeed(
      'per feature',
      { 'fc1.weight': [3, 4], 'fc2.weight': [2, 3], 'input.shift': [4], 'input.divisor': [4] },
      { ...aboutModel, 'input.scaling': 'standardize-per-feature' },
    ),
  ],
  read: (bytes) => readModel('a.safetensors', bytes),
}

const modelArrays: FuzzTarget = {
  seeds: [
    {
      name: 'numpy',
      pieces: [
        makeNpy('<f4', [4, 3], counted(12)),
        makeNpy('<f4', [3], counted(3)),
        makeNpy('<f4', [3, 2], counted(6)),
        Buffer.from(JSON.stringify(aboutModel)),
      ],
      join: ([w1, b1, w2, meta]) =>
        makeZip([
          { path: 'W1.npy', bytes: w1 },
          { path: 'b1.npy', bytes: b1 },
          { path: 'W2.npy', bytes: w2 },
          { path: 'meta.npy', bytes: makeNpy('|u1', [meta.length], meta) },
        ]),
    },
  ],
  read: (bytes) => readModel('a.npz', bytes),
}

export const FUZZ_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  idx,
  npy,
  gzip,
  zip,
  npz,
  arrays,
  table,
  png,
  jpeg,
  formula,
  graph,
  model,
  'model-arrays': modelArrays,
}
