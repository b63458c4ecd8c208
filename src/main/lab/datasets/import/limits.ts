/**
 * What an import takes at most. Far above any set that a multilayer perceptron is trained on here, and low enough
 * that a hostile file is refused before it costs memory.
 */
import { LabError } from '#shared/errors'

export const IMPORT_LIMITS = {
  /** Of one file, and of all that an archive unpacks to. */
  fileBytes: 2 ** 31 - 1,
  /** Pictures in a folder, entries in an archive. */
  files: 1_000_000,
  folderDepth: 8,
  /** Values of one sample: a picture of 1024 × 1024. */
  sampleValues: 2 ** 20,
  samples: 10_000_000,
  /** Bytes of all samples together once they are read. */
  valueBytes: 2 ** 31 - 1,
  /** Labels are bytes. */
  classes: 256,
  /** Tables and archives say so of themselves: a line, a row. */
  columns: 2 ** 20 + 1,
} as const

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
