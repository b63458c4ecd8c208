/**
 * Fails the n-th call of the file system, for every n, in a life of the lab from opening to closing. Whatever
 * fails: what was whole before stays whole, nothing that was told is lost, and the next start understands it all.
 */
import { spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { QueueState } from '#shared/ipc'
import { hasEnded, type Evaluation, type RunId, type RunSummary } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { FaultyFileSystem } from './support/faulty-file-system'
import { openTestLab, type TestLab } from './support/open-test-lab'
import { experimentOfRuns } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

const EPOCHS = 3
const CODES = ['EIO', 'ENOSPC', 'EMFILE', 'EACCES']

interface Life {
  /** Evaluations that the lab told, by run. */
  told: Map<RunId, Evaluation[]>
  statuses: Map<RunId, string>
  queued: RunId[]
}

/** Two runs, one that is stopped and taken up again, a draft and a setting. Every error must be a typed one; the calls that fail may fail. */
async function live(workspace: string, faulty: FaultyFileSystem, staysFull: boolean): Promise<Life> {
  const life: Life = { told: new Map(), statuses: new Map(), queued: [] }
  let test: TestLab
  let stops = false
  const host = new FakeHost((training) => {
    if (!stops) return trainsThrough(training)
    training.train(1)
    training.stop()
  })
  try {
    test = await openTestLab(workspace, host, { fs: faulty.fs })
  } catch (error) {
    expect(error).toMatchObject({ name: 'LabError', code: expect.stringMatching(/^(storage|workspace)\//) as string })
    return life
  }
  const { lab, whenEnded, when } = test
  lab.on('runs:evaluated', ({ id, evaluation }) => life.told.set(id, [...(life.told.get(id) ?? []), evaluation]))
  // a queue that a full disk has paused: somebody tries again, or gives up
  const faceFullDisk = ({ reason }: QueueState) => {
    if (reason === null) return
    if (!staysFull) lab.call('queue:proceed').catch(tolerate)
    else for (const id of life.queued) lab.call('runs:stop', id).catch(tolerate)
  }
  lab.on('queue:changed', faceFullDisk)
  const tolerate = (error: unknown) => {
    expect(error).toMatchObject({ name: 'LabError', code: expect.stringMatching(/^(storage|run)\//) as string })
  }
  await lab.call('draft:set', { title: 'new' }).catch(tolerate)
  await lab.call('settings:set', { threads: 2 }).catch(tolerate)
  const ids = await lab.call('runs:enqueue', experimentOfRuns(2, EPOCHS), null).catch(tolerate)
  life.queued.push(...(ids ?? []))
  faceFullDisk(await lab.call('queue:state')) // it may be full since before we knew the runs
  for (const id of ids ?? []) life.statuses.set(id, (await whenEnded(id)).status)
  stops = true
  const [third] = (await lab.call('runs:enqueue', experimentOfRuns(1, EPOCHS), null).catch(tolerate)) ?? []
  if (third) life.queued.push(third)
  faceFullDisk(await lab.call('queue:state'))
  if (third && (await whenEnded(third)).status === 'stopped') {
    stops = false
    const isResumed = await lab.call('runs:resume', [third]).then(() => true, tolerate)
    const isOver = (run: RunSummary) => run.status === 'finished' || run.status === 'failed'
    if (isResumed) life.statuses.set(third, (await when(third, isOver)).status)
  }
  await lab.call('runs:list').catch(tolerate)
  await lab.close().catch(tolerate)
  return life
}

/** A workspace with one finished run, to be copied: the old data that must stay. */
async function workspaceWithOldRun(): Promise<{ folder: string; old: RunId }> {
  const folder = await temporaryFolder()
  const { lab, whenEnded } = await openTestLab(folder, new FakeHost(trainsThrough))
  const [old] = await lab.call('runs:enqueue', experimentOfRuns(1, EPOCHS), null)
  await whenEnded(old)
  await lab.call('draft:set', { title: 'old' })
  await lab.close()
  return { folder, old: old }
}

async function checkAfter(workspace: string, old: RunId, life: Life): Promise<void> {
  const { lab } = await openTestLab(workspace)
  const { runs, problems } = await lab.call('runs:list')
  expect(problems).toEqual([])
  expect(runs.find((run) => run.id === old)?.status).toBe('finished')
  expect(await lab.call('runs:history', old)).toHaveLength(EPOCHS)
  expect([{ title: 'old' }, { title: 'new' }]).toContainEqual(await lab.call('draft:get'))
  for (const run of runs) expect(hasEnded(run.status)).toBe(true)
  for (const [id, status] of life.statuses) {
    const run = runs.find((each) => each.id === id)
    // What was told to be finished is. What failed may be found interrupted, or even finished if all that failed
    // was to make its last save sure.
    expect(
      status === 'finished' ? ['finished'] : ['failed', 'interrupted', 'cancelled', 'stopped', 'finished'],
    ).toContain(run?.status)
    const told = life.told.get(id) ?? []
    expect((await lab.call('runs:history', id)).slice(0, told.length)).toEqual(told)
    if (status === 'finished') {
      expect(await readFile(join(workspace, 'runs', id, 'model.safetensors'), 'utf8')).toBe(
        `model after ${EPOCHS} epochs`,
      )
    }
  }
  await lab.close()
}

describe('a file system that fails', () => {
  it.each([
    { lasting: 'once', persistent: false },
    { lasting: 'from then on', persistent: true },
  ])(
    'at any one call, $lasting, costs no old data and nothing that was told',
    async ({ persistent }) => {
      const { folder, old } = await workspaceWithOldRun()
      const place = await temporaryFolder()
      let reached = 0
      for (let n = 1; ; n++) {
        const workspace = join(place, `${n}`)
        await cp(folder, workspace, { recursive: true })
        const faulty = FaultyFileSystem.failing(n, CODES[n % CODES.length], persistent)
        const life = await live(workspace, faulty, persistent)
        await rm(join(workspace, 'processes'), { recursive: true }) // the process is gone, as far as the next one knows
        await checkAfter(workspace, old, life)
        if (faulty.calls < n) break
        reached = n
      }
      expect(reached).toBeGreaterThan(100)
    },
    240_000,
  )
})

describe('a disk that is full', () => {
  const folder = mountSmallDisk()
  afterAll(() => {
    if (folder !== undefined && spawnSync('umount', [folder]).status === 0) spawnSync('rmdir', [folder])
  })

  it.runIf(folder !== undefined)(
    'pauses the queue with that reason, keeps what there was, and costs no run when there is room again',
    async () => {
      const disk = String(folder)
      const workspace = join(disk, 'workspace')
      await mkdir(workspace)
      const host = new FakeHost()
      const { lab, whenEnded, when, whenQueue } = await openTestLab(workspace, host)
      await lab.call('settings:set', { sideBySide: false })
      const [first, second, third] = await lab.call('runs:enqueue', experimentOfRuns(3, EPOCHS), null)
      trainsThrough(await host.started(0))
      await whenEnded(first)
      const before = await readFile(join(workspace, 'runs', first, 'run.json'), 'utf8')

      const training = await host.started(1)
      training.train(1)
      await when(second, (run) => run.last?.epoch === 1)
      const ballast = join(disk, 'ballast')
      await writeFile(ballast, Buffer.alloc(8 * 1024 * 1024)).catch(() => undefined) // as much as goes in
      for (let n = 0; n < 200; n++) training.train(1) // a page of the file system may still have room for a few lines
      expect((await whenQueue((state) => state.paused)).reason).toContain('the disk is full')
      expect(await readFile(join(workspace, 'runs', first, 'run.json'), 'utf8')).toBe(before)
      const told = (await lab.call('runs:history', second)).length
      expect(told).toBeGreaterThan(0)
      expect(told).toBeLessThan(201)

      spawnSync('rm', [ballast])
      await lab.call('queue:proceed')
      await whenQueue((state) => !state.paused)
      training.finish()
      expect((await whenEnded(second)).status).toBe('finished')
      expect((await lab.call('runs:history', second)).map((at) => at.epoch)).toEqual(
        Array.from({ length: 201 }, (_, i) => i + 1),
      )
      trainsThrough(await host.started(2))
      expect((await whenEnded(third)).status).toBe('finished')
      const [again] = await lab.call('runs:enqueue', experimentOfRuns(1, EPOCHS), null)
      trainsThrough(await host.started(host.trainings.length))
      expect((await whenEnded(again)).status).toBe('finished')
    },
  )
})

/** A real disk of 1 MB, for those who may mount one. */
function mountSmallDisk(): string | undefined {
  const folder = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout?.trim()
  const mounted = folder && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0
  if (mounted) return folder
  console.log('left out: the test with a disk that is really full, as it needs the right to mount one')
  return undefined
}
