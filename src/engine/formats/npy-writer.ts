/**
 * Writer for NumPy's .npy files, version 1: numbers in row-major order, little-endian.
 *
 * Source: numpy.lib.format. The header is padded so that the values begin at a multiple of 64.
 */
import { countOf } from './number-array'

export type WrittenValues = Uint8Array | Uint32Array | Float32Array | Float64Array

const HEADER_AT = 10
const ALIGNMENT = 64

/** No sizes at all: a single number. */
export function writeNpy(shape: readonly number[], values: WrittenValues): Uint8Array<ArrayBuffer> {
  if (countOf(shape) !== values.length) {
    throw new RangeError(`expected ${countOf(shape)} values for [${shape.join(', ')}], got ${values.length}`)
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${descrOf(values)}', 'fortran_order': False, 'shape': (${sizes}), }`
  const start = Math.ceil((HEADER_AT + text.length + 1) / ALIGNMENT) * ALIGNMENT
  const file = new Uint8Array(start + values.byteLength)
  const view = new DataView(file.buffer)
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  view.setUint16(8, start - HEADER_AT, true)
  const header = `${text.padEnd(start - HEADER_AT - 1)}\n`
  for (let i = 0; i < header.length; i++) file[HEADER_AT + i] = header.charCodeAt(i)
  writeValues(view, start, values)
  return file
}

function descrOf(values: WrittenValues): string {
  if (values instanceof Uint8Array) return '|u1'
  if (values instanceof Uint32Array) return '<u4'
  return values instanceof Float32Array ? '<f4' : '<f8'
}

/** By DataView, whose byte order is the same on every machine. */
function writeValues(view: DataView, start: number, values: WrittenValues): void {
  const size = values.BYTES_PER_ELEMENT
  for (let i = 0; i < values.length; i++) {
    const at = start + i * size
    if (values instanceof Uint8Array) view.setUint8(at, values[i])
    else if (values instanceof Uint32Array) view.setUint32(at, values[i], true)
    else if (values instanceof Float32Array) view.setFloat32(at, values[i], true)
    else view.setFloat64(at, values[i], true)
  }
}
