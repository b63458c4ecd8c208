/** The arrays of an NPZ that are weights of layers, as float32. */
import { readNpy } from '#engine/formats/npy'
import { zipEntries } from '#lab/datasets/import/zip'
import type { NamedArray } from './layer-names'
import { unfitFile } from './model-file'

/** An array of this name says what the others are; it is none of the weights. */
const ABOUT = new Set(['meta', 'metadata', 'classes'])
const MOST_ARRAYS = 200

export async function arraysOfNpz(file: string, bytes: Uint8Array): Promise<NamedArray[]> {
  const arrays: NamedArray[] = []
  for (const entry of zipEntries(bytes, file)) {
    const name = entry.path.slice(file.length + 1).replace(/\.npy$/, '')
    if (ABOUT.has(name)) continue
    if (arrays.length === MOST_ARRAYS) throw unfitFile(file, `it has more than ${MOST_ARRAYS} arrays`)
    const { shape, values } = readNpy(await entry.read(), `${file}, ${name}`)
    if (!(values instanceof Float32Array || values instanceof Float64Array)) {
      throw unfitFile(file, `"${name}" holds whole numbers; weights are float32 or float64`)
    }
    arrays.push({ name, shape, values: () => Float32Array.from(values) })
  }
  return arrays
}
