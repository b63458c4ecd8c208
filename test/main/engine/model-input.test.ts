import { afterEach, describe, expect, it } from 'vitest'
import { decodeScaling, readSafetensors, scaledInputs, writeSafetensors, type InputScaling } from '#engine/index'
import { createInProcessHost } from '#lab/engine/in-process-host'
import type { EngineHost, LoadedDataset } from '#lab/engine/host'
import type { Scaling } from '#shared/experiment'
import type { Evaluation, RunId } from '#shared/run'
import { makeDataset, makeExperiment } from '../../engine/synthetic'
import { testWorkerFile } from '../../setup/build-worker'

const bytes = makeDataset({ train: 200, test: 60 })
/** The same pictures as floats far from 0, so that a shift that is left out shows. */
const floats: LoadedDataset = {
  facts: { ...bytes.facts, kind: 'floats' },
  train: { ...bytes.train, images: Float32Array.from(bytes.train.images, (value) => 100 + value / 7) },
  test: { ...bytes.test, images: Float32Array.from(bytes.test.images, (value) => 100 + value / 7) },
}

let host: EngineHost | undefined
afterEach(() => host?.close())

async function train(data: LoadedDataset, scaling: Scaling) {
  host = createInProcessHost({ workerFile: testWorkerFile, threads: 1, load: () => Promise.resolve(data) })
  const evaluations: Evaluation[] = []
  const experiment = makeExperiment({
    dataset: { scaling, split: { kind: 'random', train: 150, validation: 50 } },
    network: { layers: [] },
    training: { optimizer: { kind: 'sgd', learningRate: scaling === 'none' ? 1e-6 : 0.05 } },
  })
  const { model } = await host.train(
    { id: 'run-000001' as RunId, experiment, threads: 1 },
    {
      evaluated: (each) => evaluations.push(each),
      progressed: () => undefined,
      checkpointed: () => undefined,
    },
  ).result
  return { model, last: evaluations[evaluations.length - 1] }
}

/** Right answers of a network without hidden layers, by nothing but its file. */
function correctBy(model: Uint8Array, { test }: LoadedDataset): number {
  const file = readSafetensors(model)
  const scaling = decodeScaling(file, 784)
  if (!scaling) throw new Error('the file says nothing of its inputs')
  const numbers = (name: string) => new Float32Array(new Uint8Array(file.tensors.get(name)?.bytes ?? []).buffer)
  const [weights, biases] = [numbers('layers.0.weight'), numbers('layers.0.bias')]
  let correct = 0
  for (let sample = 0; sample < test.count; sample++) {
    const x = scaledInputs(test.images.subarray(sample * 784, (sample + 1) * 784), scaling)
    const sums = Array.from(biases, (bias, o) => x.reduce((sum, value, i) => sum + value * weights[o * 784 + i], bias))
    if (sums.indexOf(Math.max(...sums)) === test.labels[sample]) correct += 1
  }
  return correct
}

describe('a model’s file says how its inputs were scaled', () => {
  it.each<[string, LoadedDataset, Scaling]>([
    ['bytes', bytes, 'none'],
    ['bytes', bytes, 'unit'],
    ['bytes', bytes, 'standardize'],
    ['bytes', bytes, 'standardize-per-feature'],
    ['floats', floats, 'unit'],
    ['floats', floats, 'standardize'],
    ['floats', floats, 'standardize-per-feature'],
  ])('%s, scaling %s: by it alone the test part comes out as in the last evaluation', async (_, data, scaling) => {
    const { model, last } = await train(data, scaling)
    expect(correctBy(model, data)).toBe(last.test?.correct)
  })

  it('in metadata where all inputs share it, and in tensors where each has its own', async () => {
    const one = readSafetensors((await train(bytes, 'standardize')).model)
    expect([...one.tensors.keys()]).toEqual(['layers.0.weight', 'layers.0.bias'])
    expect(Number(one.metadata.get('input.divisor'))).toBeGreaterThan(1)
    await host?.close()
    const each = readSafetensors((await train(bytes, 'standardize-per-feature')).model)
    expect(each.tensors.get('input.shift')).toMatchObject({ dtype: 'F64', shape: [784] })
    expect(each.metadata.get('input.scaling')).toBe('standardize-per-feature')
  })

  it('also for a run that was stopped before it began', async () => {
    host = createInProcessHost({ workerFile: testWorkerFile, threads: 1, load: () => Promise.resolve(bytes) })
    const experiment = makeExperiment({ dataset: { scaling: 'standardize' } })
    const nothing = { evaluated: () => undefined, progressed: () => undefined, checkpointed: () => undefined }
    const job = (id: string) => ({ id: id as RunId, experiment, threads: 1 })
    const first = host.train(job('run-000001'), nothing)
    const second = host.train(job('run-000002'), nothing)
    second.stop()
    const [{ model: trained }, { model }] = [await first.result, await second.result]
    const shift = (file: Uint8Array) => readSafetensors(file).metadata.get('input.shift')
    expect(shift(model)).toBe(shift(trained))
  })
})

describe('reading it', () => {
  const scaling = { 'input.scaling': 'standardize', 'input.shift': '33.5', 'input.divisor': '78' }
  const read = (metadata: Record<string, string>, tensors: Parameters<typeof writeSafetensors>[0] = []) =>
    decodeScaling(readSafetensors(writeSafetensors(tensors, metadata)), 3)

  it('comes to the numbers that were written, and to nothing for other files', () => {
    expect(read(scaling)).toEqual({
      scaling: 'standardize',
      shift: Float64Array.of(33.5),
      divisor: Float64Array.of(78),
    } satisfies InputScaling)
    expect(read({ format: 'pt' })).toBeNull()
  })

  it.each([
    ['a scaling that there is not', { ...scaling, 'input.scaling': 'magic' }],
    ['a shift that is missing', { 'input.scaling': 'unit', 'input.divisor': '255' }],
    ['a divisor that is no number', { ...scaling, 'input.divisor': 'x' }],
  ])('refuses %s', (_, metadata) => {
    expect(() => read(metadata)).toThrow(expect.objectContaining({ code: 'weights/unfit' }))
  })

  it('refuses vectors of another length', () => {
    const tensor = { dtype: 'F64', shape: [2], bytes: new Uint8Array(16) } as const
    expect(() => read(scaling, [['input.shift', tensor]])).toThrow('input.shift should be F64 [3], got F64 [2]')
  })

  it('makes features that never change 0', () => {
    const constant = { scaling: 'standardize', shift: Float64Array.of(1, 5), divisor: Float64Array.of(2, 0) } as const
    expect([...scaledInputs([3, 5], constant)]).toEqual([1, 0])
  })
})
