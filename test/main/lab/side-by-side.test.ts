import { describe, expect, it } from 'vitest'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { experimentOfRuns, sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

/** The fake engine has four threads. */
async function queue(host: FakeHost, ...experiments: ReturnType<typeof sampleExperiment>[]) {
  const test = await openTestLab(await temporaryFolder(), host)
  const ids: RunId[] = []
  for (const experiment of experiments) ids.push(...(await test.lab.call('runs:enqueue', experiment, null)))
  return { ...test, ids }
}

const threadsOf = (host: FakeHost) => host.trainings.map(({ job }) => job.threads)

describe('runs that wait', () => {
  it('train beside each other with a thread each, as many as there are threads, and the next when one ends', async () => {
    const host = new FakeHost()
    const { lab, ids, whenEnded } = await queue(host, experimentOfRuns(6))
    await host.started(3)
    expect(threadsOf(host)).toEqual([1, 1, 1, 1])
    const states = (await lab.call('runs:list')).runs.map((run) => run.status)
    expect(states.filter((status) => status === 'waiting')).toHaveLength(2)
    trainsThrough(host.trainings[2])
    const fifth = await host.started(4)
    expect(fifth.job).toMatchObject({ id: ids[4], threads: 1 })
    trainsThrough(host.trainings[0])
    await host.started(5)
    for (const i of [1, 3, 4, 5]) trainsThrough(host.trainings[i])
    const ended = await Promise.all(ids.map(whenEnded))
    expect(ended.map((run) => [run.status, run.threads])).toEqual(ids.map(() => ['finished', 1]))
  })

  it('share no more threads than the settings say', async () => {
    const host = new FakeHost()
    const { lab } = await openTestLab(await temporaryFolder(), host)
    await lab.call('settings:set', { threads: 2 })
    await lab.call('runs:enqueue', experimentOfRuns(3), null)
    await host.started(1)
    trainsThrough(host.trainings[0])
    await host.started(2)
    expect(threadsOf(host)).toEqual([1, 1, 1])
  })

  it('begin as soon as the settings let them', async () => {
    const host = new FakeHost()
    const { lab } = await openTestLab(await temporaryFolder(), host)
    await lab.call('settings:set', { threads: 1 })
    await lab.call('runs:enqueue', experimentOfRuns(3), null)
    await host.started(0)
    expect((await lab.call('runs:list')).runs.filter((run) => run.status === 'waiting')).toHaveLength(2)
    await lab.call('settings:set', { threads: 3 })
    await host.started(2)
    expect(threadsOf(host)).toEqual([1, 1, 1])
  })

  it('train one at a time with all threads where the settings say so', async () => {
    const host = new FakeHost(trainsThrough)
    const { lab, whenEnded } = await openTestLab(await temporaryFolder(), host)
    await lab.call('settings:set', { sideBySide: false })
    const ids = await lab.call('runs:enqueue', experimentOfRuns(3), null)
    for (const id of ids) await whenEnded(id)
    expect(host.trainings.map(({ job }) => [job.id, job.threads])).toEqual(ids.map((id) => [id, 4]))
  })

  it('of which one asks for threads of its own wait behind it until it has them', async () => {
    const host = new FakeHost()
    const small = sampleExperiment({ threads: 1 })
    const large = sampleExperiment({ threads: 4 })
    const { ids } = await queue(host, small, large, small)
    await host.started(0)
    expect(host.trainings[0].job.id).toBe(ids[0])
    trainsThrough(host.trainings[0])
    expect((await host.started(1)).job).toMatchObject({ id: ids[1], threads: 4 })
    trainsThrough(host.trainings[1])
    expect((await host.started(2)).job).toMatchObject({ id: ids[2], threads: 1 })
    expect(host.trainings).toHaveLength(3)
  })

  it('take the place of one that leaves the line', async () => {
    const host = new FakeHost()
    const large = sampleExperiment({ threads: 4 })
    const { lab, ids } = await queue(host, sampleExperiment({ threads: 1 }), large, sampleExperiment({ threads: 2 }))
    await host.started(0)
    await lab.call('runs:stop', ids[1])
    expect((await host.started(1)).job.id).toBe(ids[2])
  })

  it('that cannot be written down give their threads back', async () => {
    const host = new FakeHost()
    host.train = () => {
      throw new Error('no threads left')
    }
    const { ids, whenEnded } = await queue(host, experimentOfRuns(9))
    for (const id of ids) expect((await whenEnded(id)).reason).toBe('no threads left')
  })

  it('are all of them stopped when the lab closes', async () => {
    const host = new FakeHost()
    const { lab } = await queue(host, experimentOfRuns(6))
    await host.started(3)
    await lab.close()
    expect(host.trainings.map((training) => training.stopCalls)).toEqual([1, 1, 1, 1])
  })
})
