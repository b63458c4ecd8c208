/** Models that leave a real lab: what other programs, and the lab itself, find in the files. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipEntries } from '#lab/datasets/import/zip'
import type { Lab } from '#lab/lab'
import { openLab } from '#lab/open-lab'
import { f32Of } from '#shared/datasets'
import type { ExperimentInput } from '#shared/experiment'
import { parseExperiment } from '#shared/experiment-check'
import type { ModelSource, PartPredictions } from '#shared/inspect/inspected'
import { hasEnded, type RunId } from '#shared/run'
import { testWorkerFile } from '../../../setup/build-worker'
import { pythonWith } from './recreated'

let lab: Lab
let folder = ''
let run: RunId

const experiment: ExperimentInput = {
  version: 1,
  title: 'Export',
  dataset: {
    name: 'mnist',
    split: { kind: 'first', train: 500, validation: 100, test: 200 },
    scaling: 'standardize-per-feature',
  },
  network: {
    layers: [
      { units: 12, activation: 'gelu' },
      { units: 9, activation: 'leaky-relu', slope: 0.2 },
    ],
    output: { units: 200 },
  },
  training: { optimizer: { kind: 'adam' }, epochs: 2, mistake: 'softmax-twice', keepWeights: { every: { epochs: 1 } } },
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-export-'))
  lab = await openLab({
    ...{ workspace: join(folder, 'workspace'), resources: resolve('resources'), workerFile: testWorkerFile },
    ...{ version: '0.0.0-test', door: 'cli' as const },
  })
  const ended = new Promise<void>((done) => {
    lab.on('runs:changed', ({ changed }) => {
      if (changed.some((each) => hasEnded(each.status))) done()
    })
  })
  ;[run] = (await lab.call('runs:enqueue', parseExperiment(experiment), null)) as [RunId]
  await ended
})
afterAll(async () => {
  await lab.close()
  await rm(folder, { recursive: true, force: true })
})

const model = (): ModelSource => ({ of: 'run', run, step: null })

describe.each(['safetensors', 'npz'] as const)('%s', (format) => {
  it('is opened again with nothing to ask, and answers the same', async () => {
    const { name, bytes } = await lab.call('models:export', model(), format)
    const opened = await lab.call('inspect:open-file', { kind: 'bytes', name, bytes }, {})
    expect(opened.missing).toEqual([])
    expect(opened.facts).toMatchObject({
      sizes: [784, 12, 9, 200],
      activations: ['gelu', 'leaky-relu'],
      dataset: 'mnist',
    })
    const source: ModelSource = { of: 'file', token: opened.token }
    const first = firstOutputs(await lab.call('inspect:predictions', { source: model(), part: 'test' }))
    const again = firstOutputs(await lab.call('inspect:predictions', { source, part: 'test' }))
    expect(first.size).toBe(200)
    for (const [sample, value] of first) expect(again.get(sample)).toBe(value)
  })
})

/** The first of the 200 outputs for each sample. */
function firstOutputs({ samples, values }: PartPredictions): Map<number, number | undefined> {
  const numbers = f32Of(values)
  const found = [...new Uint32Array(samples.slice().buffer)].map((sample, i) => [sample, numbers[200 * i]] as const)
  return new Map(found)
}

describe('ONNX', () => {
  const python = pythonWith('numpy', 'onnx', 'onnxruntime')

  it.skipIf(python === null)('gives the lab’s own probabilities to bytes as they come', async () => {
    const { bytes, name } = await lab.call('models:export', model(), 'onnx')
    expect(name).toMatch(/\.onnx$/)
    const { samples, values } = await lab.call('inspect:predictions', { source: model(), part: 'test' })
    const numbers = [...new Uint32Array(samples.slice().buffer)]
    const { values: images } = await lab.call('datasets:samples', { name: 'mnist', samples: numbers })
    await writeFile(join(folder, 'model.onnx'), bytes)
    await writeFile(join(folder, 'images.u8'), images)
    const script = `
import json, sys
import numpy as np, onnx, onnxruntime
onnx.checker.check_model(sys.argv[1], full_check=True)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
x = np.fromfile(sys.argv[2], np.uint8).reshape(-1, 784).astype(np.float32)
metadata = session.get_modelmeta().custom_metadata_map
print(json.dumps([session.run(["probabilities"], {"input": x})[0].ravel().tolist(), metadata]))
`
    const args = ['-c', script, join(folder, 'model.onnx'), join(folder, 'images.u8')]
    const printed = execFileSync(python ?? '', args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
    const [got, metadata] = JSON.parse(printed) as [number[], Record<string, string>]
    const wanted = f32Of(values)
    expect(got).toHaveLength(wanted.length)
    expect(Math.max(...got.map((value, i) => Math.abs(value - (wanted[i] ?? NaN))))).toBeLessThan(1e-5)
    expect(metadata).toMatchObject({ run, mistake: 'softmax twice', 'dataset.name': 'mnist', step: '16' })
    expect(JSON.parse(metadata['classes'] ?? '')).toHaveLength(10)
  })
})

describe('a moment', () => {
  it('is exported by its step, with its own weights and a name that says so', async () => {
    const { moments } = await lab.call('inspect:model', model())
    const [{ step } = { step: 0 }] = moments
    const early = await lab.call('models:export', { of: 'run', run, step }, 'safetensors')
    const late = await lab.call('models:export', model(), 'safetensors')
    expect(early.name).toContain(`-step-${step}.`)
    expect(early.bytes).not.toEqual(late.bytes)
  })
})

describe('a program', () => {
  it('comes as one folder with all that it reads', async () => {
    const { name, bytes } = await lab.call('models:export', model(), 'numpy')
    const stem = name.replace(/\.zip$/, '')
    const files = ['experiment.py', 'lab_data.py', 'initial-weights.npz', 'split.npz', 'experiment.json', 'README.md']
    expect(zipEntries(bytes, 'z').map(({ path }) => path)).toEqual(files.map((file) => `z/${stem}/${file}`))
  })

  it('is not made from a file of weights, which does not say how it was trained', async () => {
    const { name, bytes } = await lab.call('models:export', model(), 'safetensors')
    const { token } = await lab.call('inspect:open-file', { kind: 'bytes', name, bytes }, {})
    await expect(lab.call('models:export', { of: 'file', token }, 'keras')).rejects.toMatchObject({
      code: 'export/no-experiment',
    })
  })

  it('is refused in a format that nobody knows', async () => {
    await expect(lab.call('models:export', model(), 'pickle' as 'npz')).rejects.toMatchObject({
      code: 'call/bad-arguments',
    })
  })
})
