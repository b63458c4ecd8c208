/**
 * The arrays of an NPZ that are weights of layers, as float32, and what an array `meta` says of the model: JSON in
 * UTF-8 with the fields that a safetensors file of ours has in its metadata.
 */
import { readNpy } from '#engine/formats/npy'
import type { Tensor } from '#engine/index'
import type { Safetensors } from '#engine/safetensors'
import { zipEntries } from '#lab/datasets/import/zip'
import { mustBeArrays } from './foreign-formats'
import type { NamedArray } from './layer-names'
import { unfitFile } from './model-file'

export interface NpzModel extends Safetensors {
  arrays: NamedArray[]
}

const ABOUT = 'meta'
const MOST_ARRAYS = 200
const MOST_META_BYTES = 1024 * 1024
/** Numbers, one for all inputs or one each. */
const NUMBERS = ['input.shift', 'input.divisor'] as const

export async function readNpzModel(file: string, bytes: Uint8Array): Promise<NpzModel> {
  const arrays: NamedArray[] = []
  let about: Safetensors = { tensors: new Map(), metadata: new Map() }
  const entries = zipEntries(bytes, file)
  const pathOf = ({ path }: (typeof entries)[number]): string => path.slice(file.length + 1)
  mustBeArrays(file, entries.map(pathOf))
  for (const entry of entries) {
    const name = pathOf(entry).replace(/\.npy$/, '')
    if (arrays.length === MOST_ARRAYS) throw unfitFile(file, `it has more than ${MOST_ARRAYS} arrays`)
    const { shape, values } = readNpy(await entry.read(), `${file}, ${name}`)
    if (name === ABOUT && values instanceof Uint8Array) {
      about = aboutOf(file, values)
      continue
    }
    if (!(values instanceof Float32Array || values instanceof Float64Array)) {
      throw unfitFile(file, `"${name}" holds whole numbers; weights are float32 or float64`)
    }
    arrays.push({ name, shape, values: () => Float32Array.from(values) })
  }
  return { arrays, ...about }
}

/** As a safetensors file has it: texts as they are, everything else as JSON, numbers of inputs as tensors. */
function aboutOf(file: string, bytes: Uint8Array): Safetensors {
  const tensors = new Map<string, Tensor>()
  const metadata = new Map<string, string>()
  for (const [key, value] of Object.entries(jsonOf(file, bytes))) {
    const isNumbers = (NUMBERS as readonly string[]).includes(key) && Array.isArray(value)
    if (!isNumbers) metadata.set(key, typeof value === 'string' ? value : JSON.stringify(value))
    else if (value.length === 1) metadata.set(key, String(value[0]))
    else tensors.set(key, numbersOf(value))
  }
  return { tensors, metadata }
}

function numbersOf(values: readonly unknown[]): Tensor {
  const { buffer } = Float64Array.from(values, Number)
  return { dtype: 'F64', shape: [values.length], bytes: new Uint8Array(buffer) }
}

function jsonOf(file: string, bytes: Uint8Array): object {
  if (bytes.length > MOST_META_BYTES) throw unfitFile(file, `"${ABOUT}" has more than ${MOST_META_BYTES} bytes`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw unfitFile(file, `"${ABOUT}" should be JSON in UTF-8`, cause)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw unfitFile(file, `"${ABOUT}" should be an object`)
}
