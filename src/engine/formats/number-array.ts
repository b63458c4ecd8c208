/**
 * Arrays of numbers as files hold them: a shape, and values in row-major order in whatever type they come.
 */
import { LabError } from '#shared/errors'

/** Whole numbers of 64 bits become float64: exact up to 2⁵³, and refused beyond. */
export type NumberValues =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export interface NumberArray<T extends NumberValues = NumberValues> {
  shape: readonly number[]
  /** Row-major. Single bytes are a view into the file's memory; wider types are copies in the machine's byte order. */
  values: T
}

export interface NumberFormat {
  kind: 'unsigned' | 'signed' | 'float'
  sizeBytes: 1 | 2 | 4 | 8
  littleEndian: boolean
}

const MACHINE_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** What a file should have had at a byte. All readers of files say it in this way. */
export function badFile(file: string, atByte: number, expected: string, got: string): LabError {
  return new LabError('import/bad-file', `${file}, byte ${atByte}: expected ${expected}, got ${got}`)
}

/** The product of the sizes. Past 2⁵³ it is no longer exact, but it is then far from any file's size as well. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Reads `count` numbers from byte `at` on; all of them must be there. `file` is for messages. */
export function readNumbers(
  bytes: Uint8Array,
  at: number,
  count: number,
  format: NumberFormat,
  file: string,
): NumberValues {
  const { kind, sizeBytes, littleEndian } = format
  const whole = bytes.subarray(at, at + count * sizeBytes)
  if (sizeBytes === 1) {
    return kind === 'signed' ? new Int8Array(whole.buffer, whole.byteOffset, whole.length) : asPlainBytes(whole)
  }
  // A copy with a memory of its own: the file's may be a pool's, and begin at any byte.
  const copy = new Uint8Array(whole.length)
  copy.set(whole)
  if (littleEndian !== MACHINE_IS_LITTLE) swapBytes(copy, sizeBytes)
  const memory = copy.buffer
  switch (sizeBytes) {
    case 2:
      return kind === 'signed' ? new Int16Array(memory) : new Uint16Array(memory)
    case 4:
      if (kind === 'float') return new Float32Array(memory)
      return kind === 'signed' ? new Int32Array(memory) : new Uint32Array(memory)
    case 8:
      return kind === 'float' ? new Float64Array(memory) : narrowed(memory, kind === 'signed', file, at)
  }
}

/** Not a Buffer, whose methods of the same name do other things. */
function asPlainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** In place. */
function swapBytes(bytes: Uint8Array, sizeBytes: number): void {
  for (let i = 0; i < bytes.length; i += sizeBytes) {
    for (let low = i, high = i + sizeBytes - 1; low < high; low++, high--) {
      const byte = bytes[low]
      bytes[low] = bytes[high]
      bytes[high] = byte
    }
  }
}

function narrowed(memory: ArrayBuffer, signed: boolean, file: string, start: number): Float64Array {
  const words = new Uint32Array(memory)
  const signedWords = new Int32Array(memory)
  const low = MACHINE_IS_LITTLE ? 0 : 1
  const values = new Float64Array(words.length / 2)
  for (let i = 0; i < values.length; i++) {
    const high = (signed ? signedWords : words)[2 * i + 1 - low]
    const value = high * 2 ** 32 + words[2 * i + low]
    if (!Number.isSafeInteger(value)) {
      throw badFile(file, start + 8 * i, 'whole numbers up to 2^53', `about ${value.toPrecision(4)}`)
    }
    values[i] = value
  }
  return values
}
