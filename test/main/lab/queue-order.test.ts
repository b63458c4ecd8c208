import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byPlace, moved, newPlaces } from '#lab/queue/waiting-line'
import { decodeRunFile } from '#lab/storage/run-file'
import type { Lab } from '#lab/lab'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { experimentOfRuns, sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

async function queued(count: number, host = new FakeHost(), epochs = 3) {
  const workspace = await temporaryFolder()
  const test = await openTestLab(workspace, host)
  await test.lab.call('settings:set', { sideBySide: false })
  const ids = await test.lab.call('runs:enqueue', experimentOfRuns(count, epochs), null)
  await host.started(0)
  return { ...test, ids, workspace }
}

async function line(lab: Lab): Promise<RunId[]> {
  const { runs } = await lab.call('runs:list')
  const waiting = runs.filter((run) => run.status === 'waiting')
  return waiting.sort((a, b) => (a.place ?? 0) - (b.place ?? 0)).map((run) => run.id)
}

describe('places in the line', () => {
  it('stand in the order that was asked for, whatever was moved before, and change for what moves alone', () => {
    const step = fc.tuple(fc.uniqueArray(fc.nat(9), { maxLength: 4 }), fc.option(fc.nat(9)))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const runs = Array.from({ length: 10 }, (_, i) => ({ name: i, place: i + 1 }))
        let order = [...runs]
        for (const [names, before] of steps) {
          const chosen = new Set(order.filter((run) => names.includes(run.name)))
          const target = before === null ? null : (runs[before] ?? null)
          order = moved(order, chosen, target)
          const places = newPlaces(order, chosen)
          for (const [run, place] of places) run.place = place
          expect([...runs].sort(byPlace)).toEqual(order)
          const renumbered = places.size === runs.length
          if (!renumbered) for (const run of places.keys()) expect(chosen.has(run)).toBe(true)
        }
      }),
    )
  })
})

describe('the order of waiting runs', () => {
  it('is changed by moving one before another, and the runs begin in the new order', async () => {
    const { lab, ids, host, whenEnded } = await queued(4)
    await lab.call('queue:move', [ids[3]], ids[1])
    expect(await line(lab)).toEqual([ids[3], ids[1], ids[2]])
    for (let n = 0; n < 4; n++) trainsThrough(await host.started(n))
    for (const id of ids) await whenEnded(id)
    expect(host.trainings.map((training) => training.job.id)).toEqual([ids[0], ids[3], ids[1], ids[2]])
  })

  it('takes several at once to the top, in the order that they had', async () => {
    const { lab, ids } = await queued(6)
    await lab.call('queue:move', [ids[5], ids[3]], ids[1])
    expect(await line(lab)).toEqual([ids[3], ids[5], ids[1], ids[2], ids[4]])
    await lab.call('queue:move', [ids[3], ids[1]], null)
    expect(await line(lab)).toEqual([ids[5], ids[2], ids[4], ids[3], ids[1]])
  })

  it('is written with the run, and for those alone that moved', async () => {
    const { lab, ids, workspace } = await queued(4)
    const placeOf = async (id: RunId) =>
      decodeRunFile(await readFile(join(workspace, 'runs', id, 'run.json')), 'run.json').place
    const before = await Promise.all(ids.map(placeOf))
    await lab.call('queue:move', [ids[3]], ids[1])
    const after = await Promise.all(ids.map(placeOf))
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3))
    expect(after[3]).toBeGreaterThan(after[0] ?? NaN)
    expect(after[3]).toBeLessThan(after[1] ?? NaN)
  })

  it('is kept when the program ends and another one takes all of it up again', async () => {
    const { lab, ids, workspace } = await queued(5)
    await lab.call('queue:move', [ids[4]], ids[1])
    await lab.close()
    const next = await openTestLab(workspace, new FakeHost())
    await next.lab.call('settings:set', { sideBySide: false })
    const { resumed, refused } = await next.lab.call('queue:resume-all')
    expect(resumed).toEqual([ids[0], ids[4], ids[1], ids[2], ids[3]])
    expect(refused).toEqual([])
    expect((await next.host.started(0)).job.id).toBe(ids[0])
    expect(await line(next.lab)).toEqual([ids[4], ids[1], ids[2], ids[3]])
  })

  it('is not that of runs that have ended, nor of runs of another program', async () => {
    const { lab, ids, workspace } = await queued(3)
    await lab.call('runs:stop', ids[2])
    await expect(lab.call('queue:move', [ids[2]], null)).rejects.toMatchObject({ code: 'queue/not-waiting' })
    const other = await openTestLab(workspace)
    await expect(other.lab.call('queue:move', [ids[1]], null)).rejects.toMatchObject({ code: 'run/not-ours' })
    await expect(other.lab.call('queue:move', ['20260101-not-there' as RunId], null)).rejects.toMatchObject({
      code: 'run/not-found',
    })
  })
})

describe('resuming all', () => {
  it('takes up what a closing lab cut short, and neither what a person stopped nor what cannot go on', async () => {
    const { lab, ids, host, workspace, whenEnded } = await queued(4)
    const first = host.trainings[0]
    first.train(1)
    await lab.call('runs:stop', ids[0])
    expect((await whenEnded(ids[0])).cutShort).toBeUndefined()
    ;(await host.started(1)).train(2)
    await lab.close() // the second in the middle, the others before they began
    const next = await openTestLab(workspace, new FakeHost())
    const { runs } = await next.lab.call('runs:list')
    expect(runs.map((run) => [run.status, run.cutShort])).toEqual([
      ['stopped', undefined],
      ['stopped', true],
      ['interrupted', undefined],
      ['interrupted', undefined],
    ])
    const checkpoint = join(workspace, 'runs', ids[1], 'checkpoints', 'last.safetensors')
    const { writeFile } = await import('node:fs/promises')
    await writeFile(checkpoint, 'something else')
    const answer = await next.lab.call('queue:resume-all')
    expect(answer.resumed).toEqual([ids[2], ids[3]])
    expect(answer.refused).toMatchObject([{ id: ids[1] }])
  })
})

describe('a queue that is paused', () => {
  it('begins nothing and pauses what trains, until it goes on', async () => {
    const { lab, ids, host, when } = await queued(2)
    await lab.call('queue:pause')
    await when(ids[0], (run) => run.status === 'paused')
    expect(await lab.call('queue:state')).toEqual({ paused: true, reason: null })
    expect(host.trainings[0].asked).toEqual(['pause'])
    trainsThrough(host.trainings[0])
    await when(ids[0], (run) => run.status === 'finished')
    expect(host.trainings).toHaveLength(1)
    await lab.call('queue:proceed')
    expect((await host.started(1)).job.id).toBe(ids[1])
  })

  it('leaves a run paused that a person had paused before', async () => {
    const { lab, ids, host, when } = await queued(1)
    await lab.call('runs:pause', ids[0])
    await lab.call('queue:pause')
    await lab.call('queue:proceed')
    expect(host.trainings[0].asked).toEqual(['pause'])
    await lab.call('runs:proceed', ids[0])
    await when(ids[0], (run) => run.status === 'running')
  })
})

describe('a run', () => {
  it('can be asked to stop after its epoch, and be told otherwise', async () => {
    const { lab, ids, host, when } = await queued(2)
    await lab.call('runs:stop-after-epoch', ids[0], true)
    await when(ids[0], (run) => run.stopsAfterEpoch === true)
    await lab.call('runs:stop-after-epoch', ids[0], false)
    await when(ids[0], (run) => run.stopsAfterEpoch === undefined)
    expect(host.trainings[0].asked).toEqual(['stop after epoch', 'go on after epoch'])
    await expect(lab.call('runs:stop-after-epoch', ids[1], true)).rejects.toMatchObject({ code: 'run/not-training' })
  })

  it('is trained again as a new run of the same definition, in an experiment of its own', async () => {
    const { lab, ids, host, when } = await queued(1)
    trainsThrough(host.trainings[0])
    const first = await when(ids[0], (run) => run.status === 'finished')
    const [again] = await lab.call('runs:repeat', ids)
    const second = await lab.call('runs:details', again)
    expect(second.experiment).toEqual((await lab.call('runs:details', ids[0])).experiment)
    expect(second.summary.origin).toEqual({ kind: 'repeat', from: ids[0] })
    expect(second.summary.label).toBe(first.label)
    expect(second.summary.experimentId).not.toBe(first.experimentId)
  })
})

describe('isolated timing', () => {
  const isolated = sampleExperiment({ threads: 1, isolatedTiming: true })
  const plain = sampleExperiment({ threads: 1 })

  it('has a run wait until it is alone, and others until it is over; both say how they trained', async () => {
    const { lab, host, whenEnded } = await openTestLab(await temporaryFolder())
    const ids = [
      ...(await lab.call('runs:enqueue', plain, null)),
      ...(await lab.call('runs:enqueue', plain, null)),
      ...(await lab.call('runs:enqueue', isolated, null)),
      ...(await lab.call('runs:enqueue', plain, null)),
    ]
    await host.started(1) // both plain ones train beside each other
    trainsThrough(host.trainings[0])
    await whenEnded(ids[0])
    expect(host.trainings).toHaveLength(2)
    trainsThrough(host.trainings[1])
    trainsThrough(await host.started(2))
    trainsThrough(await host.started(3))
    for (const id of ids) await whenEnded(id)
    expect(host.trainings.map((training) => training.job.id)).toEqual(ids)
    const alone = await Promise.all(ids.map(async (id) => (await lab.call('runs:details', id)).machine?.alone))
    expect(alone).toEqual([false, false, true, true])
  })
})
