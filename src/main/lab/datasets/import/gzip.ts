/**
 * Unpacks gzip files within the size that they say of themselves, so that none can fill the memory.
 */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { badFile } from '#engine/formats/number-array'
import { mustUnpackSoundly } from './limits'

const unpack = promisify(gunzip)
/** Header of 10 bytes, CRC-32 and size at the end; between them at least an empty block of 2. */
const SHORTEST = 20

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The last four bytes of a gzip file are the size of what it holds. They bound what is unpacked, and it must be
 * exactly as many: zlib checks the CRC-32.
 */
export async function gunzipFile(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) throw badFile(file, 0, 'the 0x1f8b that starts a gzip file', 'something else')
  if (bytes.length < SHORTEST) throw badFile(file, bytes.length, 'a whole gzip file', 'the end of the file')
  const sizeAt = bytes.length - 4
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(sizeAt, true)
  mustUnpackSoundly(file, bytes.length, size)
  let unpacked: Buffer
  try {
    // One piece of the right size, and nothing to put together at the end; zlib wants at least 64 bytes.
    unpacked = await unpack(bytes, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size + 1) })
  } catch (error) {
    if (error instanceof RangeError) throw badFile(file, sizeAt, `the size of what it holds`, `${size}, which is less`)
    throw badFile(file, 10, 'packed data that fits its CRC-32', reasonOf(error))
  }
  if (unpacked.length !== size) {
    throw badFile(file, sizeAt, `${unpacked.length}, the size of what it holds`, `${size}`)
  }
  return new Uint8Array(unpacked.buffer, unpacked.byteOffset, unpacked.length)
}

/** What zlib says: "incorrect data check", "invalid distance too far back". */
export function reasonOf(error: unknown): string {
  return `"${error instanceof Error ? error.message : String(error)}"`
}
