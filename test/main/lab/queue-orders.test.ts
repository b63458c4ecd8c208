import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OrderBox } from '#lab/queue/order-box'
import { Disk, newProcessToken } from '#lab/storage/disk'
import { decodeRunFile, encodeRunFile, type RunRecord } from '#lab/storage/run-file'
import type { Lab } from '#lab/lab'
import { LabError } from '#shared/errors'
import type { QueueAnswer, QueueOrder } from '#shared/queue-orders'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { experimentOfRuns } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

const add = (count: number): QueueOrder => ({ do: 'add', experiment: experimentOfRuns(count, 3), presetId: null })

/** A program that trains the first of its runs, and another one that looks at the same workspace. */
async function twoPrograms(count: number) {
  const workspace = await temporaryFolder()
  const host = new FakeHost()
  const training = await openTestLab(workspace, host)
  await training.lab.call('settings:set', { sideBySide: false })
  const ids = await training.lab.call('runs:enqueue', experimentOfRuns(count, 3), null)
  await host.started(0)
  const looking = await openTestLab(workspace, new FakeHost())
  return { training, looking, host, ids, workspace }
}

/** Runs that wait on disk only. */
async function parked(count: number, host = new FakeHost()) {
  const workspace = await temporaryFolder()
  const test = await openTestLab(workspace, host)
  await test.lab.call('settings:set', { sideBySide: false })
  const { runs, programs } = await test.lab.call('queue:order', add(count))
  expect(programs).toBe(0)
  return { ...test, ids: runs, workspace, host }
}

async function inLine(lab: Lab): Promise<RunId[]> {
  const { runs } = await lab.call('runs:list')
  const waiting = runs.filter((run) => run.status === 'waiting' || run.status === 'interrupted')
  return waiting.sort((a, b) => (a.place ?? 0) - (b.place ?? 0) || (a.id < b.id ? -1 : 1)).map((run) => run.id)
}

async function edit(workspace: string, id: RunId, change: (record: RunRecord) => RunRecord): Promise<void> {
  const path = join(workspace, 'runs', id, 'run.json')
  await writeFile(path, encodeRunFile(change(decodeRunFile(await readFile(path), path))))
}

describe('a queue that no program has', () => {
  it('keeps what is added, in its order, and trains nothing until it is taken up', async () => {
    const { lab, host, ids, whenEnded } = await parked(3)
    expect(await inLine(lab)).toEqual(ids)
    expect(host.trainings).toEqual([])
    const { runs: more } = await lab.call('queue:order', add(1))
    expect(await inLine(lab)).toEqual([...ids, ...more])
    expect((await lab.call('queue:resume-all')).resumed).toEqual([...ids, ...more])
    for (const [n, id] of [...ids, ...more].entries()) {
      trainsThrough(await host.started(n))
      expect((await whenEnded(id)).status).toBe('finished')
    }
    expect(host.trainings.map((each) => each.job.id)).toEqual([...ids, ...more])
  })

  it('is put into another order on disk, and begins in it wherever it is taken up', async () => {
    const { lab, ids, workspace } = await parked(4)
    await lab.call('queue:order', { do: 'move', runs: [ids[3], ids[2]], before: 'first' })
    expect(await inLine(lab)).toEqual([ids[2], ids[3], ids[0], ids[1]])
    await lab.call('queue:order', { do: 'move', runs: [ids[2]], before: ids[1] })
    await lab.call('queue:order', { do: 'move', runs: [ids[3]], before: null })
    expect(await inLine(lab)).toEqual([ids[0], ids[2], ids[1], ids[3]])
    const other = await openTestLab(workspace, new FakeHost())
    expect((await other.lab.call('queue:resume-all')).resumed).toEqual([ids[0], ids[2], ids[1], ids[3]])
  })

  it('lets go of what is cancelled; what it had trained is kept', async () => {
    const { lab, ids, workspace } = await parked(3)
    await edit(workspace, ids[1], (record) => ({ ...record, status: 'running', startedAt: record.createdAt }))
    await lab.call('queue:order', { do: 'cancel', runs: [ids[0], ids[1]] })
    const { runs } = await lab.call('runs:list')
    const statuses = ids.map((id) => runs.find((run) => run.id === id)?.status)
    expect(statuses).toEqual(['cancelled', 'stopped', 'interrupted'])
    await expect(lab.call('queue:order', { do: 'cancel', runs: [ids[0]] })).rejects.toMatchObject({
      code: 'queue/not-waiting',
    })
  })

  it('is not touched where another program takes it up at this moment', async () => {
    const { lab, ids, workspace } = await parked(2)
    const other = await openTestLab(workspace, new FakeHost())
    const tokens = (await readdir(join(workspace, 'processes'))).map((name) => name.replace('.json', ''))
    expect(tokens).toHaveLength(2)
    for (const each of tokens) await writeFile(join(workspace, 'runs', ids[0], `claim.${each}-999.tmp`), '')
    const move: QueueOrder = { do: 'move', runs: [ids[0]], before: null }
    await expect(lab.call('queue:order', move)).rejects.toMatchObject({ code: 'run/not-ours' })
    await expect(other.lab.call('queue:order', move)).rejects.toMatchObject({ code: 'run/not-ours' })
    expect(await inLine(lab)).toEqual(ids)
  })
})

describe('a queue that another program trains', () => {
  it('is seen to be paused, and to go on, wherever that was said', async () => {
    const { looking, training, ids } = await twoPrograms(1)
    const seen = async () => (await looking.lab.call('runs:list')).runs.find((run) => run.id === ids[0])?.status
    await looking.lab.call('queue:order', { do: 'pause' })
    expect(await seen()).toBe('paused')
    await looking.lab.call('queue:order', { do: 'proceed' })
    expect(await seen()).toBe('running')
    await training.lab.call('queue:pause')
    expect(await seen()).toBe('paused')
  })

  it('takes what is added behind what waits there', async () => {
    const { looking, training, ids } = await twoPrograms(2)
    const { runs, programs } = await looking.lab.call('queue:order', add(2))
    expect(programs).toBe(1)
    expect((await training.lab.call('runs:list')).own).toEqual(expect.arrayContaining([...ids, ...runs]))
    expect(await inLine(training.lab)).toEqual([ids[1], ...runs])
  })

  it('is put into another order there, and says what cannot be moved', async () => {
    const { looking, training, ids } = await twoPrograms(4)
    await looking.lab.call('queue:order', { do: 'move', runs: [ids[3]], before: 'first' })
    expect(await inLine(training.lab)).toEqual([ids[3], ids[1], ids[2]])
    const begun: QueueOrder = { do: 'move', runs: [ids[0]], before: null }
    await expect(looking.lab.call('queue:order', begun)).rejects.toMatchObject({ code: 'queue/not-waiting' })
  })

  it('pauses and goes on', async () => {
    const { looking, training, host } = await twoPrograms(2)
    expect(await looking.lab.call('queue:order', { do: 'pause' })).toEqual({ runs: [], programs: 1 })
    expect(await training.lab.call('queue:state')).toEqual({ paused: true, reason: null })
    await looking.lab.call('queue:order', { do: 'proceed' })
    expect((await training.lab.call('queue:state')).paused).toBe(false)
    expect(host.trainings).toHaveLength(1)
  })

  it('cancels what waits and stops what trains, which keeps what it has', async () => {
    const { looking, training, host, ids } = await twoPrograms(2)
    host.trainings[0]?.train(2)
    await training.when(ids[0], (run) => run.last?.epoch === 2)
    await looking.lab.call('queue:order', { do: 'cancel', runs: [ids[1], ids[0]] })
    expect(await training.whenEnded(ids[1])).toMatchObject({ status: 'cancelled' })
    expect(await training.whenEnded(ids[0])).toMatchObject({ status: 'stopped', last: { epoch: 2 } })
  })

  it('and runs on disk have no common order', async () => {
    const { lab, ids, workspace } = await parked(1)
    const other = await openTestLab(workspace, new FakeHost())
    const [busy] = await other.lab.call('runs:enqueue', experimentOfRuns(1, 3), null)
    const order: QueueOrder = { do: 'move', runs: [ids[0]], before: busy }
    await expect(lab.call('queue:order', order)).rejects.toMatchObject({ code: 'queue/not-together' })
  })

  it('leaves no order behind', async () => {
    const { looking, workspace, ids } = await twoPrograms(3)
    await looking.lab.call('queue:order', { do: 'move', runs: [ids[2]], before: 'first' })
    expect(await readdir(join(workspace, 'orders'))).toEqual([])
  })
})

describe('the box of orders', () => {
  const quick = { lookEveryMs: 1, answerWithinMs: 50 }
  async function boxes(isAlive: (token: string) => Promise<boolean> = () => Promise.resolve(true)) {
    const workspace = await temporaryFolder()
    const [ours, theirs] = [new Disk(newProcessToken()), new Disk(newProcessToken())]
    const [asking, answering] = [ours, theirs].map((disk) => new OrderBox(disk, workspace, isAlive, quick))
    if (!asking || !answering) throw new Error('two boxes')
    return { workspace, ours, theirs, asking, answering }
  }
  const pause: QueueOrder = { do: 'pause' }

  it('brings back what was answered, and what went wrong', async () => {
    const { asking, answering, theirs } = await boxes()
    const answer: QueueAnswer = { runs: [], programs: 3 }
    let heard: QueueOrder | undefined
    answering.listen(
      () => true,
      (order) => {
        heard = order
        if (order.do === 'pause') return Promise.resolve(answer)
        return Promise.reject(new LabError('queue/x', 'Not today'))
      },
    )
    expect(await asking.send(theirs.token, pause)).toEqual(answer)
    expect(heard).toEqual(pause)
    await expect(asking.send(theirs.token, { do: 'proceed' })).rejects.toMatchObject({ code: 'queue/x' })
    await answering.close()
  })

  it('gives up on a program that does not answer, or has ended, and takes the order back', async () => {
    const { asking, theirs, workspace } = await boxes()
    await expect(asking.send(theirs.token, pause)).rejects.toMatchObject({ code: 'queue/no-answer' })
    expect(await readdir(join(workspace, 'orders'))).toEqual([])
    const gone = await boxes(() => Promise.resolve(false))
    await expect(gone.asking.send(gone.theirs.token, pause)).rejects.toThrow('has ended')
  })

  it('refuses what is not an order, does none twice, and is swept of what programs left that are gone', async () => {
    const { answering, theirs, ours, workspace, asking } = await boxes()
    await expect(asking.send(theirs.token, pause)).rejects.toThrow()
    const name = `${theirs.token}-${ours.token}-7`
    await writeFile(join(workspace, 'orders', `${name}.json`), '{ "do": "format the disk" }')
    await writeFile(join(workspace, 'orders', 'notes.txt'), 'not an order')
    let done = 0
    const obey = () => Promise.resolve({ runs: [], programs: ++done })
    await answering.look(obey)
    await answering.look(obey)
    expect(done).toBe(0)
    const left = await readdir(join(workspace, 'orders'))
    expect(left.sort()).toEqual([`${name}.answer.json`, 'notes.txt'].sort())
    expect(await readFile(join(workspace, 'orders', `${name}.answer.json`), 'utf8')).toContain('queue/bad-order')
    const later = new OrderBox(new Disk(newProcessToken()), workspace, () => Promise.resolve(false))
    await later.sweep()
    expect(await readdir(join(workspace, 'orders'))).toEqual(['notes.txt'])
  })
})
