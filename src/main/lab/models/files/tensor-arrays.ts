/**
 * The tensors of a safetensors file that are weights of layers, as float32. What a checkpoint of ours has beside them,
 * and the scaling of the inputs, is left out.
 */
import type { Tensor } from '#engine/index'
import type { Safetensors } from '#engine/safetensors'
import type { NamedArray } from './layer-names'
import { unfitFile } from './model-file'

export function arraysOfTensors({ tensors, metadata }: Safetensors, file: string): NamedArray[] {
  const isCheckpoint = metadata.get('format')?.startsWith('perceptron-lab-checkpoint') ?? false
  const isBeside = (name: string) =>
    name.startsWith('input.') || (isCheckpoint && (name.startsWith('optimizer.') || name.startsWith('best.')))
  return [...tensors].flatMap(([name, tensor]) => {
    if (isBeside(name)) return []
    const read = READERS[tensor.dtype]
    if (!read) {
      throw unfitFile(file, `"${name}" is ${tensor.dtype}; weights are F32, F64, F16 or BF16`)
    }
    return [{ name, shape: tensor.shape, values: () => read(tensor) }]
  })
}

const READERS: Partial<Record<Tensor['dtype'], (tensor: Tensor) => Float32Array>> = {
  F32: ({ bytes }) => new Float32Array(alone(bytes)),
  F64: ({ bytes }) => Float32Array.from(new Float64Array(alone(bytes))),
  F16: ({ bytes }) => Float32Array.from(new Uint16Array(alone(bytes)), halfOf),
  BF16: ({ bytes }) => {
    const words = Uint32Array.from(new Uint16Array(alone(bytes)), (half) => half << 16)
    return new Float32Array(words.buffer)
  },
}

/** In a memory of its own, as a file's bytes need not be aligned. */
function alone(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
