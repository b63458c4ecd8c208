/**
 * Writes the protocol buffers wire format: as much of it as ONNX needs, and no schema.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */

const VARINT = 0
const BYTES = 2
const FIXED32 = 5

/** Fields in the order in which they are written. */
export class Message {
  private readonly parts: Uint8Array[] = []
  private size = 0

  /** A whole number, 0 … 2⁵³ − 1. */
  integer(field: number, value: number): this {
    return this.add(varint(field * 8 + VARINT)).add(varint(value))
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.add(varint(field * 8 + FIXED32)).add(bytes)
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.encoded())
  }

  bytes(field: number, value: Uint8Array): this {
    return this.add(varint(field * 8 + BYTES))
      .add(varint(value.length))
      .add(value)
  }

  encoded(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.size)
    let at = 0
    for (const part of this.parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }

  private add(part: Uint8Array): this {
    this.parts.push(part)
    this.size += part.length
    return this
  }
}

/** Seven bits a byte, the lowest first; by division, as numbers may have more than 32 bits. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`expected a whole number from 0 on, got ${value}`)
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.of(...bytes, rest)
}
