/**
 * PNG pictures. The chunks are checked here (place, length, CRC-32) and the pixels are unpacked within the size
 * that the header gives; fast-png then sees a file of which nothing is left but what it needs.
 */
import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png'
import { crc32, inflateSync } from 'node:zlib'
import { badFile } from '#engine/formats/number-array'
import { reasonOf } from './gzip'
import { mustBePictureSize, onWhite, type Picture } from './picture'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Samples of a pixel for each color type. */
const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])
/** Depths of each color type (PNG specification, table 11.1). */
const DEPTHS = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
])
/** A picture that is written in one go has few; some programs write one for each 8 KB. */
const MAX_CHUNKS = 10_000
/** Of which a second would be another picture's. */
const SINGLE = ['IHDR', 'PLTE', 'tRNS']
const NEEDED = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])

interface Header {
  width: number
  height: number
  depth: number
  colorType: number
  isInterlaced: boolean
}

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte)
}

export function readPng(bytes: Uint8Array, file: string): Picture {
  if (!isPng(bytes)) throw badFile(file, 0, 'the 8 bytes that start a PNG file', 'something else')
  const header = readHeader(bytes, file)
  mustBePictureSize(file, 16, header.width, header.height)
  const chunks = readChunks(bytes, file)
  mustUnpackTo(rawBytes(header), chunks, file)
  const picture = decoded(chunks, header, file)
  if (picture.values.length === header.width * header.height * picture.channels) return picture
  throw badFile(file, 8, 'a value for each pixel', `${picture.values.length}`)
}

function decoded(chunks: readonly Chunk[], header: Header, file: string): Picture {
  const needed = Buffer.concat([Uint8Array.from(SIGNATURE), ...chunks.map(({ whole }) => whole)])
  try {
    return pictureOf(decode(needed), header)
  } catch (error) {
    throw badFile(file, 8, 'chunks of a PNG file that fit together', reasonOf(error))
  }
}

function readHeader(bytes: Uint8Array, file: string): Header {
  if (bytes.length < 33) throw badFile(file, bytes.length, 'the header of a PNG file', 'the end of the file')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) {
    throw badFile(file, 8, 'the chunk IHDR of 13 bytes', 'something else')
  }
  const [depth, colorType, compression, filter, interlace] = bytes.subarray(24, 29)
  if (!DEPTHS.get(colorType)?.includes(depth)) {
    throw badFile(file, 24, 'a depth and a color type that go together', `${depth} and ${colorType}`)
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw badFile(file, 26, 'compression 0, filter 0, interlace 0 or 1', `${compression}, ${filter}, ${interlace}`)
  }
  if (interlace === 1 && depth < 8) {
    throw badFile(file, 28, 'pixels row by row', 'interlaced pixels of less than a byte; save it without interlacing')
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth,
    colorType,
    isInterlaced: interlace === 1,
  }
}

interface Chunk {
  type: string
  /** With its length before it and its CRC-32 behind. */
  whole: Uint8Array
  data: Uint8Array
}

/** Those that the pixels need. */
function readChunks(bytes: Uint8Array, file: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Chunk[] = []
  for (let at = 8, end = at, count = 1; ; at = end, count++) {
    if (count > MAX_CHUNKS) throw badFile(file, at, `at most ${MAX_CHUNKS} chunks`, 'more')
    if (at + 12 > bytes.length) throw badFile(file, bytes.length, 'the chunk IEND', 'the end of the file')
    const length = view.getUint32(at)
    end = at + 12 + length
    if (end > bytes.length) throw badFile(file, at, `a chunk of ${length} bytes`, 'the end of the file')
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw badFile(file, end - 4, `the CRC-32 of the chunk ${JSON.stringify(type)}`, 'another')
    }
    if (SINGLE.includes(type) && chunks.some((chunk) => chunk.type === type)) {
      throw badFile(file, at, `one chunk ${type}`, 'another')
    }
    if (NEEDED.has(type)) {
      chunks.push({ type, whole: bytes.subarray(at, end), data: bytes.subarray(at + 8, end - 4) })
    }
    if (type === 'IEND') return chunks
  }
}

/** Of the pixels with the byte that stands before each row. */
function rawBytes({ width, height, depth, colorType, isInterlaced }: Header): number {
  const bitsPerPixel = depth * (CHANNELS.get(colorType) ?? 1)
  const rows = (w: number, h: number) => (w === 0 ? 0 : h * (1 + Math.ceil((w * bitsPerPixel) / 8)))
  if (!isInterlaced) return rows(width, height)
  // The seven passes of Adam7: first column and row, and the steps between them.
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ]
  return passes.reduce((sum, [x, y, right, down]) => {
    return sum + rows(Math.ceil(Math.max(0, width - x) / right), Math.ceil(Math.max(0, height - y) / down))
  }, 0)
}

/** fast-png unpacks whatever there is, however much it gets: so it is unpacked once before, within bounds. */
function mustUnpackTo(sizeBytes: number, chunks: readonly Chunk[], file: string): void {
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  let unpacked: Buffer
  try {
    unpacked = inflateSync(packed, { maxOutputLength: sizeBytes })
  } catch (error) {
    const reason = error instanceof RangeError ? 'more' : reasonOf(error)
    throw badFile(file, 33, `${sizeBytes} bytes of packed pixels`, reason)
  }
  if (unpacked.length !== sizeBytes) {
    throw badFile(file, 33, `${sizeBytes} bytes of packed pixels`, `${unpacked.length}`)
  }
}

/** Gray or RGB bytes: 16 bits become 8, transparent pixels lie on white. */
function pictureOf(png: DecodedPng, { width, height, depth, colorType }: Header): Picture {
  const pixels = width * height
  if (colorType === 3) {
    const colors = convertIndexedToRgb(png)
    const channels = colors.length / pixels
    return onWhite(colors, width, height, channels === 4 ? 4 : 3)
  }
  const values = depth < 8 ? unpackBits(png.data, width, height, depth) : asBytes(png.data)
  const transparent = png.transparency
  if (transparent) return onWhite(withAlpha(values, png, transparent), width, height, colorType === 0 ? 2 : 4)
  return onWhite(values, width, height, png.channels as 1 | 2 | 3 | 4)
}

function asBytes(values: DecodedPng['data']): Uint8Array {
  if (values instanceof Uint16Array) return Uint8Array.from(values, (value) => Math.round(value / 257))
  return new Uint8Array(values.buffer, values.byteOffset, values.length)
}

/** Rows begin at whole bytes; the first pixel is in the highest bits. Gray levels are spread over 0 … 255. */
function unpackBits(packed: DecodedPng['data'], width: number, height: number, depth: number): Uint8Array {
  const values = new Uint8Array(width * height)
  const rowBytes = Math.ceil((width * depth) / 8)
  const highest = 2 ** depth - 1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      const byte = packed[y * rowBytes + (bit >> 3)]
      values[y * width + x] = (((byte >> (8 - depth - (bit & 7))) & highest) * 255) / highest
    }
  }
  return values
}

/** One gray level or color counts as transparent (tRNS); compared in the picture's own depth. */
function withAlpha(values: Uint8Array, png: DecodedPng, transparent: Uint16Array): Uint8Array {
  const channels = png.channels
  const levels = png.depth < 8 ? 255 / (2 ** png.depth - 1) : 1
  const wide = png.data instanceof Uint16Array ? png.data : undefined
  const count = values.length / channels
  const out = new Uint8Array(count * (channels + 1))
  for (let p = 0; p < count; p++) {
    let isClear = true
    for (let c = 0; c < channels; c++) {
      const value = values[p * channels + c]
      out[p * (channels + 1) + c] = value
      isClear &&= (wide ? wide[p * channels + c] : value / levels) === transparent[c]
    }
    out[p * (channels + 1) + channels] = isClear ? 0 : 255
  }
  return out
}
