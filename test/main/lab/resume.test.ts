import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeHistoryLine } from '#lab/storage/history-file'
import { decodeRunFile, encodeRunFile, type RunRecord } from '#lab/storage/run-file'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough, type FakeTraining } from './support/fake-host'
import { FaultyFileSystem } from './support/faulty-file-system'
import { openTestLab } from './support/open-test-lab'
import { evaluationAt, experimentOfRuns, sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

const EPOCHS = 6

function historyOf(epochs: number) {
  return Array.from({ length: epochs }, (_, i) => evaluationAt(i + 1))
}

/** A workspace with a run of which `epochs` epochs were trained before its process was gone. */
async function interrupted(epochs: number, script: (training: FakeTraining) => void = () => undefined) {
  const workspace = await temporaryFolder()
  const before = await openTestLab(workspace, new FakeHost())
  const [id] = await before.lab.call('runs:enqueue', experimentOfRuns(1, EPOCHS), null)
  const training = await before.host.started(0)
  training.train(epochs)
  if (epochs > 0) await before.when(id, (run) => run.last?.epoch === epochs)
  await before.lab.call('runs:stop', id)
  await before.whenEnded(id)
  await before.lab.close()
  await edit(workspace, id, (record) => ({
    ...record,
    status: 'running',
    reason: null,
    endedAt: null,
    measured: null,
    model: null,
  }))
  const after = await openTestLab(workspace, new FakeHost(script))
  return { ...after, id, workspace, folder: join(workspace, 'runs', id) }
}

async function edit(workspace: string, id: RunId, change: (record: RunRecord) => RunRecord): Promise<void> {
  const path = join(workspace, 'runs', id, 'run.json')
  await writeFile(path, encodeRunFile(change(decodeRunFile(await readFile(path), path))))
}

describe('a run that is taken up again', () => {
  it('goes on from its checkpoint, keeps its history, and writes no evaluation twice', async () => {
    const { lab, host, id, when, whenEnded, folder, events } = await interrupted(4)
    await writeFile(join(folder, 'checkpoints', 'last.safetensors'), 'checkpoint 2') // the disk was slow
    expect((await lab.call('runs:list')).runs[0]?.status).toBe('interrupted')
    await lab.call('runs:resume', [id])
    const training = await host.started(0)
    expect(Buffer.from(training.job.checkpoint ?? []).toString()).toBe('checkpoint 2')
    training.train(1)
    expect((await when(id, (run) => run.status === 'running')).last?.epoch).toBe(4)
    training.train(3)
    training.finish()
    expect(await whenEnded(id)).toMatchObject({ status: 'finished', reason: null, last: evaluationAt(6) })
    expect(await lab.call('runs:history', id)).toEqual(historyOf(6))
    const told = events.filter(({ name }) => name === 'runs:evaluated').map(({ payload }) => payload)
    expect(told).toEqual([5, 6].map((epoch) => ({ id, evaluation: evaluationAt(epoch) })))
    expect(await readdir(join(folder, 'checkpoints'))).toEqual([])
    const { resumes } = await lab.call('runs:details', id)
    expect(resumes).toEqual([{ at: expect.any(String) as string, step: 2 * 938 }])
  })

  it('begins anew if it has no checkpoint', async () => {
    const { lab, id, whenEnded, folder, host } = await interrupted(2, trainsThrough)
    await rm(join(folder, 'checkpoints', 'last.safetensors'))
    await lab.call('runs:resume', [id])
    expect((await whenEnded(id)).status).toBe('finished')
    expect(host.trainings[0].job.checkpoint).toBe(null)
    expect(await lab.call('runs:history', id)).toEqual(historyOf(6))
  })

  it('may have waited only, or lost the last line of its history to the kill', async () => {
    const { lab, id, whenEnded, folder } = await interrupted(3, trainsThrough)
    const path = join(folder, 'history.jsonl')
    const whole = await readFile(path, 'utf8')
    await writeFile(path, whole + encodeHistoryLine('evaluation', evaluationAt(4)).slice(0, 40))
    await lab.call('runs:resume', [id])
    await whenEnded(id)
    expect(await lab.call('runs:history', id)).toEqual(historyOf(6))

    const waited = await interrupted(0, trainsThrough)
    await rm(join(waited.folder, 'history.jsonl'))
    await edit(waited.workspace, waited.id, (record) => ({
      ...record,
      status: 'waiting',
      startedAt: null,
      machine: null,
    }))
    await waited.lab.call('runs:resume', [waited.id])
    await waited.whenEnded(waited.id)
    expect(await waited.lab.call('runs:history', waited.id)).toEqual(historyOf(6))
  })

  it('may have been stopped, and may have failed', async () => {
    const host = new FakeHost((training) => {
      if (training.epochs > 0) return trainsThrough(training)
      training.train(2)
      if (host.trainings.length === 1) training.fail(new Error('the engine is gone'))
      else training.stop()
    })
    const { lab, whenEnded, when } = await openTestLab(await temporaryFolder(), host)
    for (const status of ['failed', 'stopped']) {
      const [id] = await lab.call('runs:enqueue', experimentOfRuns(1, EPOCHS), null)
      expect((await whenEnded(id)).status).toBe(status)
      await lab.call('runs:resume', [id])
      expect(await when(id, (run) => run.status === 'finished')).toMatchObject({ reason: null, last: evaluationAt(6) })
      expect(await lab.call('runs:history', id)).toEqual(historyOf(6))
    }
  })

  it('keeps the learning rate that was set by hand, from the checkpoint on, and what was measured since is made anew', async () => {
    const { lab, host, id, whenEnded, folder, workspace } = await interrupted(4)
    await writeFile(join(folder, 'checkpoints', 'last.safetensors'), 'checkpoint 2')
    await edit(workspace, id, (record) => ({
      ...record,
      interventions: [
        { step: 938, learningRate: 0.5 },
        { step: 3 * 938, learningRate: 0.25 },
      ],
    }))
    await lab.call('runs:resume', [id])
    const training = await host.started(0)
    expect(training.asked).toEqual(['rate 0.25'])
    expect((await lab.call('runs:details', id)).interventions).toEqual([
      { step: 938, learningRate: 0.5 },
      { step: 2 * 938, learningRate: 0.25 },
    ])
    training.train(1)
    training.stop()
    expect((await whenEnded(id)).last?.epoch).toBe(3)
    expect(await lab.call('runs:history', id)).toEqual(historyOf(3))
  })

  it('begins with the copy of its weights, also when the file is gone', async () => {
    const workspace = await temporaryFolder()
    const file = join(await temporaryFolder(), 'given.safetensors')
    await writeFile(file, 'weights')
    const host = new FakeHost()
    const { lab, whenEnded, when } = await openTestLab(workspace, host)
    const experiment = sampleExperiment({
      training: { optimizer: { kind: 'adam' }, epochs: 3, initialWeights: file },
    })
    const [id] = await lab.call('runs:enqueue', experiment, null)
    const first = await host.started(0)
    expect(Buffer.from(first.job.initialWeights ?? []).toString()).toBe('weights')
    await lab.call('runs:stop', id)
    await whenEnded(id)
    await rm(file)
    await lab.call('runs:resume', [id])
    const second = await host.started(1)
    expect(Buffer.from(second.job.initialWeights ?? []).toString()).toBe('weights')
    trainsThrough(second)
    await when(id, (run) => run.status === 'finished')
  })
})

describe('a run that cannot go on', () => {
  async function refusedAsItWas(
    test: Awaited<ReturnType<typeof interrupted>>,
    code: string,
    message = '',
  ): Promise<void> {
    const { lab, id, folder, host } = test
    const before = await readFile(join(folder, 'run.json'), 'utf8')
    await expect(lab.call('runs:resume', [id])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    })
    expect(await readFile(join(folder, 'run.json'), 'utf8')).toBe(before)
    expect((await lab.call('runs:list')).runs[0]?.status).toBe('interrupted')
    expect(host.trainings).toEqual([])
  }

  it('stays as it was if its checkpoint does not fit', async () => {
    const test = await interrupted(2)
    await writeFile(join(test.folder, 'checkpoints', 'last.safetensors'), 'something else')
    await refusedAsItWas(test, 'checkpoint/unfit')
  })

  it('stays as it was if this engine has kernels of another class', async () => {
    const test = await interrupted(2)
    await edit(test.workspace, test.id, (record) => ({
      ...record,
      machine: record.machine && { ...record.machine, bitClass: 'fma-1' },
    }))
    await refusedAsItWas(test, 'checkpoint/unfit', 'fma-1')
  })

  it('stays as it was if its history is damaged', async () => {
    const test = await interrupted(2)
    const path = join(test.folder, 'history.jsonl')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"epoch":1', '"epoch":7'))
    await expect(test.lab.call('runs:resume', [test.id])).rejects.toMatchObject({ code: 'run/history-damaged' })
    expect(test.host.trainings).toEqual([])
  })

  it('is one that has finished, and one that trains', async () => {
    const host = new FakeHost()
    const { lab, whenEnded } = await openTestLab(await temporaryFolder(), host)
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1), null)
    const training = await host.started(0)
    await expect(lab.call('runs:resume', [id])).rejects.toMatchObject({ code: 'run/not-ended' })
    trainsThrough(training)
    await whenEnded(id)
    await expect(lab.call('runs:resume', [id])).rejects.toMatchObject({ code: 'run/has-finished' })
  })

  it('is one that another program trains', async () => {
    const workspace = await temporaryFolder()
    const { lab, host } = await openTestLab(workspace, new FakeHost())
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1), null)
    await host.started(0)
    const other = await openTestLab(workspace)
    await expect(other.lab.call('runs:resume', [id])).rejects.toMatchObject({ code: 'run/not-ours' })
  })

  it('keeps the others from going on, whose folders stay as they were', async () => {
    const workspace = await temporaryFolder()
    const { lab, host, whenEnded, when } = await openTestLab(workspace, new FakeHost((training) => training.stop()))
    const ids = await lab.call('runs:enqueue', experimentOfRuns(2), null)
    for (const id of ids) await whenEnded(id)
    await writeFile(join(workspace, 'runs', ids[1], 'checkpoints', 'last.safetensors'), 'something else')
    await expect(lab.call('runs:resume', ids)).rejects.toMatchObject({ code: 'checkpoint/unfit' })
    expect((await lab.call('runs:list')).runs.map((run) => run.status)).toEqual(['stopped', 'stopped'])
    expect(host.trainings).toHaveLength(2)
    await lab.call('runs:resume', [ids[0], ids[0]]) // twice is once
    await when(ids[0], (run) => run.status === 'stopped')
  })

  it('is none of two whose second cannot be written down', async () => {
    const workspace = await temporaryFolder()
    let armed = false
    let writes = 0
    const faulty = new FaultyFileSystem((_, call, path) =>
      armed && call === 'rename' && path.includes('run.json') && ++writes === 2 ? 'ENOSPC' : undefined,
    )
    const host = new FakeHost((training) => training.stop())
    const { lab, whenEnded } = await openTestLab(workspace, host, { fs: faulty.fs })
    const ids = await lab.call('runs:enqueue', experimentOfRuns(2), null)
    for (const id of ids) await whenEnded(id)
    armed = true
    await expect(lab.call('runs:resume', ids)).rejects.toMatchObject({ code: 'storage/disk-full' })
    const second = await openTestLab(workspace)
    expect((await second.lab.call('runs:list')).runs.map((run) => run.status)).toEqual(['stopped', 'stopped'])
    expect(host.trainings).toHaveLength(2)
  })

  it('is taken up by at most one of two programs that try at the same moment', async () => {
    const { lab, id, workspace, host } = await interrupted(2)
    const other = await openTestLab(workspace, new FakeHost())
    const tries = await Promise.allSettled([lab.call('runs:resume', [id]), other.lab.call('runs:resume', [id])])
    const taken = tries.filter(({ status }) => status === 'fulfilled').length
    expect(taken).toBeLessThanOrEqual(1)
    expect(host.trainings.length + other.host.trainings.length).toBeLessThanOrEqual(1)
    for (const each of tries)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'run/not-ours' })
    expect((await readdir(join(workspace, 'runs', id))).filter((name) => name.startsWith('claim'))).toEqual([])
  })
})

describe('weights from a file', () => {
  const begin = (file: string) =>
    sampleExperiment({ training: { optimizer: { kind: 'adam' }, epochs: 3, initialWeights: file } })

  it.each([
    ['a path that is not whole', 'given.safetensors', 'weights/bad-path'],
    ['a file that is not there', join('/', 'nowhere', 'given.safetensors'), 'weights/unreadable'],
    ['a folder', tmpdir(), 'weights/unreadable'],
    ['a device without an end', '/dev/zero', 'weights/unreadable'],
  ])('are refused for %s, and no run is made', async (_, file, code) => {
    const { lab } = await openTestLab(await temporaryFolder())
    await expect(lab.call('runs:enqueue', begin(file), null)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(file) as string,
    })
    expect((await lab.call('runs:list')).runs).toEqual([])
  })

  it('are refused if the engine has no use for them, with its reason', async () => {
    const file = join(await temporaryFolder(), 'given.safetensors')
    await writeFile(file, 'something else')
    const { lab } = await openTestLab(await temporaryFolder())
    await expect(lab.call('runs:enqueue', begin(file), null)).rejects.toMatchObject({
      code: 'weights/unfit',
      message: expect.stringMatching(/given\.safetensors cannot be used: Expected the weights/) as string,
    })
  })

  it('lie in the folder of the run, whose training fails if the copy is damaged', async () => {
    const workspace = await temporaryFolder()
    const file = join(await temporaryFolder(), 'given.safetensors')
    await writeFile(file, 'weights')
    const { lab, host, whenEnded } = await openTestLab(workspace, new FakeHost())
    await lab.call('settings:set', { sideBySide: false })
    const [first] = await lab.call('runs:enqueue', begin(file), null)
    const [second] = await lab.call('runs:enqueue', begin(file), null)
    const training = await host.started(0)
    const copy = join(workspace, 'runs', second, 'initial.safetensors')
    expect(await readFile(copy, 'utf8')).toBe('weights')
    await writeFile(copy, 'weighty')
    trainsThrough(training)
    expect((await whenEnded(first)).status).toBe('finished')
    expect(await whenEnded(second)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('initial.safetensors is damaged') as string,
    })
  })
})

describe('early stopping', () => {
  it('is an end as planned, and its reason says at which epoch, and which weights are kept', async () => {
    const host = new FakeHost((training) => {
      training.train(4)
      training.epochs = 3 // the best ones came back
      training.finish('converged')
    })
    const { lab, whenEnded } = await openTestLab(await temporaryFolder(), host)
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1, EPOCHS), null)
    expect(await whenEnded(id)).toMatchObject({
      status: 'finished',
      reason: 'early stopping at epoch 4 of 6; the model is that of epoch 3',
      last: { epoch: 4 },
    })
  })
})
