import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSafetensors, writeSafetensors, type DType } from '#engine/safetensors'
import { readModelFile } from '#lab/models/files/read-model-file'
import { makeNpy, makeZip } from '../import/support/make-files'

interface Numbers {
  shape: readonly number[]
  values?: readonly number[]
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
const counted = ({ shape, values }: Numbers) => values ?? Array.from({ length: size(shape) }, (_, i) => i + 1)
const at = (...shape: number[]): Numbers => ({ shape })

function tensorsFile(arrays: Record<string, Numbers>, metadata: Record<string, string> = {}, dtype: DType = 'F32') {
  const bytesOf = (numbers: Numbers) => {
    const values = counted(numbers)
    if (dtype === 'F32') return new Uint8Array(Float32Array.from(values).buffer)
    if (dtype === 'F64') return new Uint8Array(Float64Array.from(values).buffer)
    if (dtype === 'F16') return new Uint8Array(Uint16Array.from(values).buffer) // bits, as they are
    return new Uint8Array(Int32Array.from(values).buffer)
  }
  const tensors = Object.entries(arrays).map(([name, numbers]) => {
    return [name, { dtype, shape: numbers.shape, bytes: bytesOf(numbers) }] as const
  })
  return { kind: 'bytes', name: 'a.safetensors', bytes: writeSafetensors(tensors, metadata) } as const
}

function npzFile(arrays: Record<string, Numbers>, meta?: unknown) {
  const members = Object.entries(arrays).map(([name, numbers]) => {
    return { path: `${name}.npy`, bytes: makeNpy('<f4', numbers.shape, counted(numbers)) }
  })
  const text = Buffer.from(JSON.stringify(meta) ?? '')
  if (meta !== undefined) members.push({ path: 'meta.npy', bytes: makeNpy('|u1', [text.length], text) })
  return { kind: 'bytes', name: 'a.npz', bytes: makeZip(members) } as const
}

/** Names, shapes and numbers of what was made of a file: f32[outputs, inputs]. */
async function layersOf(file: Parameters<typeof readModelFile>[0]) {
  const { tensors } = readSafetensors((await readModelFile(file)).weights)
  return Object.fromEntries(
    [...tensors].map(([name, { bytes }]) => [name, [...new Float32Array(new Uint8Array(bytes).buffer)]]),
  )
}

describe('a safetensors file', () => {
  it.each([
    ['our own names', ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']],
    ['those of a Sequential of PyTorch', ['0.weight', '0.bias', '2.weight', '2.bias']],
    ['named layers', ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']],
    ['numbers of two digits', ['net.2.weight', 'net.2.bias', 'net.10.weight', 'net.10.bias']],
  ])('is taken with %s', async (_, [w1 = '', b1 = '', w2 = '', b2 = '']) => {
    const file = tensorsFile({ [w2]: at(2, 3), [b2]: at(2), [w1]: at(3, 4), [b1]: at(3) })
    const { sizes, notes } = await readModelFile(file)
    expect([sizes, notes]).toEqual([[4, 3, 2], []])
    const layers = await layersOf(file)
    expect(layers['layers.0.weight']).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(layers['layers.1.bias']).toEqual([1, 2])
  })

  it('is put in the order in which its layers chain, if there is one only', async () => {
    const file = tensorsFile({ 'out.weight': at(2, 3), 'stem.weight': at(5, 4), 'hidden.weight': at(3, 5) })
    const { sizes, notes } = await readModelFile(file)
    expect(sizes).toEqual([4, 5, 3, 2])
    expect(notes.join(' ')).toMatch(/order in which they chain.*zeros/)
  })

  it('is read as [outputs, inputs] where shapes tell nothing, as PyTorch has it', async () => {
    const layers = await layersOf(tensorsFile({ '0.weight': at(2, 2), '1.weight': at(2, 2) }))
    expect(layers['layers.0.weight']).toEqual([1, 2, 3, 4])
  })

  it('may have numbers of 16 and 64 bits', async () => {
    const half = tensorsFile({ '0.weight': { shape: [1, 3], values: [0x3c00, 0xc100, 0x0001] } }, {}, 'F16')
    expect((await layersOf(half))['layers.0.weight']).toEqual([1, -2.5, 2 ** -24])
    const double = tensorsFile({ '0.weight': { shape: [1, 1], values: [0.1] } }, {}, 'F64')
    expect((await layersOf(double))['layers.0.weight']).toEqual([Math.fround(0.1)])
  })

  it('says its network and its scaling, if it is one of ours', async () => {
    const metadata = {
      'network.layers': '[{"units":3,"activation":"leaky-relu","slope":0.2}]',
      'network.output': 'softmax',
      'training.loss': 'softmax-cross-entropy',
      'dataset.name': 'mnist',
      'input.scaling': 'standardize',
      'input.shift': '33.3',
      'input.divisor': '78.6',
      step: '938',
      epoch: '1',
    }
    const file = tensorsFile({ 'layers.0.weight': at(3, 4), 'layers.1.weight': at(2, 3) }, metadata)
    const { said, scaling, step, epoch, weights } = await readModelFile(file)
    expect(said).toEqual({
      layers: [{ units: 3, activation: 'leaky-relu', slope: 0.2 }],
      output: 'softmax',
      loss: 'softmax-cross-entropy',
      dataset: 'mnist',
    })
    expect([scaling, step, epoch]).toEqual(['standardize', 938, 1])
    expect(readSafetensors(weights).metadata.get('input.shift')).toBe('33.3')
  })

  it.each([
    ['layers that do not chain', { 'a.weight': at(3, 4), 'b.weight': at(2, 5) }, /do not chain.*a\.weight \[3, 4\]/],
    ['a convolution', { 'conv.weight': at(3, 1, 2, 2) }, /\[3, 1, 2, 2\]: a dense layer/],
    ['running means', { '0.weight': at(2, 2), '1.running_mean': at(2) }, /"1\.running_mean" is neither/],
    ['a bias alone', { '0.bias': at(2) }, /bias and no weights/],
    ['a bias of another length', { '0.weight': at(2, 3), '0.bias': at(4) }, /do not chain/],
    ['nothing in it', {}, /no dense layer/],
    ['no units', { '0.weight': at(0, 3) }, /0 units|→ 0/],
    ['weights that are no numbers', { '0.weight': { shape: [1, 1], values: [NaN] } }, /no finite numbers/],
  ])('is refused with %s', async (_, arrays: Record<string, Numbers>, message) => {
    const reading = readModelFile(tensorsFile(arrays))
    await expect(reading).rejects.toMatchObject({
      code: 'model/unfit',
      message: expect.stringMatching(message) as string,
    })
  })

  it('is refused with whole numbers, and with a network that it does not describe as an experiment would', async () => {
    await expect(readModelFile(tensorsFile({ '0.weight': at(2, 2) }, {}, 'I32'))).rejects.toThrow(
      /F32, F64, F16 or BF16/,
    )
    const odd = tensorsFile({ '0.weight': at(2, 2) }, { 'network.layers': '[{"units":-1}]' })
    await expect(readModelFile(odd)).rejects.toMatchObject({ code: 'model/unfit' })
    const scaled = tensorsFile({ '0.weight': at(2, 2) }, { 'input.scaling': 'unit', 'input.shift': '0' })
    await expect(readModelFile(scaled)).rejects.toMatchObject({ code: 'weights/unfit' })
  })
})

describe('an NPZ', () => {
  it.each([
    ['W1, b1', ['W1', 'b1', 'W2', 'b2']],
    ['the order of get_weights()', ['arr_0', 'arr_1', 'arr_2', 'arr_3']],
    ['kernels', ['dense/kernel', 'dense/bias', 'dense_1/kernel', 'dense_1/bias']],
  ])('is read as [inputs, outputs] where the shapes tell so: %s', async (_, [w1 = '', b1 = '', w2 = '', b2 = '']) => {
    const file = npzFile({ [w1]: at(4, 3), [b1]: at(3), [w2]: at(3, 2), [b2]: at(2) })
    const { sizes, notes } = await readModelFile(file)
    expect(sizes).toEqual([4, 3, 2])
    expect(notes).toEqual(['Weights are [inputs, outputs], as the shapes tell.'])
    expect((await layersOf(file))['layers.1.weight']).toEqual([1, 3, 5, 2, 4, 6])
  })

  it('is read as [outputs, inputs] where the shapes tell that', async () => {
    const { sizes } = await readModelFile(npzFile({ W1: at(3, 4), b1: at(3), W2: at(2, 3), b2: at(2) }))
    expect(sizes).toEqual([4, 3, 2])
  })

  it('is refused where they tell nothing', async () => {
    const file = npzFile({ W1: at(3, 3), b1: at(3), W2: at(3, 3), b2: at(3) })
    await expect(readModelFile(file)).rejects.toThrow(/fit both as \[inputs, outputs\] and as \[outputs, inputs\]/)
  })

  it('says with an array of JSON what a safetensors file of ours says', async () => {
    const meta = {
      'network.layers': [{ units: 3, activation: 'relu' }],
      'network.output': 'sigmoid',
      'input.scaling': 'standardize-per-feature',
      'input.shift': [1, 2, 3, 4],
      'input.divisor': [1, 0, 3, 4],
    }
    const { said, scaling } = await readModelFile(npzFile({ W1: at(4, 3), b1: at(3), W2: at(3, 2), b2: at(2) }, meta))
    expect(said).toEqual({ layers: [{ units: 3, activation: 'relu' }], output: 'sigmoid' })
    expect(scaling).toBe('standardize-per-feature')
    const wrong = npzFile({ W1: at(4, 3), b1: at(3) }, { ...meta, 'input.shift': [1, 'two', 3, 4] })
    await expect(readModelFile(wrong)).rejects.toMatchObject({ code: 'model/unfit' })
  })
})

describe('a path', () => {
  it('must be whole, and have a file', async () => {
    await expect(readModelFile({ kind: 'path', path: 'a.npz' })).rejects.toMatchObject({ code: 'model/bad-path' })
    const reading = readModelFile({ kind: 'path', path: '/no/such/model.npz' })
    await expect(reading).rejects.toMatchObject({
      code: 'model/unreadable',
      message: expect.stringContaining('ENOENT') as string,
    })
  })

  it.skipIf(process.platform === 'win32')(
    'is not read where it is a folder, a device without end, or a pipe',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'lab-test-'))
      try {
        const pipe = join(folder, 'pipe.npz')
        execFileSync('mkfifo', [pipe])
        for (const path of [folder, '/dev/zero', pipe]) {
          await expect(readModelFile({ kind: 'path', path })).rejects.toMatchObject({
            code: 'model/unreadable',
            message: expect.stringMatching(/it is a (?:folder|device or a pipe)/) as string,
          })
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )
})

describe('a file of another program', () => {
  const hdf5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0)
  const ofTorch = makeZip([{ path: 'model/data.pkl', bytes: Uint8Array.of(0x80, 2) }])
  const ofKeras = makeZip([{ path: 'model.weights.h5', bytes: hdf5 }])

  it.each([
    ['a pickle', Uint8Array.of(0x80, 4, 0x95, 0), /pickle, which holds programs.*save_file/],
    ['an archive of torch.save', ofTorch, /torch\.save, whose pickle.*save_file/],
    ['HDF5', hdf5, /HDF5.*get_weights/],
    ['a .keras archive', ofKeras, /\.keras archive.*get_weights/],
    ['one array', makeNpy('<f4', [1], [1]), /single NumPy array.*numpy\.savez/],
  ])('is refused with what to save instead: %s', async (_, bytes: Uint8Array, message) => {
    await expect(readModelFile({ kind: 'bytes', name: 'a.model', bytes })).rejects.toMatchObject({
      code: 'model/unfit',
      message: expect.stringMatching(message) as string,
    })
  })

  it('is called by its name in what the reader of safetensors says', async () => {
    const reading = readModelFile({ kind: 'bytes', name: 'notes.txt', bytes: Buffer.from('no model at all') })
    await expect(reading).rejects.toMatchObject({
      code: 'safetensors/invalid',
      message: expect.stringMatching(/^notes\.txt: Not a safetensors file/) as string,
    })
  })
})
