/**
 * Reader for zip archives (.npz, zipped folders of pictures): stored and deflated entries, with ZIP64. Everything
 * that an archive says of an entry is checked against its data: size, CRC-32, and that no two entries share bytes.
 * Nothing is ever written under an entry's name.
 *
 * Source: APPNOTE.TXT 6.3.9 of PKWARE; numbers of sections are beside the fields.
 */
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { badFile } from '#engine/formats/number-array'
import { reasonOf } from './gzip'
import { cannotImport, mustUnpackSoundly, tooLarge } from './limits'
import { IMPORT_LIMITS } from '#shared/import-options'
import { isNoise, type SourceFile } from './source-file'

const unpack = promisify(inflateRaw)

const LOCAL_HEADER = { signature: 0x04034b50, sizeBytes: 30 } // 4.3.7
const DIRECTORY_ENTRY = { signature: 0x02014b50, sizeBytes: 46 } // 4.3.12
const END = { signature: 0x06054b50, sizeBytes: 22 } // 4.3.16
const END_64 = { signature: 0x06064b50, sizeBytes: 56 } // 4.3.14
const LOCATOR_64 = { signature: 0x07064b50, sizeBytes: 20 } // 4.3.15
const MAX_COMMENT_BYTES = 65_535
const MAX_PATH_BYTES = 500
const ZIP64_FIELD = 0x0001 // 4.5.3
const IS_ENCRYPTED = 1 // bit 0, 4.4.4

interface Entry {
  path: string
  method: number
  flags: number
  crc32: number
  packedBytes: number
  sizeBytes: number
  /** Of its local header. */
  at: number
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5) && bytes[3] === bytes[2] + 1
}

/** The files in an archive, in its order, named "archive/entry". Folders and systems' own files are left out. */
export function zipEntries(bytes: Uint8Array, archive: string): SourceFile[] {
  const zip = new ZipReader(bytes, archive)
  const entries = zip.entries()
  mustNotOverlap(entries, archive)
  const wanted = entries.filter(({ path }) => !path.endsWith('/') && !isNoise(path))
  const sizeBytes = wanted.reduce((sum, entry) => sum + entry.sizeBytes, 0)
  mustUnpackSoundly(archive, bytes.length, sizeBytes)
  return wanted.map((entry) => ({
    path: `${archive}/${entry.path}`,
    sizeBytes: entry.sizeBytes,
    read: () => zip.read(entry),
  }))
}

class ZipReader {
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    private readonly archive: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  entries(): Entry[] {
    const { count, at, end } = this.directory()
    if (count > IMPORT_LIMITS.files) {
      throw tooLarge(this.archive, `has ${count} entries; at most ${IMPORT_LIMITS.files} are taken`)
    }
    const entries: Entry[] = []
    let next = at
    for (let i = 0; i < count; i++) {
      this.mustHave(next, DIRECTORY_ENTRY, 'an entry of the directory')
      const sizeBytes = DIRECTORY_ENTRY.sizeBytes + this.u16(next + 28) + this.u16(next + 30) + this.u16(next + 32)
      if (next + sizeBytes > end) throw this.wrong(next, 'an entry within the directory', 'a longer one')
      entries.push(this.entryAt(next))
      next += sizeBytes
    }
    if (next !== end) throw this.wrong(next, `the end of the directory at byte ${end}`, 'something else')
    return entries
  }

  async read(entry: Entry): Promise<Uint8Array> {
    const file = `${this.archive}/${entry.path}`
    const packed = this.packedBytes(entry)
    const { sizeBytes } = entry
    mustUnpackSoundly(file, packed.length, sizeBytes)
    let values: Uint8Array = packed
    if (entry.method === 8) {
      try {
        values = await unpack(packed, {
          maxOutputLength: Math.max(1, sizeBytes),
          chunkSize: Math.max(64, sizeBytes + 1),
        })
      } catch (error) {
        const reason = error instanceof RangeError ? 'more' : reasonOf(error)
        throw this.wrong(entry.at, `${file}, packed, of ${sizeBytes} bytes`, reason)
      }
    }
    if (values.length !== sizeBytes) throw this.wrong(entry.at, `${file} of ${sizeBytes} bytes`, `${values.length}`)
    const found = crc32(values)
    if (found !== entry.crc32) {
      throw this.wrong(entry.at, `${file} with CRC-32 ${entry.crc32.toString(16)}`, found.toString(16))
    }
    return new Uint8Array(values.buffer, values.byteOffset, values.length)
  }

  private packedBytes({ at, packedBytes, path }: Entry): Uint8Array {
    this.mustHave(at, LOCAL_HEADER, `the header of ${path}`)
    const nameAt = at + LOCAL_HEADER.sizeBytes
    const start = nameAt + this.u16(at + 26) + this.u16(at + 28)
    const name = this.text(nameAt, this.u16(at + 26))
    if (name !== path) throw this.wrong(nameAt, `the name ${JSON.stringify(path)}`, JSON.stringify(name))
    if (start + packedBytes > this.bytes.length) {
      throw this.wrong(at, `${packedBytes} bytes of ${path}`, 'the end of the file')
    }
    return this.bytes.subarray(start, start + packedBytes)
  }

  private entryAt(at: number): Entry {
    const nameBytes = this.u16(at + 28)
    const nameAt = at + DIRECTORY_ENTRY.sizeBytes
    const entry = {
      path: this.text(nameAt, nameBytes),
      flags: this.u16(at + 8),
      method: this.u16(at + 10),
      crc32: this.u32(at + 16),
      packedBytes: this.u32(at + 20),
      sizeBytes: this.u32(at + 24),
      at: this.u32(at + 42),
    }
    const extraAt = nameAt + nameBytes
    const found = this.withLongSizes(entry, extraAt, extraAt + this.u16(at + 30))
    if (found.flags & IS_ENCRYPTED) throw this.wrong(at + 8, `${entry.path} without a password`, 'an encrypted entry')
    if (found.method !== 0 && found.method !== 8) {
      throw this.wrong(at + 10, `${entry.path} stored (0) or deflated (8)`, `method ${found.method}`)
    }
    if (found.method === 0 && found.packedBytes !== found.sizeBytes) {
      throw this.wrong(at + 20, `${found.sizeBytes} stored bytes`, `${found.packedBytes}`)
    }
    return found
  }

  /** Sizes that do not fit 32 bits are all ones, and stand in a field of their own, in this order (4.5.3). */
  private withLongSizes(entry: Entry, from: number, end: number): Entry {
    const long = (['sizeBytes', 'packedBytes', 'at'] as const).filter((field) => entry[field] === 0xffffffff)
    if (long.length === 0) return entry
    for (let at = from; at + 4 <= end; at += 4 + this.u16(at + 2)) {
      if (this.u16(at) !== ZIP64_FIELD || this.u16(at + 2) < 8 * long.length) continue
      const longer = { ...entry }
      long.forEach((field, i) => (longer[field] = this.u64(at + 4 + 8 * i)))
      return longer
    }
    throw this.wrong(from, `the long sizes of ${entry.path}`, 'none')
  }

  /** Where the directory is: it stands at the end, before a comment that may be there. */
  private directory(): { count: number; at: number; end: number } {
    const at = this.endRecord()
    const short = { count: this.u16(at + 10), sizeBytes: this.u32(at + 12), at: this.u32(at + 16), end: at }
    const isLong = short.count === 0xffff || short.sizeBytes === 0xffffffff || short.at === 0xffffffff
    const found = isLong ? this.longDirectory(at) : short
    if (found.at + found.sizeBytes !== found.end) {
      throw this.wrong(at + 12, `a directory that ends at byte ${found.end}`, `one at ${found.at + found.sizeBytes}`)
    }
    return found
  }

  private endRecord(): number {
    const last = this.bytes.length - END.sizeBytes
    for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
      if (this.u32(at) === END.signature && at + END.sizeBytes + this.u16(at + 20) === this.bytes.length) return at
    }
    throw this.wrong(this.bytes.length, 'the directory at the end of a zip archive', 'none; the file may be cut')
  }

  private longDirectory(endAt: number): { count: number; sizeBytes: number; at: number; end: number } {
    const locatorAt = endAt - LOCATOR_64.sizeBytes
    this.mustHave(locatorAt, LOCATOR_64, 'the place of the long directory')
    const at = this.u64(locatorAt + 8)
    this.mustHave(at, END_64, 'the end of the long directory')
    return { count: this.u64(at + 32), sizeBytes: this.u64(at + 40), at: this.u64(at + 48), end: at }
  }

  private mustHave(at: number, record: { signature: number; sizeBytes: number }, what: string): void {
    const isThere = at >= 0 && at + record.sizeBytes <= this.bytes.length
    if (!isThere || this.u32(at) !== record.signature) throw this.wrong(at, what, 'something else')
  }

  private text(at: number, length: number): string {
    if (length > MAX_PATH_BYTES) throw this.wrong(at, `a name of at most ${MAX_PATH_BYTES} bytes`, `${length}`)
    if (at + length > this.bytes.length) throw this.wrong(at, `a name of ${length} bytes`, 'the end of the file')
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + at, length).toString('utf8')
  }

  private u16(at: number): number {
    return this.view.getUint16(at, true)
  }

  private u32(at: number): number {
    return this.view.getUint32(at, true)
  }

  /** What is beyond 2⁵³ lies outside any file, which is then found. */
  private u64(at: number): number {
    return Number(this.view.getBigUint64(at, true))
  }

  private wrong(at: number, expected: string, got: string) {
    return badFile(this.archive, Math.max(0, at), expected, got)
  }
}

/** Entries that share bytes are how a small archive unpacks to a huge one. */
function mustNotOverlap(entries: readonly Entry[], archive: string): void {
  const byPlace = [...entries].sort((a, b) => a.at - b.at)
  for (let i = 1; i < byPlace.length; i++) {
    const [before, after] = [byPlace[i - 1], byPlace[i]]
    if (before.at + LOCAL_HEADER.sizeBytes + before.packedBytes > after.at) {
      throw cannotImport(`${archive}: ${before.path} and ${after.path} share bytes; expected entries one after another`)
    }
  }
}
