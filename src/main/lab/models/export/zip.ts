/**
 * Writer for zip files: whole files, stored as they are. Weights do not become smaller, and everybody reads it.
 *
 * Source: PKWARE's APPNOTE 6.3.10. No zip64: everything together stays below 4 GB.
 */
import { crc32 } from 'node:zlib'
import { LabError } from '#shared/errors'

export interface ZipEntry {
  /** With / between folders. */
  name: string
  bytes: Uint8Array
}

const LOCAL_BYTES = 30
const CENTRAL_BYTES = 46
const END_BYTES = 22
const LIMIT = 2 ** 32 - 1
const VERSION = 20
const UTF_8_NAMES = 0x0800
/** 1 January 1980, the earliest there is: the same entries make the same file. */
const DATE = (1 << 5) | 1

export function writeZip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const encoded = entries.map(({ name, bytes }) => ({ name: new TextEncoder().encode(name), bytes, crc: crc32(bytes) }))
  const size = encoded.reduce(
    (sum, { name, bytes }) => sum + LOCAL_BYTES + CENTRAL_BYTES + 2 * name.length + bytes.length,
    END_BYTES,
  )
  if (size > LIMIT)
    throw new LabError('export/too-large', `A zip file has at most ${LIMIT} bytes, this one would have ${size}`)
  const file = new Uint8Array(size)
  const view = new DataView(file.buffer)
  let at = 0
  const starts = encoded.map(({ name, bytes, crc }) => {
    const start = at
    view.setUint32(at, 0x04034b50, true)
    writeFacts(view, at + 4, name.length, bytes.length, crc)
    file.set(name, at + LOCAL_BYTES)
    file.set(bytes, at + LOCAL_BYTES + name.length)
    at += LOCAL_BYTES + name.length + bytes.length
    return start
  })
  const directory = at
  encoded.forEach(({ name, bytes, crc }, i) => {
    view.setUint32(at, 0x02014b50, true)
    view.setUint16(at + 4, VERSION, true)
    writeFacts(view, at + 6, name.length, bytes.length, crc)
    view.setUint32(at + 42, starts[i] ?? 0, true)
    file.set(name, at + CENTRAL_BYTES)
    at += CENTRAL_BYTES + name.length
  })
  view.setUint32(at, 0x06054b50, true)
  view.setUint16(at + 8, encoded.length, true)
  view.setUint16(at + 10, encoded.length, true)
  view.setUint32(at + 12, at - directory, true)
  view.setUint32(at + 16, directory, true)
  return file
}

/** What both headers say in the same order: version, flags, method 0, time 0, date, CRC, both sizes, length of the name. */
function writeFacts(view: DataView, at: number, nameBytes: number, sizeBytes: number, crc: number): void {
  view.setUint16(at, VERSION, true)
  view.setUint16(at + 2, UTF_8_NAMES, true)
  view.setUint16(at + 8, DATE, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, sizeBytes, true)
  view.setUint32(at + 18, sizeBytes, true)
  view.setUint16(at + 22, nameBytes, true)
}
