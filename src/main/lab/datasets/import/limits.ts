/**
 * Refuses what is larger than an import takes; the limits themselves are in shared/import-options.ts.
 */
import { LabError } from '#shared/errors'
import { IMPORT_LIMITS } from '#shared/import-options'

/**
 * Packed data of pictures shrinks 5 times, of nearly empty ones 50 times. What claims to shrink more than this is
 * refused unless it is small.
 */
const MAX_RATIO = 200
const SMALL_BYTES = 16 * 1024 * 1024

/** For what a packed file says that it unpacks to, before a byte of it is. */
export function mustUnpackSoundly(file: string, packedBytes: number, unpackedBytes: number): void {
  if (unpackedBytes > IMPORT_LIMITS.fileBytes) {
    throw tooLarge(file, `would unpack to ${unpackedBytes} bytes; at most ${IMPORT_LIMITS.fileBytes} are taken`)
  }
  if (unpackedBytes > SMALL_BYTES && unpackedBytes > MAX_RATIO * packedBytes) {
    throw tooLarge(
      file,
      `would unpack from ${packedBytes} to ${unpackedBytes} bytes, more than ${MAX_RATIO} times; unpack it yourself if it is sound`,
    )
  }
}

export function tooLarge(file: string, what: string): LabError {
  return new LabError('import/too-large', `${file} ${what}`)
}

/** For what has no single byte to point at. */
export function cannotImport(message: string): LabError {
  return new LabError('import/bad-file', message)
}
