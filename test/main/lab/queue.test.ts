import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeHistory } from '#lab/storage/history-file'
import { decodeRunFile } from '#lab/storage/run-file'
import { LabError } from '#shared/errors'
import { RUN_ID_PATTERN, type RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { FaultyFileSystem } from './support/faulty-file-system'
import { openTestLab, type TestLab } from './support/open-test-lab'
import { evaluationAt, experimentOfRuns, sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

/** One run at a time, which the tests that say nothing else are about. */
async function enqueued(
  count: number,
  host: FakeHost,
  epochs = 3,
): Promise<TestLab & { ids: RunId[]; workspace: string }> {
  const workspace = await temporaryFolder()
  const test = await openTestLab(workspace, host)
  await test.lab.call('settings:set', { sideBySide: false })
  const ids = await test.lab.call('runs:enqueue', experimentOfRuns(count, epochs), 'a-preset')
  return { ...test, ids, workspace }
}

describe('the queue', () => {
  it('trains the runs of an experiment one after the other, in the order of its configurations', async () => {
    const { ids, host, lab, whenEnded } = await enqueued(4, new FakeHost(trainsThrough))
    for (const id of ids) await whenEnded(id)
    expect(host.trainings.map((training) => training.job.id)).toEqual(ids)
    expect([...ids].sort()).toEqual(ids)
    const { runs } = await lab.call('runs:list')
    expect(runs.map((run) => [run.id, run.status, run.label])).toEqual(
      ids.map((id, i) => [id, 'finished', `rate ${0.001 * (i + 1)}`]),
    )
    expect(ids.every((id) => RUN_ID_PATTERN.test(id))).toBe(true)
  })

  it('begins the next run only when the one before is over', async () => {
    const { ids, host, when, lab } = await enqueued(2, new FakeHost())
    const first = await host.started(0)
    first.train(3)
    await when(ids[0], (run) => run.last?.epoch === 3)
    expect((await lab.call('runs:list')).runs.map((run) => run.status)).toEqual(['running', 'waiting'])
    expect(host.trainings).toHaveLength(1)
    first.finish()
    expect((await host.started(1)).job.id).toBe(ids[1])
    expect((await lab.call('runs:list')).runs.map((run) => run.status)).toEqual(['finished', 'running'])
  })

  it('tells an evaluation only when it is on disk', async () => {
    const host = new FakeHost(trainsThrough)
    const workspace = await temporaryFolder()
    const { lab, whenEnded } = await openTestLab(workspace, host)
    const onDisk: number[] = []
    const { readFileSync } = await import('node:fs')
    lab.on('runs:evaluated', ({ id, evaluation }) => {
      const bytes = readFileSync(join(workspace, 'runs', id, 'history.jsonl'))
      expect(decodeHistory(bytes, 'history')).toContainEqual(evaluation)
      onDisk.push(evaluation.epoch)
    })
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1, 5), null)
    await whenEnded(id)
    expect(onDisk).toEqual([1, 2, 3, 4, 5])
  })

  it('writes the evaluations that come while the disk is busy together, so that the disk never falls behind', async () => {
    const disk = new FaultyFileSystem(() => undefined)
    const { lab, events, whenEnded } = await openTestLab(await temporaryFolder(), new FakeHost(trainsThrough), {
      fs: disk.fs,
    })
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1, 500), null)
    await whenEnded(id)
    const flushes = disk.log.filter(({ call, path }) => call === 'file.sync' && path.endsWith('history.jsonl'))
    expect(flushes).toHaveLength(2) // the header's, and that of all that came at once
    const told = events.filter((event) => event.name === 'runs:evaluated')
    expect(told).toHaveLength(500)
    expect(await lab.call('runs:history', id)).toEqual(Array.from({ length: 500 }, (_, i) => evaluationAt(i + 1)))
  })

  it('leaves a finished run whole: definition, history and model, and no checkpoint', async () => {
    const { ids, whenEnded, lab, workspace } = await enqueued(1, new FakeHost(trainsThrough), 5)
    const summary = await whenEnded(ids[0])
    const folder = join(workspace, 'runs', ids[0])
    const record = decodeRunFile(await readFile(join(folder, 'run.json')), 'run.json')
    expect(record).toMatchObject({
      status: 'finished',
      presetId: 'a-preset',
      model: { epochs: 5, step: 5 * 938 },
      versions: { lab: '0.0.0-test' },
    })
    expect(record.experiment.training.optimizer.learningRate).toBe(0.001)
    expect(await readFile(join(folder, 'model.safetensors'), 'utf8')).toBe('model after 5 epochs')
    expect(await readdir(join(folder, 'checkpoints'))).toEqual([])
    expect(await lab.call('runs:history', ids[0])).toEqual([1, 2, 3, 4, 5].map(evaluationAt))
    expect(await readdir(folder)).toEqual(['checkpoints', 'history.jsonl', 'model.safetensors', 'run.json'])
    expect(summary).toMatchObject({
      epochs: 5,
      last: evaluationAt(5),
      lowestTestLoss: { epoch: 5, loss: 1.1 / 5 },
      secondsPerEpoch: { median: 2, min: 1, max: 3 },
      weightsSha256: 'ab'.repeat(32),
      sizes: [784, 32, 10],
      parameters: 25_450,
      threads: 4,
      reducedData: false,
    })
  })

  it('gives the same summary from disk as it gave from memory', async () => {
    const { ids, whenEnded, lab, workspace } = await enqueued(1, new FakeHost(trainsThrough), 5)
    const told = await whenEnded(ids[0])
    expect((await lab.call('runs:list')).runs).toEqual([told])
    const second = await openTestLab(workspace)
    expect((await second.lab.call('runs:list')).runs).toEqual([told])
  })

  it('stops the run in training and keeps what it has', async () => {
    const { ids, host, lab, when, whenEnded, workspace } = await enqueued(1, new FakeHost(), 50)
    const training = await host.started(0)
    training.train(3)
    await when(ids[0], (run) => run.last?.epoch === 3)
    await lab.call('runs:stop', ids[0])
    expect(await whenEnded(ids[0])).toMatchObject({
      status: 'stopped',
      reason: 'stopped at epoch 3 of 50',
      last: { epoch: 3 },
    })
    expect(training.stopCalls).toBe(1)
    const model = await readFile(join(workspace, 'runs', ids[0], 'model.safetensors'), 'utf8')
    expect(model).toBe('model after 3 epochs')
  })

  it('stops a waiting run without touching the one in training', async () => {
    const { ids, host, lab, whenEnded } = await enqueued(3, new FakeHost())
    const first = await host.started(0)
    await lab.call('runs:stop', ids[1])
    expect(await whenEnded(ids[1])).toMatchObject({
      status: 'cancelled',
      reason: null,
      startedAt: null,
    })
    first.finish()
    await host.started(1)
    expect(host.trainings.map((training) => training.job.id)).toEqual([ids[0], ids[2]])
  })

  it('stops a run that is asked to stop before its training has begun', async () => {
    const { ids, lab, whenEnded, when } = await enqueued(1, new FakeHost())
    await when(ids[0], (run) => run.status === 'waiting')
    await lab.call('runs:stop', ids[0]) // its run.json is being written just now
    expect((await whenEnded(ids[0])).status).toMatch(/^(stopped|cancelled)$/) // whichever came first
  })

  it('marks a run that fails with its reason, keeps its history, and goes on', async () => {
    const host = new FakeHost((training) => {
      if (host.trainings.length > 1) return trainsThrough(training)
      training.train(2)
      training.fail(new LabError('run/diverged', 'The loss is no longer a number'))
    })
    const { ids, whenEnded, lab } = await enqueued(2, host)
    expect(await whenEnded(ids[0])).toMatchObject({ status: 'failed', reason: 'The loss is no longer a number' })
    expect(await whenEnded(ids[1])).toMatchObject({ status: 'finished' })
    expect(await lab.call('runs:history', ids[0])).toHaveLength(2)
  })

  it('survives an engine that throws at once', async () => {
    const host = new FakeHost(trainsThrough)
    const train = host.train.bind(host)
    let calls = 0
    host.train = (job, events) => {
      calls += 1
      if (calls === 1) throw new Error('no threads left')
      return train(job, events)
    }
    const { ids, whenEnded } = await enqueued(2, host)
    expect(await whenEnded(ids[0])).toMatchObject({ status: 'failed', reason: 'no threads left' })
    expect((await whenEnded(ids[1])).status).toBe('finished')
  })

  it('fails a run whose history cannot be written, stops its training, and goes on with the next', async () => {
    let writes = 0 // the first one is the header
    const faulty = new FaultyFileSystem((_, call, path) =>
      call === 'file.writeFile' && path.endsWith('history.jsonl') && ++writes === 4 ? 'EIO' : undefined,
    )
    const host = new FakeHost((training) => {
      training.train(1)
      if (host.trainings.length > 1) training.finish()
    })
    const workspace = await temporaryFolder()
    const { lab, whenEnded, events } = await openTestLab(workspace, host, { fs: faulty.fs })
    await lab.call('settings:set', { sideBySide: false })
    lab.on('runs:evaluated', ({ id }) => {
      if (id === host.trainings[0].job.id) host.trainings[0].train(1) // the next only when this one is on disk
    })
    const ids = await lab.call('runs:enqueue', experimentOfRuns(2, 5), null)
    expect(await whenEnded(ids[0])).toMatchObject({
      status: 'failed',
      reason: 'Could not write history.jsonl: the disk reported EIO',
    })
    expect(host.trainings[0].stopCalls).toBe(1)
    expect((await whenEnded(ids[1])).status).toBe('finished')
    expect(await lab.call('runs:history', ids[0])).toEqual([1, 2].map(evaluationAt))
    const told = events
      .filter((event) => event.name === 'runs:evaluated')
      .map((event) => (event.payload as { id: RunId }).id)
    expect(told.filter((id) => id === ids[0])).toHaveLength(2)
  })

  it('keeps showing why a run failed when even that cannot be written', async () => {
    let broken = false
    const faulty = new FaultyFileSystem((_, call) => (broken && call === 'file.writeFile' ? 'EIO' : undefined))
    const workspace = await temporaryFolder()
    const { lab, whenEnded, host } = await openTestLab(workspace, new FakeHost(), { fs: faulty.fs })
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1, 5), null)
    const training = await host.started(0)
    broken = true
    training.train(1)
    expect(await whenEnded(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('EIO') as string,
    })
    expect((await lab.call('runs:list')).runs[0]).toMatchObject({ status: 'failed' })
    broken = false
    await lab.call('runs:remove', [id])
    expect((await lab.call('runs:list')).runs).toEqual([])
  })

  it('makes the folders of all runs of an experiment or of none', async () => {
    let renamed = 0
    const isFolder = (path: string) => /runs\/[^/]+$/.test(path)
    const faulty = new FaultyFileSystem((_, call, path) =>
      call === 'rename' && isFolder(path) && ++renamed === 3 ? 'ENOSPC' : undefined,
    )
    const workspace = await temporaryFolder()
    const { lab, events } = await openTestLab(workspace, new FakeHost(), { fs: faulty.fs })
    await expect(lab.call('runs:enqueue', experimentOfRuns(4), null)).rejects.toMatchObject({
      code: 'storage/disk-full',
    })
    expect(await readdir(join(workspace, 'runs'))).toEqual([])
    expect(events).toEqual([])
  })

  it('never trains with more threads than the engine has, and takes the settings where the experiment says auto', async () => {
    const workspace = await temporaryFolder()
    const { lab, whenEnded, host } = await openTestLab(workspace, new FakeHost(trainsThrough))
    const threadsOf = async (threads: number | 'auto') => {
      const [id] = await lab.call('runs:enqueue', sampleExperiment({ threads }), null)
      return (await whenEnded(id)).threads
    }
    expect(await threadsOf('auto')).toBe(4)
    expect(await threadsOf(64)).toBe(4)
    expect(await threadsOf(1)).toBe(1)
    await lab.call('settings:set', { threads: 3 })
    expect(await threadsOf('auto')).toBe(3)
    expect(host.trainings.map((training) => training.job.threads)).toEqual([4, 4, 1, 3])
  })

  it('marks a run on less than the whole training part', async () => {
    const { lab, whenEnded } = await openTestLab(await temporaryFolder(), new FakeHost(trainsThrough))
    const reduced = async (train: number, test: number) => {
      const dataset = { name: 'mnist', split: { kind: 'first' as const, train, test } }
      const [id] = await lab.call('runs:enqueue', sampleExperiment({ dataset }), null)
      return (await whenEnded(id)).reducedData
    }
    expect(await reduced(2000, 10_000)).toBe(true)
    expect(await reduced(60_000, 1000)).toBe(false)
  })

  it('passes progress on while the run trains', async () => {
    const { ids, whenEnded, events } = await enqueued(1, new FakeHost(trainsThrough))
    await whenEnded(ids[0])
    expect(events.filter((event) => event.name === 'runs:progress')).toHaveLength(3)
  })

  it('numbers every change with the next revision', async () => {
    const { ids, whenEnded, events, lab } = await enqueued(3, new FakeHost(trainsThrough))
    for (const id of ids) await whenEnded(id)
    const revisions = events.flatMap((event) =>
      event.name === 'runs:changed' ? [(event.payload as { revision: number }).revision] : [],
    )
    expect(revisions).toEqual(revisions.map((_, i) => i + 1))
    expect((await lab.call('runs:list')).revision).toBe(revisions.length)
  })

  it('tells of a change on disk that somebody else made, before it answers with it', async () => {
    const { ids, whenEnded, events, lab, workspace } = await enqueued(1, new FakeHost(trainsThrough))
    await whenEnded(ids[0])
    const path = join(workspace, 'runs', ids[0], 'run.json')
    const before = (await lab.call('runs:list')).revision
    await writeFile(path, (await readFile(path, 'utf8')).replace('"tags": []', '"tags": ["seen"]'))
    const listed = await lab.call('runs:list')
    expect(listed.runs[0]?.tags).toEqual(['seen'])
    expect(listed.revision).toBe(before + 1)
    expect(events.at(-1)).toMatchObject({
      name: 'runs:changed',
      payload: { revision: before + 1, changed: [{ tags: ['seen'] }] },
    })
  })

  it('on closing stops what trains, keeps it, and leaves what waits', async () => {
    const { ids, host, lab, when, workspace } = await enqueued(2, new FakeHost(), 50)
    ;(await host.started(0)).train(2)
    await when(ids[0], (run) => run.last?.epoch === 2)
    await lab.close()
    expect(host.closeCalls).toBe(1)
    expect(await lab.answer('runs:list', [])).toMatchObject({ ok: false, failure: { code: 'lab/closed' } })
    const { runs } = await (await openTestLab(workspace)).lab.call('runs:list')
    expect(runs).toMatchObject([
      { status: 'stopped', reason: 'stopped at epoch 2 of 50' },
      { status: 'interrupted', reason: 'the program was closed before this run began' },
    ])
  })
})
