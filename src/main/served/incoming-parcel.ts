/**
 * Bytes that come in frames before the call that brings them.
 */
import { MAX_PARCEL_BYTES, readFrame } from '#shared/wire'

export class IncomingParcel {
  private id: number | null = null
  private parts: Uint8Array[] = []
  private sizeBytes = 0

  /** False for what is no frame, belongs to another call than the frames before it, or is too much. */
  take(data: Uint8Array): boolean {
    const frame = readFrame(data)
    if (!frame || (this.id !== null && this.id !== frame.id)) return false
    this.sizeBytes += frame.part.length
    if (this.sizeBytes > MAX_PARCEL_BYTES) return false
    this.id = frame.id
    this.parts.push(frame.part)
    return true
  }

  /** All that has come, in one piece; it is forgotten here. */
  handOver(): { id: number | null; bytes: Uint8Array | null } {
    const { id, parts, sizeBytes } = this
    Object.assign(this, { id: null, parts: [], sizeBytes: 0 })
    if (id === null) return { id, bytes: null }
    const bytes = new Uint8Array(sizeBytes)
    let end = 0
    for (const part of parts) {
      bytes.set(part, end)
      end += part.length
    }
    return { id, bytes }
  }
}
