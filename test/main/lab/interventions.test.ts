import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeRunFile } from '#lab/storage/run-file'
import { FakeHost } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

async function training() {
  const host = new FakeHost()
  const workspace = await temporaryFolder()
  const test = await openTestLab(workspace, host)
  const [id] = await test.lab.call('runs:enqueue', sampleExperiment(), null)
  const fake = await host.started(0)
  const file = async () => decodeRunFile(await readFile(join(workspace, 'runs', id, 'run.json')), 'run.json')
  return { ...test, id, fake, file, workspace }
}

describe('a pause', () => {
  it('is told to the engine, written down, and over when the run is told to go on', async () => {
    const { lab, id, fake, file, when } = await training()
    await lab.call('runs:pause', id)
    expect((await when(id, (run) => run.status === 'paused')).reason).toBe(null)
    expect((await file()).status).toBe('paused')
    await lab.call('runs:proceed', id)
    expect((await file()).status).toBe('running')
    expect(fake.asked).toEqual(['pause', 'proceed'])
  })

  it('lets the run advance step by step, and only then', async () => {
    const { lab, id, fake } = await training()
    await expect(lab.call('runs:advance', id, 'step')).rejects.toMatchObject({ code: 'run/not-paused' })
    await lab.call('runs:pause', id)
    await lab.call('runs:advance', id, 'step')
    await lab.call('runs:advance', id, 'epoch')
    await lab.call('queue:pause')
    expect((await lab.call('runs:list')).runs[0]?.status).toBe('paused')
    expect(fake.asked).toEqual(['pause', 'advance step', 'advance epoch'])
    await lab.call('runs:stop', id)
  })

  it('counts as training: the workspace stays, the run cannot be removed, and it can be stopped', async () => {
    const { lab, id, whenEnded } = await training()
    await lab.call('runs:pause', id)
    await expect(lab.call('runs:remove', [id])).rejects.toMatchObject({ code: 'run/not-ended' })
    await expect(lab.call('workspace:open', await temporaryFolder())).rejects.toMatchObject({ code: 'workspace/busy' })
    await lab.call('runs:stop', id)
    expect((await whenEnded(id)).status).toBe('stopped')
  })

  it('of a run whose process is gone is an interruption', async () => {
    const { lab, id, workspace } = await training()
    await lab.call('runs:pause', id)
    const { readdir, rm } = await import('node:fs/promises')
    const [name] = await readdir(join(workspace, 'processes'))
    await rm(join(workspace, 'processes', name ?? ''))
    const { runs } = await (await openTestLab(workspace)).lab.call('runs:list')
    expect(runs[0]).toMatchObject({ status: 'interrupted' })
  })
})

describe('a learning rate that is set by hand', () => {
  it('is told to the engine, and stands in run.json and in the details with its step', async () => {
    const { lab, id, fake, file } = await training()
    fake.train(2)
    await lab.call('runs:set-learning-rate', id, 0.5)
    fake.train(1)
    await lab.call('runs:set-learning-rate', id, 0.25)
    expect(fake.asked).toEqual(['rate 0.5', 'rate 0.25'])
    const interventions = [
      { step: 2 * 938, learningRate: 0.5 },
      { step: 3 * 938, learningRate: 0.25 },
    ]
    expect((await file()).interventions).toEqual(interventions)
    expect((await lab.call('runs:details', id)).interventions).toEqual(interventions)
    fake.finish()
  })

  it.each([0, -1, NaN, Infinity, 1001, '0.1', null])('is refused when it is %s', async (rate) => {
    const { lab, id, fake } = await training()
    expect(await lab.answer('runs:set-learning-rate', [id, rate])).toMatchObject({
      ok: false,
      failure: { code: 'call/bad-arguments' },
    })
    expect(fake.asked).toEqual([])
  })
})

describe('a wish for a run that does not train', () => {
  it.each([
    ['runs:pause', []],
    ['runs:proceed', []],
    ['runs:set-learning-rate', [0.1]],
  ] as const)('%s is refused with the state of the run', async (name, more) => {
    const { lab, id, fake, whenEnded } = await training()
    const [waiting] = await lab.call('runs:enqueue', sampleExperiment({ threads: 4 }), null)
    expect(await lab.answer(name, [waiting, ...more])).toMatchObject({
      ok: false,
      failure: { code: 'run/not-training', message: expect.stringContaining('is waiting') as string },
    })
    fake.finish()
    await whenEnded(id)
    expect(await lab.answer(name, [id, ...more])).toMatchObject({
      ok: false,
      failure: { code: 'run/not-training', message: expect.stringContaining('is finished') as string },
    })
  })

  it('is refused where another program trains it', async () => {
    const { id, workspace } = await training()
    const other = await openTestLab(workspace)
    for (const name of ['runs:pause', 'runs:proceed', 'runs:stop'] as const) {
      await expect(other.lab.call(name, id)).rejects.toMatchObject({ code: 'run/not-ours' })
    }
  })
})

describe('the list of runs', () => {
  it('says which of them this process has in its hands', async () => {
    const { lab, id, workspace, fake, whenEnded } = await training()
    const other = await openTestLab(workspace)
    expect((await lab.call('runs:list')).own).toEqual([id])
    expect((await other.lab.call('runs:list')).own).toEqual([])
    fake.finish()
    await whenEnded(id)
    expect((await lab.call('runs:list')).own).toEqual([])
  })
})
