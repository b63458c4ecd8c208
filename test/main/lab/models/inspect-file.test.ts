import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../../../src/cli/program'
import { readSafetensors, writeSafetensors } from '#engine/safetensors'
import type { Lab } from '#lab/lab'
import { openLab } from '#lab/open-lab'
import { parseExperiment } from '#shared/experiment-check'
import { hasEnded, type RunSummary } from '#shared/run'
import { testWorkerFile } from '../../../setup/build-worker'
import { makePng } from '../import/support/make-files'

let lab: Lab
let workspace = ''
let run: RunSummary
let bytes: Uint8Array

const open = (door: 'cli' | 'served' = 'cli', folder = workspace) =>
  openLab({
    workspace: folder,
    resources: resolve('resources'),
    workerFile: testWorkerFile,
    version: '0.0.0-test',
    door,
  })

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lab-test-'))
  lab = await open()
  const ended = new Promise<RunSummary>((found) => {
    lab.on('runs:changed', ({ changed }) => {
      const done = changed.find((each) => hasEnded(each.status))
      if (done) found(done)
    })
  })
  const experiment = parseExperiment({
    version: 1,
    title: 'To a file',
    dataset: { name: 'mnist', split: { kind: 'first', train: 2000, test: 10_000 }, scaling: 'standardize' },
    network: { layers: [{ units: 16, activation: 'leaky-relu', slope: 0.2 }] },
    training: { optimizer: { kind: 'adam' }, epochs: 2 },
  })
  await lab.call('runs:enqueue', experiment, null)
  run = await ended
  bytes = await readFile(join(workspace, 'runs', run.id, 'model.safetensors'))
})
afterAll(async () => {
  await lab.close()
  await rm(workspace, { recursive: true, force: true })
})

/** The same weights as PyTorch would save them: nothing is said beside them. */
function asPyTorch(): Uint8Array {
  const { tensors } = readSafetensors(bytes)
  const names: Record<string, string> = {
    'layers.0.weight': '0.weight',
    'layers.0.bias': '0.bias',
    'layers.1.weight': '2.weight',
    'layers.1.bias': '2.bias',
  }
  return writeSafetensors([...tensors].map(([name, tensor]) => [names[name] ?? name, tensor]))
}

describe('a model from a file', () => {
  it('of ours says what it is, and answers as the run does', async () => {
    const file = { kind: 'bytes', name: 'model.safetensors', bytes } as const
    const { missing, fixed, reading, facts } = await lab.call('inspect:open-file', file, {})
    expect([missing, fixed]).toEqual([[], ['activation', 'output', 'scaling']])
    expect(reading).toEqual({ activation: 'leaky-relu', output: 'softmax', scaling: 'standardize', dataset: 'mnist' })
    expect(facts).toMatchObject({
      ...{ title: 'model.safetensors', sizes: [784, 16, 10], dataset: 'mnist', moments: [], isTestLocked: false },
      parts: [
        { part: 'train', count: 60_000 },
        { part: 'test', count: 10_000 },
      ],
    })
    const source = facts?.source ?? expect.fail('it is whole')
    const fromFile = await lab.call('inspect:predictions', { source, part: 'test' })
    const fromRun = await lab.call('inspect:predictions', {
      source: { of: 'run', run: run.id, step: null },
      part: 'test',
    })
    expect(fromFile).toEqual({ ...fromRun, seconds: expect.any(Number) as number })
  })

  it('of another program is one when what it does not say was said', async () => {
    const file = { kind: 'bytes', name: 'torch.safetensors', bytes: asPyTorch() } as const
    const opened = await lab.call('inspect:open-file', file, { dataset: 'mnist' })
    expect(opened).toMatchObject({ missing: ['activation', 'output', 'scaling'], facts: null, sizes: [784, 16, 10] })
    await expect(lab.call('inspect:model', { of: 'file', token: opened.token })).rejects.toMatchObject({
      code: 'model/incomplete',
    })
    const reading = { dataset: 'mnist', activation: 'relu', output: 'softmax', scaling: 'standardize' } as const
    const { facts } = await lab.call('inspect:read-file', opened.token, reading)
    expect(facts).toMatchObject({ activations: ['relu'], outputActivation: 'softmax', scaling: 'standardized' })
  })

  it.each([
    ['another shape', 'two-moons', /takes 784 inputs.*has 2 values/],
    ['a name that nobody has', 'nothing', /no data set "nothing"/],
  ])('is refused for data of %s', async (_, dataset, message) => {
    const file = { kind: 'bytes', name: 'torch.safetensors', bytes: asPyTorch() } as const
    await expect(lab.call('inspect:open-file', file, { dataset })).rejects.toThrow(message)
  })

  it('is not counted where its weights are too large for its sums', async () => {
    const { tensors } = readSafetensors(asPyTorch())
    const huge = [...tensors].map(([name, { shape, bytes: values }]) => {
      const scaled = Float32Array.from(new Float32Array(new Uint8Array(values).buffer), (value) => 1e37 * value)
      return [name, { dtype: 'F32', shape, bytes: new Uint8Array(scaled.buffer) }] as const
    })
    const file = { kind: 'bytes', name: 'huge.safetensors', bytes: writeSafetensors(huge) } as const
    const reading = { activation: 'relu', output: 'softmax', scaling: 'unit', dataset: 'mnist' } as const
    const { token } = await lab.call('inspect:open-file', file, reading)
    const source = { of: 'file', token } as const
    await expect(lab.call('inspect:predictions', { source, part: 'test' })).rejects.toMatchObject({
      code: 'model/overflow',
      message: expect.stringMatching(/answers to [\d,]+ of 10,000 samples are no finite numbers/) as string,
    })
  })

  it('is read by its path for those alone who are at this machine', async () => {
    const path = join(workspace, 'runs', run.id, 'model.safetensors')
    expect(await lab.call('inspect:open-file', { kind: 'path', path }, {})).toMatchObject({ missing: [] })
    const other = await mkdtemp(join(tmpdir(), 'lab-test-'))
    const served = await open('served', other)
    await expect(served.call('inspect:open-file', { kind: 'path', path }, {})).rejects.toMatchObject({
      code: 'model/no-paths',
    })
    await served.close()
    await rm(other, { recursive: true, force: true })
  })
})

describe('the command line', () => {
  /** On a lab that is open already, and stays so. */
  async function commandLine(...args: string[]) {
    const io = { out: '', told: '' }
    const code = await runCommandLine(args, {
      ...{ version: '0', resources: resolve('resources'), renderer: '', workspace },
      openLab: () => Promise.resolve(labWithoutClose()),
      output: {
        write: (text) => (io.out += text),
        tell: (text) => (io.told += text),
        ...{ isTerminal: false, width: 80, height: 24 },
      },
      onInterrupt: () => () => undefined,
    })
    return { code, ...io }
  }
  function labWithoutClose(): Lab {
    return {
      answer: (...args) => lab.answer(...args),
      call: (...args) => lab.call(...args),
      on: (...args) => lab.on(...args),
      close: () => Promise.resolve(),
    }
  }

  it('evaluates a run on its test part, with the score that training measured', async () => {
    const { code, out } = await commandLine('evaluate', run.id, '--json')
    const result = JSON.parse(out) as Record<string, unknown> & { misclassified: unknown[]; interval: { low: number } }
    const { loss, correct, count } = run.last?.test ?? expect.fail('it was measured')
    expect(code).toBe(0)
    expect(result).toMatchObject({
      ...{ dataset: 'mnist', part: 'test', count, correct, accuracy: correct / count },
      loss: expect.closeTo(loss, 6) as number,
      model: { run: run.id, sizes: [784, 16, 10], parameters: 12_730 },
    })
    expect(result.misclassified).toHaveLength(count - correct)
    expect(result.interval.low).toBeLessThan(correct / count)
  })

  it('evaluates a file, and says which flags are missing', async () => {
    const path = join(workspace, 'runs', run.id, 'model.safetensors')
    const text = await commandLine('evaluate', path)
    expect(text.out).toContain('784-16-10, 12,730 parameters')
    expect(text.out).toContain('test part of mnist: 10,000 samples')
    const elsewhere = await commandLine('evaluate', path, '--dataset', 'fashion-mnist', '--json')
    expect(JSON.parse(elsewhere.out)).toMatchObject({ dataset: 'fashion-mnist', count: 10_000 })
    const missing = await commandLine('evaluate', join(workspace, 'none.npz'))
    expect([missing.code, missing.told]).toEqual([66, expect.stringContaining('none.npz')])
  })

  it('predicts pictures of the right size, and of any size when they are prepared as MNIST was', async () => {
    const { values } = await lab.call('datasets:samples', { name: 'mnist', samples: [60_000] }) // a seven
    const small = join(workspace, 'seven.png')
    await writeFile(small, makePng(28, 28, values))
    const { out } = await commandLine('predict', run.id, small, '--json')
    expect(JSON.parse(out)).toMatchObject([{ file: small, label: 7, name: '7' }])
    // twice as large, dark on light
    const large = new Uint8Array(56 * 56).map((_, i) => {
      const [row, column] = [Math.floor(i / 56), i % 56]
      return 255 - (values[Math.floor(row / 2) * 28 + Math.floor(column / 2)] ?? 0)
    })
    const photo = join(workspace, 'photo.png')
    await writeFile(photo, makePng(56, 56, large))
    const refused = await commandLine('predict', run.id, photo)
    expect([refused.code, refused.told]).toEqual([65, expect.stringMatching(/56 × 56.*28 × 28/)])
    const prepared = await commandLine('predict', run.id, photo, '--prepare', 'mnist')
    expect(prepared.out).toMatch(/photo\.png\s+7\s+\d+\.\d\d %/)
  })
})
