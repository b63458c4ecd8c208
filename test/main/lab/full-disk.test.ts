import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeHistory } from '#lab/storage/history-file'
import { FakeHost } from './support/fake-host'
import { FaultyFileSystem } from './support/faulty-file-system'
import { openTestLab } from './support/open-test-lab'
import { evaluationAt, experimentOfRuns } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

/** A lab on a disk that the test fills and empties. A write that fails leaves a part of what it was given behind. */
async function onSmallDisk(runs = 1) {
  const disk = { full: false, refused: 0 }
  const faulty = new FaultyFileSystem((_, call) => {
    if (!disk.full || (call !== 'file.writeFile' && call !== 'mkdir')) return undefined
    disk.refused += 1
    return 'ENOSPC'
  })
  const workspace = await temporaryFolder()
  const test = await openTestLab(workspace, new FakeHost(), { fs: faulty.fs })
  await test.lab.call('settings:set', { sideBySide: false })
  const ids = await test.lab.call('runs:enqueue', experimentOfRuns(runs, 3), null)
  return { ...test, ids, workspace, disk, training: await test.host.started(0) }
}

describe('while the disk is full', () => {
  it('the queue is paused with the reason, and no run fails', async () => {
    const { disk, training, whenQueue, when, ids, lab, host } = await onSmallDisk(2)
    training.train(1)
    await when(ids[0], (run) => run.last?.epoch === 1)
    disk.full = true
    training.train(1)
    const { reason } = await whenQueue((state) => state.paused)
    expect(reason).toContain('disk is full')
    await when(ids[0], (run) => run.status === 'paused')
    expect(training.asked).toEqual(['pause'])
    expect((await lab.call('runs:list')).runs.map((run) => run.status)).toEqual(['paused', 'waiting'])
    expect(host.trainings).toHaveLength(1)
  })

  it('it goes on when there is room, and ends as if nothing had happened', async () => {
    const { disk, training, whenQueue, whenEnded, when, ids, lab, workspace } = await onSmallDisk()
    training.train(1)
    await when(ids[0], (run) => run.last?.epoch === 1)
    disk.full = true
    training.train(1)
    await whenQueue((state) => state.paused)
    await lab.call('queue:proceed') // there is none yet
    expect((await lab.call('queue:state')).paused).toBe(true)
    disk.full = false
    await lab.call('queue:proceed')
    await whenQueue((state) => !state.paused)
    await when(ids[0], (run) => run.status === 'running')
    expect(training.asked).toEqual(['pause', 'proceed'])
    training.train(1)
    training.finish()
    expect((await whenEnded(ids[0])).status).toBe('finished')
    const bytes = await readFile(join(workspace, 'runs', ids[0], 'history.jsonl'))
    expect(decodeHistory(bytes, 'history')).toEqual([1, 2, 3].map(evaluationAt))
  })

  it('the end of a run waits for room, too: its model and what became of it', async () => {
    const { disk, training, whenQueue, whenEnded, when, ids, lab } = await onSmallDisk()
    training.train(3)
    await when(ids[0], (run) => run.last?.epoch === 3)
    disk.full = true
    training.finish()
    await whenQueue((state) => state.paused)
    disk.full = false
    await lab.call('queue:proceed')
    expect(await whenEnded(ids[0])).toMatchObject({ status: 'finished', weightsSha256: 'ab'.repeat(32) })
  })

  it('a run that is stopped does not wait: it fails with the reason, and keeps what was told', async () => {
    const { disk, training, whenQueue, whenEnded, when, ids, lab } = await onSmallDisk()
    training.train(1)
    await when(ids[0], (run) => run.last?.epoch === 1)
    disk.full = true
    training.train(1)
    await whenQueue((state) => state.paused)
    await lab.call('runs:stop', ids[0])
    expect(await whenEnded(ids[0])).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('disk is full') as string,
    })
    expect(await lab.call('runs:history', ids[0])).toEqual([evaluationAt(1)])
    expect((await lab.call('queue:state')).paused).toBe(false)
  })

  it('the lab can be closed, and what had trained can be taken up again', async () => {
    const { disk, training, whenQueue, when, ids, lab, workspace } = await onSmallDisk()
    training.train(1)
    await when(ids[0], (run) => run.last?.epoch === 1)
    disk.full = true
    training.train(1)
    await whenQueue((state) => state.paused)
    await lab.close()
    disk.full = false
    const next = await openTestLab(workspace)
    expect((await next.lab.call('runs:list')).runs).toMatchObject([{ status: 'interrupted', last: evaluationAt(1) }])
    expect((await next.lab.call('queue:resume-all')).resumed).toEqual(ids)
  })
})
