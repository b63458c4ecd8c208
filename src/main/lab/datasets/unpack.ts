/**
 * Gzip files of a known size, unpacked piece by piece: what is unpacked lies in one place only, and may be put at once
 * where it is to stay.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { LabError } from '#shared/errors'
import { damaged } from './manifest'

const PIECE_BYTES = 256 * 1024

/**
 * Calls `take` with each piece and the number of bytes before it, in order; a piece is the callee's until it returns.
 * Throws `dataset/missing` or `dataset/damaged`, the second also as soon as there are more than `maxBytes`.
 */
export async function unpackPieces(
  path: string,
  maxBytes: number,
  take: (piece: Uint8Array, at: number) => void,
): Promise<{ sha256: string }> {
  const hash = createHash('sha256')
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES })
  const pieces = file.pipe(createGunzip({ chunkSize: PIECE_BYTES }))
  let missing: Error | null = null
  file.once('error', (error) => {
    missing = error
    pieces.destroy(error) // pipe() passes no errors on
  })
  let at = 0
  try {
    for await (const piece of pieces as AsyncIterable<Buffer>) {
      if (at + piece.length > maxBytes) throw damaged(path, `it unpacks to more than its ${maxBytes} bytes`)
      hash.update(piece)
      take(piece, at)
      at += piece.length
    }
  } catch (error) {
    if (missing)
      throw new LabError('dataset/missing', `Cannot read ${path}: the data set is not complete`, { cause: error })
    throw error instanceof LabError ? error : damaged(path, 'it cannot be unpacked', error)
  } finally {
    file.destroy()
  }
  return { sha256: hash.digest('hex') }
}
