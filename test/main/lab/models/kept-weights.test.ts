import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTestLab } from '../support/open-test-lab'
import { sampleExperiment } from '../support/samples'
import { temporaryFolder } from '../support/temporary-folder'
import { costOf } from '#shared/cost/estimate'
import { REFERENCE_SPEED } from '#shared/cost/speed'
import { expandExperiment } from '#shared/experiment-expand'
import { parameterCount } from '#shared/network'

const keeping = (epochs: number) =>
  sampleExperiment({ training: { optimizer: { kind: 'adam' }, epochs, keepWeights: { every: { epochs: 1 } } } })

async function enqueued(epochs = 4) {
  const workspace = await temporaryFolder()
  const lab = await openTestLab(workspace)
  const [id] = await lab.lab.call('runs:enqueue', keeping(epochs), null)
  const training = await lab.host.started(0)
  const folder = join(workspace, 'runs', id, 'kept')
  return { ...lab, id, training, folder, workspace }
}

/** The fake engine's bytes are no weights; that they are kept is all that is looked at here. */
const keep = ({ events }: Awaited<ReturnType<typeof enqueued>>['training'], step: number, text = `weights ${step}`) =>
  events.kept?.({ step, bytes: Buffer.from(text) })

describe('a run that keeps weights on its way', () => {
  it('has a file for each step, named by its content, and tells of them as moments beside its model', async () => {
    const { lab, id, training, folder, whenEnded } = await enqueued()
    for (let epoch = 1; epoch <= 4; epoch++) {
      if (epoch < 4) keep(training, 938 * epoch)
      training.train(1)
    }
    training.finish()
    await whenEnded(id)
    const names = (await readdir(folder)).sort()
    expect(names).toEqual([
      expect.stringMatching(/^1876-[0-9a-f]{32}\.safetensors$/),
      expect.stringMatching(/^2814-[0-9a-f]{32}\.safetensors$/),
      expect.stringMatching(/^938-[0-9a-f]{32}\.safetensors$/),
    ])
    const { moments, parts } = await lab.call('inspect:model', { of: 'run', run: id, step: null })
    expect(moments).toEqual([
      { step: 938, epoch: 1, kind: 'kept' },
      { step: 1876, epoch: 2, kind: 'kept' },
      { step: 2814, epoch: 3, kind: 'kept' },
      { step: 3752, epoch: 4, kind: 'last' },
    ])
    expect(parts).toEqual([
      { part: 'train', count: 60_000 },
      { part: 'test', count: 10_000 },
    ])
    expect(await lab.call('inspect:model', { of: 'run', run: id, step: 938 })).toMatchObject({ step: 938, epoch: 1 })
    await expect(lab.call('inspect:model', { of: 'run', run: id, step: 5 })).rejects.toMatchObject({
      code: 'model/no-moment',
      message: expect.stringContaining('938, 1876, 2814') as string,
    })
  })

  it('says so if a file has changed since', async () => {
    const { lab, id, training, folder, whenEnded } = await enqueued()
    keep(training, 938)
    training.train(2)
    training.finish()
    await whenEnded(id)
    const [name = ''] = await readdir(folder)
    await writeFile(join(folder, name), 'other weights')
    await expect(
      lab.call('inspect:predictions', { source: { of: 'run', run: id, step: 938 }, part: 'test' }),
    ).rejects.toMatchObject({ code: 'run/damaged' })
  })

  it('keeps none twice, and makes those after its checkpoint again', async () => {
    const { lab, id, training, folder, whenEnded, host } = await enqueued()
    keep(training, 938)
    keep(training, 938, 'the same step, otherwise')
    training.train(1) // its checkpoint is of epoch 1
    keep(training, 1876)
    training.stop()
    await whenEnded(id)
    expect(await readdir(folder)).toHaveLength(2)
    await lab.call('runs:resume', [id])
    const resumed = await host.started(1)
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^938-/)])
    resumed.finish()
  })
})

describe('the cost of an experiment', () => {
  it('counts kept weights, each as large as the model', () => {
    const bytesOf = (experiment: ReturnType<typeof keeping>) =>
      costOf(expandExperiment(experiment), REFERENCE_SPEED).bytes
    const none = { ...keeping(10), training: { ...keeping(10).training, keepWeights: null } }
    const model = 4 * parameterCount([784, 32, 10], 'each-layer')
    expect((bytesOf(keeping(10)) - bytesOf(none)) / model).toBeCloseTo(9, 1)
  })
})
