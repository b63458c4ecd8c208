import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLab } from '#lab/open-lab'
import { experimentOf } from '#shared/preset'
import { accuracyOf, hasEnded, type RunSummary } from '#shared/run'
import { testWorkerFile } from '../../setup/build-worker'
import { sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

describe('the lab as a whole', () => {
  it('trains a preset with its own engine on real images, keeps it, and draws it', async () => {
    const workspace = await temporaryFolder()
    const resources = resolve('resources')
    const lab = await openLab({ workspace, resources, workerFile: testWorkerFile, version: '0.0.0-test', door: 'cli' })
    onTestFinished(() => lab.close())
    const preset = (await lab.call('presets:list')).find((each) => each.id === 'first-steps')
    if (!preset) throw new Error('the preset is gone')
    const ended = new Promise<RunSummary>((found) => {
      lab.on('runs:changed', ({ changed }) => {
        const run = changed.find((each) => hasEnded(each.status))
        if (run) found(run)
      })
    })

    const [id] = await lab.call('runs:enqueue', experimentOf(preset, { quick: true }), preset.id)
    const run = await ended
    expect(run).toMatchObject({ id, status: 'finished', reason: null, presetId: 'first-steps', reducedData: true })
    const last = run.last
    if (!last) throw new Error('nothing was measured')
    expect(last.epoch).toBe(5)
    expect(last.test && accuracyOf(last.test)).toBeGreaterThan(0.75)
    expect(await lab.call('runs:history', id)).toHaveLength(5)
    expect(run.secondsPerEpoch?.median).toBeGreaterThan(0)

    const { directory, machine } = await lab.call('runs:details', id)
    const model = await readFile(join(directory, 'model.safetensors'))
    const header = JSON.parse(model.subarray(8, 8 + Number(model.readBigUInt64LE(0))).toString()) as object
    expect(header).toMatchObject({ 'layers.0.weight': { dtype: 'F32', shape: [32, 784] } })
    expect(machine?.kernels).not.toBe('')

    const spec = {
      runs: [id],
      panels: [['train-loss', 'test-loss']],
      x: 'epoch',
      logY: false,
      title: null,
      widthCm: 12,
      heightCm: 8,
    } as const
    const csv = await lab.call('figures:render', { spec, format: 'csv' })
    expect(Buffer.from(csv.bytes).toString()).toContain(String(last.test?.loss))
  })

  it('behind a window trains in a process of its own, to the same weights, and starts it anew as the settings say', async () => {
    const weights: (string | null)[] = []
    for (const door of ['cli', 'electron'] as const) {
      const workspace = await temporaryFolder()
      const resources = resolve('resources')
      const lab = await openLab({ workspace, resources, workerFile: testWorkerFile, version: '0.0.0-test', door })
      onTestFinished(() => lab.close())
      const placement = door === 'cli' ? 'in-process' : 'child-process'
      await lab.call('settings:set', { wideVectors: false })
      expect((await lab.call('app:info')).engine).toMatchObject({ placement, wideVectors: false })
      const ended = new Promise<RunSummary>((found) => {
        lab.on('runs:changed', ({ changed }) => {
          const run = changed.find((each) => hasEnded(each.status))
          if (run) found(run)
        })
      })
      const split = { kind: 'first' as const, train: 500, test: 100 }
      const experiment = sampleExperiment({
        dataset: { name: 'mnist', split },
        training: { optimizer: { kind: 'adam' }, epochs: 2 },
      })
      const [id] = await lab.call('runs:enqueue', experiment, null)
      expect(await ended).toMatchObject({ id, status: 'finished', reason: null })
      weights.push((await ended).weightsSha256)
      expect((await lab.call('runs:details', id)).machine).toMatchObject({ placement, wideVectors: false })
    }
    expect(weights[1]).toBe(weights[0])
  })
})
