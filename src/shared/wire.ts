/**
 * Plain data as one line of JSON, for the served door's WebSocket.
 *
 * A Uint8Array travels as `{ "$bytes": base64 }`; nothing else is special. As a plain object of that shape would
 * come out as bytes on the other side, the writer refuses one. Used in Node and in the browser: no Buffer here.
 */
import { LabError } from './errors'

const BYTES = '$bytes'
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

/** Throws a LabError when the text is not JSON or holds broken base64. */
export function decodeWire(text: string): unknown {
  try {
    return JSON.parse(text, (_key, item: unknown) => {
      return isBytesShaped(item) ? fromBase64(item[BYTES]) : item
    })
  } catch (error) {
    throw new LabError('wire/unreadable', 'Expected a message in JSON; could not read the one that came.', {
      cause: error,
    })
  }
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
