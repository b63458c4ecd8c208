/** Valid files of every kind that an import reads, made as their formats say and not by the readers under test. */
import { encode as encodePng } from 'fast-png'
import { encode as encodeJpeg } from 'jpeg-js'
import { constants, crc32, deflateRawSync } from 'node:zlib'

export interface Pictures {
  height: number
  width: number
  /** u8[n, height, width] */
  values: Uint8Array
  labels: Uint8Array
}

/** Made up, the same each time; every class is there, and so are 0 and 255. */
export function somePictures(count: number, height = 5, width = 4, classes = 3, seed = 1): Pictures {
  const values = new Uint8Array(count * height * width)
  let state = seed
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = state >>> 24
  }
  values[0] = 0
  values[1] = 255
  return { height, width, values, labels: Uint8Array.from({ length: count }, (_, i) => (i * 7) % classes) }
}

const IDX_SIZES = new Map([
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
])

export function makeIdx(code: number, shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const size = IDX_SIZES.get(code) ?? 1
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + size * values.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 0, code, shape.length])
  shape.forEach((length, d) => view.setUint32(4 + 4 * d, length))
  for (let i = 0; i < values.length; i++) {
    const at = start + i * size
    if (code === 0x0d) view.setFloat32(at, values[i])
    else if (code === 0x0e) view.setFloat64(at, values[i])
    else if (size === 4) view.setInt32(at, values[i])
    else if (size === 2) view.setInt16(at, values[i])
    else view.setUint8(at, values[i])
  }
  return bytes
}

export function makeNpy(descr: '|u1' | '<f4' | '<f8' | '<i4', shape: readonly number[], values: ArrayLike<number>) {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.map((n) => `${n},`).join(' ')}), }`
  const header = `${dictionary.padEnd(117)}\n`
  const size = Number(descr[2])
  const bytes = new Uint8Array(10 + header.length + size * values.length)
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8])
  bytes.set(Buffer.from(header, 'latin1'), 10)
  const view = new DataView(bytes.buffer, 10 + header.length)
  for (let i = 0; i < values.length; i++) {
    if (descr === '|u1') view.setUint8(i, values[i])
    else if (descr === '<i4') view.setInt32(4 * i, values[i], true)
    else if (descr === '<f4') view.setFloat32(4 * i, values[i], true)
    else view.setFloat64(8 * i, values[i], true)
  }
  return bytes
}

export interface ZipMember {
  path: string
  bytes: Uint8Array
  /** @default false */
  stored?: boolean
  /** In place of what the bytes are packed to. */
  packed?: Uint8Array
  /** What the archive says instead of the truth. */
  claims?: { sizeBytes?: number; crc32?: number; at?: number; flags?: number; method?: number }
}

export function makeZip(members: readonly ZipMember[], { long = false } = {}): Uint8Array {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { path, bytes, stored = false, packed: given, claims = {} } of members) {
    const name = Buffer.from(path)
    const packed = given ? Buffer.from(given) : stored ? Buffer.from(bytes) : deflateRawSync(bytes)
    const method = claims.method ?? (stored ? 0 : 8)
    const fields = Buffer.alloc(26) // from "version needed" to the lengths, as both headers have them
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(claims.flags ?? 0, 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(claims.crc32 ?? crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(claims.sizeBytes ?? bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    local.push(Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed)
    const rest = Buffer.alloc(14)
    const place = claims.at ?? at
    rest.writeUInt32LE(long ? 0xffffffff : place, 10)
    const extra = Buffer.alloc(long ? 12 : 0)
    if (long) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(8, 2)
      extra.writeBigUInt64LE(BigInt(place), 4)
      fields.writeUInt16LE(extra.length, 24)
    }
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), Buffer.from(fields), rest, name, extra)
    if (long) fields.writeUInt16LE(0, 24)
    at += 30 + name.length + packed.length
  }
  const entries = Buffer.concat(directory)
  const head = Buffer.concat(local)
  return Buffer.concat([head, entries, ...endOfZip(members.length, head.length, entries.length, long)])
}

function endOfZip(count: number, at: number, sizeBytes: number, long: boolean): Buffer[] {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(long ? 0xffff : count, 8)
  end.writeUInt16LE(long ? 0xffff : count, 10)
  end.writeUInt32LE(long ? 0xffffffff : sizeBytes, 12)
  end.writeUInt32LE(long ? 0xffffffff : at, 16)
  if (!long) return [end]
  const record = Buffer.alloc(56)
  record.write('PK\x06\x06', 'latin1')
  record.writeBigUInt64LE(44n, 4)
  record.writeBigUInt64LE(BigInt(count), 24)
  record.writeBigUInt64LE(BigInt(count), 32)
  record.writeBigUInt64LE(BigInt(sizeBytes), 40)
  record.writeBigUInt64LE(BigInt(at), 48)
  const locator = Buffer.alloc(20)
  locator.write('PK\x06\x07', 'latin1')
  locator.writeBigUInt64LE(BigInt(at + sizeBytes), 8)
  locator.writeUInt32LE(1, 16)
  return [record, locator, end]
}

/** Packed zeros, a thousand times smaller, made without ever having them in memory. */
export function packedZeros(megabytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1_000_000), { finishFlush: constants.Z_FULL_FLUSH })
  const last = Buffer.of(3, 0)
  return Buffer.concat([...Array.from({ length: megabytes }, () => block), last])
}

/** A gzip file around packed bytes, which says of itself what it is told to. */
export function makeGzip(packed: Uint8Array, sizeBytes: number, crc = 0): Buffer {
  const end = Buffer.alloc(8)
  end.writeUInt32LE(crc, 0)
  end.writeUInt32LE(sizeBytes, 4)
  return Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255), packed, end])
}

export function makePng(
  width: number,
  height: number,
  values: Uint8Array,
  channels = 1,
  interlaced = false,
): Uint8Array {
  return encodePng({ width, height, data: values, channels, depth: 8 }, { interlace: interlaced ? 'Adam7' : 'null' })
}

export interface PngChunk {
  type: string
  data: Uint8Array
}

/** A PNG of these chunks, whatever they say, with lengths and CRC-32 that fit. */
export function makePngOf(chunks: readonly PngChunk[]): Uint8Array {
  const parts = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, check])
  })
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

export function pngHeader(width: number, height: number, depth = 8, colorType = 0, interlace = 0): PngChunk {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([depth, colorType, 0, 0, interlace], 8)
  return { type: 'IHDR', data }
}

/** Gray as JPEG knows it, with the blocks' losses. */
export function makeJpeg(width: number, height: number, gray: Uint8Array, quality = 90): Uint8Array {
  const rgba = new Uint8Array(4 * width * height)
  gray.forEach((value, p) => rgba.set([value, value, value, 255], 4 * p))
  return new Uint8Array(encodeJpeg({ width, height, data: rgba }, quality).data)
}

/** Rows of cells as lines. */
export function makeTable(rows: readonly (readonly (string | number)[])[], delimiter = ',', end = '\n'): Uint8Array {
  return Buffer.from(rows.map((cells) => cells.join(delimiter) + end).join(''))
}

/** The i-th picture. */
export function pictureAt({ values, height, width }: Pictures, i: number): Uint8Array {
  return values.subarray(i * height * width, (i + 1) * height * width)
}
