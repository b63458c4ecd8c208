/**
 * Plain data as one line of JSON, for the served door's WebSocket.
 *
 * A Uint8Array travels as `{ "$bytes": base64 }`; nothing else is special. As a plain object of that shape would
 * come out as bytes on the other side, the writer refuses one. Used in Node and in the browser: no Buffer here.
 *
 * Files of many megabytes go beside the text: binary frames come first, each with the number of its call in front (u32,
 * little-endian), and make one parcel; in the text `{ "$parcel": [offset, length] }` stands for a part of it.
 */
import { LabError } from './errors'

const BYTES = '$bytes'
const PARCEL = '$parcel'
/** Calls with more bytes than this send them beside the text. */
const PARCEL_FROM_BYTES = 256 * 1024
/** Of one call. The page has the files in memory, and the lab as well for a moment. */
export const MAX_PARCEL_BYTES = 512 * 1024 * 1024
const FRAME_BYTES = 1024 * 1024
const NUMBER_BYTES = 4
/** Bytes a call of String.fromCharCode takes at once; engines limit the number of arguments. */
const CHUNK = 0x8000

export function encodeWire(value: unknown): string {
  // Read from the holder: a Buffer has a toJSON, and what that makes comes here in its place.
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string): unknown {
    const item = this[key]
    if (item instanceof Uint8Array) return { [BYTES]: toBase64(item) }
    if (isBytesShaped(item)) {
      throw new LabError('wire/reserved', `Cannot send an object whose only field is "${BYTES}": send a Uint8Array.`)
    }
    return item
  })
}

/** A message with its number, as text and the frames that go before it. Throws `wire/too-large`. */
export function packMessage(message: { id: number }): { text: string; frames: Uint8Array<ArrayBuffer>[] } {
  const total = bytesIn(message)
  if (total <= PARCEL_FROM_BYTES) return { text: encodeWire(message), frames: [] }
  if (total > MAX_PARCEL_BYTES) {
    const mib = (bytes: number) => Math.ceil(bytes / 2 ** 20)
    throw new LabError(
      'wire/too-large',
      `A page can bring ${mib(MAX_PARCEL_BYTES)} MiB at once, these are ${mib(total)} MiB. The desktop application and “perceptron-lab data import” take more`,
    )
  }
  const parcel = new Uint8Array(total)
  let end = 0
  const text = JSON.stringify(message, (_key, item: unknown): unknown => {
    if (!(item instanceof Uint8Array)) return item
    parcel.set(item, end)
    end += item.length
    return { [PARCEL]: [end - item.length, item.length] }
  })
  return { text, frames: framesOf(message.id, parcel) }
}

function framesOf(id: number, parcel: Uint8Array): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: Math.ceil(parcel.length / FRAME_BYTES) }, (_, i) => {
    const part = parcel.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES)
    const frame = new Uint8Array(NUMBER_BYTES + part.length)
    new DataView(frame.buffer).setUint32(0, id, true)
    frame.set(part, NUMBER_BYTES)
    return frame
  })
}

/** The number of the call that a frame belongs to, and its part of the parcel; null for what is no frame. */
export function readFrame(frame: Uint8Array): { id: number; part: Uint8Array } | null {
  if (frame.length <= NUMBER_BYTES || frame.length > NUMBER_BYTES + FRAME_BYTES) return null
  const id = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true)
  return { id, part: frame.subarray(NUMBER_BYTES) }
}

function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.length
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, item) => sum + bytesIn(item), 0)
}

/** Throws a LabError when the text is not JSON, holds broken base64, or speaks of more than its parcel. */
export function decodeWire(text: string, parcel?: Uint8Array | null): unknown {
  try {
    return JSON.parse(text, (_key, item: unknown) => {
      if (isBytesShaped(item)) return fromBase64(item[BYTES])
      if (!parcel || !isParcelShaped(item)) return item
      const [offset, length] = item[PARCEL]
      if (offset < 0 || length < 0 || offset + length > parcel.length) throw new RangeError('not within the parcel')
      return parcel.subarray(offset, offset + length)
    })
  } catch (error) {
    throw new LabError('wire/unreadable', 'Expected a message in JSON; could not read the one that came.', {
      cause: error,
    })
  }
}

function isParcelShaped(item: unknown): item is { [PARCEL]: [number, number] } {
  if (typeof item !== 'object' || item === null) return false
  const value = (item as Record<string, unknown>)[PARCEL]
  return Object.keys(item).length === 1 && Array.isArray(value) && value.length === 2 && value.every(Number.isInteger)
}

function isBytesShaped(item: unknown): item is { [BYTES]: string } {
  if (typeof item !== 'object' || item === null) return false
  const keys = Object.keys(item)
  return keys.length === 1 && keys[0] === BYTES && typeof (item as Record<string, unknown>)[BYTES] === 'string'
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(binary)
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
