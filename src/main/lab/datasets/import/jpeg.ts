/**
 * JPEG pictures, decoded by jpeg-js. Its header is read here first: the size, and the number of scans, as a small
 * file of many scans keeps a decoder busy for minutes.
 */
import { decode } from 'jpeg-js'
import { badFile } from '#engine/formats/number-array'
import { reasonOf } from './gzip'
import { mustBePictureSize, onWhite, type Picture } from './picture'

/** Progressive files of common programs have about ten. */
const MAX_SCANS = 64
const MAX_MEMORY_MB = 64

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

export function readJpeg(bytes: Uint8Array, file: string): Picture {
  if (!isJpeg(bytes)) throw badFile(file, 0, 'the 0xffd8ff that starts a JPEG file', 'something else')
  const header = readHeader(bytes, file)
  try {
    const options = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false } as const
    const { data } = decode(bytes, { ...options, maxMemoryUsageInMB: MAX_MEMORY_MB })
    return onWhite(data, header.width, header.height, 3)
  } catch (error) {
    throw badFile(file, header.at, 'a JPEG picture that can be decoded', reasonOf(error))
  }
}

/** Walks the segments: size from the frame's, scans counted, packed data between them jumped over. */
function readHeader(bytes: Uint8Array, file: string): { at: number; width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let frame: { at: number; width: number; height: number } | undefined
  let scans = 0
  for (let at = 2; ;) {
    at = nextMarker(bytes, at)
    if (at + 1 >= bytes.length) throw badFile(file, bytes.length, 'the 0xffd9 that ends a JPEG file', 'the end')
    const marker = bytes[at + 1]
    if (marker === 0xd9) break
    if (at + 4 > bytes.length) throw badFile(file, bytes.length, 'the length of a segment', 'the end of the file')
    const length = view.getUint16(at + 2)
    if (length < 2 || at + 2 + length > bytes.length) {
      throw badFile(file, at + 2, 'the length of a segment within the file', `${length}`)
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      if (frame) throw badFile(file, at, 'one frame', 'another')
      frame = readFrame(view, at, length, marker, file)
    }
    if (marker === 0xda && ++scans > MAX_SCANS) throw badFile(file, at, `at most ${MAX_SCANS} scans`, 'more')
    at += 2 + length
  }
  if (!frame || scans === 0) throw badFile(file, 2, 'a frame and a scan', 'none')
  return frame
}

function readFrame(view: DataView, at: number, length: number, marker: number, file: string) {
  if (marker > 0xc2) throw badFile(file, at, 'a baseline or progressive JPEG', `frame 0x${marker.toString(16)}`)
  if (length < 8) throw badFile(file, at + 2, 'a frame of at least 8 bytes', `${length}`)
  if (view.getUint8(at + 4) !== 8) throw badFile(file, at + 4, '8 bits a value', `${view.getUint8(at + 4)}`)
  const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
  mustBePictureSize(file, at + 5, width, height)
  const least = (Math.ceil(width / 8) * Math.ceil(height / 8)) / 8 // a bit for each block of 8 × 8
  if (view.byteLength < least) {
    throw badFile(
      file,
      at + 5,
      `at least ${Math.ceil(least)} bytes for ${width} × ${height} pixels`,
      `${view.byteLength}`,
    )
  }
  return { at, width, height }
}

/** From `at` on: past packed data (0xff00), restarts (0xffd0 … 0xffd7) and fill bytes (0xffff). */
function nextMarker(bytes: Uint8Array, at: number): number {
  for (let next = bytes.indexOf(0xff, at); next >= 0; next = bytes.indexOf(0xff, next + 1)) {
    const code = bytes[next + 1]
    if (code !== 0 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) return next
  }
  return bytes.length
}
