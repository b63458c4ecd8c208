/**
 * Reader for IDX files, the format of MNIST: two zero bytes, a type, the number of dimensions, each dimension as
 * a big-endian u32, then the values in row-major order. Strict: nothing may be missing and nothing may follow.
 */
import { LabError } from '#shared/errors'

export type IdxValues = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array

export interface IdxArray<T extends IdxValues = IdxValues> {
  shape: readonly number[]
  /** Row-major. Bytes are a view into the file's memory; wider types are copies in the machine's byte order. */
  values: T
}

/** What the third byte says the values are. 0x0a is not assigned. */
const TYPES = new Map([
  [0x08, { name: 'unsigned bytes', size: 1 }],
  [0x09, { name: 'signed bytes', size: 1 }],
  [0x0b, { name: 'int16', size: 2 }],
  [0x0c, { name: 'int32', size: 4 }],
  [0x0d, { name: 'float32', size: 4 }],
  [0x0e, { name: 'float64', size: 8 }],
])
const MAX_DIMENSIONS = 4

/** `file` is how messages call it. Throws `idx/bad-file`, which names the byte where it went wrong. */
export function readIdx(bytes: Uint8Array, file = 'IDX file'): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4) throw badFile(file, bytes.length, 'the 4 bytes that start an IDX file', 'the end of the file')
  if (view.getUint16(0) !== 0) throw badFile(file, 0, 'two zero bytes', hex(view.getUint16(0), 4))

  const code = view.getUint8(2)
  const type = TYPES.get(code)
  if (!type) throw badFile(file, 2, 'a type: 0x08, 0x09 or 0x0b … 0x0e', hex(code, 2))

  const dimensions = view.getUint8(3)
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    throw badFile(file, 3, `1 … ${MAX_DIMENSIONS} dimensions`, `${dimensions}`)
  }
  const start = 4 + 4 * dimensions
  if (bytes.length < start) throw badFile(file, bytes.length, `a header of ${start} bytes`, 'the end of the file')

  const shape = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d))
  // Past 2^53 the product is no longer exact, but it is then far from any file's size as well.
  const expected = start + type.size * shape.reduce((product, size) => product * size, 1)
  if (bytes.length !== expected) {
    const wanted = `${expected} bytes for ${type.name} [${shape.join(', ')}]`
    throw badFile(file, Math.min(bytes.length, expected), wanted, `a file of ${bytes.length}`)
  }
  return { shape, values: valuesOf(code, view, start) }
}

/** As readIdx, for files that must hold unsigned bytes in so many dimensions. */
export function readIdxBytes(bytes: Uint8Array, dimensions: number, file = 'IDX file'): IdxArray<Uint8Array> {
  const { shape, values } = readIdx(bytes, file)
  if (!(values instanceof Uint8Array)) throw badFile(file, 2, 'unsigned bytes (0x08)', hex(bytes[2] ?? 0, 2))
  if (shape.length !== dimensions) throw badFile(file, 3, `${dimensions} dimensions`, `${shape.length}`)
  return { shape, values }
}

function valuesOf(code: number, view: DataView, start: number): IdxValues {
  const sizeBytes = view.byteLength - start
  switch (code) {
    case 0x08:
      return new Uint8Array(view.buffer, view.byteOffset + start, sizeBytes)
    case 0x09:
      return new Int8Array(view.buffer, view.byteOffset + start, sizeBytes)
    case 0x0b:
      return Int16Array.from({ length: sizeBytes / 2 }, (_, i) => view.getInt16(start + 2 * i))
    case 0x0c:
      return Int32Array.from({ length: sizeBytes / 4 }, (_, i) => view.getInt32(start + 4 * i))
    case 0x0d:
      return Float32Array.from({ length: sizeBytes / 4 }, (_, i) => view.getFloat32(start + 4 * i))
    default:
      return Float64Array.from({ length: sizeBytes / 8 }, (_, i) => view.getFloat64(start + 8 * i))
  }
}

function badFile(file: string, atByte: number, expected: string, got: string): LabError {
  return new LabError('idx/bad-file', `${file}, byte ${atByte}: expected ${expected}, got ${got}`)
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}
