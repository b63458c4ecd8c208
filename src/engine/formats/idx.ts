/**
 * Reader for IDX files, the format of MNIST: two zero bytes, a type, the number of dimensions, each dimension as
 * a big-endian u32, then the values in row-major order. Strict: nothing may be missing and nothing may follow.
 */
import { badFile, countOf, readNumbers, type NumberArray, type NumberFormat } from './number-array'

interface IdxType extends NumberFormat {
  name: string
}

/** What the third byte says the values are. 0x0a is not assigned. */
const TYPES = new Map<number, IdxType>([
  [0x08, { name: 'unsigned bytes', kind: 'unsigned', sizeBytes: 1, littleEndian: false }],
  [0x09, { name: 'signed bytes', kind: 'signed', sizeBytes: 1, littleEndian: false }],
  [0x0b, { name: 'int16', kind: 'signed', sizeBytes: 2, littleEndian: false }],
  [0x0c, { name: 'int32', kind: 'signed', sizeBytes: 4, littleEndian: false }],
  [0x0d, { name: 'float32', kind: 'float', sizeBytes: 4, littleEndian: false }],
  [0x0e, { name: 'float64', kind: 'float', sizeBytes: 8, littleEndian: false }],
])
const MAX_DIMENSIONS = 4

/** True for bytes that begin as an IDX file does. Few other files begin with two zeros. */
export function looksLikeIdx(bytes: Uint8Array): boolean {
  const [first, second, type, dimensions = 0] = bytes
  return first === 0 && second === 0 && TYPES.has(type ?? 0) && dimensions >= 1 && dimensions <= MAX_DIMENSIONS
}

/** `file` is how messages call it. Throws `import/bad-file`, which names the byte where it went wrong. */
export function readIdx(bytes: Uint8Array, file = 'IDX file'): NumberArray {
  const { shape, type, start } = readHeader(bytes, file)
  const count = countOf(shape)
  const expected = start + type.sizeBytes * count
  if (bytes.length !== expected) {
    const wanted = `${expected} bytes for ${type.name} [${shape.join(', ')}]`
    throw badFile(file, Math.min(bytes.length, expected), wanted, `a file of ${bytes.length}`)
  }
  return { shape, values: readNumbers(bytes, start, count, type, file) }
}

/** As readIdx, for files that must hold unsigned bytes in so many dimensions. */
export function readIdxBytes(bytes: Uint8Array, dimensions: number, file = 'IDX file'): NumberArray<Uint8Array> {
  const { shape, values } = readIdx(bytes, file)
  if (!(values instanceof Uint8Array)) throw badFile(file, 2, 'unsigned bytes (0x08)', hex(bytes[2] ?? 0, 2))
  if (shape.length !== dimensions) throw badFile(file, 3, `${dimensions} dimensions`, `${shape.length}`)
  return { shape, values }
}

/** The shape that the header of a file of unsigned bytes tells; `bytes` may end where the header ends. */
export function readIdxShape(bytes: Uint8Array, file = 'IDX file'): readonly number[] {
  const { shape, type } = readHeader(bytes, file)
  if (type.kind !== 'unsigned') throw badFile(file, 2, 'unsigned bytes (0x08)', hex(bytes[2] ?? 0, 2))
  return shape
}

function readHeader(bytes: Uint8Array, file: string): { shape: number[]; type: IdxType; start: number } {
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
  return { shape, type, start }
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}
