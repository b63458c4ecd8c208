/**
 * Model files from anywhere: safetensors (ours, and those whose layers have PyTorch's names) and NPZ. Nothing is
 * guessed where shapes and names leave a choice; whatever is wrong is said with the file's name.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'
import { decodeDescription, decodeScaling, readSafetensors, writeSafetensors, type Tensor } from '#engine/index'
import { isZip } from '#lab/datasets/import/zip'
import { errorCode, readPlainBytes } from '#lab/storage/file-system'
import { LabError } from '#shared/errors'
import { LIMITS } from '#shared/experiment'
import type { ModelFile } from '#shared/inspect/inspected'
import { chainLayers } from './chain'
import { groupArrays, type NamedArray } from './layer-names'
import { MAX_MODEL_BYTES, unfitFile, type FileLayer, type ParsedModelFile } from './model-file'
import { arraysOfNpz } from './npz-arrays'
import { arraysOfTensors } from './tensor-arrays'

/** Throws `model/unfit`, `model/unreadable`, or what the format's reader says. */
export async function readModelFile(file: ModelFile): Promise<ParsedModelFile> {
  const { name, bytes } = file.kind === 'bytes' ? file : await readPath(file.path)
  if (bytes.length > MAX_MODEL_BYTES) throw tooLarge(name, bytes.length)
  return isZip(bytes) ? readNpz(name, bytes) : readTensors(name, bytes)
}

function readTensors(name: string, bytes: Uint8Array): ParsedModelFile {
  const file = readSafetensors(bytes)
  const { metadata } = file
  const arrays = arraysOfTensors(file, name)
  const { layers, notes } = layersOf(name, arrays, 'outputs-first')
  const inputs = layers[0].inputs
  const scaling = decodeScaling(file, inputs)
  const kept = ['input.shift', 'input.divisor'].flatMap((key): [string, Tensor][] => {
    const tensor = file.tensors.get(key)
    return scaling && tensor ? [[key, tensor]] : []
  })
  const words = [...metadata].filter(([key]) => scaling && key.startsWith('input.'))
  return {
    ...parsed(name, layers, notes, kept, Object.fromEntries(words)),
    said: decodeDescription(metadata),
    scaling: scaling?.scaling ?? null,
    step: countIn(metadata.get('step')),
    epoch: countIn(metadata.get('epoch')),
  }
}

async function readNpz(name: string, bytes: Uint8Array): Promise<ParsedModelFile> {
  const { layers, notes } = layersOf(name, await arraysOfNpz(name, bytes), null)
  return { ...parsed(name, layers, notes), said: {}, scaling: null, step: null, epoch: null }
}

function layersOf(
  name: string,
  arrays: readonly NamedArray[],
  usual: 'outputs-first' | null,
): { layers: FileLayer[]; notes: string[] } {
  const grouped = groupArrays(arrays)
  if ('problem' in grouped) throw unfitFile(name, grouped.problem)
  if (grouped.layers.length > LIMITS.layers + 1) {
    throw unfitFile(name, `it has ${grouped.layers.length} layers; at most ${LIMITS.layers + 1} are read`)
  }
  const chain = chainLayers(grouped.layers, usual)
  if ('problem' in chain) throw unfitFile(name, chain.problem)
  for (const layer of chain.layers) checkLayer(name, layer)
  const notes = [
    ...(chain.orientation === 'inputs-first' ? ['Weights are [inputs, outputs], as the shapes tell.'] : []),
    ...(chain.isReordered ? ['The layers are in the order in which they chain, not in that of their names.'] : []),
    ...(chain.layers.some(({ bias }) => !bias) ? ['Layers without a bias have zeros there.'] : []),
  ]
  return { layers: chain.layers, notes }
}

function checkLayer(file: string, { name, inputs, outputs, weight, bias }: FileLayer): void {
  if (inputs < 1 || outputs < 1 || outputs > LIMITS.units) {
    throw unfitFile(file, `layer "${name}" is ${inputs} → ${outputs}; a layer has 1 … ${LIMITS.units} units`)
  }
  if (weight.every(Number.isFinite) && (bias?.every(Number.isFinite) ?? true)) return
  throw unfitFile(file, `layer "${name}" has weights that are no finite numbers`)
}

function parsed(
  name: string,
  layers: readonly FileLayer[],
  notes: readonly string[],
  more: readonly [string, Tensor][] = [],
  metadata: Readonly<Record<string, string>> = {},
) {
  const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength)
  const floats = (shape: number[], values: Float32Array): Tensor => ({ dtype: 'F32', shape, bytes: bytesOf(values) })
  const tensors = layers.flatMap(({ inputs, outputs, weight, bias }, i): [string, Tensor][] => [
    [`layers.${i}.weight`, floats([outputs, inputs], weight)],
    [`layers.${i}.bias`, floats([outputs], bias ?? new Float32Array(outputs))],
  ])
  const weights = writeSafetensors([...tensors, ...more], metadata)
  const key = createHash('sha256').update(weights).digest('hex')
  return { name, key, weights, sizes: [layers[0].inputs, ...layers.map(({ outputs }) => outputs)], notes }
}

function countIn(text: string | undefined): number | null {
  const value = text === undefined || text === '' ? NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}

async function readPath(path: string): Promise<{ name: string; bytes: Uint8Array }> {
  if (!isAbsolute(path)) throw new LabError('model/bad-path', `Expected the full path of a model's file, got "${path}"`)
  try {
    const { size } = await stat(path)
    if (size > MAX_MODEL_BYTES) throw tooLarge(basename(path), size)
    return { name: basename(path), bytes: await readPlainBytes(path) }
  } catch (error) {
    if (error instanceof LabError) throw error
    const reason = errorCode(error) ?? 'no reason known'
    throw new LabError('model/unreadable', `Cannot read the model ${path} (${reason})`, { cause: error })
  }
}

function tooLarge(name: string, bytes: number): LabError {
  const mib = (count: number) => Math.ceil(count / 2 ** 20)
  return unfitFile(name, `it has ${mib(bytes)} MiB; models of at most ${mib(MAX_MODEL_BYTES)} MiB are read`)
}
