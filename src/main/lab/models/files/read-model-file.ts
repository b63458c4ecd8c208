/**
 * Model files from anywhere: safetensors (ours, and those whose layers have PyTorch's names) and NPZ. Nothing is
 * guessed where shapes and names leave a choice; whatever is wrong is said with the file's name.
 */
import { createHash } from 'node:crypto'
import { basename, isAbsolute } from 'node:path'
import {
  decodeDescription,
  decodeScaling,
  readSafetensors,
  writeSafetensors,
  type InputScaling,
  type ModelDescription,
  type Tensor,
} from '#engine/index'
import { encodeScaling, type EncodedScaling } from '#engine/model-input'
import type { Safetensors } from '#engine/safetensors'
import { isZip } from '#lab/datasets/import/zip'
import { errorCode, factsOfPlainFile, NoPlainFile, readPlainBytes } from '#lab/storage/file-system'
import { LabError } from '#shared/errors'
import { LIMITS } from '#shared/experiment'
import type { ModelFile } from '#shared/inspect/inspected'
import { chainLayers } from './chain'
import { mustBeReadHere } from './foreign-formats'
import { groupArrays, type NamedArray } from './layer-names'
import { MAX_MODEL_BYTES, unfitFile, type FileLayer, type ParsedModelFile } from './model-file'
import { readNpzModel } from './npz-model'
import { arraysOfTensors } from './tensor-arrays'

/** Throws `model/unfit`, `model/unreadable`, or what the format's reader says. */
export async function readModelFile(file: ModelFile): Promise<ParsedModelFile> {
  const { name, bytes } = file.kind === 'bytes' ? file : await readPath(file.path)
  if (bytes.length > MAX_MODEL_BYTES) throw tooLarge(name, bytes.length)
  mustBeReadHere(name, bytes)
  return isZip(bytes) ? readNpz(name, bytes) : readTensors(name, bytes)
}

function readTensors(name: string, bytes: Uint8Array): ParsedModelFile {
  const file = tensorsOf(name, bytes)
  return describe(name, file, layersOf(name, arraysOfTensors(file, name), 'outputs-first'))
}

async function readNpz(name: string, bytes: Uint8Array): Promise<ParsedModelFile> {
  const { arrays, ...about } = await readNpzModel(name, bytes)
  return describe(name, about, layersOf(name, arrays, null))
}

/** The reader knows bytes only; people know files by their names. */
function tensorsOf(name: string, bytes: Uint8Array): Safetensors {
  try {
    return readSafetensors(bytes)
  } catch (error) {
    if (error instanceof LabError) throw new LabError(error.code, `${name}: ${error.message}`, { cause: error })
    throw error
  }
}

/** With what the file says of itself; of its tensors beside the layers, only the scaling is of use. */
function describe(name: string, about: Safetensors, { layers, notes }: FoundLayers): ParsedModelFile {
  const { metadata } = about
  const said = decodeDescription(metadata)
  mustBeThese(name, said.layers, layers)
  const scaling = decodeScaling(about, layers[0].inputs)
  if (scaling) mustBeNumbers(name, scaling)
  const encoded = scaling ? encodeScaling(scaling) : { tensors: [], metadata: {} }
  return {
    ...normalized(name, layers, encoded),
    notes,
    said,
    scaling: scaling?.scaling ?? null,
    step: countIn(metadata.get('step')),
    epoch: countIn(metadata.get('epoch')),
  }
}

/** What it says of its hidden layers is about the layers that it has. */
function mustBeThese(name: string, said: ModelDescription['layers'] | undefined, layers: readonly FileLayer[]): void {
  const found = layers.slice(0, -1).map(({ outputs }) => outputs)
  const units = said?.map((layer) => layer.units) ?? found
  if (units.join() === found.join()) return
  throw unfitFile(
    name,
    `it says that its hidden layers have ${units.join(', ') || 'no'} units; its weights have ${found.join(', ') || 'none'}`,
  )
}

function mustBeNumbers(name: string, { shift, divisor }: InputScaling): void {
  if (shift.every(Number.isFinite) && divisor.every((each) => Number.isFinite(each) && each >= 0)) return
  throw unfitFile(name, 'its input.shift should be finite numbers, and its input.divisor numbers from 0 on')
}

interface FoundLayers {
  layers: FileLayer[]
  notes: string[]
}

function layersOf(name: string, arrays: readonly NamedArray[], usual: 'outputs-first' | null): FoundLayers {
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

/** As a file of ours. */
function normalized(name: string, layers: readonly FileLayer[], scaling: EncodedScaling) {
  const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength)
  const floats = (shape: number[], values: Float32Array): Tensor => ({ dtype: 'F32', shape, bytes: bytesOf(values) })
  const tensors = layers.flatMap(({ inputs, outputs, weight, bias }, i): [string, Tensor][] => [
    [`layers.${i}.weight`, floats([outputs, inputs], weight)],
    [`layers.${i}.bias`, floats([outputs], bias ?? new Float32Array(outputs))],
  ])
  const weights = writeSafetensors([...tensors, ...scaling.tensors], scaling.metadata)
  const key = createHash('sha256').update(weights).digest('hex')
  return { name, key, weights, sizes: [layers[0].inputs, ...layers.map(({ outputs }) => outputs)] }
}

function countIn(text: string | undefined): number | null {
  const value = text === undefined || text === '' ? NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}

async function readPath(path: string): Promise<{ name: string; bytes: Uint8Array }> {
  if (!isAbsolute(path)) throw new LabError('model/bad-path', `Expected the full path of a model's file, got "${path}"`)
  try {
    const { size } = await factsOfPlainFile(path)
    if (size > MAX_MODEL_BYTES) throw tooLarge(basename(path), size)
    return { name: basename(path), bytes: await readPlainBytes(path) }
  } catch (error) {
    if (error instanceof LabError) throw error
    throw new LabError('model/unreadable', `Cannot read the model ${path} (${reasonOf(error)})`, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof NoPlainFile) return error.message
  return errorCode(error) ?? 'no reason known'
}

function tooLarge(name: string, bytes: number): LabError {
  const mib = (count: number) => Math.ceil(count / 2 ** 20)
  return unfitFile(name, `it has ${mib(bytes)} MiB; models of at most ${mib(MAX_MODEL_BYTES)} MiB are read`)
}
